"""What the server is told by its command line and environment; read once, at start.

Environment: PORT (5000), COG_PREDICT_TYPE_STUB (the model, `predict.py:Predictor`),
COG_OPENAPI_FILE (/var/lib/cog/openapi.json), COG_SETUP_TIMEOUT (seconds; none), COG_LOG_LEVEL
(info), LOG_FORMAT (json, console).
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """All settings; times are in seconds."""

    host: str
    port: int
    worker_python: str
    model: str
    openapi_file: str
    await_explicit_shutdown: bool
    shutdown_timeout: float
    setup_timeout: float | None
    log_level: str
    log_format: str


def read(argv: Sequence[str]) -> Settings:
    """Read the command line and the environment; wrong usage ends the program with status 2."""
    parser = argparse.ArgumentParser(prog="python -m cog.server.http")
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--worker-python", required=True, metavar="FILE", help="runs the model")
    parser.add_argument(
        "--await-explicit-shutdown",
        choices=("true", "false"),
        default="false",
        help="ignore SIGTERM and end only on POST /shutdown or SIGINT",
    )
    parser.add_argument(
        "--shutdown-timeout",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="how long a running prediction may take to finish when the server ends (30)",
    )
    parser.add_argument("--threads", help=argparse.SUPPRESS)
    parser.add_argument("-v", "--verbose", action="store_true", help="log more")
    options = parser.parse_args(argv)
    environment = os.environ
    try:
        port = int(environment.get("PORT") or 5000)
        setup_timeout = float(environment.get("COG_SETUP_TIMEOUT") or 0)
    except ValueError as error:
        parser.error(f"PORT and COG_SETUP_TIMEOUT must be numbers: {error}")
    model = environment.get("COG_PREDICT_TYPE_STUB")
    if not model:
        parser.error("COG_PREDICT_TYPE_STUB must name the model, as predict.py:Predictor")
    return Settings(
        host=options.host,
        port=port,
        worker_python=options.worker_python,
        model=model,
        openapi_file=environment.get("COG_OPENAPI_FILE") or "/var/lib/cog/openapi.json",
        await_explicit_shutdown=options.await_explicit_shutdown == "true",
        shutdown_timeout=options.shutdown_timeout,
        setup_timeout=setup_timeout or None,
        log_level="DEBUG" if options.verbose else environment.get("COG_LOG_LEVEL", "info").upper(),
        log_format=environment.get("LOG_FORMAT") or "json",
    )
