"""From the return annotation of predict() to the Output schema."""

from __future__ import annotations

import _ast as ast

from cog.schema.annotation import Annotations, arguments
from cog.schema.scope import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cog.schema.annotation import Schema
    from cog.schema.target import Target

_ITERATORS = {
    f"typing.{name}"
    for name in ("Iterator", "AsyncIterator", "Iterable", "Generator", "AsyncGenerator")
}
_CONCATENATING = ("cog.ConcatenateIterator", "cog.AsyncConcatenateIterator")


def read(types: Annotations, target: Target) -> Schema:
    """Return the schema; Problem when there is no annotation or it cannot be an output."""
    function, scope = target.function, target.scope
    if function.returns is None:
        text = f"{function.name}() does not say what it returns; write '-> str', '-> Path' …"
        raise scope.problem(function, "output", text)
    written = function.returns
    try:
        scope, node, name = types.follow(scope, written)
    except Unknown as unknown:
        text = f"cannot resolve type '{scope.text(written)}': {unknown}"
        raise scope.problem(written, "output", text, None if unknown.certain else text) from None
    if name in _ITERATORS or name in _CONCATENATING:
        if not isinstance(node, ast.Subscript) and name in _ITERATORS:
            raise scope.problem(node, "output", f"say what is yielded: {scope.text(node)}[str]")
        # Only strings can be concatenated.
        items: Schema = {"type": "string"}
        if isinstance(node, ast.Subscript):
            items = types.read(scope, arguments(node)[0])
        schema: Schema = {"type": "array", "items": items, "x-cog-array-type": "iterator"}
        if name in _CONCATENATING:
            if items != {"type": "string"}:
                text = "only strings can be concatenated; use Iterator[…]"
                raise scope.problem(node, "output", text)
            schema["x-cog-array-display"] = "concatenate"
    elif isinstance(node, ast.Constant) and node.value is None:
        schema = {"nullable": True}
    else:
        schema = types.read(scope, node)
    return schema | {"title": "Output"}
