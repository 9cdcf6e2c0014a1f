"""What is wrong with a data file: which file, which line, which field, why, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """One fault in one data file. `line` counts from 1; `field` is a dotted path, empty for the whole file."""

    file: Path
    line: int | None
    field: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}" if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.field}: {self.reason}" if self.field else f"{place}: {self.reason}"


class DataFileError(Exception):
    """A data file cannot be used. Says every fault that was found; nothing of the file has been applied."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"The data cannot be used until this is corrected:\n{lines}")
