"""The judge of small worlds: green for a sound one, red in the right words for each fault planted in it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.oracle.expected import Expected
from tests.faults.oracle.findings import POINTS
from tests.faults.oracle.ledger import Ledger, Request, Said, read
from tests.faults.oracle.verdict import judged
from tests.faults.oracle.world import World
from tests.faults.planted import PLANTED, letter, window
from tests.faults.small_world import ACTIVITY, small_world
from tests.outside.topics import Record


def test_a_sound_world_is_green_and_counted() -> None:
    verdict = judged(small_world())
    assert verdict.points == {name: [] for name in POINTS.values()}
    assert verdict.counts == {
        "acked": 13,
        "rejected": 1,
        "unknown": 1,
        "repeated": 2,
        "events": 17,
        "duplicates_in_topics": 0,
        "dead_letters": 0,
        "parked": 0,
    }


@pytest.mark.parametrize(("point", "plant", "words"), PLANTED, ids=[each.__name__ for _, each, _ in PLANTED])
def test_a_planted_fault_is_named_under_its_point(point: int, plant: Callable[[World], None], words: str) -> None:
    world = small_world()
    plant(world)
    verdict = judged(world)
    assert any(words in each for each in verdict.points[POINTS[point]]), verdict.as_json()


def test_every_point_has_a_planted_fault() -> None:
    assert {point for point, _, _ in PLANTED} == set(POINTS)


def test_what_was_opened_again_may_close_again() -> None:
    world = small_world()
    window(world, ("closed", {}), ("extended", {"reopened": True}), ("closed", {}))
    assert judged(world).points[POINTS[5]] == []


def test_a_repeated_record_is_counted_and_no_fault() -> None:
    world = small_world()
    world.records += [replace(each, offset=100 + each.offset) for each in world.records]
    verdict = judged(world)
    assert verdict.green, verdict.as_json()
    assert verdict.counts["duplicates_in_topics"] == 17


def test_what_a_row_injected_is_no_fault_of_the_house() -> None:
    world = small_world()
    poison = Record("small.feedback.events.v1", 0, 99, b"k", b"not json", ())
    world.records.append(poison)
    world.letters["scoring"].append(letter(poison))
    world.documents["reporting"]["dossier"][ACTIVITY]["state"]["filing"] = None
    world.expected = Expected(
        dead_letters={"scoring": 1}, origins={"scoring": [poison.place]}, quarantined={"reporting": [ACTIVITY]}
    )
    assert judged(world).green, judged(world).as_json()


def test_a_ledger_is_read_back_and_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        request = Request("registration", "POST", "/open-points/p/registrations", None, {"name": "代表"})
        ledger.asks("k1", "register", "p", request)
        ledger.heard("k1", Said("unknown", code="ReadTimeout"))
        ledger.asks("k1", "register", "p", request)
        ledger.heard("k1", Said("acked", 201, ids={"registration_id": "r"}))
        ledger.asks("k2", "register", "p", request)
    whole = ledger.path.read_text(encoding="utf-8")
    ledger.path.write_text(whole + '{"key": "k2", "ans', encoding="utf-8")
    found = read(ledger.path)
    assert [(each.tries, each.answer, each.was_unknown) for each in found.values()] == [
        (2, "acked", True),
        (1, "unknown", True),
    ]
    assert (found["k1"].request, found["k1"].settled_at) == (request, 4)
    assert json.loads(whole.splitlines()[0])["body_hash"] == request.body_hash


def test_a_ledger_torn_in_its_middle_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_text('{"key": "k1", "ans\n{}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"ledger\.jsonl:1"):
        read(file)
