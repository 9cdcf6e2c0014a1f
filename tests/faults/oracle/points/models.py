"""6: what readers keep of others' facts equals our own fold of the topics, document by document."""

from typing import Any

from tests.faults.oracle.findings import Verdict
from tests.faults.oracle.folds import Known, activities, instant, statistics, units
from tests.faults.oracle.quiet import READS
from tests.faults.oracle.world import World


def folded(world: World, verdict: Verdict) -> None:
    """Reporting's dossiers and statistics, feedback's registers, scoring's roll and cards, everybody's inbox."""
    found = activities(world.facts)
    _compare(
        world, verdict, "reporting", "dossier", {id_: _dossier(each) for id_, each in found.items()}, _kept_dossier
    )
    _compare(world, verdict, "feedback", "register", _registers(found), _kept_register)
    _compare(world, verdict, "scoring", "card", _cards(found), _kept_card)
    roll = {id_: _unit(fact.body, fact.sequence) for id_, fact in units(world.facts).items()}
    _compare(world, verdict, "scoring", "unit", roll, _kept_unit)
    _inboxes(world, verdict)
    _statistics(world, verdict, found)
    _sets(world, verdict, found)


def _compare(world: World, verdict: Verdict, service: str, name: str, folded_: dict[str, Any], kept_: Any) -> None:
    damaged = set(world.expected.quarantined.get(service, ()))
    states = world.states(service, name)
    for id_, fold in folded_.items():
        if id_ in damaged:
            continue
        kept = kept_(states[id_]) if id_ in states else None
        if kept is None:
            verdict.violated(6, f"{service} keeps no {name} {id_}, the topics tell of it")
            continue
        for field, value in fold.items():
            if kept[field] != value:
                verdict.violated(
                    6, f"{service}'s {name} {id_}: {field} is {_brief(kept[field])}, the topics say {_brief(value)}"
                )
    for id_ in sorted(set(states) - set(folded_)):
        verdict.violated(6, f"{service} keeps a {name} {id_} of which no topic tells")


def _dossier(known: Known) -> dict[str, Any]:
    fact = known.held or known.announced
    return {
        "title": known.announced.body["title"] if known.announced else None,
        "town": fact.body["town"] if fact else None,
        "hosts": known.hosts,
        "starts_at": known.starts_at,
        "held_at": instant(known.held.body["held_at"]) if known.held else None,
        "attended": known.held.body["attended"] if known.held else None,
        "opinions_received": bool(known.opinions),
        "nil_return_declared": known.nil_return is not None,
        "due_at": instant(known.due.body["due_at"]) if known.due else None,
        "receipt": known.filed.body["receipt"] if known.filed else None,
        "on_time": known.filed.body["on_time"] if known.filed else None,
        "publicity": sorted(each.body["publicity_id"] for each in known.publicity),
        "accepted": known.accepted is not None,
    }


def _kept_dossier(state: dict[str, Any]) -> dict[str, Any]:
    activity, holding = state["activity"] or {}, state["holding"] or {}
    deadline, filing = state["deadline"] or {}, state["filing"] or {}
    return {
        "title": activity.get("title"),
        "town": activity.get("town"),
        "hosts": list(activity.get("hosts", ())),
        "starts_at": _moment(activity.get("starts_at")),
        "held_at": _moment(holding.get("held_at")),
        "attended": holding.get("attended"),
        "opinions_received": state["opinions_received"],
        "nil_return_declared": state["nil_return_declared"],
        "due_at": _moment(deadline.get("due_at")),
        "receipt": filing.get("receipt"),
        "on_time": filing.get("on_time"),
        "publicity": sorted(state["publicity"]),
        "accepted": state["accepted_at"] is not None,
    }


def _registers(found: dict[str, Known]) -> dict[str, dict[str, Any]]:
    return {
        id_: {
            "announced": known.announced is not None,
            "lead": known.announced.body["hosts"][0]["unit_id"] if known.announced else None,
            "points": sorted(each["open_point_id"] for each in known.announced.body["open_points"])
            if known.announced
            else [],
            "held_at": instant(known.held.body["held_at"]) if known.held else None,
            "cancelled": known.cancelled is not None,
            "noted": sorted(each.body["opinion_id"] for each in known.opinions),
        }
        for id_, known in found.items()
        if known.announced or known.held or known.cancelled or known.opinions
    }


