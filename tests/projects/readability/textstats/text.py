"""Takes a text apart."""

import re

from .language import Language
from .model import Counts

THOUSAND = 10**3


class Limits:
    LEAST = 10
    WORDS = 200 * THOUSAND


def count(text: str, language: Language, limit: int) -> Counts:
    """Count in the first `limit` words; a syllable is a run of vowels."""
    words = re.findall(r"\w+(?:['’]\w+)*|[.!?]+", text)
    sentences = syllables = seen = 0
    for word in words:
        if not word[0].isalnum():
            sentences += 1
        elif seen < limit:
            seen += 1
            syllables += max(len(re.findall(f"[{language.vowels}]+", word.lower())), 1)
        else:
            break
    return Counts(sentences=max(sentences, 1), words=seen, syllables=syllables)
