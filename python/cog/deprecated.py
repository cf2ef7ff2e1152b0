"""Names that older models import. Each says once, on stderr, what to use instead."""

import sys
from typing import Any, TypeAlias

from cog.input import Input as Input
from cog.scope import current_scope
from cog.types import File, Path


class ExperimentalFeatureWarning(FutureWarning):
    """Was given for features that have since become usual; nothing gives it any more."""


# What setup() may be given.
Weights: TypeAlias = File | Path | str


def emit_metric(name: str, value: Any) -> None:
    """Record a metric of the prediction that runs."""
    current_scope().record_metric(name, value)


_INSTEAD = {
    "cog.ExperimentalFeatureWarning": "it is not needed any more",
    "cog.base_predictor": "import BasePredictor from cog",
    "cog.emit_metric": "use current_scope().record_metric(name, value)",
    "cog.server.exceptions": "import CancelationException from cog",
    "cog.server.scope": "import current_scope from cog",
    "cog.types.ExperimentalFeatureWarning": "it is not needed any more",
    "cog.types.Input": "import Input from cog",
    "cog.types.Weights": "write File | Path | str",
}


def warn(name: str) -> None:
    """Say it. The caller keeps the name, so that this is not asked twice."""
    print(f"{name} is deprecated: {_INSTEAD[name]}", file=sys.stderr)
