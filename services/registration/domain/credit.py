"""How the credit for a joint activity is shared: exact fractions that sum to 1, so that thirds are thirds.

Readers of before know thousandths. They are made from the fractions, so that they sum to 1000, too: what is left over
goes, a thousandth each, to the largest remainders, the earlier host first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shared.errors import Invalid

WHOLE = 1000


@dataclass(frozen=True)
class Share:
    """A part of the whole, as it was written: 2/6 stays 2/6."""

    numerator: int
    denominator: int

    @property
    def exact(self) -> Fraction:
        """Its value."""
        return Fraction(self.numerator, self.denominator)

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


def thousandths(shares: Sequence[Fraction]) -> list[int]:
    """Whole numbers in place of fractions; they sum to 1000 where these sum to 1."""
    parts = [int(each * WHOLE) for each in shares]
    left = int(sum(shares) * WHOLE) - sum(parts)
    by_remainder = sorted(range(len(shares)), key=lambda at: (parts[at] - shares[at] * WHOLE, at))
    for at in by_remainder[:left]:
        parts[at] += 1
    return parts


def check_shares(shares: Sequence[Fraction]) -> None:
    """Raises Invalid unless they are the whole."""
    if sum(shares) != 1:
        raise Invalid(
            "credit_sum",
            "各主办单位的计分份额之和须为 1。",
            "Credit shares must sum to 1 (1000 thousandths).",
            sum=str(sum(shares)),
        )
