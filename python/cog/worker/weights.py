"""The weights that setup(weights) is given: what COG_WEIGHTS names, or else the folder `weights`
of the project, if there is one.
"""

import inspect
import os
import typing
from collections.abc import Callable
from typing import Any

from cog import url
from cog.signature import plain
from cog.types import File, Path

_FOLDER = "weights"


def arguments(setup: Callable[..., Any], folder: str) -> dict[str, Any]:
    """Return the arguments of setup(): none, or weights; what is a URL is downloaded to
    `folder`. Without any weights the argument is its default, or None.
    """
    parameter = inspect.signature(setup).parameters.get("weights")
    if parameter is None:
        return {}
    source = os.environ.get("COG_WEIGHTS") or (_FOLDER if os.path.exists(_FOLDER) else None)
    if source is None:
        return {} if parameter.default is not parameter.empty else {"weights": None}
    kind = _kind(setup)
    if kind is str:
        return {"weights": source}
    if source.startswith(("http:", "https:", "data:")):
        source = url.save(source, os.path.join(folder, _FOLDER))
    return {"weights": File(open(source, "rb", buffering=0)) if kind is File else Path(source)}


def _kind(setup: Callable[..., Any]) -> Any:
    """The type of the argument; of an optional one, the type beside None."""
    annotation = plain(typing.get_type_hints(setup, include_extras=True).get("weights", Path))
    members = [item for item in typing.get_args(annotation) if item is not type(None)]
    return plain(members[0]) if members else annotation
