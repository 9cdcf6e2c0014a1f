"""supervisord's event listener: at each change of a process's state it brings `restarts.log` up to date.

`python -m deploy.local.listener <supervisor's log> <restarts.log> [<owner's pid>]`. An event says that something
happened; how it ended stands only in the supervisor's log, so that is what is read. When an owner is given and has
gone, the instance is stopped: a test run that was killed leaves nothing running.
"""

import os
import signal
import sys
from pathlib import Path

import psutil
from supervisor import childutils

from deploy.local.restarts import Restarts


def main(log: Path, chronicle: Path, owner: int | None) -> None:
    """Serve events until the supervisor closes our input."""
    while True:
        childutils.listener.wait()
        if owner is not None and not psutil.pid_exists(owner):
            os.kill(os.getppid(), signal.SIGTERM)
        elif chronicle.parent.exists():
            bring_up_to_date(chronicle, Restarts(log))
        childutils.listener.ok()


def bring_up_to_date(chronicle: Path, restarts: Restarts) -> None:
    """Add what it does not say yet. Every sentence has a time and a count, so none stands twice."""
    written = set(chronicle.read_text(encoding="utf-8").splitlines()) if chronicle.exists() else set()
    with chronicle.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in restarts.since_up() if line not in written)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)
