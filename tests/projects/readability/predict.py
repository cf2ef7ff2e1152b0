"""How hard is this text to read? Flesch's formulas for English and German."""

from cog import BasePredictor, Input, Path
from textstats import DEFAULT_MEASURES, Language, Limits, Measure, Report, report


class Predictor(BasePredictor):
    def predict(
        self,
        text: Path = Input(description="A text file, UTF-8", accept=["text/*", ".md"]),
        language: Language = Input(description="What it is written in", default=Language.ENGLISH),
        measures: list[Measure] = Input(description="What to tell", default=DEFAULT_MEASURES),
        max_words: int | None = Input(
            description=f"Look no further than so many words; all of them count by default, up to {Limits.WORDS}",
            default=None,
            ge=Limits.LEAST,
            le=Limits.WORDS,
        ),
    ) -> Report:
        return report(text.read_text(encoding="utf-8"), language, measures, max_words or Limits.WORDS)
