"""From the return annotation of predict() to the Output schema."""

from __future__ import annotations

import _ast as ast

from cog.schema.annotation import Annotations, arguments
from cog.schema.names import Unknown

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
        raise scope.problem(written, "output", text) from None
    if name in _ITERATORS or name in _CONCATENATING:
        if not isinstance(node, ast.Subscript):
            raise scope.problem(node, "output", f"say what is yielded: {scope.text(node)}[str]")
        items = types.read(scope, arguments(node)[0])
        schema: Schema = {"type": "array", "items": items, "x-cog-array-type": "iterator"}
        if name in _CONCATENATING:
            if items != {"type": "string"}:
                text = "only strings can be concatenated; use Iterator[…]"
                raise scope.problem(node, "output", text)
            schema["x-cog-array-display"] = "concatenate"
    elif isinstance(node, ast.Constant) and node.value is None:
        raise scope.problem(node, "output", f"{function.name}() must return something")
    else:
        schema = types.read(scope, node)
    if schema.get("nullable") or "anyOf" in schema:
        text = "the output must be of one type; use Any, or a BaseModel with an optional field"
        raise scope.problem(node, "output", text)
    return schema | {"title": "Output"}
