"""supervisord's event listener: at each change of a process's state it brings the chronicle of restarts up to date.

`python -m deploy.local.listener <logs folder> [<owner's pid>]`. The event says that something happened; how it
ended stands only in the supervisor's log, so that is what is read. When an owner is given and has gone, the
instance is stopped: a test that was killed leaves nothing running.
"""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
from supervisor import childutils

from deploy.local.restarts import Chronicler, Restarts


@dataclass
class Tail:
    """What was added to a file that may be rotated away under its name."""

    file: Path
    read: int = 0

    def fresh(self) -> list[str]:
        """The whole lines since the last call; none when somebody has removed the file."""
        if not self.file.exists():
            return []
        if self.file.stat().st_size < self.read:
            self.read = 0
        with self.file.open("rb") as log:
            log.seek(self.read)
            added = log.read()
        whole = added[: added.rfind(b"\n") + 1]
        self.read += len(whole)
        return whole.decode(errors="replace").splitlines()


def main(logs: Path, owner: int | None) -> None:
    """Serve events until the supervisor closes our input."""
    log = logs / "supervisord.log"
    tail = Tail(log, read=log.stat().st_size if log.exists() else 0)
    chronicler = Chronicler(Restarts(logs / "restarts.log"))
    while True:
        childutils.listener.wait()
        for line in tail.fresh():
            chronicler.hear(line)
        if owner is not None and not psutil.pid_exists(owner):
            os.kill(os.getppid(), signal.SIGTERM)
        childutils.listener.ok()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
