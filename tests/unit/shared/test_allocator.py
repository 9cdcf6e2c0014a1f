"""What a process has freed goes back to the system; tried in processes of their own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOLES = """
import sys, threading
from pathlib import Path
from shared.runtime.allocator import frugal
if sys.argv[1] == "frugal":
    assert frugal()
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 1024**2
before = resident()
bytes(4 * 1024**2)  # from now on a heedless library keeps blocks up to this size
def work():
    kept = []
    for _ in range(60):
        large = bytearray(1024**2)
        kept.append(bytearray(600))  # what lives on lies behind the hole
        del large
    blocks = [bytearray(1024**2 - 4096) for _ in range(40)]
    kept.append(bytearray(600))
    del blocks
    return kept
holders = []
def run():
    holders.append(work())
for _ in range(3):
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
print(resident() - before)
"""


def _grown_by(how: str) -> int:
    """MB that a process holds after large blocks came and went."""
    told = subprocess.run(
        [sys.executable, "-c", HOLES, how], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return int(told.stdout)


def test_large_blocks_that_were_freed_are_gone() -> None:
    assert _grown_by("frugal") < 4 < _grown_by("heedless")
