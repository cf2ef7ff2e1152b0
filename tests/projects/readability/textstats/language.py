"""The languages, and what is particular about each."""

from enum import Enum

VOWELS = {"en": "aeiouy", "de": "aeiouyäöü"}


class Language(Enum):
    """The languages that there are formulas for."""

    ENGLISH = "en"
    GERMAN = "de"

    @property
    def vowels(self) -> str:
        return VOWELS[self.value]
