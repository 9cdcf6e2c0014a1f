"""A sentence in both languages."""

from pydantic import BaseModel

from shared.errors import Sentence


class Bilingual(BaseModel):
    """One sentence in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, sentence: Sentence) -> "Bilingual":
        """From the domain."""
        return cls(zh=sentence.zh, en=sentence.en)
