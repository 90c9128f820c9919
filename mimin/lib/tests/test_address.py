"""Which addresses may be reached: tables of forms that have been used to get inside, and of honest ones."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimin.lib.address import (
    HttpError,
    check_url,
    is_allowed,
    is_public,
    literal,
    port_of,
    public_addresses,
    resolve_public,
    system_addresses,
)

UNHURRIED = settings(deadline=None)  # a busy machine is no failure

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "103.28.12.1",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
]
PUBLIC_V6 = ["2606:4700:4700::1111", "2001:4860:4860::8888", "2400:cb00::1", "2001:200::1"]
INNER = [
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
]
INNER_V6 = [
    "::",
    "::1",
    "::127.0.0.1",  # IPv4-compatible, deprecated
    "::8.8.8.8",
    "::ffff:0:8.8.8.8",  # IPv4-translated
    "64:ff9b:1::808:808",  # NAT64 for local use
    "100::1",
    "2001::1",  # Teredo
    "2001:0:808:808::1",
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


def carriers(inner: str) -> list[str]:
    """IPv6 forms that carry an IPv4 address: mapped, NAT64, 6to4."""
    number = int(IPv4Address(inner))
    forms = [0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80 | 1]
    return [str(IPv6Address(form)) for form in forms]


@pytest.mark.parametrize("text", PUBLIC + PUBLIC_V6)
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", INNER + INNER_V6)
def test_an_inner_or_reserved_address_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("inner", INNER)
def test_an_inner_address_is_not_public_in_an_ipv6_coat(inner: str) -> None:
    assert [is_public(ip_address(form)) for form in carriers(inner)] == [False, False, False]


@pytest.mark.parametrize("inner", PUBLIC)
def test_a_public_address_stays_public_in_an_ipv6_coat(inner: str) -> None:
    assert [is_public(ip_address(form)) for form in carriers(inner)] == [True, True, True]


@UNHURRIED
@given(st.ip_addresses(v=4))
def test_what_the_standard_library_calls_private_or_multicast_is_never_public(address: IPv4Address) -> None:
    if address.is_private or address.is_multicast or address.is_reserved or address.is_loopback:
        assert not is_public(address)


@UNHURRIED
@given(st.ip_addresses(v=6))
def test_only_global_unicast_and_coats_of_public_addresses_are_public(address: IPv6Address) -> None:
    if is_public(address):
        coat = address.ipv4_mapped or address.sixtofour or address in IPV6_NAT64
        assert coat or int(address) >> 125 == 0b001


class _Prefix:
    def __contains__(self, address: IPv6Address) -> bool:
        return int(address) >> 32 == 0x64FF9B << 64


IPV6_NAT64 = _Prefix()


# --- URLs ---


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://dinas.contoh.go.id/berita?page=2", "dinas.contoh.go.id", 443),
        ("http://contoh.go.id:8080", "contoh.go.id", 8080),
        ("HTTPS://Contoh.GO.ID/", "contoh.go.id", 443),
        ("http://8.8.8.8/", "8.8.8.8", 80),
        ("http://[2606:4700:4700::1111]:81/", "2606:4700:4700::1111", 81),
        ("http://127.0.0.1/", "127.0.0.1", 80),  # well written; the address is refused later
        ("http://kelurahan_1.contoh.go.id./", "kelurahan_1.contoh.go.id.", 80),
        ("http://bücher.example/", "xn--bcher-kva.example", 80),
        ("http://4shared.com/", "4shared.com", 80),
    ],
)
def test_a_plain_url_is_taken_apart(url: str, host: str, port: int) -> None:
    checked = check_url(url)
    assert (checked.raw_host.decode(), port_of(checked)) == (host, port)


def test_a_fragment_is_not_sent() -> None:
    assert str(check_url("http://contoh.go.id/a?b#c")) == "http://contoh.go.id/a?b"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "contoh.go.id",
        "//contoh.go.id/",
        "ftp://contoh.go.id/",
        "file:///etc/passwd",
        "gopher://contoh.go.id/",
        "javascript:alert(1)",
        "http:///path",
        "http://",
        "http://:80/",
        "http://user@contoh.go.id/",
        "http://user:secret@contoh.go.id/",
        "http://contoh.go.id:0/",
        "http://contoh.go.id:65536/",
        "http://contoh.go.id:-1/",
        "http://contoh.go.id:http/",
        "http://contoh.go.id\\@127.0.0.1/",
        "http://contoh.go.id /",
        "http://con toh.go.id/",
        "http://contoh.go.id/\r\nHost: dalam",
        "http://contoh.go.id/\x00",
        "http://contoh..go.id/",
        "http://.contoh.go.id/",
        "http://contoh.go.id%00.example/",
        "http://127.1/",
        "http://127.0.1/",
        "http://2130706433/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://0x7f.0.0.0x1/",
        "http://127.0.0.0x1/",
        "http://127.0.0.1./",
        "http://127.0.0.01/",
        "http://127.0.0.1.2/",
        "http://256.0.0.1/",
        "http://0/",
        "http://0x/",
        "http://１２７.0.0.1/",
        "http://①②⑦.0.0.1/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[::1.2]/",
        "http://xn--/",
        "http://" + "a." * 130 + "id/",
        "http://contoh.go.id/" + "a" * 8000,
    ],
)
def test_a_url_that_is_not_plain_is_refused(url: str) -> None:
    with pytest.raises(HttpError) as refused:
        check_url(url)
    assert (refused.value.code, refused.value.sent) == ("url", False)


@UNHURRIED
@given(st.text(max_size=60) | st.from_regex(r"https?://[ -~]{1,30}", fullmatch=True))
def test_any_text_is_checked_or_refused_without_another_error(text: str) -> None:
    try:
        checked = check_url(text)
    except HttpError as error:
        assert error.code == "url"
    else:
        assert checked.scheme in ("http", "https") and checked.raw_host and not checked.userinfo


# --- Looking names up ---


def answers(*addresses: str):
    return lambda host, port: list(addresses)


def test_every_public_address_of_a_name_is_given_in_order() -> None:
    found = resolve_public("contoh.go.id", 443, resolver=answers("8.8.8.8", "2606:4700::1"))
    assert [str(address) for address in found] == ["8.8.8.8", "2606:4700::1"]


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.8", "::1", "::ffff:10.0.0.8", "169.254.169.254"])
def test_one_inner_address_among_public_ones_refuses_them_all(inner: str) -> None:
    with pytest.raises(HttpError) as refused:
        resolve_public("contoh.go.id", 443, resolver=answers("8.8.8.8", inner))
    assert refused.value.code == "address"
    assert str(refused.value) == f"contoh.go.id leads to {ip_address(inner)}, which is not on the internet"


def test_a_written_address_is_checked_without_a_look_up() -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError("looked up")

    assert resolve_public("8.8.8.8", 80, resolver=never) == [ip_address("8.8.8.8")]
    with pytest.raises(HttpError, match="not on the internet"):
        resolve_public("192.168.1.1", 80, resolver=never)


@pytest.mark.parametrize(
    "failure", [socket.gaierror(-2, "unknown"), UnicodeError("label too long"), OSError()]
)
def test_a_name_that_is_not_found_says_so(failure: Exception) -> None:
    def fails(host: str, port: int) -> list[str]:
        raise failure

    with pytest.raises(HttpError) as refused:
        resolve_public("tidak.ada", 80, resolver=fails)
    assert (refused.value.code, refused.value.sent) == ("dns", False)


def test_a_name_without_any_address_says_so() -> None:
    with pytest.raises(HttpError) as refused:
        public_addresses("kosong.id", 80, [])
    assert refused.value.code == "dns"


@pytest.mark.parametrize(
    ("host", "port", "allowed"),
    [
        ("127.0.0.1", 8081, True),
        ("127.0.0.1", 8082, False),
        ("127.0.0.2", 8081, False),
        ("wordpress.test", 80, True),
        ("x.wordpress.test", 80, False),
        ("::1", 8081, True),
    ],
)
def test_only_the_host_and_port_that_were_allowed_are_let_through(
    host: str, port: int, allowed: bool
) -> None:
    allow = ("127.0.0.1:8081", "wordpress.test:80", "[::1]:8081")
    assert is_allowed(host, port, allow) == allowed


def test_an_allowed_name_may_lead_inside() -> None:
    found = resolve_public("wordpress.test", 80, ("wordpress.test:80",), resolver=answers("127.0.0.1"))
    assert found == [ip_address("127.0.0.1")]


def test_the_systems_resolver_finds_loopback_once() -> None:
    assert system_addresses("127.0.0.1", 80) == ["127.0.0.1"]


def test_a_name_is_no_literal() -> None:
    assert (literal("contoh.go.id"), literal("8.8.8.8")) == (None, ip_address("8.8.8.8"))
