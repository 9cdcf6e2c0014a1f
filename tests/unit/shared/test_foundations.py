"""Ids, commands, actors, forks, dispatch, dead letters' words."""

import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aggregate import Aggregate, fork
from shared.commands import PUBLIC, SYSTEM, Actor, Command, Once
from shared.dispatch import Dispatcher
from shared.errors import Conflict, Forbidden, Unavailable
from shared.events.envelope import Envelope, Malformed
from shared.ids import derived_id, new_id, readable_code
from shared.messaging.dead_letters import DeadLetter, dead_letter
from shared.messaging.ports import Received
from shared.metrics import Metrics
from shared.operator.words import age, readable, table, whole
from tests.support.events import message


def test_new_ids_are_version_seven_unique_and_in_order_of_time() -> None:
    ids = [new_id() for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert {uuid.UUID(each).version for each in ids} == {7}
    milliseconds = [uuid.UUID(each).int >> 80 for each in ids]
    assert milliseconds == sorted(milliseconds)
    assert abs(milliseconds[-1] - time.time_ns() // 1_000_000) < 10_000


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_a_derived_id_depends_on_its_parts_alone(one: list[str], other: list[str]) -> None:
    assert uuid.UUID(derived_id(*one)).version == 8
    if "\x1f" not in "".join(one + other):
        assert (derived_id(*one) == derived_id(*other)) == (one == other)


def test_a_readable_code_is_the_same_for_one_subject_and_needs_the_secret() -> None:
    assert readable_code(b"s" * 32, "a") == readable_code(b"s" * 32, "a")
    assert readable_code(b"s" * 32, "a") != readable_code(b"S" * 32, "a")
    codes = {readable_code(b"s" * 32, str(number)) for number in range(3000)}
    assert len(codes) == 3000
    assert all(len(each) == 8 and not set(each) & set("01OIL") for each in codes)


def test_a_command_names_what_it_creates_the_same_when_it_is_repeated() -> None:
    once = Command[None](actor=PUBLIC, once=Once("key", "digest"))
    again = Command[None](actor=PUBLIC, once=Once("key", "digest"))
    assert once.new_id("registration") == again.new_id("registration") != once.new_id("receipt")
    assert Command[None](actor=PUBLIC).new_id("x") != Command[None](actor=PUBLIC).new_id("x")


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [
        (Actor("clerk", frozenset({"unit_clerk"}), frozenset({"jyj"})), True),
        (Actor("clerk", frozenset({"unit_clerk"}), frozenset({"wjw"})), False),
        (Actor("office", frozenset({"office"})), True),
        (SYSTEM, True),
        (PUBLIC, False),
    ],
)
def test_an_actor_acts_for_its_own_units_or_for_the_district(actor: Actor, allowed: bool) -> None:  # noqa: FBT001
    if allowed:
        actor.must_act_for("jyj", "other")
    else:
        with pytest.raises(Forbidden, match="other_unit"):
            actor.must_act_for("jyj", "other")


@dataclass(kw_only=True)
class Shelf(Aggregate):
    books: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)


def test_a_fork_is_independent_one_level_deep() -> None:
    shelf = Shelf(id="s", books=["a"], places={"a": 1})
    twin = fork(shelf)
    assert twin == shelf
    twin.books.append("b")
    twin.places["b"] = 2
    twin.timers["x"] = datetime(2021, 9, 1, tzinfo=UTC)
    assert (shelf.books, shelf.places, shelf.timers, twin.facts) == (["a"], {"a": 1}, {}, [])


@dataclass(frozen=True, kw_only=True)
class Do(Command[int]):
    """Answer, or fail."""

    failure: Exception | None = None


@pytest.mark.parametrize(
    ("failure", "outcome", "code"),
    [
        (None, "done", ""),
        (Conflict("full", "已满。", "Full."), "refused", "full"),
        (Unavailable("database_away", "暂时无法访问。", "Away."), "failed", "database_away"),
        (ValueError("x"), "failed", "internal"),
    ],
)
async def test_a_command_is_counted_by_its_outcome(failure: Exception | None, outcome: str, code: str) -> None:
    metrics = Metrics("registration")

    async def handler(command: Do) -> int:
        if command.failure:
            raise command.failure
        return 7

    dispatcher = Dispatcher({Do: handler}, metrics)
    if failure:
        with pytest.raises(type(failure)):
            await dispatcher.handle(Do(actor=PUBLIC, failure=failure))
    else:
        assert await dispatcher.handle(Do(actor=PUBLIC)) == 7
    assert metrics.value("commands_total", command="Do", outcome=outcome, code=code) == 1


def test_a_dead_letter_gives_back_the_event_as_it_came() -> None:
    sent = message("a", 3)
    record = Received("topic", 2, 17, sent.key, b"\xff\x00", sent.headers)
    letter = dead_letter("dead", record, "scoring", "schema", "x" * 1000)
    stored = Received("dead", 0, 5, letter.key, letter.value, letter.headers, 1_630_468_800_000)
    read = DeadLetter.read(stored)
    assert (read.id, read.reason, read.origin) == ("0-5", "schema", "topic/2/17")
    assert (read.record.headers, read.record.value) == (sent.headers, b"\xff\x00")
    assert read.set_aside_at == datetime(2021, 9, 1, 4, 0, tzinfo=UTC)
    assert read.envelope == Envelope.read(sent.headers)
    assert DeadLetter.read(Received("dead", 0, 6, None, None, [])).envelope is None


def test_an_operator_sees_text_as_text_and_the_rest_as_hexadecimal() -> None:
    assert (readable(b"{}"), readable(b"\xff\x00"), readable(b"a\nb"), readable(None)) == (
        "{}",
        "hex:ff00",
        "hex:610a62",
        "(none)",
    )
    shown = whole(Received("topic", 0, 1, b"key", b'{"a": 1}', [("ce_id", b"a-1")]))
    for each in ("ce_id: a-1", "key", '{"a": 1}', "8 bytes"):
        assert each in shown
    assert table(("ID", "AGE"), [("a", "1m"), ("long-one", "2h")]).splitlines() == [
        "ID        AGE",
        "a         1m",
        "long-one  2h",
    ]


@pytest.mark.parametrize(("seconds", "said"), [(-5, "0s"), (59, "59s"), (61, "1m"), (7300, "2h"), (200_000, "2d")])
def test_an_age_is_said_in_its_largest_unit(seconds: int, said: str) -> None:
    then = datetime(2021, 9, 1, tzinfo=UTC)
    assert age(then + timedelta(seconds=seconds), then) == said


def test_an_envelope_says_what_is_wrong_without_repeating_it() -> None:
    for headers in ([], [("ce_specversion", b"1.0")], message(ce_time=b"13800001111").headers):
        with pytest.raises(Malformed) as refusal:
            Envelope.read(headers)
        assert "138" not in str(refusal.value)
