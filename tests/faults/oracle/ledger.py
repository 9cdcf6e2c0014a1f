"""What was asked and what was answered, on disk before a request goes out: the truth that services are held to.

Two kinds of JSON lines, in the order in which things happened:

    {"key", "command", "target", "body_hash", "t", "request": {service, method, path, role, body, claim_code}}
    {"key", "answer": "acked" | "rejected" | "unknown", "status", "code", "ids", "seconds", "retry_after", "t", "body"}

A repeat is a further question with the same key. Nothing in it is personal: names and numbers are invented.
"""

import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal

Outcome = Literal["acked", "rejected", "unknown"]


@dataclass(frozen=True)
class Request:
    """One HTTP request, whole, so that it can be sent again. `role` names a token of `Where`; None is the public.

    `path` follows `/<service>/v1`. `body` is JSON, or a file as {"file": name of one made by the load, "type"}.
    """

    service: str
    method: str
    path: str
    role: str | None = None
    body: Any = None
    claim_code: str | None = None

    @property
    def body_hash(self) -> str:
        """SHA-256 of the canonical body."""
        return hashlib.sha256(json.dumps(self.body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Said:
    """One answer, or that none came (status 0). `ids`: what the answer names, e.g. {"registration_id": …}."""

    answer: Outcome
    status: int = 0
    code: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    retry_after: float | None = None
    body: Any = None


@dataclass
class Asked:
    """One command: its key, what it is about (`target`: an aggregate's id), every answer in order."""

    key: str
    command: str
    target: str
    request: Request
    tries: int = 0
    said: list[Said] = field(default_factory=list)
    settled_at: int = 0
    """The line of the first definite answer; 0 while there is none. Orders commands about the same thing."""

    @property
    def answer(self) -> Outcome:
        """The first definite one; a question without an answer (a crash of the client) is unknown."""
        definite = self.definite
        return definite.answer if definite else "unknown"

    @property
    def definite(self) -> Said | None:
        """The first answer that is not `unknown`."""
        return next((each for each in self.said if each.answer != "unknown"), None)

    @property
    def was_unknown(self) -> bool:
        """Whether the first try left open what happened."""
        return not self.said or self.said[0].answer == "unknown"


class Ledger:
    """An append-only file. Every line is on the disk before its method returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._out: IO[str] = path.open("a", encoding="utf-8")

    def asks(self, key: str, command: str, target: str, request: Request) -> None:
        """Before the request is sent."""
        line = {"key": key, "command": command, "target": target, "body_hash": request.body_hash, "t": time.time()}
        self._append({**line, "request": asdict(request)})

    def heard(self, key: str, said: Said) -> None:
        """After it, whatever came."""
        self._append({"key": key, "t": time.time(), **asdict(said)})

    def read(self) -> dict[str, Asked]:
        """All of it, by key, in order of the first question."""
        return read(self.path)

    def close(self) -> None:
        """No more lines."""
        self._out.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, line: dict[str, Any]) -> None:
        self._out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._out.flush()
        os.fsync(self._out.fileno())


def read(path: Path) -> dict[str, Asked]:
    """A ledger, by key. A torn last line (the client died writing it) is left out. Raises ValueError for any other."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    found: dict[str, Asked] = {}
    for number, text in enumerate(lines, start=1):
        try:
            line = json.loads(text)
        except ValueError as torn:
            if number == len(lines):
                break
            raise ValueError(f"{path}:{number} is no JSON line") from torn
        _enter(found, line, number)
    return found


def _enter(found: dict[str, Asked], line: dict[str, Any], number: int) -> None:
    key = line.pop("key")
    line.pop("t")
    if "answer" in line:
        said = Said(**line)
        found[key].said.append(said)
        if said.answer != "unknown" and not found[key].settled_at:
            found[key].settled_at = number
        return
    asked = found.setdefault(key, Asked(key, line["command"], line["target"], Request(**line["request"])))
    asked.tries += 1
