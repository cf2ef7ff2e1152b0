"""`python -m cog.worker --fd N`: run the model named by COG_PREDICT_TYPE_STUB for the server at
the other end of N.
"""

import argparse
import os
import socket
import sys
from typing import TextIO

from cog.worker.channel import Channel
from cog.worker.session import Session


def _line_buffered(stream: TextIO) -> None:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")


def main() -> int:
    """Run one session; the exit status is for the server's eyes only."""
    parser = argparse.ArgumentParser(prog="cog.worker")
    parser.add_argument("--fd", type=int, required=True)
    fd = parser.parse_args().fd
    os.set_inheritable(fd, False)
    sys.argv = [sys.argv[0]]
    _line_buffered(sys.stdout)
    _line_buffered(sys.stderr)
    with socket.socket(fileno=fd) as connection:
        return Session(Channel(connection), os.environ["COG_PREDICT_TYPE_STUB"]).run()


if __name__ == "__main__":
    sys.exit(main())
