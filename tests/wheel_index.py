"""A package index with packages of every kind, for tests/installers."""

import base64
import hashlib
import io
import tarfile
import zipfile
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple
from urllib.parse import unquote

PASSWORD = base64.b64encode(b"me:pa-ss").decode()

# Builds a package with nothing but the standard library, so that building needs no index.
BACKEND = """\
import re, zipfile
from pathlib import Path


def build_wheel(folder, config_settings=None, metadata_directory=None):
    name, version = re.findall('"(.*?)"', Path("pyproject.toml").read_text())[:2]
    info = f"{name}-{version}.dist-info"
    file = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder, file), "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", ""]
        wheel.writestr(f"{info}/METADATA", "\\n".join(lines))
        lines = ["Wheel-Version: 1.0", "Root-Is-Purelib: true", "Tag: py3-none-any", ""]
        wheel.writestr(f"{info}/WHEEL", "\\n".join(lines))
        wheel.writestr(f"{info}/RECORD", "")
    return file
"""


class Release(NamedTuple):
    name: str
    version: str
    needs: tuple[str, ...] = ()
    extras: tuple[tuple[str, str], ...] = ()
    python: str = ""
    yanked: bool = False
    tag: str = "py3-none-any"
    source: bool = False
    served: str = "one"

    @property
    def file(self) -> str:
        name = f"{self.name.replace('-', '_')}-{self.version}"
        return f"{name}.tar.gz" if self.source else f"{name}-{self.tag}.whl"


def many(name: str, versions: str, **more: object) -> list[Release]:
    return [Release(name, version, **more) for version in versions.split()]  # type: ignore[arg-type]


RELEASES = [
    *many("finals", "0.9 1.0 1.0.post1 1.1 1.5 2.0 2.1 3.0"),
    *many("mixed", "1.0 1.1 2.0a1 2.0rc1 2.0 2.1.dev3 3.0b2"),
    *many("only-pre", "1.0a1 1.0b2 2.0rc1 2.0.dev1"),
    *many("local", "1.0 1.0+cpu 1.1+cu118 2.0"),
    *many("local", "1.0+cu121 2.0+cu121", served="two"),
    *many("odd", "1!1.0 2.0 2021.4 1.0.0.0"),
    *many("yanked", "1.0 1.2"),
    Release("yanked", "1.1", yanked=True),
    Release("yanked", "2.0", yanked=True),
    Release("all-yanked", "1.0", yanked=True),
    *many("newer-python", "1.0 1.1", python=">=3.8"),
    *many("newer-python", "2.0 2.1", python=">=3.40"),
    *many("older-python", "1.0", python=">=2.7,<3.5"),
    *many("older-python", "0.9"),
    Release("platforms", "2.0", tag="cp311-cp311-win_amd64"),
    Release("platforms", "1.0"),
    Release("abi", "2.0", tag="cp39-cp39-manylinux_2_17_x86_64"),
    Release("abi", "1.0", tag="py2.py3-none-any"),
    Release("no-wheel", "1.0", source=True),
    Release("old-wheel", "1.0"),
    Release("old-wheel", "2.0", source=True),
    Release("app", "1.0", needs=("lib>=1.0",)),
    Release("app", "2.0", needs=("lib>=2.0", "finals<2")),
    *many("lib", "1.0 1.5 2.0 2.5 3.0"),
    Release("needs-old", "1.0", needs=("lib<2",)),
    Release("needs-new", "1.0", needs=("lib>=2.5",)),
    Release("backtracks", "1.0", needs=("lib==1.5",)),
    Release("backtracks", "2.0", needs=("lib==9.9",)),
    Release("needs-pre", "1.0", needs=("mixed>=3.0b1",)),
    Release("needs-only-pre", "1.0", needs=("only-pre",)),
    Release("needs-extra", "1.0", needs=("extras[fast]",)),
    Release("circle-a", "1.0", needs=("circle-b",)),
    Release("circle-b", "1.0", needs=("circle-a",)),
    Release(
        "extras",
        "1.0",
        needs=("finals",),
        extras=(("fast", "lib"), ("pre", "mixed>=3.0b2"), ("both", "lib; python_version > '3'")),
    ),
    Release(
        "marked",
        "1.0",
        needs=(
            'lib; python_version >= "3.8"',
            'finals; sys_platform == "win32"',
            'mixed<2; platform_machine == "x86_64" and implementation_name == "cpython"',
            'odd; python_full_version < "3"',
            'only-pre; os_name != "posix"',
        ),
    ),
    *many("twice", "1.0 2.0"),
    *many("twice", "1.0 3.0", served="two"),
    *many("second", "1.0 1.1", served="two"),
    *many("secret", "1.0 2.0", served="locked"),
    Release("Some.Name_x", "1.0", needs=("LIB",)),
]


