"""Reads records once, in the order of the topic; folds each open point and judges every prefix on the way.

Linear in the number of events: a fact costs a few counters, and the head of each category's queue (whoever has left a
queue is dropped from it once). Only the applicants of a draw are sorted: when it is committed to, and when revealed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tests.history import activities, draws, point, rules
from tests.history.activities import Activity, announced_as_opened, held_as_counted
from tests.history.findings import Broken, Finding, Verdict
from tests.history.point import Point
from tests.history.public import View, differences
from tests.outside.facts import Fact, read
from tests.outside.topics import Record

Head = tuple[int, str]  # sequence and digest of the fact that came last
PROVEN = draws.KNOWN - {None}


class History:
    """Of one installation, or of the activity `only`."""

    def __init__(self, only: str | None = None) -> None:
        self.points: dict[str, Point] = {}
        self._only = only
        self._activities: dict[str, Activity] = {}
        self._heads: dict[str, Head] = {}
        self._holders: dict[str, str] = {}
        self._views: dict[str, View | None] = {}
        self._found: dict[tuple[str, str], Finding] = {}
        self._verdict = Verdict()

    # the log

    def take(self, records: Iterable[Record]) -> None:
        """More of the topic, per partition in order; may be called again with what came since."""
        for record in records:
            fact = read(record)
            self._verdict.counts["records"] += 1
            if fact is None or fact.owner != "registration":
                self._verdict.counts["unreadable"] += 1
            elif self._only in (None, fact.body.get("activity_id")):
                self._route(fact)
        for id_ in list(self._views):
            self._match(id_)

    def _route(self, fact: Fact) -> None:
        if name := activities.KINDS.get(fact.name):
            setattr(self._activity(str(fact.body.get("activity_id"))), name, fact)
        elif fact.name not in activities.OF_NO_POINT and (id_ := fact.body.get("open_point_id")):
            mine = self.points.setdefault(id_, Point(id_, str(fact.body.get("activity_id"))))
            if self._is_next(mine, fact):
                self._judge(mine, fact)

    def _activity(self, id_: str) -> Activity:
        return self._activities.setdefault(id_, Activity(id_))

    def _is_next(self, mine: Point, fact: Fact) -> bool:
        """Repeats are no fault. Where a fact is missing nothing after it can be judged."""
        sequence, chain = self._heads.get(fact.subject, (0, ""))
        if fact.sequence <= sequence:
            self._verdict.counts["repeats"] += 1
            return False
        if mine.id in self._verdict.unjudged:
            return False
        if fact.sequence > sequence + 1:
            self._verdict.unjudged[mine.id] = f"its facts {sequence + 1} to {fact.sequence - 1} are not in the topic"
            if sequence:  # the beginning may be older than what the topic keeps; a hole is a loss
                self._note(mine, fact, [Broken("log", f"fact {sequence + 1}", f"fact {fact.sequence}")])
            return False
        if (fact.chain or chain) and fact.chain != fact.linked(chain):
            self._note(mine, fact, [Broken("log", "a digest that follows from the fact before", fact.chain or "none")])
        self._heads[fact.subject] = fact.sequence, fact.chain
        return True

    # judging

    def _judge(self, mine: Point, fact: Fact) -> None:
        if mine.last and mine.last.stamp != fact.stamp:
            self._between(mine, mine.last)
        try:
            broken = [each for rule in rules.BEFORE for each in rule(mine, fact)]
            mine.fold(fact)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            broken = [_unreadable(error)]
            self._verdict.unjudged[mine.id] = f"its fact {fact.sequence} cannot be read"
        else:
            broken += [each for rule in rules.AFTER for each in rule(mine, fact)]
            broken += self._held_elsewhere(mine, fact)
        self._note(mine, fact, broken)
        self._verdict.counts.update(facts=1, prefixes=1)
        if fact.name not in point.KINDS:
            self._verdict.unknown[fact.name] += 1
        if fact.name == "draw-committed" and fact.body.get("algorithm") not in draws.KNOWN:
            self._verdict.unknown[f"draw by {fact.body['algorithm']}"] += 1

    def _held_elsewhere(self, mine: Point, fact: Fact) -> Iterator[Broken]:
        if (id_ := fact.body.get("registration_id")) and (holder := self._holders.setdefault(id_, mine.id)) != mine.id:
            yield Broken("one-place", f"registration {id_} at open point {holder} alone", f"at {mine.id}, too")

    def _between(self, mine: Point, last: Fact) -> None:
        """The prefix that ends here is one that the next command met."""
        self._verdict.counts["commands"] += 1
        self._note(mine, last, [each for rule in rules.BETWEEN for each in rule(mine)])
        if mine.id in self._views:
            self._match(mine.id)

    def _note(self, mine: Point, fact: Fact, broken: Iterable[Broken]) -> None:
        for each in broken:
            self._keep(each, mine.activity, mine.id, fact)

    def _keep(self, broken: Broken, activity: str, point_id: str, fact: Fact | None) -> None:
        """The first of a kind at a point is told, the others are counted."""
        kept = self._found.get((point_id or activity, broken.invariant))
        if kept:
            kept.more += 1
            return
        event, kind, sequence, place = (
            (fact.id, fact.name, fact.sequence, fact.record.place) if fact else ("", "", 0, "")
        )
        finding = Finding(
            broken.invariant, activity, point_id, event, kind, sequence, place, broken.expected, broken.found
        )
        self._found[point_id or activity, broken.invariant] = finding

    # the public view

    def show(self, views: Mapping[str, View | None]) -> None:
        """What the public sees of open points, read after everything that was taken so far.

        A view is right when it equals some prefix from here on: the log may be a little behind the answer, and people
        may go on registering.
        """
        self._views.update({id_: view for id_, view in views.items() if id_ not in self._verdict.unjudged})
        for id_ in list(self._views):
            self._match(id_)

    def _match(self, id_: str) -> None:
        mine = self.points.get(id_)
        if mine and not list(differences(self._views[id_], mine, self._activity(mine.activity))):
            del self._views[id_]
            self._verdict.counts["views"] += 1

    # the proofs of draws

    @property
    def with_proof(self) -> list[str]:
        """Open points whose draw anybody can ask a proof of, by now."""
        return sorted(each.id for each in self._whole() if each.commit and each.commit.get("algorithm") in PROVEN)

    def prove(self, proofs: Mapping[str, draws.Proof | None]) -> None:
        """Proofs, asked for after everything that was taken so far."""
        for id_, proof in proofs.items():
            mine = self.points[id_]
            try:
                broken = list(draws.proven(mine, proof))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                broken = [Broken("draw", "a proof that can be read", f"{type(error).__name__}: {error}")]
            for each in broken:
                self._keep(each, mine.activity, id_, None)
            self._verdict.counts["proofs"] += 1

    # the end

    @property
    def unlike(self) -> list[str]:
        """Open points whose view equals no prefix yet."""
        return sorted(self._views)

    @property
    def settled(self) -> bool:
        """Whether nothing is left that more of the log might mend: half a command, a view, an activity's sums."""
        waits = any(list(rule(each)) for each in self._whole() for rule in rules.BETWEEN)
        return not (self._views or waits or list(self._sums()))

    def _whole(self) -> list[Point]:
        return [each for each in self.points.values() if each.id not in self._verdict.unjudged]

    def verdict(self) -> Verdict:
        """After the last record; once."""
        for each in self._whole():
            if each.last:
                self._between(each, each.last)
        for told, broken in self._sums():
            self._keep(broken, str(told.body.get("activity_id")), "", told)
        for id_, view in self._views.items():
            self._unlike(id_, view)
        self._verdict.findings = list(self._found.values())
        self._verdict.counts["activities"] = len(self._activities)
        self._verdict.counts["open_points"] = len(self.points)
        return self._verdict

    def _sums(self) -> Iterator[activities.Told]:
        by_activity: dict[str, dict[str, Point]] = defaultdict(dict)
        for mine in self.points.values():
            by_activity[mine.activity][mine.id] = mine
        for each in self._activities.values():
            points = by_activity[each.id]
            try:
                yield from announced_as_opened(each, points)
                if not self._verdict.unjudged.keys() & points.keys():
                    yield from held_as_counted(each, points)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                told = each.held or each.announced
                if told:
                    yield told, _unreadable(error)

    def _unlike(self, id_: str, view: View | None) -> None:
        mine = self.points.get(id_)
        if mine is None:
            activity = str(view["activity_id"]) if view else ""
            self._keep(Broken("public-view", "no open point: no fact tells of it", "one is shown"), activity, id_, None)
            return
        unlike = list(differences(view, mine, self._activity(mine.activity)))
        expected, found = "; ".join(each for each, _ in unlike), "; ".join(each for _, each in unlike)
        self._keep(Broken("public-view", expected, found), mine.activity, id_, None)


def _unreadable(error: Exception) -> Broken:
    return Broken("log", "a body of its contract", f"{type(error).__name__}: {error}")
