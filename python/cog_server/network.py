"""Which addresses the server may connect to on behalf of a request: public ones, and those of
COG_ALLOWED_NETWORKS. Where a cloud tells a machine its secrets nobody may connect to.

Names are resolved once, and what is connected to is the address that was checked.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(map(ipaddress.ip_network, texts))


# RFC 6890 has the list of what is not public; ipaddress does not know all of it, and from version
# to version more.
_NOT_PUBLIC = _networks(
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
    *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
    *("2001::/23", "2001:db8::/32", "3fff::/20"),
)
# Of IPv6 all else is special, reserved or local (RFC 4291, the registry of IANA): site-local
# addresses, multicast, IPv4 addresses after 96 zeros.
_PUBLIC = ipaddress.IPv6Network("2000::/3")
# What "private" stands for in COG_ALLOWED_NETWORKS: machines of one's own.
PRIVATE = _networks(
    *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    *("::1/128", "fc00::/7"),
)
# Of AWS, Google, Azure and most others; Alibaba; Azure's agent; AWS by IPv6; Oracle and Scaleway.
_METADATA = _networks(
    *("169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32"),
    *("fd00:ec2::/32", "fd00:c1::a9fe:a9fe/128", "fd00:42::42/128", "fe80::a9fe:a9fe/128"),
)
# RFC 6052: the last 32 bits are an IPv4 address that a gateway connects to.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# RFC 5214: so are they when these 32 come before.
_ISATAP = (0x00005EFE, 0x02005EFE)


class Refused(Exception):
    """The host has no address that may be connected to; the text says why."""


async def resolve(host: str, port: int, allowed: Sequence[Network] | None) -> list[str]:
    """Return the addresses of a host that may be connected to, at least one; `allowed` as in
    is_allowed(). OSError when the name has none, Refused when none may be used.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except ValueError:
        raise Refused(f"{host!r} is not the name of a host") from None
    addresses = [str(item[4][0]) for item in found]
    good = [address for address in addresses if is_allowed(address, allowed)]
    if not good:
        where = f"{host} is at {addresses[0]}"
        if is_metadata(addresses[0]):
            raise Refused(f"{where}, which is never connected to: the machine's metadata are there")
        raise Refused(f"{where}, which is not public nor in COG_ALLOWED_NETWORKS")
    return good


def is_allowed(text: str, allowed: Sequence[Network] | None) -> bool:
    """Whether an address may be connected to: a public one, or one of `allowed`; with None any."""
    if is_metadata(text):
        return False
    address = _plain(_address(text))
    if allowed is None or any(address in network for network in allowed):
        return True
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return isinstance(address, ipaddress.IPv4Address) or address in _PUBLIC


def is_metadata(text: str) -> bool:
    """Whether a cloud tells there what only the machine may know."""
    address = _plain(_address(text))
    return any(address in network for network in _METADATA)


def is_loopback(host: str) -> bool:
    """Whether a host of a URL is this machine."""
    try:
        return _plain(_address(host)).is_loopback
    except ValueError:
        return host == "localhost"


def _address(text: str) -> Address:
    return ipaddress.ip_address(text.partition("%")[0])


def _plain(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    number = int(address)
    if address in _NAT64 or (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address
