from pathlib import Path

import pytest

from cog_install import resolution

HEAD = 'lock-version = "1.0"\ncreated-by = "uv"\nrequires-python = ">=3.13"\n\n'
URL = "https://index.example/files"


def file(name: str, digest: str, size: int | None = None) -> str:
    length = f"size = {size}, " if size is not None else ""
    return f'{{ url = "{URL}/{name}", {length}hashes = {{ sha256 = "{digest}" }} }}'


def package(name: str, *wheels: str, other: str = "") -> str:
    lines = [f'name = "{name}"', 'version = "1.0"', other]
    if len(wheels) > 1:
        lines += ["wheels = [", *(f"    {wheel}," for wheel in wheels), "]"]
    elif wheels:
        lines.append(f"wheels = [{wheels[0]}]")
    return "\n".join([*filter(None, lines), "", ""])


def lock(*packages: str) -> str:
    return "[[packages]]\n".join([HEAD, *packages])


SMALL = package("six", file("six-1.0-py3-none-any.whl", "aa", 11050))
LARGE = package(
    "scipy",
    file("scipy-1.0-cp313-cp313-win32.whl", "bb", 1000),
    file("scipy-1.0-cp313-cp313-manylinux_2_17_x86_64.whl", "cc", 35 << 20),
)
TORCH = package("torch", file("torch-2.9.0-cp313-cp313-linux_x86_64.whl", "dd"))
NVIDIA = package("nvidia-cublas-cu12", file("nvidia_cublas-1-py3-none-any.whl", "ee", 5))
SDIST = package("old", other=f"sdist = {file('old-1.0.tar.gz', 'ff', 9 << 20)}")
LOCAL = package(
    "scipy", other='archive = { path = "../project/scipy.whl", hashes = { sha256 = "11" } }'
)
FOUND = package("numpy", '{ path = "../project/wheels/numpy-1.whl", hashes = { sha256 = "22" } }')
PATTERNS = ["nvidia-*", "torch"]


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        (SMALL, "rest"),
        (LARGE, "large"),
        (TORCH, "frameworks"),
        (NVIDIA, "frameworks"),
        (SDIST, "rest"),
        (LOCAL, "rest"),
        (FOUND, "rest"),
        (package("torchmetrics", file("torchmetrics-1-py3-none-any.whl", "aa", 9)), "rest"),
    ],
)
def test_the_layer_of_a_package(text: str, layer: str) -> None:
    assert resolution.layer_of(text, PATTERNS) == layer


def test_each_package_is_in_one_layer(tmp_path: Path) -> None:
    for layer in resolution.LAYERS[:-1]:
        (tmp_path / layer).mkdir()
    own = package("cog", file("cog-0.16.0-py3-none-any.whl", "99", 9))
    resolution.write_layers(tmp_path, lock(SMALL, LARGE, TORCH, own, NVIDIA), PATTERNS)
    assert (tmp_path / "frameworks/pylock.toml").read_text() == lock(TORCH, NVIDIA)
    assert (tmp_path / "large/pylock.toml").read_text() == lock(LARGE)
    assert (tmp_path / "pylock.toml").read_text() == lock(SMALL)
    assert resolution.below(tmp_path) == ["torch==1.0", "nvidia-cublas-cu12==1.0", "scipy==1.0"]
    assert (tmp_path / "frameworks/replaced").read_text() == ""


def test_a_layer_without_packages_has_no_file(tmp_path: Path) -> None:
    for layer in resolution.LAYERS[:-1]:
        (tmp_path / layer).mkdir()
    resolution.write_layers(tmp_path, lock(SMALL), PATTERNS)
    assert not list((tmp_path / "large").iterdir())
    assert [path.name for path in (tmp_path / "frameworks").iterdir()] == ["replaced"]


def hashed(requirements: str, *packages: str) -> tuple[str, str]:
    return resolution.only_hashed(lock(*packages), requirements)


def test_without_hashes_the_lock_stays() -> None:
    assert hashed("six==1.0\n-i https://index.example\n", SMALL) == ("", lock(SMALL))


def test_files_with_other_hashes_go() -> None:
    reason, text = hashed("scipy==1.0 --hash=sha256:cc --hash=sha256:00\n", LARGE)
    assert reason == ""
    assert "manylinux" in text
    assert "win32" not in text


def test_a_wheel_on_the_line_of_its_list() -> None:
    reason, text = hashed("Six==1.0 --hash=sha256:aa\n", SMALL)
    assert (reason, "six-1.0-py3" in text) == ("", True)


@pytest.mark.parametrize(
    "requirements",
    [
        "six==1.0 --hash=sha256:00\n",
        "six==1.0 --hash=sha512:aa\n",
        "other==1.0 --hash=sha256:aa\n",
    ],
    ids=["another", "another algorithm", "a dependency without"],
)
def test_what_the_hashes_do_not_allow_is_refused(requirements: str) -> None:
    reason, text = hashed(requirements, SMALL)
    assert reason.startswith(("uv found no file of six", "six is needed"))
    assert text == ""


def test_the_bare_packages_of_a_lock_stay() -> None:
    reason, text = hashed("six==1.0 --hash=sha256:aa\ntorch==2.9.0\n", SMALL, TORCH)
    assert (reason, resolution.blocks(text)[1][1]) == ("", TORCH)


@pytest.mark.parametrize(
    "line",
    ["a>=2.0rc1", "a >= 1.0.dev0", "a<2.0a1,>1", "a[x]~=1.0b2", "a>=1,!=2.0-beta.1"],
)
def test_a_range_of_pre_releases_is_for_pip(line: str) -> None:
    assert resolution.only_pips(f"six\n{line}\n") == f"{line} allows pre-releases"


@pytest.mark.parametrize(
    "line",
    [
        *("a==2.0rc1", "a>=2.0", "a>=1.0.post1", "a>1+abc1", "a==1.*"),
        *("a>=1; python_version < '3.13.0b1'", "--pre", "./a-1.0rc1-py3-none-any.whl"),
        "a @ https://index.example/a-2.0rc1.tar.gz",
    ],
)
def test_others_are_for_uv(line: str) -> None:
    assert resolution.only_pips(f"{line}\n") == ""


def test_the_hash_in_a_url() -> None:
    digest = "0a" * 32
    one = package("one", file("one-1.0-py3-none-any.whl", digest))
    url = f"one @ {URL}/one-1.0-py3-none-any.whl#sha256="
    assert hashed(url + digest.upper() + "\n", one) == ("", lock(one))
    assert "is not what its sha256 says" in hashed(f"{url}{'0b' * 32}\n", one)[0]
    assert "is not what its md5 says" in hashed(f"{url}{digest}&md5=00\n", one)[0]
