"""What may stand in a text that becomes public."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feedback.domain.personal_data import suspected
from services.feedback.domain.reply import Draft
from services.feedback.domain.vocabulary import Adoption
from shared.errors import Invalid
from tests.unit.feedback.making import DRAFT

# Made-up numbers: no operator has given out 1990000…, the identity number has an impossible birth date.
MOBILE, IDENTITY = "19900001234", "37131200000000123X"
SUSPECT = [
    f"请联系{MOBILE}。",
    "请联系 199-0000-1234",
    "请联系199 0000 1234",
    "+86 19900001234",
    "008619900001234",
    "１９９００００１２３４",  # full width
    f"身份证号{IDENTITY}",
    f"身份证号{IDENTITY.lower()}",
    "371312 0000 0000 123X",
    "371312000000001234",
]
HARMLESS = [
    "自2021年10月1日起执行，咨询电话0539-8012345。",
    "热线12345，全天24小时。",
    "项目总投资13800000元，惠及5800户。",
    "2021-09-15至2021-10-15",
    "受理编号hd-2021-abcd-0001",
    "订单202109151030123",
    "统一社会信用代码91371312MA3000000X",
    "12900001234",  # no mobile number begins with 12
]


@pytest.mark.parametrize("text", SUSPECT)
def test_digit_runs_that_look_personal_are_suspected(text: str) -> None:
    assert suspected(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_dates_amounts_and_office_numbers_are_not(text: str) -> None:
    assert not suspected(text)


WORDS = st.text(st.characters(categories=("L", "P", "Z")), max_size=20)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), WORDS, WORDS)
def test_a_mobile_number_is_found_wherever_it_stands(number: str, before: str, after: str) -> None:
    assert suspected(f"{before}{number}{after}")


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("public_summary", replace(DRAFT, public_summary=f"电话{MOBILE}")),
        ("text", replace(DRAFT, text=f"电话{MOBILE}")),
        ("adoption_reason", replace(DRAFT, adoption_reason=f"电话{MOBILE}")),
    ],
)
def test_no_public_field_takes_a_number_and_the_refusal_does_not_repeat_it(field: str, draft: Draft) -> None:
    with pytest.raises(Invalid) as refusal:
        draft.check()
    assert refusal.value.code == "personal_data_suspected"
    assert refusal.value.facts == {"field": field}
    assert MOBILE not in str(refusal.value)


def test_an_opinion_that_is_not_adopted_gets_a_reason() -> None:
    with pytest.raises(Invalid) as refusal:
        replace(DRAFT, adoption=Adoption.NOT_ADOPTED).check()
    assert refusal.value.code == "adoption_reason_missing"
    replace(DRAFT, adoption=Adoption.NOT_ADOPTED, adoption_reason="与上位规划不符").check()
