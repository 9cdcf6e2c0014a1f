"""Where a run's logs and data lie while it runs; afterwards only those of red trials are kept."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.lab.site import KEEP


@contextmanager
def folder_for_a_run() -> Iterator[Path]:
    """A fresh folder. What is left of it is said."""
    folder = Path(tempfile.mkdtemp(prefix="openday-faults-"))
    try:
        yield folder
    finally:
        if any(folder.rglob(KEEP)):
            print(f"logs of what is red: {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
