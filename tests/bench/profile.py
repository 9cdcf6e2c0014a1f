"""Profiles as excerpts for the report: where a program's own time went."""

import io
import pstats
from pathlib import Path

LINES = 18


def excerpt(profile: Path) -> str:
    """The functions with most time of their own, as a fenced block; paths shortened."""
    out = io.StringIO()
    pstats.Stats(str(profile), stream=out).strip_dirs().sort_stats("tottime").print_stats(LINES)
    told = [each.rstrip() for each in out.getvalue().splitlines() if each.strip()]
    table = next(number for number, each in enumerate(told) if "ncalls" in each)
    return "\n".join(["```text", told[1].strip(), *told[table:], "```"])
