"""`python -m cog.schema FILE:NAME` prints the OpenAPI document of a model, as one line of JSON
with sorted keys.

Exit status: 0 done, 1 the model or the config is wrong, 2 usage, 3 the machine failed, 4 nothing
on stdin, 43 the text does not tell all, but nothing in it is known to be wrong: importing the model
may tell, which --import does, or a newer Python. Nothing is printed on stdout unless all is well.
"""

from __future__ import annotations

import json
import os
import sys

from cog.schema import document
from cog.schema.config import Config, is_current
from cog.schema.problem import Place, Problem, Refused
from cog.schema.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_USAGE = (
    "usage: python -m cog.schema [-h] [-C DIR] [--import] [--path DIR[:DIR...]] [--record FILE] "
    "[--sdk VERSION] [--train FILE:NAME] (FILE:NAME | --config FILE)"
)
_HELP = """
Print the OpenAPI document of a model, read from its source alone.

  FILE:NAME          what predicts: predict.py:Predictor
  --train FILE:NAME  what trains: train.py:train
  --config FILE      take both from this cog/config-1 or cog/project-1 document; - is stdin
  -C DIR             the project's folder
  --import           import the model where its source does not tell all
  --record FILE      also write the document there, with what it was read from
  --sdk VERSION      the version of Cog that the model is written for, as build.sdk_version
  --path DIR[:DIR…]  folders in it that hold packages of its own, as src does
  -h, --help         print this text"""
_DYNAMIC = 43


class _Arguments:
    """The command line. Module argparse takes as long to import as all of the reading takes."""

    def __init__(self, words: Sequence[str]) -> None:
        names = ("--config", "--path", "--record", "--sdk", "--train")
        self.options = {"-C": ".", **dict.fromkeys(names, "")}
        self.reference = ""
        self.imports = False
        rest = list(words)
        while rest:
            word = rest.pop(0)
            name, equals, value = word.partition("=")
            if word in ("-h", "--help"):
                print(f"{_USAGE}\n{_HELP}")
                sys.exit(0)
            if word == "--import":
                self.imports = True
            elif name in self.options and (equals or rest):
                self.options[name] = value if equals else rest.pop(0)
            elif word.startswith("-") or self.reference:
                _refuse(f"cannot use '{word}'")
            else:
                self.reference = word
        config, train = self.options["--config"], self.options["--train"]
        if bool(config) == bool(self.reference) or (config and train):
            _refuse("give FILE:NAME or --config FILE")


def _refuse(why: str) -> None:
    print(f"{_USAGE}\ncog.schema: error: {why}", file=sys.stderr)
    sys.exit(2)


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    with open(name, encoding="utf-8") as file:
        return file.read()


def _reference(text: str) -> document.Reference:
    return text, Place(text.partition(":")[0])


def _document(arguments: _Arguments, record: Record) -> object:
    folder, name, train = (arguments.options[key] for key in ("-C", "--config", "--train"))
    mine = sys.version_info[:2]
    written = [path for path in arguments.options["--path"].split(":") if path]
    paths = [os.path.relpath(os.path.join(folder, path), folder) for path in written]
    predict = _reference(arguments.reference)
    trains = _reference(train) if train else None
    theirs, environment, current = mine, dict(os.environ), is_current(arguments.options["--sdk"])
    if name:
        text = _read(name)
        if not text and name == "-":
            # The program before has already said what is wrong.
            sys.exit(4)
        config = Config(text, "<stdin>" if name == "-" else name)
        predict, trains, paths = config.predict, config.train, config.paths
        theirs, environment = config.python or mine, config.environment
        current = config.current
    try:
        return document.read(folder, predict, trains, theirs, paths, environment, record, current)
    except Refused as refused:
        wrong = [problem for problem in refused.problems if problem.dynamic is None]
        if wrong:
            raise Refused(wrong) from None
        if not arguments.imports:
            _tell(refused.problems)
            sys.exit(_DYNAMIC)
    from cog.schema import imported

    os.chdir(folder)
    sys.path[:0] = [os.getcwd(), *map(os.path.abspath, paths)]
    return imported.read(predict, trains, current)


def _keep(record: Record, file: str, text: str) -> None:
    """Save the record. Where that fails, the next build reads the source again."""
    try:
        record.save(file, text)
    except (OSError, UnicodeError):
        return


def _tell(problems: Sequence[Problem]) -> None:
    """Say once that the text does not tell all."""
    first, others = problems[0], len(problems) - 1
    more = f" (and {others} more)" if others else ""
    why = f"{first.dynamic}{more}; the build reads the inputs in the image"
    print(f"{first.place}: warning: {why} [schema.dynamic]", file=sys.stderr)


def main() -> int:
    """Run the program; returns its exit status."""
    arguments = _Arguments(sys.argv[1:])
    try:
        record = Record(arguments.options["-C"])
        found = _document(arguments, record)
        text = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        sys.stdout.buffer.write(text.encode() + b"\n")
        sys.stdout.flush()
        if arguments.options["--record"] and not arguments.imports:
            _keep(record, arguments.options["--record"], text)
    except (Problem, Refused) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        # What could not be written is not tried again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        print(f"cog.schema: error: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    # Not sys.exit: a thread that an imported model started may never end.
    os._exit(status)
