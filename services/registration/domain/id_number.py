"""Resident identity numbers (公民身份号码): the check character of GB 11643-1999. Pure; nothing here keeps one."""

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def is_id_number(text: str) -> bool:
    """Whether 18 characters are one: seventeen digits with a day that exists, and the character that they call for."""
    digits, check = text[:17], text[17:].upper()
    if len(digits) != 17 or not (digits.isascii() and digits.isdecimal()) or not _is_day(digits[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return check == _CHECKS[total % 11]


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
