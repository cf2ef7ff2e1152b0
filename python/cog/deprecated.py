"""Names that older models import. Each says once, on stderr, what to use instead."""

import sys
from typing import Any

from cog.scope import current_scope


class ExperimentalFeatureWarning(FutureWarning):
    """Was given for features that have since become usual; nothing gives it any more."""


def emit_metric(name: str, value: Any) -> None:
    """Record a metric of the prediction that runs."""
    current_scope().record_metric(name, value)


_INSTEAD = {
    "ExperimentalFeatureWarning": "it is not needed any more",
    "emit_metric": "use current_scope().record_metric(name, value)",
}


def warn(name: str) -> None:
    """Say it. The caller keeps the name, so that this is not asked twice."""
    print(f"cog.{name} is deprecated: {_INSTEAD[name]}", file=sys.stderr)
