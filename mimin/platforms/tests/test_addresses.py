"""Templates of addresses, and the shapes that every kind of channel declares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.platforms.addresses import account, first, host_and_path, read

READ = [
    ("instagram.com/{handle}", "https://www.instagram.com/diskominfo.contoh/", {"handle": "diskominfo.contoh"}),
    ("instagram.com/{handle}", "instagram.com/diskominfo.contoh?igsh=abc", {"handle": "diskominfo.contoh"}),
    ("instagram.com/{handle}", "HTTPS://M.Instagram.COM/Diskominfo", {"handle": "Diskominfo"}),
    ("instagram.com/{handle}", "https://mobile.instagram.com/dinas", {"handle": "dinas"}),
    ("instagram.com/{handle}", "https://instagram.com/", None),
    ("instagram.com/{handle}", "https://instagram.com/p/xyz", None),
    ("instagram.com/{handle}", "https://instagram.com.evil.example/diskominfo", None),
    ("instagram.com/{handle}", "https://instagram.com@evil.example/diskominfo", None),
    ("tiktok.com/@{handle}", "https://www.tiktok.com/@pemkab_contoh?lang=id", {"handle": "pemkab_contoh"}),
    ("tiktok.com/@{handle}", "https://www.tiktok.com/pemkab_contoh", None),
    ("tiktok.com/@{handle}", "https://www.tiktok.com/@", None),
    ("facebook.com/profile.php?id={handle}", "https://id-id.facebook.com/profile.php?id=1000", {"handle": "1000"}),
    ("facebook.com/profile.php?id={handle}", "https://facebook.com/profile.php", None),
    ("youtube.com/@{handle}/*", "https://www.youtube.com/@pemkab/videos", {"handle": "pemkab"}),
    ("youtube.com/@{handle}/*", "https://www.youtube.com/@pemkab", {"handle": "pemkab"}),
    ("{host}/@{handle}", "https://mastodon.example/@pemkab", {"host": "mastodon.example", "handle": "pemkab"}),
    ("{host}/*", "https://dinkes.contoh.go.id:8443/berita/1", {"host": "dinkes.contoh.go.id"}),
    ("{host}/*", "dinkes.contoh.go.id", {"host": "dinkes.contoh.go.id"}),
    ("{host}/*", "web.contoh.go.id", {"host": "web.contoh.go.id"}),
    ("{handle}.t.me", "https://pemkab.t.me", {"handle": "pemkab"}),
    ("{host}/*", "ftp://dinkes.contoh.go.id", None),
    ("{host}/*", "javascript:alert(1)", None),
    ("{host}/*", "dua kata", None),
    ("{host}/*", "https://a.example\\@b.example", None),
    ("{host}/*", "https://[::1", None),
    ("{host}/*", "", None),
    ("x.com/{handle}/status/{post}", "https://x.com/pemkab/status/12%33", {"handle": "pemkab", "post": "123"}),
]  # fmt: skip


@pytest.mark.parametrize(("template", "address", "fields"), READ)
def test_an_address_is_read_by_its_template(
    template: str, address: str, fields: dict[str, str] | None
) -> None:
    assert read(template, address) == fields


def test_the_first_template_that_fits_is_taken() -> None:
    assert first(("x.com/i/{list}", "x.com/{handle}"), "https://x.com/pemkab") == {"handle": "pemkab"}
    assert first((), "https://x.com/pemkab") is None


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://t.me/pemkab", ("t.me/{handle}", {"handle": "pemkab"})),
        ("https://t.me/s/PemKab", ("t.me/s/{handle}", {"handle": "pemkab"})),
        ("https://t.me/s/pemkab/99", ("t.me/s/{handle}", {"handle": "pemkab"})),
        ("https://t.me/pemkab/99", ("t.me/{handle}", {"handle": "pemkab"})),
        ("https://t.me/+AbCdEf", None),
        ("https://t.me/joinchat/AbCdEf", None),
        ("https://t.me/", None),
        ("https://wa.me/+62 812", None),
        ("https://wa.me/+62812", ("wa.me/{phone}", {"phone": "62812"})),
        ("https://wa.me/message/AbC", None),
        ("https://youtube.com/channel/UCaB", ("youtube.com/channel/{id}", {"id": "UCaB"})),
    ],
)
def test_the_template_that_names_an_account_is_found(
    address: str, found: tuple[str, dict[str, str]] | None
) -> None:
    templates = ("t.me/{handle}", "t.me/s/{handle}", "wa.me/{phone}", "youtube.com/channel/{id}", "{host}/*")
    assert account(templates, address) == found


def test_a_host_that_is_only_www_keeps_its_name() -> None:
    assert host_and_path("https://www.example/a//b/") == ("www.example", ("a", "b"))


@given(st.text())
def test_any_text_is_read_or_is_no_address(text: str) -> None:
    fields = read("{host}/*", text)
    assert (fields is None) == (host_and_path(text) is None)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1))
def test_a_handle_comes_back_as_it_was_written(handle: str) -> None:
    assert read("instagram.com/{handle}", f"https://www.instagram.com/{handle}/") == {"handle": handle}
