"""What counts as a prefix between two commands, what a log must be, what an activity says of its open points."""

import json
import sys
from dataclasses import replace

import pytest

from tests.history.history import History
from tests.unit.history.logs import (
    ACTIVITY,
    DEPUTY,
    POINT,
    RESIDENT,
    Log,
    closes,
    leaves,
    locked,
    locks,
    opened,
    person,
    seated,
    sits,
    waits,
)


def test_a_seat_may_be_free_within_a_command_and_not_between_two() -> None:
    together = seated("r1", "r2", cap=2).tell(waits("r3")).tell(leaves("r1"), sits("r3", "promotion")).judged()
    apart = seated("r1", "r2", cap=2).tell(waits("r3")).tell(leaves("r1")).tell(sits("r3", "promotion")).judged()
    assert (together.word, together.counts["prefixes"], together.counts["commands"]) == ("sound", 6, 5)
    assert (apart.red, apart.counts["commands"]) == (["idle-seat"], 6)
    [finding] = apart.findings
    assert (finding.sequence, finding.kind, finding.point) == (5, "representative-cancelled", POINT)
    assert "offset" not in str(finding)
    assert finding.place == "t.registration.events.v1/0/4"
    assert "r3 confirmed" in finding.expected


def test_the_first_fault_of_a_kind_is_told_and_the_others_are_counted() -> None:
    verdict = seated(*(f"r{number}" for number in range(8)), cap=4).judged()
    [finding] = verdict.findings
    assert (finding.invariant, finding.sequence, finding.more) == ("cap", 6, 3)
    assert "3 times after it" in str(verdict)


def test_machines_are_told_the_same() -> None:
    verdict = seated("r1", "r1").judged()
    told = json.loads(verdict.as_json())
    assert (told["verdict"], told["red"]) == ("unsound", ["one-place"])
    assert told["findings"][0]["event"] == f"registration.roster.{POINT}-3"
    assert told["counts"]["facts"] == 3


def test_repeats_are_counted_and_no_fault() -> None:
    log = locked("r1", "d1")
    verdict = log.with_repeats().judged()
    assert (verdict.word, verdict.counts["repeats"]) == ("sound", len(log.records))
    assert verdict.counts["facts"] == len(log.records)


def test_a_hole_in_the_log_is_a_loss_and_ends_the_judgement_of_its_point() -> None:
    verdict = locked("r1", "d1").without(3).judged()
    assert (verdict.red, verdict.unjudged) == (["log"], {POINT: "its facts 3 to 3 are not in the topic"})


def test_a_beginning_that_the_topic_has_forgotten_is_said_and_no_fault() -> None:
    verdict = locked("r1", "d1").without(1).judged()
    assert (verdict.red, verdict.word, verdict.exit_code) == ([], "incomplete", 2)
    assert "facts 1 to 1 are not in the topic" in str(verdict)


def test_nothing_is_said_to_be_nothing() -> None:
    verdict = Log().judged()
    assert (verdict.word, verdict.exit_code) == ("empty", 2)
    assert "nothing was checked" in str(verdict)


def test_a_chain_that_does_not_follow_is_told() -> None:
    log = seated("r1")
    record = log.records[1]
    log.records[1] = replace(record, headers=(*record.headers, ("ce_chain", b"0" * 64)))
    assert log.judged().red == ["log"]


def test_what_is_no_fact_is_counted_apart() -> None:
    log = seated("r1")
    log.records.append(replace(log.records[0], value=b"<xml/>", offset=9))
    verdict = log.judged()
    assert (verdict.word, verdict.counts["unreadable"]) == ("sound", 1)


def test_a_kind_that_is_unknown_is_said() -> None:
    verdict = seated("r1").tell(("point-repainted", {})).judged()
    assert (verdict.word, dict(verdict.unknown)) == ("sound", {"point-repainted": 1})
    assert "1 x point-repainted" in str(verdict)


def test_one_activity_alone_can_be_judged() -> None:
    log = seated("r1").tell(opened(2), point="point-b", activity="activity-b")
    history = History(only="activity-b")
    history.take(log.records)
    verdict = history.verdict()
    assert (list(history.points), verdict.counts["facts"]) == (["point-b"], 1)


def test_a_registration_lives_at_one_open_point() -> None:
    verdict = seated("r1").tell(opened(2), point="point-b").tell(sits("r1"), point="point-b").judged()
    assert verdict.red == ["one-place"]
    assert POINT in verdict.findings[0].expected


@pytest.mark.parametrize(
    ("attended", "confirmed", "met", "red"),
    [
        ({RESIDENT: 1}, {RESIDENT: 1, DEPUTY: 1}, True, []),
        ({RESIDENT: 1, DEPUTY: 0}, {RESIDENT: 1, DEPUTY: 1}, True, []),
        ({RESIDENT: 2}, {RESIDENT: 1, DEPUTY: 1}, True, ["counts"]),
        ({RESIDENT: 1}, {RESIDENT: 1}, True, ["counts"]),
        ({RESIDENT: 1}, {RESIDENT: 1, DEPUTY: 1}, False, ["counts"]),
    ],
)
def test_a_held_activity_says_what_its_open_points_add_up_to(
    attended: dict[str, int], confirmed: dict[str, int], *, met: bool, red: list[str]
) -> None:
    log = locked("r1", "d1").announce(cap=6).tell(person("checked-in", "r1"))
    # aggregates have no order among one another: the activity may be heard before its open point
    log.of_activity("activity-held", attended=attended, confirmed=confirmed, composition_met=met)
    log.tell(person("absent", "d1"))
    assert log.judged().red == red


def test_a_held_activity_leaves_nobody_neither_here_nor_absent() -> None:
    log = locked("r1", "d1").tell(person("checked-in", "r1"))
    counts = {RESIDENT: 1, DEPUTY: 1}
    log.of_activity("activity-held", attended={RESIDENT: 1}, confirmed=counts, composition_met=True)
    assert log.judged().red == ["transition"]


def test_what_was_announced_was_opened_as_announced() -> None:
    assert seated("r1").announce(cap=6).judged().word == "sound"
    assert seated("r1").announce(cap=7).judged().red == ["cap"]
    assert seated("r1").announce(cap=6, points=(POINT, "point-b")).judged().red == ["log"]


def test_a_log_four_times_as_long_costs_four_times_as_much() -> None:
    """Counted in calls, not in seconds: people who wait, and leave the queue from its far end."""

    def calls(people: int) -> int:
        log = seated("r1", cap=1)
        for number in range(people):
            log.tell(waits(f"r-{number}", number + 1))
        for number in reversed(range(people)):
            log.tell(leaves(f"r-{number}", "waitlisted"))
        log.tell(closes()).tell(locks(r=1))
        counted = 0

        def count(_frame: object, event: str, _argument: object) -> None:
            nonlocal counted
            counted += event == "call"

        sys.setprofile(count)
        try:
            verdict = log.judged()
        finally:
            sys.setprofile(None)
        assert verdict.word == "sound"
        return counted

    assert calls(400) < 4.1 * calls(100)


def test_facts_of_the_activity_alone_are_no_open_point() -> None:
    log = Log().of_activity("activity-announced", open_points=[])
    verdict = log.judged()
    assert (verdict.word, verdict.counts["activities"], ACTIVITY in str(verdict)) == ("empty", 1, False)
