"""The fault lab by hand.

    python -m tests.faults row F5 --seed 7      rows again, by their seed; prints what happened
    python -m tests.faults rows                 every row, also the long ones and those with three brokers
    python -m tests.faults rows F20             this one anew, in the place of its last result
    python -m tests.faults matrix               every failpoint × action × hit
    python -m tests.faults storm --kills 1040   the kill storm
    python -m tests.faults all                  these three
    python -m tests.faults report               docs/reports/faults.md from the latest results

1 when anything is red. `rows`, `matrix` and `storm` write their results to docs/reports when they were whole.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from tests.faults.lab.folder import folder_for_a_run
from tests.faults.lab.go import why_not
from tests.faults.lab.lab import opened
from tests.faults.lab.result import Result
from tests.faults.lab.trial import Row, trial
from tests.faults.matrix import matrix
from tests.faults.report import compose, keep
from tests.faults.rows import ROWS
from tests.faults.storm import storm

WHOLE_STORM = 1000


def main() -> int:
    """0 when everything that was asked for is green."""
    asked = _parser().parse_args()
    if asked.act is None:
        compose()
        return 0
    results: list[Result] = asyncio.run(asked.act(asked))
    for each in results:
        print(f"{each.row} seed {each.seed}: {'green' if each.green else 'RED'}\n{each.why}".strip(), flush=True)
    return int(not results or any(not each.green for each in results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    acts = parser.add_subparsers(required=True, metavar="act")
    seeded = argparse.ArgumentParser(add_help=False)
    seeded.add_argument("--seed", type=int, default=1)
    row = acts.add_parser("row", parents=[seeded], help="some rows, in full words")
    row.add_argument("rows", nargs="+", choices=list(ROWS), metavar="ROW", help=" ".join(ROWS))
    row.set_defaults(act=_row)
    rows = acts.add_parser("rows", parents=[seeded], help="every row, or some of them anew, for the report")
    rows.add_argument("rows", nargs="*", choices=list(ROWS), metavar="ROW", help="these; the others stay as they were")
    rows.set_defaults(act=_rows)
    places = acts.add_parser("matrix", parents=[seeded], help="every failpoint")
    places.add_argument("--cases", type=int, help="only so many of each service, and no report")
    places.set_defaults(act=_matrix)
    kills = acts.add_parser("storm", parents=[seeded], help="random kills of services and engines")
    kills.add_argument("--kills", type=int, default=1040, help=f"a report from {WHOLE_STORM} on (default: %(default)s)")
    kills.set_defaults(act=_storm)
    acts.add_parser("all", help="rows, matrix and storm; an hour").set_defaults(act=_all)
    acts.add_parser("report", help="compose the report anew").set_defaults(act=None)
    return parser


async def _row(asked: argparse.Namespace) -> list[Result]:
    results = await _play([ROWS[name] for name in asked.rows], asked.seed)
    print(json.dumps([each.as_dict() for each in results], ensure_ascii=False, indent=2), flush=True)
    return results


async def _rows(asked: argparse.Namespace) -> list[Result]:
    results = await _play([ROWS[name] for name in asked.rows or ROWS], asked.seed)
    command = " ".join(["python -m tests.faults rows", *asked.rows, f"--seed {asked.seed}"])
    keep("rows", command, results, anew=bool(asked.rows))
    return results


async def _matrix(asked: argparse.Namespace) -> list[Result]:
    with folder_for_a_run() as folder:
        async with opened(folder) as lab:
            results = await matrix(lab, asked.seed, at_most=asked.cases)
    if asked.cases is None:
        keep("matrix", f"python -m tests.faults matrix --seed {asked.seed}", results)
    return results


async def _storm(asked: argparse.Namespace) -> list[Result]:
    with folder_for_a_run() as folder:
        async with opened(folder) as lab:
            results = await storm(lab, asked.kills, asked.seed)
    if sum(each.kills for each in results) >= WHOLE_STORM:
        keep("storm", f"python -m tests.faults storm --kills {asked.kills} --seed {asked.seed}", results)
    return results


async def _all(_: argparse.Namespace) -> list[Result]:
    acts = (["rows"], ["matrix"], ["storm"])
    return [each for words in map(_parser().parse_args, acts) for each in await words.act(words)]


async def _play(rows: Sequence[Row], seed: int) -> list[Result]:
    """Each on a district of its own, those with one broker first."""
    results = []
    with folder_for_a_run() as folder:
        for nodes in (1, 3):
            chosen = [each for each in rows if each.nodes == nodes and _possible(each)]
            if chosen:
                async with opened(folder / f"nodes-{nodes}", nodes) as lab:
                    results += [await trial(lab, each, seed) for each in chosen]
    return results


def _possible(row: Row) -> bool:
    if row.proxied and why_not():
        print(f"{row.name} is left out: {why_not()}", flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
