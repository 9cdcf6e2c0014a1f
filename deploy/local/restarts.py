"""Which programs ended by themselves since the last `up`, in sentences, read from the supervisor's own log.

The supervisor writes that log before it starts a program again: who sees the program back sees the sentence, too.
"""

import re
import signal
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_LINE = re.compile(r"(?P<at>\S+ \S+),\d+ \w+ (?P<what>exited|spawned|gave up): '?(?P<name>[\w-]+)'?(?P<rest>.*)")
_STATUS = re.compile(r"exit status (?P<status>\d+)|terminated by (?P<signal>\w+)")
_BEGINNING = " supervisord started with pid "


@dataclass(frozen=True)
class Restarts:
    """The restarts of one instance; `log` is its supervisor's."""

    log: Path

    def since_up(self) -> list[str]:
        """A sentence for each end by itself, oldest first."""
        try:
            return sentences(self.log.read_text(encoding="utf-8", errors="replace").splitlines())
        except FileNotFoundError:
            return []

    def of(self, program: str) -> list[str]:
        """Those about one program."""
        return [line for line in self.since_up() if line.startswith(f"{program} ")]


def sentences(log: Iterable[str]) -> list[str]:
    """An end becomes a sentence once its restart, or giving up, is in the log; a new beginning forgets the old ones."""
    told: list[str] = []
    ends: dict[str, str] = {}
    times: Counter[str] = Counter()
    for line in log:
        if _BEGINNING in line:
            told, ends, times = [], {}, Counter()
        elif found := _LINE.match(line):
            name = found["name"]
            if found["what"] == "exited":
                ends[name] = f"{name} exited with {how(found['rest'])} at {_time(found['at'])}"
            elif name in ends:
                times[name] += 1
                told.append(f"{ends.pop(name)}, {_outcome(name, found['what'], times[name])}")
    return told


def how(rest: str) -> str:
    """The exit status; for a signal its negative number and its name."""
    found = _STATUS.search(rest)
    if not found:
        return "an unknown status"
    if found["status"]:
        return found["status"]
    with suppress(KeyError):
        return f"-{signal.Signals[found['signal']].value} ({found['signal']})"
    return found["signal"]


def _outcome(name: str, what: str, times: int) -> str:
    if what == "gave up":
        return f"too often at its start: given up, see {name}.log"
    return f"restarted, {times} time{'s' if times > 1 else ''} since up"


def _time(written: str) -> str:
    return datetime.strptime(written, "%Y-%m-%d %H:%M:%S").astimezone().isoformat(timespec="seconds")
