"""Input files fetched by the server: limits, redirects, names."""

import asyncio
import ipaddress
import pathlib
import socket

import pytest

from cog.url import save
from cog_server import network
from cog_server.client import Client
from cog_server.fetch import Fetcher, FetchError, file_name
from cog_server.payload import Payload
from tests.receiver import Received, Receiver, Reply, receive, trusted
from tests.serving import DEADLINE_SECONDS

LOCAL = (ipaddress.ip_network("127.0.0.0/8"),)


def fetch(
    url: str,
    folder: pathlib.Path,
    max_bytes: int = 1 << 30,
    seconds: float = DEADLINE_SECONDS,
    local: bool = True,
) -> pathlib.Path:
    fetcher = Fetcher(Client(LOCAL if local else (), None), max_bytes, seconds)
    return pathlib.Path(asyncio.run(fetcher.fetch(url, str(folder / "new"))))


def test_a_file_is_fetched(tmp_path: pathlib.Path) -> None:
    content = bytes(range(256)) * 20000
    with receive(lambda request: Reply(body=content)) as receiver:
        path = fetch(f"{receiver.url}/a%20dir/ein%20Bild.png?x=%41&y=ö", tmp_path)
    assert path.read_bytes() == content
    assert path.name == "ein Bild.png"
    assert path.parent.stat().st_mode & 0o777 == 0o700
    request = receiver.requests[0]
    assert request.path == "/a%20dir/ein%20Bild.png?x=%41&y=%C3%B6"
    assert request.headers["host"] == receiver.url.removeprefix("http://")
    assert request.headers["user-agent"].startswith("cog/")


def test_redirects_are_followed_five_times(tmp_path: pathlib.Path) -> None:
    def answer(request: Received) -> Reply:
        left = int(request.path[1:])
        return Reply(302, {"Location": f"/{left - 1}"}) if left else Reply(body=b"here")

    with receive(answer) as receiver:
        assert fetch(f"{receiver.url}/5", tmp_path).read_bytes() == b"here"
        with pytest.raises(FetchError, match="more than 5 redirects"):
            fetch(f"{receiver.url}/6", tmp_path / "b")


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ("http://127.0.0.2:1/", "127.0.0.2"),
        ("http://10.1.2.3/", "10.1.2.3 is at 10.1.2.3, which is not public"),
        ("http://[::1]/", "::1, which is not public"),
        ("file:///etc/passwd", "is not a URL that begins with http"),
        ("http://[x/", "is not a URL"),
    ],
)
def test_redirects_are_checked(tmp_path: pathlib.Path, location: str, text: str) -> None:
    with (
        receive(lambda request: Reply(302, {"Location": location})) as receiver,
        pytest.raises(FetchError, match=text.replace("[", r"\[")),
    ):
        fetch(receiver.url, tmp_path)


