"""Every contract: closed when written, open when read, the same after a round trip, as its golden schema says."""

import json
from datetime import UTC, datetime

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.events.catalogue import CONTRACTS, OWNERS
from shared.events.contract import Contract
from shared.events.envelope import Envelope
from shared.events.golden import committed, schema
from tests.contracts.examples import examples

every_contract = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda each: each.type())
few = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


@every_contract
@few
@given(data=st.data())
def test_a_fact_is_the_same_after_a_round_trip(contract: type[Contract], data: st.DataObject) -> None:
    fact = contract.model_validate_json(json.dumps(data.draw(examples(contract))))
    body = fact.model_dump_json()
    jsonschema.validate(json.loads(body), schema(contract), cls=jsonschema.Draft202012Validator)
    again = contract.model_validate_json(body, extra="ignore")
    assert again.model_dump_json() == body
    assert 0 < len(fact.key) <= 80


@every_contract
@few
@given(data=st.data())
def test_a_fact_is_written_closed_and_read_open(contract: type[Contract], data: st.DataObject) -> None:
    value = data.draw(examples(contract))
    from_the_future = json.dumps(_with_strangers(value))
    with pytest.raises(ValidationError):
        contract.model_validate_json(from_the_future)
    read = contract.model_validate_json(from_the_future, extra="ignore")
    assert read == contract.model_validate_json(json.dumps(value))


@every_contract
def test_a_contract_has_its_golden_schema_and_its_owner(contract: type[Contract]) -> None:
    assert committed()[contract.type()] == schema(contract)
    assert contract in OWNERS[contract.OWNER]
    assert contract.KEY in contract.model_fields


@given(
    aggregate=st.from_regex(r"[!-~]{1,200}", fullmatch=True),
    sequence=st.integers(1, 10**15 - 1),
    at=st.datetimes(timezones=st.just(UTC)),
    key=st.text(st.characters(codec="utf-8"), min_size=1, max_size=80),
    traceparent=st.none() | st.just("00-" + "a" * 32 + "-" + "b" * 16 + "-01"),
)
def test_an_envelope_is_the_same_after_a_round_trip(
    aggregate: str, sequence: int, at: datetime, key: str, traceparent: str | None
) -> None:
    sent = Envelope(
        id=f"{aggregate}-{sequence}",
        source="/openday/registration",
        type="openday.registration.activity-held.v1",
        aggregate=aggregate,
        sequence=sequence,
        time=at.replace(microsecond=at.microsecond // 1000 * 1000),
        key=key,
        traceparent=traceparent,
    )
    assert Envelope.read(sent.headers()) == sent


def _with_strangers(value: object) -> object:
    """The same with a field that this version does not know in every structured value."""
    if isinstance(value, list):
        return [_with_strangers(each) for each in value]
    if isinstance(value, dict) and not value.keys() <= _CATEGORIES:
        return {**{key: _with_strangers(each) for key, each in value.items()}, "a_field_of_tomorrow": {"x": [1]}}
    return value


_CATEGORIES = {"npc_deputy", "cppcc_member", "resident_representative", "media_representative"}
