"""Reads what a model takes and gives from its imported module, where the text does not tell: for
a build, which has the model's packages. The document is the one that cog.schema.document would
have made.
"""

from __future__ import annotations

import contextlib
import enum
import inspect
import math
import numbers
import os
import sys
import traceback
import types
import typing
from typing import TYPE_CHECKING, Any

import cog
from cog import signature
from cog.input import FieldInfo
from cog.schema import constraints
from cog.schema.constraints import ARGUMENTS, Unfit
from cog.schema.document import METHODS, Document
from cog.schema.interface import Interface
from cog.schema.live_type import Types, Unsupported
from cog.schema.problem import Place, Problem, Refused
from cog.worker import model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cog.schema.document import Reference

_ITERATORS = ("Iterator", "AsyncIterator", "Iterable", "Generator", "AsyncGenerator")
_CONCATENATING = (cog.ConcatenateIterator, cog.AsyncConcatenateIterator)


def read(predict: Reference, train: Reference | None, current: bool = False) -> dict[str, Any]:
    """Import the model from the current folder and return its document; Refused with all that
    is wrong. `current` as for cog.schema.document.
    """
    document = Document()
    problems: list[Problem] = []
    for kind, reference in (("prediction", predict), ("training", train)):
        if reference is not None:
            interface = Interface(document.taken())
            try:
                with _stdout_elsewhere():
                    function = _function(*reference, METHODS[kind])
                    problems += _fill(interface, function, current)
            except Problem as problem:
                problems.append(problem)
            document.add(interface, kind)
    if problems:
        raise Refused(problems)
    return document.whole()


@contextlib.contextmanager
def _stdout_elsewhere() -> Iterator[None]:
    """Send what a model prints, and the programs that it starts, to stderr."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def _function(reference: str, place: Place, methods: tuple[str, ...]) -> Callable[..., Any]:
    """Import the file and return the function, without its self."""
    file, _, name = reference.partition(":")
    try:
        target = model.find(reference)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise _failed(file, place, error) from None
    if not isinstance(target, type):
        if callable(target):
            return typing.cast("Callable[..., Any]", target)
        raise Problem(place, "reference", f"'{name}' in {file} is neither a class nor a function")
    found = [method for method in methods if callable(getattr(target, method, None))]
    if len(found) != 1:
        wanted = " or ".join(methods)
        text = f"class {name} has both {' and '.join(methods)}; keep one"
        raise Problem(place, "signature", text if found else f"class {name} has no method {wanted}")
    method = getattr(target, found[0])
    static = inspect.getattr_static(target, found[0])
    if isinstance(static, classmethod | staticmethod):
        return typing.cast("Callable[..., Any]", method)
    # As of an instance, which is not made: that may take long.
    return types.MethodType(method, object())


def _failed(file: str, place: Place, error: BaseException) -> Problem:
    """Print the traceback, and make the message with the last place in the project's files."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_own(frame.filename)]
    if isinstance(error, SyntaxError) and error.filename and _is_own(error.filename):
        place = Place(os.path.relpath(error.filename), error.lineno or 0, error.offset or 0)
    elif own:
        place = Place(os.path.relpath(own[-1].filename), own[-1].lineno or 0)
    else:
        place = Place(file)
    start = frames.index(own[0]) if own else 0
    print("Traceback (most recent call last):", file=sys.stderr)
    print("".join(traceback.format_list(frames[start:])), end="", file=sys.stderr)
    print("".join(traceback.format_exception_only(error)), end="", file=sys.stderr)
    why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Problem(place, "import", f"{file} cannot be imported to read its inputs: {why}")


def _is_own(file: str) -> bool:
    name = os.path.relpath(file)
    return not name.startswith((os.pardir, "<")) and "site-packages" not in name


