"""Which addresses the server may connect to on behalf of a request: public ones, and those of
COG_ALLOWED_NETWORKS.

Names are resolved once, and what is connected to is the address that was checked.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

from cog_server.settings import Network

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# RFC 6052: the last 32 bits are an IPv4 address that a gateway connects to.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """The host has no address that may be connected to; the text says why."""


async def resolve(host: str, port: int, allowed: Sequence[Network]) -> list[str]:
    """Return the addresses of a host that may be connected to, at least one. OSError when the name
    has none, Refused when none may be used.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except ValueError:
        raise Refused(f"{host!r} is not the name of a host") from None
    addresses = [str(item[4][0]) for item in found]
    good = [address for address in addresses if is_allowed(address, allowed)]
    if not good:
        text = f"{host} is at {addresses[0]}, which is not public nor in COG_ALLOWED_NETWORKS"
        raise Refused(text)
    return good


def is_allowed(text: str, allowed: Sequence[Network]) -> bool:
    """Whether an address may be connected to."""
    address = _plain(ipaddress.ip_address(text.partition("%")[0]))
    if any(address in network for network in allowed):
        return True
    return address.is_global and not address.is_multicast


def _plain(address: _Address) -> _Address:
    """Return the IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address
