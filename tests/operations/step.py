"""What the step of plan.jq that has every mount sees, as JSON in /facts.json."""

import hashlib
import json
import os
import socket
import struct
from pathlib import Path


def ask(kind: int, body: bytes = b"") -> tuple[int, bytes]:
    """One question to the SSH agent; the type of the answer and its rest."""
    with socket.socket(socket.AF_UNIX) as agent:
        agent.connect(os.environ["SSH_AUTH_SOCK"])
        agent.sendall(struct.pack(">IB", 1 + len(body), kind) + body)
        stream = agent.makefile("rb")
        (size,) = struct.unpack(">I", stream.read(4))
        answer = stream.read(size)
    return answer[0], answer[1:]


def text(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def first_key(keys: bytes) -> bytes:
    (size,) = struct.unpack(">I", keys[4:8])
    return keys[8 : 8 + size]


def readonly(folder: str) -> bool:
    try:
        Path(folder, "written").write_text("x")
    except OSError:
        return True
    return False


def main() -> None:
    _, keys = ask(11)
    key = first_key(keys)
    log = Path("/mnt/cache/log")
    before = log.read_text() if log.exists() else ""
    log.write_text(before + os.environ["RUN"] + "\n")
    Path("/mnt/tmpfs/scratch").write_text("x" * 1000)
    facts = {
        "key": hashlib.sha256(key).hexdigest(),
        "sign": ask(13, text(key) + text(b"challenge") + bytes(4))[0],
        "remove all": ask(19)[0],
        "lock": ask(22, text(b"password"))[0],
        "cache before": before.split(),
        "cache from": Path("/mnt/cache/file").read_text(),
        "caches": [os.listdir("/mnt/private"), os.listdir("/mnt/locked")],
        "secret": hashlib.sha256(Path("/run/token").read_bytes()).hexdigest(),
        "secret mode": oct(os.stat("/run/token").st_mode & 0o777),
        "not given": os.path.exists("/run/not-given"),
        "bind": Path("/mnt/seed/file").read_text(),
        "bind readonly": [readonly(f"/mnt/{name}") for name in ("generated", "seed", "models", "nothing")],
        "model": Path("/mnt/models/small/model.txt").read_text(),
        "tmpfs": "tmpfs" in [line.split()[2] for line in open("/proc/mounts") if " /mnt/tmpfs " in line],
        "host": socket.gethostbyname("db.example.com"),
        "env": {name: os.environ.get(name) for name in ("A", "B", "STAGE", "MISSING", "BASE", "PATH")},
        "user": os.getuid(),
        "dir": os.getcwd(),
    }
    Path("/facts.json").write_text(json.dumps(facts))


main()
