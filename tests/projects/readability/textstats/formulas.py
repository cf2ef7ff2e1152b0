"""Flesch reading ease (for German: Amstad's) and the length of sentences and words."""

from typing import Literal

from .language import Language
from .model import Counts

Measure = Literal["ease", "words_per_sentence", "syllables_per_word"]
MEASURES = ["ease", "words_per_sentence", "syllables_per_word"]
DEFAULT_MEASURES = MEASURES[:1] + [name for name in MEASURES if name.startswith("words")]

EASE = {Language.ENGLISH: (206.835, 1.015, 84.6), Language.GERMAN: (180, 1, 58.5)}


def score(measure: str, counts: Counts, language: Language) -> float:
    """Return one measure; a text without words counts as one word."""
    sentence = counts.words / max(counts.sentences, 1)
    word = counts.syllables / max(counts.words, 1)
    base, per_sentence, per_word = EASE[language]
    values = {
        "ease": base - per_sentence * sentence - per_word * word,
        "words_per_sentence": sentence,
        "syllables_per_word": word,
    }
    return values[measure]
