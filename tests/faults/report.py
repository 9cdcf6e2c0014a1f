"""What runs leave behind: raw results as JSON, a file for each kind of run, and the report composed of the latest.

Nothing in the report is typed by hand. A run that was red is written down like any other.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.machine import machine
from tests.faults.lab.result import Result
from tests.support.service import ROOT

FOLDER = ROOT / "docs" / "reports"
KINDS = {
    "rows": "The fault matrix",
    "matrix": "Failpoints: every place × kill, stop for 30 s, raise, delay × 1st and 3rd hit",
    "storm": "The kill storm",
}

_ABOUT = """Generated from the `faults-*.json` beside it by `python -m tests.faults`; not edited by hand. What is judged
after each trial: `tests/faults/oracle`.
"""


def keep(kind: str, command: str, results: Sequence[Result], folder: Path = FOLDER, *, anew: bool = False) -> None:
    """Write this run down and compose the report anew. `anew`: of the last run, only these trials were played again."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"faults-{kind}.json"
    told = {each.row: each.as_dict() for each in results}
    if anew and file.is_file():
        last = json.loads(file.read_text(encoding="utf-8"))
        command = f"{last['command']}; {command}"
        told = {each["row"]: each for each in last["results"]} | told
    run = {
        "command": command,
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": dict(machine()),
        "results": list(told.values()),
    }
    file.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    compose(folder)


def compose(folder: Path = FOLDER) -> None:
    """`faults.md` from the latest run of each kind."""
    runs = {kind: folder / f"faults-{kind}.json" for kind in KINDS}
    found = {kind: json.loads(file.read_text(encoding="utf-8")) for kind, file in runs.items() if file.is_file()}
    parts = [
        "# Faults\n",
        _ABOUT,
        *(_run(KINDS[kind], run) for kind, run in found.items()),
    ]
    (folder / "faults.md").write_text("\n".join(parts), encoding="utf-8")


def _run(title: str, run: Mapping[str, Any]) -> str:
    results = run["results"]
    green = sum(each["green"] for each in results)
    minutes = sum(each["seconds"] for each in results) / 60
    totals = [
        f"`{run['command']}`, ended {run['ended']}; {', '.join(f'{k}: {v}' for k, v in run['machine'].items())}.\n",
        (
            f"{len(results)} trials in {minutes:.0f} minutes, **{green} green, {len(results) - green} red**. "
            f"{_sum(results, 'kills')} kills, {_restarts(results)} restarts of services; "
            f"{_counted(results, 'acked')} commands acknowledged, {_counted(results, 'events')} facts published, "
            f"{_counted(results, 'duplicates_in_topics')} of them more than once, {_sum(results, 'parked')} parked.\n"
        ),
    ]
    head = ("trial", "seed", "acked", "refused", "facts", "twice", "parked", "dead letters", "quiet after", "verdict")
    lines = [_table(head, map(_row, results)), "What was done:\n", *map(_done, results), ""]
    return "\n".join([f"## {title}\n", *totals, *lines])


def _row(each: Mapping[str, Any]) -> tuple[str, ...]:
    counts = each["counts"]
    return (
        f"{each['row']}: {each['title']}",
        str(each["seed"]),
        *(str(counts.get(name, "–")) for name in ("acked", "rejected", "events", "duplicates_in_topics")),
        str(each["parked"]),
        str(each["dead_letters"]),
        f"{each['seconds_to_recover']:.1f} s",
        "green" if each["green"] else "**RED**",
    )


def _done(each: Mapping[str, Any]) -> str:
    wrong = [f"{point}: {one}" for point, found in each["violations"].items() for one in found[:3]]
    wrong += [*each["missed"], *([each["failure"]] if each["failure"] else [])]
    said = "; ".join(_brief(each["injected"]))
    return f"- **{each['row']}**: {said}." + "".join(f"\n  - red: {one}" for one in wrong)


def _brief(injected: Sequence[str]) -> Iterable[str]:
    return [text if times == 1 else f"{text} (× {times})" for text, times in Counter(injected).items()]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(each)} |" for each in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines]) + "\n"


def _sum(results: Sequence[Mapping[str, Any]], name: str) -> int:
    return sum(each[name] for each in results)


def _counted(results: Sequence[Mapping[str, Any]], name: str) -> int:
    return sum(each["counts"].get(name, 0) for each in results)


def _restarts(results: Sequence[Mapping[str, Any]]) -> int:
    return sum(sum(each["restarts"].values()) for each in results)
