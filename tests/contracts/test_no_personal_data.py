"""No contract can carry a person's data or words; the walker that says so has been seen to refuse."""

from typing import Any, ClassVar

import pytest

from shared.events.catalogue import CONTRACTS
from shared.events.contract import Code, Contract, Id, OfficialTitle, Part
from shared.events.golden import committed, schema
from tests.contracts.personal_data import offences


class Planted(Contract):
    OWNER: ClassVar[str] = "registration"
    activity_id: Id


class WithAPlainString(Planted):
    place: str


class WithAPhone(Planted):
    contact_phone: Code


class WithAnIdNumber(Planted):
    id_number: Id


class WithFreeText(Planted):
    remarks: Code


class WithATitleElsewhere(Planted):
    place: OfficialTitle


class WithAnything(Planted):
    extras: Any


class WithFreeKeys(Planted):
    counts: dict[str, int]


class Inner(Part):
    words: tuple[str, ...]


class WithAnInnerOffence(Planted):
    inner: Inner


class WithAnOptionalString(Planted):
    place: str | None = None


class WithFreeValues(Planted):
    by_town: dict[Code, str]


PLANTED = [each for each in Planted.__subclasses__() if each is not Planted]


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=str)
def test_a_contract_has_no_room_for_personal_data(contract: type[Contract]) -> None:
    assert offences(schema(contract)) == []


@pytest.mark.parametrize("kind", committed())
def test_a_golden_schema_has_no_room_for_personal_data(kind: str) -> None:
    assert offences(committed()[kind]) == []


@pytest.mark.parametrize("contract", PLANTED, ids=lambda each: each.__name__)
def test_a_planted_field_is_refused(contract: type[Contract]) -> None:
    assert offences(schema(contract)), f"{contract.__name__} was let through"


def test_the_plain_parent_of_the_planted_ones_is_clean() -> None:
    assert offences(schema(Planted)) == []
