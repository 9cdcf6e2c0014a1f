"""4 and 9: what lies in the topics: whole and in order per aggregate, chained from the first fact to the document."""

from itertools import pairwise

from tests.faults.oracle.databases import STORES
from tests.faults.oracle.findings import Verdict
from tests.faults.oracle.world import World
from tests.outside.facts import Fact


def in_order(world: World, verdict: Verdict) -> None:
    """Per subject 1..n without a hole, first occurrences in order, n = the document's `seq`, repeats byte-identical."""
    facts = world.owned
    for subject, found in facts.first.items():
        _sequence(subject, found, verdict)
    for first, again in facts.repeats:
        if differs := _difference(first, again):
            verdict.violated(4, f"{first.id} came again with another {differs} at {again.record.place}")
    _documents(world, verdict)
    verdict.counts["events"] = sum(map(len, facts.first.values()))
    verdict.counts["duplicates_in_topics"] = len(world.facts.repeats)


def _sequence(subject: str, found: list[Fact], verdict: Verdict) -> None:
    numbers = [each.sequence for each in found]
    if missing := sorted(set(range(1, max(numbers) + 1)) - set(numbers)):
        verdict.violated(4, f"{subject} has {max(numbers)} facts, of which {_some(missing)} never came")
    if numbers != sorted(numbers):
        late = next(b for a, b in pairwise(numbers) if b < a)
        verdict.violated(4, f"{subject}: fact {late} came for the first time after a later one")
    if len({(each.record.topic, each.record.partition) for each in found}) > 1:
        verdict.violated(4, f"{subject} lies in several partitions, so its facts have no order")


def _documents(world: World, verdict: Verdict) -> None:
    known = set(world.owned.first)
    for service, collections in STORES.items():
        for name in collections:
            for id_, document in world.collection(service, name).items():
                subject = f"{service}.{name}.{id_}"
                known.discard(subject)
                found = world.owned.first.get(subject, [])
                last = max((each.sequence for each in found), default=0)
                if last != document["seq"]:
                    verdict.violated(4, f"{subject} has recorded {document['seq']} facts, the topic holds {last}")
    damaged = {id_ for ids in world.expected.quarantined.values() for id_ in ids}
    for subject in sorted(known):
        if subject.split(".", 2)[-1] not in damaged:
            verdict.violated(4, f"{subject} has facts in a topic and no document")


def chained(world: World, verdict: Verdict) -> None:
    """The digest of every fact follows from the one before; the last stands in the aggregate's document."""
    for subject, found in world.owned.first.items():
        service, name, id_ = subject.split(".", 2)
        chain = _walk(found, verdict)
        document = world.collection(service, name).get(id_)
        if document is not None and chain is not None and document["chain"] != chain:
            verdict.violated(
                9,
                f"{subject}: its document ends the chain with {_short(document['chain'])}, the topic "
                f"with {_short(chain)}",
            )


def _walk(found: list[Fact], verdict: Verdict) -> str | None:
    """The last digest; None when the chain is broken on the way."""
    chain = ""
    for each in sorted(found, key=lambda fact: fact.sequence):
        if each.chain != each.linked(chain):
            verdict.violated(9, f"{each.id} does not follow from the fact before it ({each.type})")
            return None
        chain = each.chain
    return chain


def _difference(first: Fact, again: Fact) -> str:
    one, two = first.record, again.record
    names = [
        ("key", one.key != two.key),
        ("body", one.value != two.value),
        ("headers", sorted(one.headers) != sorted(two.headers)),
    ]
    return " and ".join(name for name, differs in names if differs)


def _some(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:5])) + (" …" if len(numbers) > 5 else "")


def _short(digest: str) -> str:
    return digest[:12] or "nothing"
