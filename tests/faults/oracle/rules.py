"""The scoring rules, written a second time from the rulebook's words: which lines must stand for a unit, and why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.faults.oracle.folds import Known, day

LIVE = ("live_blog", "live_video")
Line = tuple[str, str, int, tuple[str, ...]]
"""(rule, subject, thousandths, evidence)"""


@dataclass(frozen=True)
class Year:
    """What the topics say of one unit in one year. `claims`: those accepted, as their own facts tell."""

    year: int
    closed: bool
    held: list[Known]
    overdue: dict[str, list[str]]
    """Opinion → the events by which it became overdue in this unit's hands."""
    claims: list[dict[str, Any]]


def lines(rulebook: dict[str, Any], year: Year) -> list[Line]:
    """All lines that stand, caps applied: by rule in the rulebook's order, then by subject."""
    earned: list[Line] = []
    bonus: list[Line] = []
    for rule in rulebook["rules"]:
        found = sorted(_of_rule(rule, rulebook, year), key=lambda line: line[1])
        (bonus if rule["kind"].startswith("bonus") else earned).extend(_capped(found, rule["cap"]))
    return earned + list(_capped(bonus, rulebook["bonus_cap"]))


def _of_rule(rule: dict[str, Any], rulebook: dict[str, Any], year: Year) -> list[Line]:
    if rule["kind"] == "fixed_if_met":
        return _fixed(rule, rulebook, year)
    return _OTHERS[rule["code"]](rule, year)


def _fixed(rule: dict[str, Any], rulebook: dict[str, Any], year: Year) -> list[Line]:
    """One line a year: met by all, or by one not met, or (None) still open, which a closed year turns into not met."""
    if not year.held:
        return []
    met, evidence = _judged(rule, rulebook, year)
    if met is None and not year.closed:
        return []
    return [(rule["code"], str(year.year), rule["points"] if met else 0, tuple(sorted(set(evidence))))]


def _judged(rule: dict[str, Any], rulebook: dict[str, Any], year: Year) -> tuple[bool | None, list[str]]:
    code, helds = rule["code"], [_id(each.held) for each in year.held]
    if code == "held":
        return (True if len(year.held) >= rulebook["required_count"] else None), helds
    if code == "opinions_answered_in_time":
        overdue = [event for events in year.overdue.values() for event in events]
        return (False, overdue) if overdue else (True, helds)
    found = [_of_activity(code, rule, each) for each in year.held]
    worst = next((each for each in (False, None) if any(met is each for met, _ in found)), True)
    return worst, [event for met, events in found if met is worst for event in events]


def _of_activity(code: str, rule: dict[str, Any], known: Known) -> tuple[bool | None, list[str]]:
    body = known.held.body if known.held else {}
    if code == "materials_in_time":
        if known.filed:
            return bool(known.filed.body["on_time"]), [_id(known.filed)]
        return (False, [_id(known.missed)]) if known.missed else (None, [_id(known.held)])
    if code == "result_published":
        found = [_id(each) for each in known.publicity if each.body["kind"] == "outcome"]
        return (True, found) if found else (None, [_id(known.held)])
    verdicts: dict[str, Callable[[], bool]] = {
        "plan_filed_before_activity": lambda: body["plan_filed_at"] < body["starts_at"],
        "announced_in_time": lambda: (
            (day(body["starts_at"]) - day(body["announced_at"])).days >= int(rule["parameters"]["lead_days"])
        ),
        "composition_met": lambda: bool(body["composition_met"]),
    }
    return verdicts[code](), [_id(known.held)]


def _absent(rule: dict[str, Any], year: Year) -> list[Line]:
    return [(rule["code"], str(year.year), rule["points"], ())] if year.closed and not year.held else []


def _late(rule: dict[str, Any], year: Year) -> list[Line]:
    found = []
    for each in year.held:
        late = each.filed is not None and not each.filed.body["on_time"]
        if late or (each.missed and not each.filed):
            evidence = sorted({_id(fact) for fact in (each.filed, each.missed) if fact})
            found.append((rule["code"], each.id, rule["points"], tuple(evidence)))
    return found


def _overdue(rule: dict[str, Any], year: Year) -> list[Line]:
    return [(rule["code"], id_, rule["points"], tuple(sorted(events))) for id_, events in year.overdue.items()]


def _case(rule: dict[str, Any], year: Year) -> list[Line]:
    mine = [each for each in year.claims if each["rule"] == rule["code"]] if year.held else []
    return [(rule["code"], each["claim_id"], rule["points"], (each["claim_id"],)) for each in mine]


def _superior(rule: dict[str, Any], year: Year) -> list[Line]:
    best: dict[str, dict[str, Any]] = {}
    for each in [each for each in year.claims if each["rule"] == rule["code"]] if year.held else []:
        subject = each["activity_id"] or str(year.year)
        if subject not in best or _worth(rule, each) > _worth(rule, best[subject]):
            best[subject] = each
    return [(rule["code"], at, rule["levels"][each["level"]], (each["claim_id"],)) for at, each in best.items()]


def _stream(rule: dict[str, Any], year: Year) -> list[Line]:
    found = []
    for each in year.held:
        events = sorted({_id(fact) for fact in each.publicity if fact.body["kind"] in LIVE})
        if events:
            found.append((rule["code"], each.id, rule["points"], tuple(events)))
    return found


def _worth(rule: dict[str, Any], claim: dict[str, Any]) -> tuple[int, str]:
    return rule["levels"][claim["level"]], claim["claim_id"]


_OTHERS: dict[str, Callable[[dict[str, Any], Year], list[Line]]] = {
    "absent_all_year": _absent,
    "materials_late": _late,
    "opinion_overdue": _overdue,
    "replicable_case": _case,
    "superior_publication": _superior,
    "live_stream": _stream,
}


def _capped(found: Iterable[Line], cap: int | None) -> Iterable[Line]:
    """The line that crosses the cap is cut to what is left; those after it stand with nothing."""
    left = cap
    for rule, subject, points, evidence in found:
        if left is None:
            yield rule, subject, points, evidence
            continue
        taken = min(left, abs(points))
        left -= taken
        yield rule, subject, taken if points > 0 else -taken, evidence


def _id(fact: Any) -> str:
    return str(fact.id)
