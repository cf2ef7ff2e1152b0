"""What the schema reader refuses: the place and the code of every message."""

import pathlib
import re
import time

import pytest

from cog.schema.document import read
from cog.schema.problem import Refused
from tests.cog.schema.reading import PLACE, VERSION, predict, problems
from tests.serving import MODELS

FAULTY = MODELS / "faulty"
# Whatever a model asks for.
MAX_SECONDS = 5


@pytest.mark.parametrize(
    ("signature", "place", "code", "text"),
    [
        ("(self, x) -> str", "5:23", "type", "the input 'x' has no type; write 'x: str'"),
        ("(self, x: bytes) -> str", "5:26", "type", "the type 'bytes' is not supported"),
        ("(self, é: str, x: bytes) -> str", "5:34", "type", "the type 'bytes' is not supported"),
        ("(self, x: 'a b') -> str", "5:26", "type", "'a b' is not a type"),
        (
            "(self, x: Nope) -> str",
            "5:26",
            "type",
            "cannot resolve type 'Nope': 'Nope' is not defined in predict.py",
        ),
        ("(self, x: int | Path) -> str", "5:32", "type", "'Path' cannot be part of a union"),
        ("(self, x: dict[int, str]) -> str", "5:31", "type", "the keys of a dict must be str"),
        ("(self, x: t.Literal['a', 1]) -> str", "5:26", "type", "all strings or all integers"),
        ("(self, *x: str) -> str", "5:24", "signature", "'*x' cannot be an input"),
        (
            "(self, x: str, /) -> str",
            "5:23",
            "signature",
            "'x' must be a parameter that has a name",
        ),
        ("(self, **x: str) -> str", "5:25", "signature", "'*x' cannot be an input"),
        ("(self, x: str = f()) -> str", "5:32", "value", "'f' is not defined in predict.py"),
        (
            "(self, x: str = Input(Y)) -> str",
            "5:38",
            "value",
            "'Y' is not defined in predict.py; write a literal",
        ),
        ("(self, x: int = 9**9**9) -> str", "5:32", "value", "'9**9**9' cannot be known"),
        ("(self, x: float = 1e999) -> str", "5:34", "value", "'1e999' is not a JSON number"),
        ("(self, x: int = 'a') -> str", "5:32", "input", "must be of type integer, not 'a'"),
        ("(self, x: int = True) -> str", "5:32", "input", "must be of type integer, not True"),
        ("(self, x: Path = 'a.txt') -> str", "5:33", "input", "must be a URL"),
        ("(self, x: list[int] = ['a']) -> str", "5:38", "input", "has an item that"),
        ("(self, x: int = Input(0, ge=1)) -> str", "5:38", "input", "at least the minimum, 1"),
        ("(self, x: int = Input(ge=2, le=1)) -> str", "5:41", "input", "ge=2 is more than le=1"),
        ("(self, x: int = Input(ge='a')) -> str", "5:41", "input", "must be int or float"),
        ("(self, x: str = Input(ge=1)) -> str", "5:41", "input", "integer and number inputs"),
        ("(self, x: Path = Input(regex='a')) -> str", "5:45", "input", "for string inputs"),
        ("(self, x: str = Input(regex='(')) -> str", "5:44", "input", "not a regular expression"),
        ("(self, x: str = Input(choices=[])) -> str", "5:46", "input", "needs a value"),
        ("(self, x: int = Input(choices=['a', 'b'])) -> str", "5:46", "input", "of type int"),
        ("(self, x: str = Input('c', choices=['a', 'b'])) -> str", "5:38", "input", "be one of"),
        ("(self, x: str = Input(shape=1)) -> str", "5:44", "input", "has no argument 'shape'"),
        ("(self, x: str = Input(**D)) -> str", "5:40", "input", "has no argument '**'"),
        ("(self, x: str = Input('a', 'b')) -> str", "5:43", "input", "one positional argument"),
        ("(self)", "5:5", "output", "predict() does not say what it returns"),
        ("(self) -> t.Union[str, Path]", "5:39", "type", "cannot be part of a union"),
        ("(self) -> t.Iterator", "5:26", "output", "say what is yielded"),
        ("(self) -> ConcatenateIterator[int]", "5:26", "output", "only strings can be"),
    ],
)
def test_signatures(
    tmp_path: pathlib.Path, signature: str, place: str, code: str, text: str
) -> None:
    with pytest.raises(Exception, match=re.escape(text)) as caught:
        predict(tmp_path, signature)
    line = str(caught.value)
    assert line.startswith(f"predict.py:{place}: error: ")
    assert line.endswith(f"[schema.{code}]")


