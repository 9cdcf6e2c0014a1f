"""The scorecard of every hosting unit with the lines that explain it, and those who held nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table

from deploy.data.models import UnitRegister
from deploy.demo.outcome import Outcome
from deploy.demo.tables.words import points, table


def scorecards(outcome: Outcome, units: UnitRegister) -> Iterable[Table]:
    """One table for each unit that an activity counts for."""
    for card in _hosting(outcome):
        title = f"{card['title']} · {_name_en(card, units)}   {points(card['total'])}"
        made = table(title, "项目\nrule", "分\npoints", "理由\nwhy", right=(1,))
        for line in card["lines"]:
            made.add_row(f"{line['name']}\n{line['name_en']}", points(line["points"]), _why(line, outcome.names))
        yield made


def absent(outcome: Outcome, units: UnitRegister, *, verbose: bool = False) -> Table:
    """Those who held nothing all year, in one line, or one by one."""
    hosting = {card["unit_id"] for card in _hosting(outcome)}
    cards = [card for card in outcome.scorecards if card["unit_id"] not in hosting]
    made = table("全年未开展 · No activity all year", "单位\nunit", "分\npoints", right=(1,))
    if verbose:
        for card in cards:
            made.add_row(f"{card['title']} · {_name_en(card, units)}", points(card["total"]))
    else:
        made.add_row(f"{len(cards)} 个单位 units (--verbose)", ", ".join({points(card["total"]) for card in cards}))
    return made


def _hosting(outcome: Outcome) -> Sequence[dict[str, Any]]:
    return [card for card in outcome.scorecards if any(line["rule"] == "held" for line in card["lines"])]


def _why(line: dict[str, Any], names: Mapping[str, str]) -> str:
    """In both languages, with the season's short names for ids."""
    said = f"{line['why']['zh']}\n{line['why']['en']}"
    for id_, name in names.items():
        said = said.replace(id_, name)
    return said


def _name_en(card: dict[str, Any], units: UnitRegister) -> str:
    unit = units.unit(card["unit_id"])
    return unit.name_en if unit else str(card["unit_id"])
