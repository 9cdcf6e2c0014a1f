"""Claim codes: derived, forgiving of typing, useless for another opinion."""

from services.feedback.adapters.codes import DerivedCodes
from shared.ids import readable_code

CODES = DerivedCodes(b"k" * 32)


def test_a_code_is_the_same_every_time_and_differs_by_opinion_and_key() -> None:
    assert CODES.of("o1") == CODES.of("o1")
    others = {CODES.of("o2"), DerivedCodes(b"x" * 32).of("o1"), readable_code(b"k" * 32, "o1")}
    assert CODES.of("o1") not in others
    assert len(CODES.of("o1")) == 8


def test_a_code_is_known_however_it_is_typed() -> None:
    code = CODES.of("o1")
    assert CODES.matches("o1", code)
    assert CODES.matches("o1", f" {code.lower()} ")


def test_anything_else_is_not_the_code() -> None:
    code = CODES.of("o1")
    for wrong in ("", code[:-1], code + "A", CODES.of("o2"), "编号编号编号编号", "\udcff"):
        assert not CODES.matches("o1", wrong)