def test_all_problems_are_told_in_order(tmp_path: pathlib.Path) -> None:
    found = problems(
        tmp_path,
        """
        from cog import BasePredictor
        from torch import Tensor
        class Predictor(BasePredictor):
            def predict(self, a: Tensor, b, c: int = x) -> Tensor: ...
        """,
    )
    assert [line.split(": ")[0] for line in found] == [
        "predict.py:5:26",
        "predict.py:5:34",
        "predict.py:5:46",
        "predict.py:5:52",
    ]
    assert (
        "cannot resolve type 'Tensor' imported from 'torch'; Annotated[Tensor, cog.Opaque]"
        in found[0]
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def (", "predict.py:1:5: error: not valid Python 3."),
        ("x = 'é", "predict.py:1:5: error: not valid Python 3."),
        ("x = 1\0", "predict.py:1:1: error: not valid Python 3."),
        ("(" * 500, "predict.py:1:"),
        ("class Predictor: ...", "predict.py:1:1: error: class Predictor has no method predict"),
        (
            "class Predictor:\n  def predict(self)->str:...\n  def run(self)->str:...",
            "predict.py:3:3: error: class Predictor has both predict and run; keep one",
        ),
        (
            "class Model:\n  def predict(self)->str:...",
            "cog.yaml:3:10: error: predict.py has no class or function 'Predictor'; it has: Model",
        ),
        (
            "class R:\n  a: 'R'\nclass Predictor:\n  def predict(self)->R:...",
            "predict.py:4:22: error: 'R' has no fields to read; derive it from BaseModel of cog",
        ),
        (
            "from cog import BaseModel\nclass R(BaseModel):\n  a: 'R'\n"
            "class Predictor:\n  def predict(self)->R:...",
            "predict.py:3:7: error: 'R' contains itself; use dict",
        ),
        (
            "X = 1\nX = 2\nclass Predictor:\n  def predict(self, a: int = X)->str:...",
            "predict.py:4:30: error: 'X' is assigned more than once, on lines 1 and 2; write",
        ),
        (
            "X = Y\nY = X\nclass Predictor:\n  def predict(self, a: int = X)->str:...",
            "predict.py:4:30: error: 'X' leads back to itself; write a literal",
        ),
    ],
)
def test_files(tmp_path: pathlib.Path, text: str, line: str) -> None:
    found = problems(tmp_path, text)
    assert len(found) == 1
    assert found[0].startswith(line)


@pytest.mark.parametrize(
    ("data", "start"),
    [
        (
            b"# \xe9\n\ndef predict(a: bytes) -> str: ...",
            "predict.py:3:16: error: the type 'bytes'",
        ),
        (b"def predict(\xc3\xb6: bytes) -> str: ...", "predict.py:1:16: error: the type 'bytes'"),
        (b"\xef\xbb\xbfdef predict(a: bytes) -> str: ...", "predict.py:1:16: error: the type"),
        (
            b"# coding: latin-1\ndef predict(\xf6: bytes) -> str: ...",
            "predict.py:2:16: error: the type 'bytes'",
        ),
        (b"def predict(a: '\xc3') -> str: ...", "predict.py:1:"),
        (b"# coding: klingon\n", "predict.py:1:1: error: not valid Python 3."),
    ],
)
def test_encodings(tmp_path: pathlib.Path, data: bytes, start: str) -> None:
    (tmp_path / "predict.py").write_bytes(data)
    with pytest.raises(Refused) as caught:
        read(str(tmp_path), ("predict.py:predict", PLACE), None, VERSION)
    assert str(caught.value).startswith(start)


@pytest.mark.parametrize("file", sorted(path.stem for path in FAULTY.glob("*.py")))
def test_models(file: str) -> None:
    """Each model of models/faulty is refused with the text beside it."""
    source = (FAULTY / f"{file}.py").read_bytes()
    name = "Predictor" if b"class Predictor" in source else "predict"
    started = time.process_time()
    with pytest.raises(Refused) as caught:
        read(str(FAULTY), (f"{file}.py:{name}", PLACE), None, VERSION)
    assert f"{caught.value}\n" == (FAULTY / f"{file}.txt").read_text()
    assert time.process_time() - started < MAX_SECONDS


@pytest.mark.parametrize(
    "reference", ["predict.py", "Predictor", "predict.py:a.b", "predict:Model"]
)
def test_references_of_another_form(tmp_path: pathlib.Path, reference: str) -> None:
    found = problems(tmp_path, "", reference)
    assert found == [
        f"cog.yaml:3:10: error: '{reference}' is not of the form predict.py:Predictor"
        " [schema.reference]"
    ]


def test_a_missing_file(tmp_path: pathlib.Path) -> None:
    found = problems(tmp_path, "", "model.py:Predictor")
    assert found[0].startswith("cog.yaml:3:10: error: cannot read model.py: No such file")
