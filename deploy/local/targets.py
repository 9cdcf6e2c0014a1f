"""Prints the targets of a Makefile with the line that each carries after `##`. Standard library only."""

import re
import sys
from pathlib import Path

_TARGET = re.compile(r"^([\w-]+):[^#\n]*## (.+)$", re.MULTILINE)


def targets(makefile: str) -> dict[str, str]:
    """What each target does, in the file's order."""
    return dict(_TARGET.findall(makefile))


if __name__ == "__main__":
    for name, line in targets(Path(sys.argv[1]).read_text(encoding="utf-8")).items():
        if name != "help":
            print(f"make {name:10} {line}")
