"""`python -m tests.bench [k1 k2 …]`: measures, prints, and after a full run writes the report and its history line.

Exit code 0 also when a goal is missed: this is a measurement. 1 when an answer was not the expected one; then nothing
is written, because what was measured meanwhile is worth nothing.
"""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.bench import report
from tests.bench.figures import Measure, Measured, Scale, Unexpected
from tests.bench.machine import machine, now, revision
from tests.bench.measures import MEASURES
from tests.bench.programs import ROOT

REPORTS = ROOT / "docs" / "reports"


def main(arguments: Sequence[str], measures: dict[str, Measure] = MEASURES) -> int:
    """Every measure named, or all."""
    chosen = _parser(measures).parse_args(arguments)
    wanted = [measures[each] for each in chosen.measures or measures]
    scale = Scale(quick=chosen.quick)
    try:
        results = [(each, _measured(each, scale, explain=not chosen.plain)) for each in wanted]
    except Unexpected as wrong:
        print(f"Nothing is reported, an answer was wrong: {wrong}", file=sys.stderr)
        return 1
    if not chosen.measures and (chosen.out or not chosen.quick):
        folder = chosen.out or REPORTS
        report.write(
            folder, results, date=now(), revision=revision(), machine=machine(), command="python -m tests.bench"
        )
        print(f"written: {folder / report.REPORT}")
    return 0


def _measured(measure: Measure, scale: Scale, *, explain: bool) -> Measured:
    begun = time.monotonic()
    measured = measure.run(scale)
    print(f"{measure.key} {measure.title} ({time.monotonic() - begun:.0f} s)", flush=True)
    for each in measured.figures:
        print("   ", " | ".join(report.row(each)), flush=True)
    for note in measured.notes:
        print("   ", note, flush=True)
    if explain and measure.explain and not measured.met and not scale.quick:
        measured = replace(measured, why=measure.explain())
    return measured


def _parser(measures: dict[str, Measure]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Speed, measured side by side.")
    parser.add_argument("measures", nargs="*", choices=[*measures, []], metavar="measure", help=" ".join(measures))
    parser.add_argument("--quick", action="store_true", help="try the harness itself; the figures say nothing of speed")
    parser.add_argument("--plain", action="store_true", help="no profile of what misses its goal")
    parser.add_argument("--out", type=Path, help="folder of the report instead of docs/reports")
    return parser


if __name__ == "__main__":
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # says of each fresh topic that it has no leader yet
    sys.exit(main(sys.argv[1:]))
