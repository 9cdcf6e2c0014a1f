"""What is told while a season is played: a moving line on a terminal, a line a month elsewhere; on standard error."""

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.demo.timeline import Step


class Telling:
    """The voice of one run."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr)
        self._progress: Progress | None = None
        self._total = 0
        self._month = ""
        self._begun = time.monotonic()

    def say(self, line: str) -> None:
        """A sentence of its own."""
        self._console.print(f"{time.monotonic() - self._begun:6.1f} s  {line}", highlight=False, soft_wrap=True)

    def begin(self, steps: int) -> None:
        """The season starts."""
        self._total = steps
        if self._console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
            self._progress = Progress(*columns, TimeElapsedColumn(), console=self._console, transient=True)
            self._progress.add_task("", total=steps)
            self._progress.start()

    def heard(self, number: int, step: Step) -> None:
        """A step is about to be played."""
        if self._progress:
            line = f"{step.at:%Y-%m-%d %H:%M}  {step.subject:8} {step.what[:44]:44}"
            self._progress.update(self._progress.task_ids[0], description=line, completed=number)
        elif (month := f"{step.at:%Y-%m}") != self._month:
            self._month = month
            self.say(f"playing {step.at:%Y-%m-%d}, step {number} of {self._total}")

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self._progress:
            self._progress.stop()
            self._progress = None
