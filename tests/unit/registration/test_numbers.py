"""However a number is written, it is one number: else one person had two places."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.registration.adapters.vault import normalised
from services.registration.api.schemas.rosters import RegistrationBody

FULL_WIDTH = str.maketrans("0123456789+X", "０１２３４５６７８９＋Ｘ")
ID_NUMBER = "11010519491231002X"


def body(**changes: Any) -> RegistrationBody:
    said = {"category": "resident_representative", "name": "代表", "phone": "13000000001", "consent": True} | changes
    return RegistrationBody.model_validate(said)


@pytest.mark.parametrize("phone", ["13000000001", "+86 130-0000-0001", "0086 13000000001"])
def test_a_number_in_full_width_is_the_same_number(phone: str) -> None:
    assert normalised(body(phone=phone.translate(FULL_WIDTH)).phone) == "13000000001"
    assert body(id_number=ID_NUMBER.translate(FULL_WIDTH)).id_number == ID_NUMBER


@pytest.mark.parametrize("digit", ["\u0661", "\u06f1", "\u0967"])
def test_digits_of_other_scripts_make_no_second_number(digit: str) -> None:
    for field, value in (("phone", "13000000001"), ("id_number", ID_NUMBER)):
        with pytest.raises(ValidationError):
            body(**{field: value[0] + value[1:].replace("1", digit).replace("0", digit)})


def test_the_vault_alone_would_take_it_for_another_person() -> None:
    """The control: it is the form that makes them one."""
    assert normalised("13000000001".translate(FULL_WIDTH)) != "13000000001"
