"""`python -m tests.faults row F5 --seed 7`: one row again, by its seed; prints what happened, 1 when it is red."""

import argparse
import asyncio
import json
import sys

from tests.faults.lab.folder import folder_for_a_run
from tests.faults.lab.lab import opened
from tests.faults.lab.result import Result
from tests.faults.lab.trial import trial
from tests.faults.rows import ROWS


def main() -> int:
    """0 when everything that was asked for is green."""
    asked = _parser().parse_args()
    results = asyncio.run(asked.act(asked))
    return int(any(not each.green for each in results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    acts = parser.add_subparsers(required=True)
    row = acts.add_parser("row", help="play rows")
    row.add_argument("rows", nargs="+", choices=list(ROWS), metavar="ROW", help=" ".join(ROWS))
    row.add_argument("--seed", type=int, default=1)
    row.set_defaults(act=_rows)
    return parser


async def _rows(asked: argparse.Namespace) -> list[Result]:
    results = []
    with folder_for_a_run() as folder:
        for nodes in (1, 3):
            chosen = [ROWS[name] for name in asked.rows if ROWS[name].nodes == nodes]
            if not chosen:
                continue
            async with opened(folder / f"nodes-{nodes}", nodes) as lab:
                for row in chosen:
                    result = await trial(lab, row, asked.seed)
                    results.append(result)
                    print(json.dumps(result.as_dict(), ensure_ascii=False, indent=2), flush=True)
    return results


if __name__ == "__main__":
    sys.exit(main())
