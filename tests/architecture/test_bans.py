"""What ruff bans outside its home: the wall clock, the environment, print."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HANDLER = "services/registration/application/handlers/units.py"
BANNED = [
    ("TID251", HANDLER, "from datetime import UTC, datetime\n\nnow = datetime.now(UTC)\n"),
    ("TID251", HANDLER, "from datetime import datetime\n\nnow = datetime.utcnow()\n"),
    ("TID251", HANDLER, "from datetime import date\n\ntoday = date.today()\n"),
    ("TID251", HANDLER, "import time\n\nnow = time.time()\n"),
    ("TID251", HANDLER, 'import os\n\nport = os.environ["PORT"]\n'),
    ("TID251", HANDLER, 'import os\n\nport = os.getenv("PORT")\n'),
    ("TID251", "shared/storage/lane.py", "from datetime import UTC, datetime\n\nnow = datetime.now(UTC)\n"),
    ("TID251", "deploy/generate.py", "from datetime import UTC, datetime\n\nnow = datetime.now(UTC)\n"),
    ("T201", HANDLER, 'print("hello")\n'),
    ("T201", "shared/operator/desk.py", 'print("hello")\n'),
    ("DTZ001", HANDLER, "from datetime import datetime\n\nnaive = datetime(2021, 9, 1)\n"),
]
AT_HOME = [
    ("shared/time/clock.py", "from datetime import UTC, datetime\n\nnow = datetime.now(UTC)\n"),
    ("shared/settings.py", 'import os\n\nport = os.environ["PORT"]\n'),
]


def codes(file: str, source: str) -> set[str]:
    """What ruff says of `source` if it stood in `file`."""
    command = [sys.executable, "-m", "ruff", "check", "--output-format", "json", "--stdin-filename", file, "-"]
    done = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False)
    return {each["code"] for each in json.loads(done.stdout)}


@pytest.mark.parametrize(("code", "file", "source"), BANNED)
def test_a_banned_thing_is_refused(code: str, file: str, source: str) -> None:
    assert code in codes(file, source)


@pytest.mark.parametrize(("file", "source"), AT_HOME)
def test_it_is_allowed_in_its_home(file: str, source: str) -> None:
    assert "TID251" not in codes(file, source)
