"""A broken-off test run: brings a small instance up and is killed. `python -m tests.local.forsaken <folder>`."""

import os
import signal
import sys
from pathlib import Path

from tests.local.programs import small_instance

small_instance("forsaken", Path(sys.argv[1])).up()
os.kill(os.getpid(), signal.SIGKILL)
