"""The command line and environment of the server."""

import pytest

from cog_server import settings


def read(monkeypatch: pytest.MonkeyPatch, *argv: str, **environment: str) -> settings.Settings:
    for name in ("PORT", "COG_SETUP_TIMEOUT", "COG_OPENAPI_FILE", "COG_LOG_LEVEL", "LOG_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"COG_PREDICT_TYPE_STUB": "predict.py:Predictor", **environment}.items():
        monkeypatch.setenv(name, value)
    return settings.read(["--worker-python", "python", *argv])


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch) == settings.Settings(
        host="0.0.0.0",
        port=5000,
        worker_python="python",
        model="predict.py:Predictor",
        openapi_file="/var/lib/cog/openapi.json",
        await_explicit_shutdown=False,
        shutdown_timeout=30.0,
        setup_timeout=None,
        log_level="INFO",
        log_format="json",
    )


def test_all_given(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(
        monkeypatch,
        *("--host", "::1", "--await-explicit-shutdown", "true", "--threads", "4", "-v"),
        PORT="81",
        COG_SETUP_TIMEOUT="2.5",
        LOG_FORMAT="console",
    )
    assert (found.host, found.port, found.setup_timeout) == ("::1", 81, 2.5)
    assert (found.await_explicit_shutdown, found.log_level) == (True, "DEBUG")
    assert found.log_format == "console"


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"PORT": "http"}, "PORT and COG_SETUP_TIMEOUT must be numbers"),
        ({"COG_SETUP_TIMEOUT": "soon"}, "PORT and COG_SETUP_TIMEOUT must be numbers"),
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
