"""The command line and environment of the server."""

import ipaddress
import os

import pytest

from cog_server import settings
from cog_server.network import PRIVATE


def read(monkeypatch: pytest.MonkeyPatch, *argv: str, **environment: str) -> settings.Settings:
    given = {"COG_PREDICT_TYPE_STUB": "predict.py:Predictor", **environment}
    monkeypatch.setattr(os, "environ", given)
    return settings.read(["--worker-python", "python", *argv])


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch) == settings.Settings(
        host="0.0.0.0",
        port=5000,
        fd=None,
        worker_python="python",
        model="predict.py:Predictor",
        training=False,
        openapi_file="/var/lib/cog/openapi.json",
        await_explicit_shutdown=False,
        shutdown_timeout=30.0,
        setup_timeout=None,
        log_level="INFO",
        log_format="json",
        upload_url=None,
        max_body=100 << 20,
        max_bodies=256 << 20,
        idle_timeout=30,
        request_timeout=600,
        max_connections=4096,
        max_fetch=16 << 30,
        fetch_timeout=600,
        allowed_networks=(),
        queue=0,
        kept_predictions=100,
        kept_bytes=64 << 20,
        max_logs=1 << 20,
        throttle=0.5,
        stream_history=1024,
        webhook_token=None,
        webhook_hosts=(),
        shutdown=True,
        user_agent=None,
        ready_file=None,
    )


def test_all_given(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(
        monkeypatch,
        *("--host", "::1", "--await-explicit-shutdown", "true", "--threads", "4", "-v"),
        *("--fd", "7"),
        PORT="81",
        COG_SETUP_TIMEOUT="2.5",
        LOG_FORMAT="console",
        COG_ALLOWED_NETWORKS="10.0.0.0/8, ::1/128",
        KUBERNETES_SERVICE_HOST="10.0.0.1",
    )
    assert (found.host, found.port, found.fd, found.setup_timeout) == ("::1", 81, 7, 2.5)
    assert (found.await_explicit_shutdown, found.log_level) == (True, "DEBUG")
    assert found.log_format == "console"
    assert found.allowed_networks == tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "::1")))
    assert found.ready_file == "/var/run/cog/ready"


def test_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = {"COG_ALLOWED_NETWORKS": "private 8.0.0.0/8", "WEBHOOK_AUTH_HOSTS": "A.example, b"}
    found = read(monkeypatch, **lists)
    assert found.allowed_networks == (*PRIVATE, ipaddress.ip_network("8.0.0.0/8"))
    assert found.webhook_hosts == ("a.example", "b")


def test_there_is_a_way_to_end_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not read(monkeypatch, COG_SHUTDOWN="off").shutdown
    with pytest.raises(SystemExit):
        read(monkeypatch, "--await-explicit-shutdown", "true", COG_SHUTDOWN="off")
    assert "--await-explicit-shutdown true needs POST /shutdown" in capsys.readouterr().err


def test_training_has_its_own_model(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, "--x-mode", "train", COG_TRAIN_TYPE_STUB="train.py:train")
    assert (found.model, found.training) == ("train.py:train", True)


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"PORT": "http"}, "PORT must be a number, 0 or more: http"),
        ({"COG_SETUP_TIMEOUT": "soon"}, "COG_SETUP_TIMEOUT must be a number, 0 or more: soon"),
        ({"COG_MAX_BODY": "-1"}, "COG_MAX_BODY must be a number, 0 or more: -1"),
        ({"COG_FETCH_TIMEOUT": "inf"}, "COG_FETCH_TIMEOUT must be a number, 0 or more: inf"),
        ({"COG_ALLOWED_NETWORKS": "10.0.0.1/8"}, 'COG_ALLOWED_NETWORKS must be "private" or net'),
        ({"COG_SHUTDOWN": "no"}, "COG_SHUTDOWN must be on or off: no"),
        ({"COG_PREDICT_TYPE_STUB": ""}, "COG_PREDICT_TYPE_STUB must name the model"),
    ],
)
def test_wrong_usage(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
    text: str,
) -> None:
    with pytest.raises(SystemExit) as caught:
        read(monkeypatch, **environment)
    assert caught.value.code == 2
    assert text in capsys.readouterr().err
