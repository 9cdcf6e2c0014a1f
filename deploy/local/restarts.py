"""The chronicle of programs that ended by themselves, one line each, read from the supervisor's own log."""

import re
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

UP = "up at "
_LINE = re.compile(r"(?P<at>\S+ \S+),\d+ \w+ (?P<what>exited|spawned|gave up): '?(?P<name>[\w-]+)'?(?P<rest>.*)")
_STATUS = re.compile(r"exit status (?P<status>\d+)|terminated by (?P<signal>\w+)")


@dataclass(frozen=True)
class Restarts:
    """The file that tells people what was restarted; `up` starts a new chapter in it."""

    file: Path

    def begin(self, at: datetime) -> None:
        """A new chapter: what follows has happened since this `up`."""
        self.add(f"{UP}{at.isoformat(timespec='seconds')}")

    def add(self, line: str) -> None:
        """One more line."""
        with self.file.open("a", encoding="utf-8") as chronicle:
            chronicle.write(line + "\n")

    def since_up(self) -> list[str]:
        """The lines of the last chapter, oldest first."""
        with suppress(FileNotFoundError):
            lines = self.file.read_text(encoding="utf-8").splitlines()
            begun = max((number for number, line in enumerate(lines) if line.startswith(UP)), default=-1)
            return lines[begun + 1 :]
        return []

    def of(self, program: str) -> list[str]:
        """The lines about one program since the last `up`."""
        return [line for line in self.since_up() if line.startswith(f"{program} ")]


@dataclass
class Chronicler:
    """Turns the supervisor's log into that file: an end becomes a line once its restart, or giving up, is known."""

    restarts: Restarts
    _ends: dict[str, str] = field(default_factory=dict)

    def hear(self, log_line: str) -> None:
        """One line of the supervisor's log."""
        found = _LINE.match(log_line)
        if not found:
            return
        name = found["name"]
        at = datetime.strptime(found["at"], "%Y-%m-%d %H:%M:%S").astimezone().isoformat(timespec="seconds")
        if found["what"] == "exited":
            self._ends[name] = f"exited with {how(found['rest'])} at {at}"
        elif end := self._ends.pop(name, None):
            self.restarts.add(f"{name} {end}, {self._outcome(name, found['what'])}")

    def _outcome(self, name: str, what: str) -> str:
        if what == "gave up":
            return f"too often at its start: given up, see {self.restarts.file.parent / name}.log"
        times = len(self.restarts.of(name)) + 1
        return f"restarted, {times} time{'s' if times > 1 else ''} since up"


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
