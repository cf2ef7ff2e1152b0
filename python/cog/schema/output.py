"""From the return annotation of predict() to the Output schema."""

import ast

from cog.schema.annotation import Annotations, Schema, arguments, unquote
from cog.schema.source import Source

_ITERATORS = {
    f"{module}.{name}"
    for module in ("typing", "collections.abc")
    for name in ("Iterator", "AsyncIterator", "Iterable", "Generator", "AsyncGenerator")
}
_CONCATENATING = ("cog.ConcatenateIterator", "cog.AsyncConcatenateIterator")


def read(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Schema:
    """Return the schema; Problem when there is no annotation or it cannot be an output."""
    if function.returns is None:
        text = f"{function.name}() does not say what it returns; write '-> str', '-> Path' …"
        raise source.problem(function, "output", text)
    node = unquote(source, function.returns)
    types = Annotations(source, models=True)
    name = source.qualify(node.value) if isinstance(node, ast.Subscript) else source.qualify(node)
    if isinstance(node, ast.Subscript) and (name in _ITERATORS or name in _CONCATENATING):
        items = types.read(arguments(node)[0])
        schema = {"type": "array", "items": items, "x-cog-array-type": "iterator"}
        if name in _CONCATENATING:
            if items != {"type": "string"}:
                raise source.problem(
                    node, "output", "only strings can be concatenated; use Iterator[…]"
                )
            schema["x-cog-array-display"] = "concatenate"
    elif name in _ITERATORS or name in _CONCATENATING:
        raise source.problem(node, "output", f"say what is yielded: {ast.unparse(node)}[str]")
    elif isinstance(node, ast.Constant) and node.value is None:
        raise source.problem(node, "output", f"{function.name}() must return something")
    else:
        schema = types.read(node)
    if schema.get("nullable") or "anyOf" in schema:
        text = "the output must be of one type; use Any, or a BaseModel with an optional field"
        raise source.problem(node, "output", text)
    return schema | {"title": "Output"}