@pytest.mark.parametrize("by_server", [True, False])
def test_nobody_goes_from_https_to_http(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, by_server: bool
) -> None:
    context, certificate = trusted(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    monkeypatch.setenv("NO_PROXY", "*")

    def get(url: str, name: str) -> bytes:
        if by_server:
            return fetch(url, tmp_path / name).read_bytes()
        return pathlib.Path(save(url, str(tmp_path / name))).read_bytes()

    with receive(lambda request: Reply(body=b"plain")) as plain:

        def answer(request: Received) -> Reply:
            target = {"/down": plain.url, "/on": "/here"}.get(request.path)
            return Reply(302, {"Location": target}) if target else Reply(body=b"safe")

        with receive(answer, context) as safe:
            assert get(f"{safe.url}/on", "on") == b"safe"
            with pytest.raises(ValueError if not by_server else FetchError, match="https to http"):
                get(f"{safe.url}/down", "down")
            assert plain.requests == []
            up = receive(lambda request: Reply(302, {"Location": f"{safe.url}/here"}))
            with up as redirecting:
                assert get(redirecting.url, "up") == b"safe"


def test_limits(tmp_path: pathlib.Path) -> None:
    with receive(lambda request: Reply(body=b"x" * 1001)) as receiver:
        with pytest.raises(FetchError, match="more than 1000 bytes, the limit of COG_MAX_FETCH"):
            fetch(receiver.url, tmp_path / "a", max_bytes=1000)
        assert fetch(receiver.url, tmp_path / "b", max_bytes=1001).stat().st_size == 1001
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(FetchError, match=r"took more than 0\.1 s"):
            fetch(f"http://127.0.0.1:{port}/", tmp_path / "c", seconds=0.1)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError, match="Connect"):
            fetch(f"http://127.0.0.1:{deaf.getsockname()[1]}/", tmp_path / "d")


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply(404, body=b"no"), "the answer was 404"),
        (Reply(302), "the answer was 302"),
        (Reply(200, {"Content-Length": "9"}, b"short"), "127.0.0.1: "),
        (Reply(200, {"Content-Length": "x"}), "127.0.0.1: "),
    ],
)
def test_answers_that_are_no_file(tmp_path: pathlib.Path, reply: Reply, text: str) -> None:
    with receive(lambda request: reply) as receiver, pytest.raises(FetchError, match=text):
        fetch(receiver.url, tmp_path)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_this_machine_is_refused(tmp_path: pathlib.Path, host: str) -> None:
    def connected(request: Received) -> Reply:
        raise AssertionError

    with receive(connected) as receiver:
        url = receiver.url.replace("127.0.0.1", host)
        with pytest.raises(FetchError, match="not public nor in COG_ALLOWED_NETWORKS"):
            fetch(url, tmp_path, local=False)
        assert receiver.requests == []


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1"),
        *("192.168.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%1", "fc00::1"),
        *("ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"),
        # IPv4 in IPv6, as it once was written, and through tunnels.
        *("::127.0.0.1", "::8.8.8.8", "2001:0:7f00:1::", "2606:4700::5efe:10.0.0.1"),
        *("64:ff9b:1::808:808", "2001:0:808:808:0:ffff:f5ff:fffe"),
        # Site-local, multicast, documentation, reserved, benchmarks, ORCHID, SRv6, discard.
        *("fec0::1", "ff0e::1", "ff05::2", "239.1.1.1", "192.0.2.1", "198.51.100.7"),
        *("203.0.113.9", "3fff::1", "240.0.0.1", "192.0.0.9", "198.18.0.1", "2001:20::1"),
        *("5f00::1", "100::1", "4000::1", "192.88.99.1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not network.is_allowed(address, ())


def test_addresses_that_may_be_asked() -> None:
    for address in ("8.8.8.8", "2606:4700::1", "64:ff9b::808:808", "::ffff:8.8.8.8"):
        assert network.is_allowed(address, ())
    assert network.is_allowed("::ffff:127.0.0.1", LOCAL)
    assert not network.is_allowed("10.0.0.1", LOCAL)
    for address in ("10.0.0.1", "172.17.0.1", "192.168.1.9", "127.0.0.1", "::1", "fd12::1"):
        assert network.is_allowed(address, network.PRIVATE)
        assert network.is_allowed(address, None)
    for address in ("fe80::1", "192.0.2.1", "0.0.0.0"):
        assert not network.is_allowed(address, network.PRIVATE)


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16"),
        *("fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"),
    ],
)
def test_metadata_are_for_nobody(tmp_path: pathlib.Path, address: str) -> None:
    everything = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
    for allowed in ((), network.PRIVATE, everything, None):
        assert not network.is_allowed(address, allowed)
    host = f"[{address}]" if ":" in address else address
    fetcher = Fetcher(Client(everything, None), 1000, 10)
    with pytest.raises(FetchError, match="never connected to: the machine's metadata"):
        asyncio.run(fetcher.fetch(f"http://{host}/", str(tmp_path / "new")))


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("ftp://example.com/", "is not a URL that begins with http"),
        ("http:///path", "is not a URL that begins with http"),
        ("http://user:word@example.com/", "a user's name"),
        ("http://example.com:99999/", "is not a URL"),
        ("http://[::1/", "is not a URL"),
        (f"http://{'a' * 64}.example.com/", "is not the name of a host"),
    ],
)
def test_urls_that_are_none(tmp_path: pathlib.Path, url: str, text: str) -> None:
    with pytest.raises(FetchError, match=text):
        fetch(url, tmp_path)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("", "file"),
        ("/", "file"),
        ("/a/b.txt", "b.txt"),
        ("/..", "file"),
        ("/.bashrc", "bashrc"),
        ("/a%2Fb%00c", "a_b_c"),
        ("/..%2F..%2Fetc", "_.._etc"),
        ("/" + "ä" * 150 + ".png", "ä" * 98 + ".png"),
        ("/x." + "y" * 300, "x." + "y" * 198),
    ],
)
def test_names(path: str, name: str) -> None:
    assert file_name(f"http://example.com{path}") == name


def test_the_answer_is_kept_by_nobody(tmp_path: pathlib.Path) -> None:
    """A receiver that never ends its answer to a webhook holds nothing."""

    async def post(receiver: Receiver) -> int:
        return (await Client(LOCAL, None).send("POST", receiver.url, body=Payload(b"{}"))).status

    with receive(lambda request: Reply(500, {"Content-Length": "1000000"})) as receiver:
        assert asyncio.run(post(receiver)) == 500
