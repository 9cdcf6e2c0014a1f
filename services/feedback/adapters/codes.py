"""Claim codes from the installation's key: the same for one opinion every time, so there is nothing to store."""

from shared.ids import readable_code, same_code


class DerivedCodes:
    """Eight letters and digits without look-alikes; about 40 bits, and the opinion's id is needed besides."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, opinion_id: str) -> str:
        """`opinion:` keeps these codes apart from others made with the same key."""
        return readable_code(self._key, f"opinion:{opinion_id}")

    def matches(self, opinion_id: str, code: str) -> bool:
        """However it was typed."""
        return same_code(self.of(opinion_id), code)
