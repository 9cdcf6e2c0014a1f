"""python -m tests.faults.oracle where.json ledger.jsonl [expected.json]: the verdict as JSON; 1 when it is red."""

import argparse
import sys
from pathlib import Path

from tests.faults.oracle.expected import Expected
from tests.faults.oracle.verdict import judge
from tests.faults.oracle.where import Where


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.oracle", description=__doc__)
    parser.add_argument("where", type=Path)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("expected", type=Path, nargs="?")
    asked = parser.parse_args()
    verdict = judge(
        Where.read(asked.where), asked.ledger, Expected.read(asked.expected) if asked.expected else Expected()
    )
    sys.stdout.write(f"{verdict.as_json()}\n")
    return 0 if verdict.green else 1


if __name__ == "__main__":
    sys.exit(main())
