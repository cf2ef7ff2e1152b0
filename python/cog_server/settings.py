"""What the server is told by its command line and environment; read once, at start.

man/cog-http.7 describes each. Sizes are bytes, times seconds.
"""

import argparse
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass

from cog_server.network import PRIVATE, Network

READY_FILE = "/var/run/cog/ready"
_MIB = 1 << 20


@dataclass(frozen=True)
class Settings:
    """All settings. A limit on what is kept may be 0; on `setup_timeout` None is none."""

    host: str
    port: int
    fd: int | None
    worker_python: str
    model: str
    training: bool
    openapi_file: str
    await_explicit_shutdown: bool
    shutdown_timeout: float
    setup_timeout: float | None
    log_level: str
    log_format: str
    upload_url: str | None
    max_body: int
    max_bodies: int
    idle_timeout: float
    request_timeout: float
    max_connections: int
    max_fetch: int
    fetch_timeout: float
    allowed_networks: tuple[Network, ...]
    queue: int
    kept_predictions: int
    kept_bytes: int
    max_logs: int
    throttle: float
    stream_history: int
    webhook_token: str | None
    webhook_hosts: tuple[str, ...]
    shutdown: bool
    user_agent: str | None
    ready_file: str | None


def read(argv: Sequence[str]) -> Settings:
    """Read the command line and the environment; wrong usage ends the program with status 2."""
    parser = _parser()
    options = parser.parse_args(argv)
    variables = _Variables(parser)
    stub = "COG_TRAIN_TYPE_STUB" if options.x_mode == "train" else "COG_PREDICT_TYPE_STUB"
    model = variables.text(stub)
    if model is None:
        parser.error(f"{stub} must name the model, as predict.py:Predictor")
    if options.await_explicit_shutdown == "true" and not variables.switch("COG_SHUTDOWN"):
        parser.error("--await-explicit-shutdown true needs POST /shutdown: COG_SHUTDOWN is off")
    return Settings(
        host=options.host,
        port=int(variables.number("PORT", 5000)),
        fd=options.fd,
        worker_python=options.worker_python,
        model=model,
        training=options.x_mode == "train",
        openapi_file=variables.text("COG_OPENAPI_FILE") or "/var/lib/cog/openapi.json",
        await_explicit_shutdown=options.await_explicit_shutdown == "true",
        shutdown_timeout=options.shutdown_timeout,
        setup_timeout=variables.number("COG_SETUP_TIMEOUT", 0) or None,
        log_level="DEBUG"
        if options.verbose
        else (variables.text("COG_LOG_LEVEL") or "info").upper(),
        log_format=variables.text("LOG_FORMAT") or "json",
        upload_url=options.upload_url,
        max_body=int(variables.number("COG_MAX_BODY", 100 * _MIB)),
        max_bodies=int(variables.number("COG_MAX_BODIES", 256 * _MIB)),
        idle_timeout=variables.number("COG_IDLE_TIMEOUT", 30),
        request_timeout=variables.number("COG_REQUEST_TIMEOUT", 600),
        max_connections=int(variables.number("COG_MAX_CONNECTIONS", 4096)),
        max_fetch=int(variables.number("COG_MAX_FETCH", 16384 * _MIB)),
        fetch_timeout=variables.number("COG_FETCH_TIMEOUT", 600),
        allowed_networks=variables.networks("COG_ALLOWED_NETWORKS"),
        queue=int(variables.number("COG_QUEUE", 0)),
        kept_predictions=int(variables.number("COG_KEPT_PREDICTIONS", 100)),
        kept_bytes=int(variables.number("COG_KEPT_BYTES", 64 * _MIB)),
        max_logs=int(variables.number("COG_MAX_LOGS", _MIB)),
        throttle=variables.number("COG_THROTTLE_RESPONSE_INTERVAL", 0.5),
        stream_history=int(variables.number("COG_STREAM_HISTORY_CAPACITY", 1024)),
        webhook_token=variables.text("WEBHOOK_AUTH_TOKEN"),
        webhook_hosts=variables.words("WEBHOOK_AUTH_HOSTS"),
        shutdown=variables.switch("COG_SHUTDOWN"),
        user_agent=variables.text("COG_USER_AGENT"),
        ready_file=READY_FILE if variables.text("KUBERNETES_SERVICE_HOST") else None,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cog.server.http")
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument(
        "--fd", type=int, metavar="FD", help="accept connections at this descriptor"
    )
    parser.add_argument("--worker-python", required=True, metavar="FILE", help="runs the model")
    parser.add_argument(
        "--upload-url", metavar="URL", help="PUT files of outputs under this URL, answer with URLs"
    )
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
        help="how long running predictions may take to finish when the server ends (30)",
    )
    parser.add_argument(
        "--x-mode",
        choices=("predict", "train"),
        default="predict",
        help="which function of the model to serve (predict)",
    )
    parser.add_argument("--threads", help=argparse.SUPPRESS)
    parser.add_argument("-v", "--verbose", action="store_true", help="log more")
    return parser


class _Variables:
    """The environment, where an empty variable is as good as none."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._parser = parser

    def text(self, name: str) -> str | None:
        return os.environ.get(name) or None

    def number(self, name: str, default: float) -> float:
        text = self.text(name)
        try:
            value = default if text is None else float(text)
        except ValueError:
            value = -1
        if not 0 <= value < float("inf"):
            self._parser.error(f"{name} must be a number, 0 or more: {text}")
        return value

    def networks(self, name: str) -> tuple[Network, ...]:
        found: list[Network] = []
        try:
            for word in self.words(name):
                found += PRIVATE if word == "private" else [ipaddress.ip_network(word)]
        except ValueError as error:
            text = f'{name} must be "private" or networks as in 10.0.0.0/8,::1/128: {error}'
            self._parser.error(text)
        return tuple(found)

    def words(self, name: str) -> tuple[str, ...]:
        return tuple((self.text(name) or "").replace(",", " ").lower().split())

    def switch(self, name: str) -> bool:
        text = self.text(name) or "on"
        if text not in ("on", "off"):
            self._parser.error(f"{name} must be on or off: {text}")
        return text == "on"
