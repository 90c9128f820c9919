"""Which addresses may be reached: the rules of the network guard, shared by every client. No Django, no
sending.

`lib.http` asks here before it connects. An asynchronous client asks the same: `check_url` for each URL and
each redirect, then `public_addresses` for what its own resolver found, and connects to nothing but the
addresses given.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Iterable[str]]

LONGEST_URL = 8000  # characters; what servers in the field still take
PORTS = {"http": 80, "https": 443}

# IANA IPv4 Special-Purpose Address Registry: everything that is not globally reachable, and multicast.
CLOSED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# Global unicast is 2000::/3, without what the registry takes out of it again: Teredo lies in 2001::/23.
GLOBAL_V6 = IPv6Network("2000::/3")
CLOSED_V6 = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "3fff::/20"))
MAPPED, NAT64, SIX_TO_FOUR = (IPv6Network(text) for text in ("::ffff:0:0/96", "64:ff9b::/96", "2002::/16"))

HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")


class HttpError(Exception):
    """What went wrong on the network, in words for a log and as `code` for a program.

    `sent` says whether the server may have seen the request: False is certain that it did not, True is not
    certain that it did. Codes: url, address, dns, connect, tls, request, timeout, closed, redirect,
    encoding, too_large, not_json.
    """

    def __init__(self, message: str, *, code: str, sent: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.sent = sent


def check_url(url: str) -> httpx.URL:
    """The URL, parsed once and for all, without its fragment; HttpError("url") when it must not be requested.

    Only http and https, no user name in it, a host that is a plain name or a plainly written address: forms
    such as 127.1, 0x7f.1 or 2130706433, which programs read differently, are refused.
    """
    if len(url) > LONGEST_URL:
        raise HttpError(f"the address is longer than {LONGEST_URL} characters", code="url")
    if "\\" in url or any(character.isspace() for character in url):
        raise HttpError("the address has a space or a backslash in it", code="url")
    try:
        parsed = httpx.URL(url)
        host, _ = parsed.raw_host.decode("ascii"), parsed.host  # the second finds names that IDNA cannot read
    except (httpx.InvalidURL, UnicodeError) as error:
        raise HttpError(f"this is no web address: {error}", code="url") from error
    if parsed.scheme not in PORTS:
        raise HttpError(f"only http and https are reached, not {parsed.scheme!r}", code="url")
    if parsed.userinfo:
        raise HttpError("the address has a user name or password in it", code="url")
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise HttpError(f"there is no port {parsed.port}", code="url")
    _check_host(host)
    return parsed.copy_with(fragment=None)


def _check_host(host: str) -> None:
    if ":" in host:
        plain = literal(host) is not None and "%" not in host
    elif NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        plain = literal(host) is not None
    else:
        plain = HOST_NAME.fullmatch(host) is not None and len(host) <= 254
    if not plain:
        raise HttpError(f"{host[:80]!r} is not a host name or a plainly written address", code="url")


def port_of(url: httpx.URL) -> int:
    """The port that a checked URL connects to."""
    return url.port or PORTS[url.scheme]


def literal(host: str) -> Address | None:
    """The address that a host is, when it is one and not a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether an address lies on the public internet, for an IPv6 form that carries an IPv4 address: that
    too.

    Own lists and not `ipaddress.is_global`, whose answers changed between patch releases of Python.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in CLOSED_V4)
    inner = _embedded(address)
    if inner is not None:
        return is_public(inner)
    return address in GLOBAL_V6 and not any(address in network for network in CLOSED_V6)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one: mapped (RFC 4291), NAT64 (RFC 6052) or 6to4 (RFC 3056)."""
    if address in MAPPED or address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return None


def is_allowed(host: str, port: int, allow: Sequence[str]) -> bool:
    """Whether a test or a simulator let this "host:port" through; an IPv6 address stands in brackets."""
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" in allow


def system_addresses(host: str, port: int) -> list[str]:
    """What the operating system's resolver answers, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def public_addresses(host: str, port: int, found: Iterable[str], allow: Sequence[str] = ()) -> list[Address]:
    """The addresses that a name led to, when every one of them may be reached; HttpError("address")
    otherwise.

    One inner address among public ones refuses them all: an honest name has no such mixture.
    """
    addresses = [ip_address(text) for text in found]
    if not addresses:
        raise HttpError(f"{host} has no address", code="dns")
    if not is_allowed(host, port, allow):
        for address in addresses:
            if not is_public(address):
                raise HttpError(f"{host} leads to {address}, which is not on the internet", code="address")
    return addresses


def resolve_public(
    host: str, port: int, allow: Sequence[str] = (), *, resolver: Resolver = system_addresses
) -> list[Address]:
    """Look a host up and answer only addresses that may be connected to; HttpError("dns" or "address").

    Blocks for as long as the resolver does. Connect to the answer, never to the name: a second look-up may
    differ.
    """
    known = literal(host)
    if known is not None:
        return public_addresses(host, port, [str(known)], allow)
    try:
        found = list(resolver(host, port))
    except (OSError, UnicodeError) as error:
        raise HttpError(f"the name {host} was not found", code="dns") from error
    return public_addresses(host, port, found, allow)
