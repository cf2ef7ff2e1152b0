"""Setups that take weights, of each type."""

from typing import Annotated, Optional

import cog


class ByPath:
    def setup(self, weights: cog.Path) -> None:
        self.weights = weights.read_text() if weights else "none"

    def predict(self) -> str:
        return self.weights


class ByFile(ByPath):
    def setup(self, weights: Optional[cog.File]) -> None:  # type: ignore[override]  # noqa: UP045
        self.weights = weights.read().decode() if weights else "none"


class ByText(ByPath):
    def setup(self, weights: Annotated[str, "a URL"] = "default") -> None:  # type: ignore[override]
        self.weights = weights


class Untyped(ByPath):
    async def setup(self, weights):  # type: ignore  # noqa: ANN001, ANN201
        super().setup(weights)
