"""Counts words and computes from them. What predict.py needs is exported here."""

from .formulas import DEFAULT_MEASURES, Measure, score
from .language import Language
from .model import Counts, Report
from .text import Limits, count

__all__ = ["DEFAULT_MEASURES", "Counts", "Language", "Limits", "Measure", "Report", "report"]


def report(text: str, language: Language, measures: list[Measure], words: int) -> Report:
    """Return the measures of the first `words` words."""
    counts = count(text, language, words)
    scores = {measure: round(score(measure, counts, language), 1) for measure in measures}
    return Report(language=language, counts=counts, scores=scores)