def wheel(release: Release) -> bytes:
    out, module = io.BytesIO(), release.name.replace("-", "_").replace(".", "_")
    info = f"{release.name.replace('-', '_')}-{release.version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {release.name}", f"Version: {release.version}"]
    lines += [f"Requires-Python: {release.python}"] if release.python else []
    lines += [f"Requires-Dist: {need}" for need in release.needs]
    for extra, need in release.extras:
        text, _, marker = need.partition("; ")
        marker = f"({marker}) and " if marker else ""
        lines += [f"Provides-Extra: {extra}", f'Requires-Dist: {text}; {marker}extra == "{extra}"']
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(zipfile.ZipInfo(f"{module}.py"), "")
        file.writestr(zipfile.ZipInfo(f"{info}/METADATA"), "\n".join([*lines, ""]))
        tag = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {release.tag}\n"
        file.writestr(zipfile.ZipInfo(f"{info}/WHEEL"), tag)
        file.writestr(zipfile.ZipInfo(f"{info}/RECORD"), "")
    return out.getvalue()


def sources(name: str, version: str) -> dict[str, str]:
    return {
        "pyproject.toml": f'[project]\nname = "{name}"\nversion = "{version}"\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": BACKEND,
    }


def archive(release: Release) -> bytes:
    out, top = io.BytesIO(), f"{release.name.replace('-', '_')}-{release.version}"
    files = sources(release.name.replace("-", "_"), release.version)
    files["PKG-INFO"] = f"Metadata-Version: 2.1\nName: {release.name}\nVersion: {release.version}\n"
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(f"{top}/{name}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()


FILES = {r: archive(r) if r.source else wheel(r) for r in RELEASES}
BY_NAME = {release.file: data for release, data in FILES.items()}
HASHES = {name: hashlib.sha256(data).hexdigest() for name, data in BY_NAME.items()}


def normalized(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


class Index(BaseHTTPRequestHandler):
    """/one/simple/NAME/, /two/…, /locked/… with a password, /flat/, which is a page of links."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = self.path.strip("/").split("/")
        if parts[0] == "locked" and self.headers.get("Authorization") != f"Basic {PASSWORD}":
            self.reply(401, b"")
            return
        file = unquote(parts[-1])
        if file in BY_NAME:
            self.reply(200, BY_NAME[file])
            return
        found = [
            release
            for release in RELEASES
            if (parts[0] == release.served and parts[-1] == normalized(release.name))
            or (parts[0] == "flat" and release.name == "second")
        ]
        text = "".join(map(self.link, found))
        self.reply(
            200 if found else 404, f"<!DOCTYPE html><html><body>{text}</body></html>".encode()
        )

    def do_HEAD(self) -> None:
        self.do_GET()

    def link(self, release: Release) -> str:
        more = ' data-yanked="bad"' if release.yanked else ""
        python = release.python.replace(">", "&gt;").replace("<", "&lt;")
        more += f' data-requires-python="{python}"' if python else ""
        file = release.file
        return f'<a href="/{release.served}/files/{file}#sha256={HASHES[file]}"{more}>{file}</a>\n'

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="ours"')
        file = self.path.endswith((".whl", ".gz"))
        self.send_header("Content-Type", "application/octet-stream" if file else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