def _fill(interface: Interface, function: Callable[..., Any], current: bool) -> list[Problem]:
    """Add all about one function; returns what is wrong with it."""
    inner = inspect.unwrap(function)
    current = current or inner.__name__ == "run"
    code = getattr(inner, "__code__", None)
    place = Place(os.path.relpath(code.co_filename), code.co_firstlineno) if code else Place("?")
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError) as error:
        return [Problem(place, "signature", f"the inputs cannot be told: {error}")]
    problems = []
    for order, parameter in enumerate(parameters.values()):
        try:
            _add(interface, order, parameter, inner, current)
        except (Unsupported, Unfit) as error:
            code_of = "input" if isinstance(error, Unfit) else "type"
            text = f"the input '{parameter.name}': {error}"
            problems.append(Problem(place, code_of, text))
    try:
        interface.output = _output(inner)
    except Unsupported as error:
        problems.append(Problem(place, "output", f"the output: {error}"))
    interface.streaming = getattr(inner, "__cog_streaming__", False)
    interface.concurrency = getattr(inner, "__cog_concurrent__", None)
    return problems


def _add(
    interface: Interface,
    order: int,
    parameter: inspect.Parameter,
    function: Callable[..., Any],
    current: bool,
) -> None:
    name = parameter.name
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise Unsupported(f"'*{name}' cannot be an input; name each input")
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise Unsupported("must be a parameter that has a name; drop the '/'")
    if name not in getattr(function, "__annotations__", {}):
        raise Unsupported(f"has no type; write '{name}: str'")
    hint = _hint(function, name)
    if any(isinstance(extra, FieldInfo) for extra in getattr(hint, "__metadata__", ())):
        raise Unsupported("Input() belongs after the '=' of the parameter, not into Annotated")
    schema = Types(output=False).describe(hint)
    given = ... if parameter.default is parameter.empty else parameter.default
    info = given if isinstance(given, FieldInfo) else FieldInfo(given)
    values = {}
    for key in ARGUMENTS:
        values[key] = _json(key, getattr(info, key))
        constraints.check_kind(key, values[key])
    constraints.constrain(schema, values)
    optional = info.default is not ...
    if optional:
        default = _json("default", info.default)
        optional = constraints.set_default(name, schema, default) or not current
    interface.add(name, order, schema, optional)


def _hint(function: Callable[..., Any], name: str) -> Any:
    try:
        return signature.hint(function, name)
    except Exception as error:
        raise Unsupported(f"its type cannot be resolved: {error}") from None


def _json(key: str, value: Any) -> Any:
    """Return a value as JSON has it, as far as it has."""
    if isinstance(value, enum.Enum):
        return _json(key, value.value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Unfit(key, "this text is not valid Unicode") from None
        return str(value)
    if isinstance(value, list | tuple):
        return type(value)([_json(key, item) for item in value])
    if isinstance(value, dict):
        return {_json(key, name): _json(key, item) for name, item in value.items()}
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if not math.isfinite(value):
        raise Unfit(key, f"'{value}' is not a JSON number")
    return float(value)


def _output(function: Callable[..., Any]) -> dict[str, Any]:
    if "return" not in getattr(function, "__annotations__", {}):
        raise Unsupported("it does not say what it returns; write '-> str', '-> Path' …")
    hint = signature.plain(_hint(function, "return"))
    if hint is None or hint is type(None):
        return {"nullable": True}
    kind = typing.get_origin(hint) or hint
    concatenates = kind in _CONCATENATING
    if not concatenates and getattr(kind, "__name__", "") not in _ITERATORS:
        return Types(output=True).describe(hint)
    parts = typing.get_args(hint)
    if not parts and not concatenates:
        raise Unsupported(f"say what is yielded: {kind.__name__}[str]")
    items = Types(output=True).describe(parts[0]) if parts else {"type": "string"}
    if concatenates and items != {"type": "string"}:
        raise Unsupported("only strings can be concatenated; use Iterator[…]")
    array = {"type": "array", "items": items, "x-cog-array-type": "iterator"}
    return array | ({"x-cog-array-display": "concatenate"} if concatenates else {})