def _kept_register(state: dict[str, Any]) -> dict[str, Any]:
    activity = state["activity"] or {}
    return {
        "announced": bool(activity),
        "lead": activity.get("lead"),
        "points": sorted(each[0] for each in activity.get("points", ())),
        "held_at": _moment(state["held_at"]),
        "cancelled": state["cancelled_at"] is not None,
        "noted": sorted(state["noted"]),
    }


def _cards(found: dict[str, Known]) -> dict[str, dict[str, Any]]:
    return {
        id_: {
            "held": known.held.id if known.held else None,
            "filed": known.filed.id if known.filed else None,
            "missed": known.missed.id if known.missed else None,
            "published": sorted((each.body["publicity_id"], each.body["kind"]) for each in known.publicity),
            "overdue": sorted(each.id for each in known.overdue),
        }
        for id_, known in found.items()
        if known.held or known.filed or known.missed or known.publicity or known.overdue
    }


def _kept_card(state: dict[str, Any]) -> dict[str, Any]:
    return {
        "held": _proof(state["held"]),
        "filed": _proof(state["filed"]),
        "missed": _proof(state["filing_missed"]),
        "published": sorted((id_, each["kind"]) for id_, each in state["published"].items()),
        "overdue": sorted(state["overdue"]),
    }


def _unit(body: dict[str, Any], sequence: int) -> dict[str, Any]:
    return {"title": body["title"], "assessed": body["assessed"], "sequence": sequence}


def _kept_unit(state: dict[str, Any]) -> dict[str, Any]:
    known = state["particulars"] or {}
    return {name: known.get(name) for name in ("title", "assessed", "sequence")}


def _inboxes(world: World, verdict: Verdict) -> None:
    """Everybody has applied every aggregate up to its last fact, and nothing further."""
    last = {subject: max(each.sequence for each in facts) for subject, facts in world.facts.first.items()}
    whole = {subject for subject, facts in world.facts.first.items() if len(facts) == last[subject]}
    for service, owners in READS.items():
        inbox = world.documents.get(service, {}).get("inbox")
        if inbox is None:
            continue
        for subject in sorted(whole):
            if subject.partition(".")[0] not in owners:
                continue
            applied = inbox[subject]["applied"] if subject in inbox else 0
            if applied != last[subject]:
                verdict.violated(6, f"{service} has applied {subject} up to {applied} of {last[subject]}")


def _statistics(world: World, verdict: Verdict, found: dict[str, Known]) -> None:
    for year, shown in world.shown.statistics.items():
        now = max((instant(fact.time) for facts in world.facts.first.values() for fact in facts), default=None)
        if now is None or world.expected.quarantined.get("reporting"):
            continue
        folded_ = statistics(found, year, now)
        for place, tally in (("total", folded_["total"]), *folded_["towns"].items()):
            said = shown["total"] if place == "total" else shown["towns"].get(place, {})
            for field, value in tally.items():
                if _without_zeros(said.get(field)) != _without_zeros(value):
                    verdict.violated(
                        6, f"statistics of {year}, {place}: {field} is {said.get(field)}, the topics say {value}"
                    )


def _sets(world: World, verdict: Verdict, found: dict[str, Known]) -> None:
    """What the public interface shows of the dossiers."""
    for id_, shown in world.shown.sets.items():
        known = found.get(id_)
        if known and (shown["held_at"] is not None) != (known.held is not None):
            verdict.violated(6, f"reporting shows the activity {id_} as held at {shown['held_at']}, the topics do not")


def _proof(fact: dict[str, Any] | None) -> str | None:
    return fact["proof"]["event"] if fact else None


def _moment(text: str | None) -> Any:
    return instant(text) if text else None


def _without_zeros(counts: Any) -> Any:
    return {name: count for name, count in counts.items() if count} if isinstance(counts, dict) else counts


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) < 90 else f"{text[:90]}…"
