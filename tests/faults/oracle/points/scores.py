"""7 and 10: scores recomputed to the integer, conserved from facts to ledgers to scorecards; replays alike."""

import json
from collections import Counter, defaultdict
from typing import Any

from tests.faults.oracle import accounts
from tests.faults.oracle.findings import Verdict
from tests.faults.oracle.folds import Known, activities, last_day, units
from tests.faults.oracle.rules import Line, Year, lines
from tests.faults.oracle.world import World


def conserved(world: World, verdict: Verdict) -> None:
    """Ledger lines ↔ facts of scoring ↔ scorecards, each entry once and with the same points."""
    told: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for each in world.owned.named("scoring", "score-entered", "score-reversed"):
        told[each.body["unit_id"], each.body["year"]].append(each)
    cards = {(each["unit_id"], year): each for year, all_ in world.shown.scorecards.items() for each in all_}
    for id_, state in world.states("scoring", "account").items():
        key = state["unit_id"], state["year"]
        ledger = accounts.entries(state)
        entries = Counter(_entry(each) for each in ledger)
        said = Counter(_told(each.body) for each in told.pop(key, []))
        for entry in (entries - said) + (said - entries):
            verdict.violated(
                7, f"account {id_}: entry {entry} stands {entries[entry]} times and was told {said[entry]}"
            )
        total, standing = sum(each["line"]["points"] for each in ledger), _standing(ledger)
        if Counter(standing) != Counter(map(_line, accounts.kept(state))):
            verdict.violated(7, f"account {id_}: the lines that it keeps are not those that stand in its ledger")
        if sum(each[2] for each in standing) != total:
            verdict.violated(
                7,
                f"account {id_}: its standing lines sum to {sum(each[2] for each in standing)}, its ledger to {total}",
            )
        if card := cards.get(key):
            _card(id_, card, standing, total, verdict)
    for (unit, year), found in told.items():
        if not any(id_ == f"{unit}-{year}" for id_ in world.expected.quarantined.get("scoring", ())):
            verdict.violated(7, f"{len(found)} entries of {unit} in {year} were told, and there is no account")


def recomputed(world: World, verdict: Verdict) -> None:
    """Every scorecard from the raw facts of the topics, by rules of our own."""
    found, roll = activities(world.facts), units(world.facts)
    for year, cards in world.shown.scorecards.items():
        rulebook, closed = world.shown.rulebooks[year], world.shown.periods[year]["state"] != "open"
        if {each["unit_id"] for each in cards} != {id_ for id_, fact in roll.items() if fact.body["assessed"]}:
            verdict.violated(7, f"scorecards of {year} are of {len(cards)} units, assessed are {len(roll)}")
        for card in cards:
            unit = card["unit_id"]
            wanted = lines(rulebook, _year(world, found, unit, year, closed=closed))
            shown = [(each["rule"], each["subject"], each["points"], tuple(each["evidence"])) for each in card["lines"]]
            for line in sorted(set(wanted) ^ set(shown)):
                where = "must stand and does not" if line in wanted else "stands and must not"
                verdict.violated(7, f"scorecard of {unit} in {year}: {line[0]} of {line[1]} with {line[2]} {where}")
            if sum(each[2] for each in wanted) != card["total"]:
                total = sum(each[2] for each in wanted)
                verdict.violated(7, f"scorecard of {unit} in {year} says {card['total']}, recomputed is {total}")


def replayed(world: World, verdict: Verdict) -> None:
    """A second scoring, fed by the topics alone, shows the same scorecards to the byte."""
    if world.shown.replayed is None:
        return
    for year, kept in world.shown.scorecards.items():
        again = {each["unit_id"]: each for each in world.shown.replayed.get(year, [])}
        for card in kept:
            twin = again.pop(card["unit_id"], None)
            if twin is None or _canonical(twin) != _canonical(card):
                said = f"{twin['total']} ({twin['digest'][:12]})" if twin else "nothing"
                verdict.violated(
                    10,
                    f"scorecard of {card['unit_id']} in {year}: {card['total']} ({card['digest'][:12]}) "
                    f"live, {said} in the replay",
                )
        for unit in again:
            verdict.violated(10, f"the replay has a scorecard of {unit} in {year} that the first has not")


def _year(world: World, found: dict[str, Known], unit: str, year: int, *, closed: bool) -> Year:
    held = [each for each in found.values() if each.held and each.year == year and unit in _credited(each)]
    overdue: dict[str, list[str]] = defaultdict(list)
    for each in found.values():
        for fact in each.overdue:
            counts_in = each.year if each.held else last_day(fact.body["reply_by"]).year
            if fact.body["unit_id"] == unit and counts_in == year:
                overdue[fact.body["opinion_id"]].append(fact.id)
    accepted = world.facts.named("scoring", "bonus-decided")
    claims = {each.body["claim_id"]: each.body for each in world.facts.named("scoring", "bonus-claimed")}
    mine = [
        {**claims[each.body["claim_id"]], "level": each.body["level"]}
        for each in accepted
        if each.body["accepted"] and (each.body["unit_id"], each.body["year"]) == (unit, year)
    ]
    return Year(year, closed, sorted(held, key=lambda each: each.id), dict(overdue), mine)


def _credited(known: Known) -> set[str]:
    """Each assessed host, and for one that is not assessed the unit that guides it."""
    hosts = known.held.body["hosts"] if known.held else []
    return {each["unit_id"] if each["assessed"] else each["supervising_unit_id"] for each in hosts}


def _card(id_: str, card: dict[str, Any], standing: list[Line], total: int, verdict: Verdict) -> None:
    shown = [(each["rule"], each["subject"], each["points"], tuple(each["evidence"])) for each in card["lines"]]
    if card["total"] != total or sum(each[2] for each in shown) != total:
        verdict.violated(7, f"account {id_}: its ledger sums to {total}, its scorecard shows {card['total']}")
    if Counter(shown) != Counter(standing):
        verdict.violated(
            7, f"account {id_}: {len(standing)} lines stand in the ledger, the scorecard shows {len(shown)} or others"
        )


def _standing(entries: list[dict[str, Any]]) -> list[Line]:
    back = {each["reverses"] for each in entries}
    return [_line(each["line"]) for each in entries if each["reverses"] is None and each["number"] not in back]


def _line(line: dict[str, Any]) -> Line:
    return line["rule"], line["subject"], line["points"], tuple(line["evidence"])


def _entry(entry: dict[str, Any]) -> tuple[Any, ...]:
    line = entry["line"]
    return entry["number"], entry["reverses"], line["rule"], line["subject"], line["points"]


def _told(body: dict[str, Any]) -> tuple[Any, ...]:
    return body["entry"], body.get("reverses"), body["rule"], body["subject"], body["points"]


def _canonical(card: dict[str, Any]) -> str:
    return json.dumps(card, sort_keys=True, ensure_ascii=False)
