"""Run in the image of plan.jq: says what each operation left, a line each; a traceback if it cannot."""

import grp
import json
import os
import pwd
from pathlib import Path


def told(path: str) -> str:
    """PATH KIND MODE OWNER MTIME, without what does not matter."""
    info = os.lstat(path)
    kind = "link" if os.path.islink(path) else "folder" if os.path.isdir(path) else "file"
    text = os.readlink(path) if kind == "link" else Path(path).read_text() if kind == "file" else ""
    return f"{path} {kind} {info.st_mode & 0o7777:o} {info.st_uid}:{info.st_gid} {int(info.st_mtime)} {text!r}"


def tree(top: str) -> str:
    found = sorted(str(path.relative_to(top)) for path in Path(top).rglob("*") if ".git/" not in f"{path}/")
    return f"{top}: {' '.join(found)}"


GAMES, USERS = pwd.getpwnam("games").pw_uid, grp.getgrnam("users").gr_gid
WWW = pwd.getpwnam("www-data")
NOBODY = pwd.getpwnam("nobody")

EXPECTED = {
    told("/d"): "/d folder 700 1000:1000 * ''",
    told("/d/deep"): "/d/deep folder 755 0:0 315532800 ''",
    told("/f"): f"/f file 640 {GAMES}:{USERS} 1000000000 'täxt\\n'",
    told("/nobodys"): f"/nobodys file 644 {NOBODY.pw_uid}:{NOBODY.pw_gid} 315532800 ''",
    told("/x/a.txt"): f"/x/a.txt file 555 {WWW.pw_uid}:{WWW.pw_gid} 1000000000 'a\\n'",
    told("/z/[1].txt"): "/z/[1].txt file 644 0:0 1500000000 'brackets\\n'",
    tree("/any"): "/any: 1.txt a.txt",
    tree("/w"): "/w: 1.txt [1].txt a.txt link.txt sub sub/b.txt",
    told("/w/link.txt"): "/w/link.txt link 777 0:0 1500000000 'a.txt'",
    tree("/into"): "/into: b.txt",
    told("/followed"): "/followed file 644 0:0 1500000000 'a\\n'",
    told("/kept/link.txt"): "/kept/link.txt link 777 0:0 1500000000 'a.txt'",
    told("/s/file"): "/s/file file 600 7:7 1000000001 'seed\\n'",
    tree("/folder"): "/folder: 1.txt [1].txt a.txt added.txt link.txt sub sub/b.txt",
    told("/generated/deep/er.txt"): "/generated/deep/er.txt file 644 0:0 315532800 'deep\\n'",
    tree("/url"): "/url: renamed.bin weights.bin",
    told("/url/renamed.bin"): "/url/renamed.bin file 444 0:0 * 'weights\\n'",
    told("/url/weights.bin"): "/url/weights.bin file 600 0:0 * 'weights\\n'",
    tree("/git"): "/git: models models/small models/small/model.txt readme.txt",
    tree("/git-subdir"): "/git-subdir: model.txt",
    tree("/git-branch"): "/git-branch: models models/small models/small/model.txt newer.txt readme.txt",
    str(os.path.isfile("/git-branch/.git/HEAD")): "True",
    tree("/logs"): "/logs: c.txt",
    tree("/p"): "/p: ",
    tree("/mnt/tmpfs"): "/mnt/tmpfs: ",
    Path("/tmp/who").read_text(): "www-data\n",
    Path("/tmp/where").read_text(): "/made/by/dir\n",
    Path("/interfaces").read_text(): "lo\n",
    Path("/other-image").read_text(): Path("/etc/os-release").read_text(),
}


def same(actual: str, expected: str) -> bool:
    return actual == expected or ("*" in expected and all(a == e or e == "*" for a, e in zip(actual.split(), expected.split(), strict=True)))


wrong = [f"{actual!r} instead of {expected!r}" for actual, expected in EXPECTED.items() if not same(actual, expected)]
print(json.dumps({"wrong": wrong, "facts": json.loads(Path("/facts.json").read_text()), "env": dict(os.environ)}))
