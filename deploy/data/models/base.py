"""What all data models share: frozen, closed to unknown fields, and the few value types that they speak in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
)

UTC_PLUS_8 = timedelta(hours=8)


def _in_local_time(moment: AwareDatetime) -> AwareDatetime:
    """People edit these files in local time: another offset is a slip."""
    if moment.utcoffset() != UTC_PLUS_8:
        raise ValueError("must carry the offset of Asia/Shanghai, +08:00")
    return moment


class DataModel(BaseModel):
    """A record of a data file: unknown fields are refused, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


UnitId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{1,15}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([_-][a-z0-9]+)*$", max_length=40)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
LocalTime = Annotated[AwareDatetime, AfterValidator(_in_local_time)]
Count = Annotated[StrictInt, Field(ge=0)]
Thousandths = StrictInt
Flag = StrictBool


Finding = tuple[tuple[str | int, ...], str]
"""Where in a record something is wrong (keys and indexes from the record), and why."""


class MisplacedError(ValueError):
    """What a record says in several places: every finding keeps its own place, so that its line can be shown."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(reason for _, reason in findings))


def refuse(findings: Iterable[Finding]) -> None:
    """Raises `MisplacedError` when there is anything to say."""
    found = list(findings)
    if found:
        raise MisplacedError(found)


def repeated(names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The place and name of everything that stands for the second time or more."""
    return ((place, name) for place, name in enumerate(names) if name in names[:place])
