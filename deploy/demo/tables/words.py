"""How values are written: heads by category, points, days; and what all tables look like."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from rich.table import Table

from deploy.data.models import Mix
from shared.time import SHANGHAI

_INSTANT = timedelta(milliseconds=1)


def table(title: str, *columns: str, right: Iterable[int] = ()) -> Table:
    """An empty table. Columns numbered in `right` hold figures; first and last give way where it is narrow."""
    made = Table(title=title, title_justify="left", title_style="bold")
    figures, giving = frozenset(right), {0, len(columns) - 1}
    for number, column in enumerate(columns):
        justify: Literal["left", "right"] = "right" if number in figures else "left"
        made.add_column(column, justify=justify, overflow="fold", no_wrap=number not in giving)
    return made


def heads(mix: Mix | None) -> str:
    """`20 (4/3/11/2)`: all, then by category."""
    if mix is None:
        return "–"
    return f"{mix.total} ({'/'.join(map(str, mix.by_category().values()))})" if mix.total else "0"


def points(thousandths: int) -> str:
    """`-2.000`."""
    whole, rest = divmod(abs(thousandths), 1000)
    return f"{'-' if thousandths < 0 else ''}{whole}.{rest:03d}"


def local(moment: datetime) -> datetime:
    """As the district reads it."""
    return moment.astimezone(SHANGHAI)


def last_day(due: datetime) -> datetime:
    """24:00 of a day is written as 0:00 of the next; people mean the day."""
    return local(due - _INSTANT)
