"""What the model tells."""

from __future__ import annotations

from cog import BaseModel

from . import language as languages


class Counts(BaseModel):
    sentences: int
    words: int
    syllables: int


class Report(BaseModel):
    language: languages.Language
    counts: Counts
    scores: dict[str, float]
