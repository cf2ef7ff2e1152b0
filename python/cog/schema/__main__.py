"""`python -m cog.schema FILE:NAME` prints the OpenAPI document of a model, as one line of JSON
with sorted keys.

Exit status: 0 done, 1 the model or the config is wrong, 2 usage, 3 the machine failed, 4 nothing
on stdin. Nothing is printed on stdout unless all is well.
"""

import argparse
import json
import os
import sys

from cog.schema import config, document
from cog.schema.problem import Place, Problem, Refused


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m cog.schema",
        description="Print the OpenAPI document of a model, read from its source alone.",
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("reference", nargs="?", metavar="FILE:NAME", help="predict.py:Predictor")
    which.add_argument(
        "--config", metavar="FILE", help="take it from this cog/config-1 document; - is stdin"
    )
    parser.add_argument(
        "-C", dest="folder", metavar="DIR", default=".", help="the project's folder"
    )
    return parser.parse_args()


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    with open(name, encoding="utf-8") as file:
        return file.read()


def _reference(arguments: argparse.Namespace) -> tuple[str, Place]:
    if arguments.config is None:
        return arguments.reference, Place(arguments.reference.partition(":")[0])
    text = _read(arguments.config)
    if not text and arguments.config == "-":
        # The program before has already said what is wrong.
        sys.exit(4)
    return config.reference(text, "<stdin>" if arguments.config == "-" else arguments.config)


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> int:
    """Run the program; returns its exit status."""
    arguments = _arguments()
    try:
        reference, place = _reference(arguments)
        found = document.read(arguments.folder, reference, place)
        text = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        _print(text + "\n")
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
    sys.exit(main())
