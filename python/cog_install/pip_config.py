"""Pip's configuration, as far as uv can be told the same.

A build may give pip a configuration as a secret, cog.yaml may set variables, an image may have
files of its own. uv reads none of them.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

# What uv calls it. The values are lists in both, separated by white space.
VARIABLES = {
    "index-url": "UV_INDEX_URL",
    "extra-index-url": "UV_EXTRA_INDEX_URL",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "retries": "UV_HTTP_RETRIES",
    "proxy": "ALL_PROXY",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
}
# What says nothing of which packages there are.
WITHOUT_EFFECT = {
    *("break-system-packages", "cache-dir", "compile", "disable-pip-version-check", "no-cache-dir"),
    *("no-color", "no-compile", "no-input", "no-python-version-warning", "no-warn-script-location"),
    *("config-file", "progress-bar", "quiet", "root-user-action", "user", "verbose"),
    *("no-warn-conflicts", "use-pep517", "exists-action"),
}
SHORT = {"-i": "index-url", "-f": "find-links"}
VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
SECTIONS = ("global", "install")


def files() -> Iterator[Path]:
    """Where pip looks, in its order: the machine's, the user's, the environment's."""
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    for folder in os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"):
        yield Path(folder, "pip/pip.conf")
    yield Path("/etc/pip.conf")
    yield Path.home() / ".pip/pip.conf"
    yield Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config", "pip/pip.conf")
    yield Path(sys.prefix, "pip.conf")
    if named:
        yield Path(named)


def settings() -> dict[str, str]:
    """What is set, without the options' dashes; later places win."""
    found: dict[str, str] = {}
    for path in files():
        try:
            text = path.read_text()
        except FileNotFoundError:
            continue
        found.update(read(text))
    for name, value in os.environ.items():
        if name.startswith("PIP_"):
            found[name[4:].lower().replace("_", "-")] = value
    return {name.replace("_", "-"): value for name, value in found.items()}


def read(text: str) -> dict[str, str]:
    """What a file sets."""
    import configparser  # which takes long, and most builds have no such file

    parser, found = configparser.RawConfigParser(), dict[str, str]()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError(str(error)) from error
    for section in SECTIONS:
        if parser.has_section(section):
            found.update(parser.items(section))
    return found


def named(requirements: str) -> dict[str, list[str]]:
    """The options of requirements that say where packages are, with their variables replaced."""
    found: dict[str, list[str]] = {}
    for line in requirements.splitlines():
        option, _, value = line.replace("=", " ", 1).partition(" ")
        name = SHORT.get(option, option.removeprefix("--"))
        if option.startswith("-") and name in VARIABLES:
            text = VARIABLE.sub(lambda found: os.environ.get(found[1], found[0]), value.strip())
            found.setdefault(name, []).append(text)
    return found


def translate(requirements: str) -> tuple[dict[str, str], str]:
    """Variables for uv, and what only pip knows, "" if it is nothing. An index that the text of
    the requirements names replaces the one that is configured; others are added, as with pip.
    """
    try:
        given = settings()
    except (OSError, ValueError) as error:
        return {}, f"its configuration cannot be read: {error}"
    for name, values in named(requirements).items():
        before = given.get(name, "") if name != "index-url" else ""
        given[name] = " ".join([before, *values]).strip()
    variables: dict[str, str] = {}
    for name, value in given.items():
        if name in VARIABLES:
            variables[VARIABLES[name]] = " ".join(value.split()) or "1"
        elif name not in WITHOUT_EFFECT:
            return {}, f"its configuration sets {name}"
    return variables, ""
