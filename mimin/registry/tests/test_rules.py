"""What a pasted address is. The table is the specification; the addresses belong to nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.platforms import PLATFORMS
from mimin.registry.rules import (
    DEFAULTS,
    SILENT_AFTER,
    Listening,
    NotAnAddress,
    Recognised,
    alike,
    explained,
    health,
    recognise,
)

PASTED = [
    # Instagram
    ("instagram.com/dinascontoh", "instagram", "instagram.com/dinascontoh", "dinascontoh"),
    ("https://www.instagram.com/dinascontoh/", "instagram", "instagram.com/dinascontoh", "dinascontoh"),
    ("https://www.instagram.com/DinasContoh/?hl=id", "instagram", "instagram.com/dinascontoh", "dinascontoh"),
    ("https://instagram.com/dinas.contoh_1?igsh=abc%3D", "instagram", "instagram.com/dinas.contoh_1", "dinas.contoh_1"),
    ("http://m.instagram.com/dinascontoh", "instagram", "instagram.com/dinascontoh", "dinascontoh"),
    ("  instagram.com/dinascontoh  ", "instagram", "instagram.com/dinascontoh", "dinascontoh"),
    ("https://www.instagram.com/dinascontoh/reels/", "instagram", "instagram.com/dinascontoh", "dinascontoh"),
    # Facebook
    ("https://fb.com/DinasContoh", "facebook", "facebook.com/dinascontoh", "dinascontoh"),
    ("facebook.com/dinascontoh", "facebook", "facebook.com/dinascontoh", "dinascontoh"),
    ("https://web.facebook.com/DinasContoh", "facebook", "facebook.com/dinascontoh", "dinascontoh"),
    ("https://id-id.facebook.com/dinascontoh/", "facebook", "facebook.com/dinascontoh", "dinascontoh"),
    ("https://m.facebook.com/dinascontoh/about", "facebook", "facebook.com/dinascontoh", "dinascontoh"),
    (
        "https://www.facebook.com/profile.php?id=100064512345678",
        "facebook",
        "facebook.com/100064512345678",
        "100064512345678",
    ),
    ("https://www.facebook.com/p/Dinas-Contoh-10006/", "facebook", "facebook.com/10006", "10006"),
    # X
    ("https://x.com/dinascontoh", "x", "x.com/dinascontoh", "dinascontoh"),
    ("twitter.com/DinasContoh", "x", "x.com/dinascontoh", "dinascontoh"),
    ("https://mobile.twitter.com/dinascontoh?lang=id", "x", "x.com/dinascontoh", "dinascontoh"),
    # TikTok
    ("https://www.tiktok.com/@dinascontoh", "tiktok", "tiktok.com/@dinascontoh", "dinascontoh"),
    ("tiktok.com/@Dinas.Contoh?lang=id-ID", "tiktok", "tiktok.com/@dinas.contoh", "dinas.contoh"),
    # YouTube
    ("https://www.youtube.com/@dinascontoh", "youtube", "youtube.com/@dinascontoh", "dinascontoh"),
    ("https://youtube.com/@DinasContoh/videos", "youtube", "youtube.com/@dinascontoh", "dinascontoh"),
    ("https://m.youtube.com/c/dinascontoh", "youtube", "youtube.com/c/dinascontoh", "dinascontoh"),
    ("youtube.com/user/dinascontoh/featured", "youtube", "youtube.com/user/dinascontoh", "dinascontoh"),
    # Threads, Telegram, WhatsApp, Bluesky
    ("https://www.threads.net/@dinascontoh", "threads", "threads.net/@dinascontoh", "dinascontoh"),
    ("https://www.threads.com/@dinascontoh", "threads", "threads.net/@dinascontoh", "dinascontoh"),
    ("t.me/dinascontoh", "telegram", "t.me/dinascontoh", "dinascontoh"),
    ("https://t.me/s/dinascontoh", "telegram", "t.me/dinascontoh", "dinascontoh"),
    ("https://wa.me/6281200000000", "whatsapp", "wa.me/6281200000000", "6281200000000"),
    ("https://bsky.app/profile/contoh.go.id", "bluesky", "bsky.app/profile/contoh.go.id", "contoh.go.id"),
    # Websites: host, sub-domain, path
    ("contohkab.go.id", "website", "contohkab.go.id", ""),
    ("https://contohkab.go.id/", "website", "contohkab.go.id", ""),
    ("HTTPS://WWW.ContohKab.go.id", "website", "contohkab.go.id", ""),
    ("http://dinas.contohkab.go.id/", "website", "dinas.contohkab.go.id", ""),
    ("dinas.contohkab.go.id/berita/", "website", "dinas.contohkab.go.id/berita", ""),
    ("https://contohkab.go.id/dinas/pupr?page=2#isi", "website", "contohkab.go.id/dinas/pupr", ""),
    ("https://contohkab.go.id:443/", "website", "contohkab.go.id", ""),
    ("http://contohkab.go.id:8080/", "website", "contohkab.go.id:8080", ""),
    ("contohkab.go.id.", "website", "contohkab.go.id", ""),
    ("127.0.0.1:8090", "website", "127.0.0.1:8090", ""),
    ("desa-contoh.desa.id", "website", "desa-contoh.desa.id", ""),
    ("web.contohkab.go.id", "website", "web.contohkab.go.id", ""),
    ("instagram.contohkab.go.id", "website", "instagram.contohkab.go.id", ""),
    ("https://linktr.ee/dinascontoh", "website", "linktr.ee/dinascontoh", ""),
    # Pages of a platform that are no account
    ("https://www.instagram.com/p/Cxyz123/", "website", "instagram.com/p/Cxyz123", ""),
    ("https://www.facebook.com/share/abc123/", "website", "facebook.com/share/abc123", ""),
    ("https://www.instagram.com/stories/highlights/17/", "website", "instagram.com/stories/highlights/17", ""),
    ("https://www.youtube.com/watch?v=AbC", "website", "youtube.com/watch", ""),
    ("https://www.youtube.com/shorts/AbC", "website", "youtube.com/shorts/AbC", ""),
    ("https://t.me/+AbCdEf", "website", "t.me/+AbCdEf", ""),
    ("https://vt.tiktok.com/ZS1AbC/", "website", "vt.tiktok.com/ZS1AbC", ""),
    # Text after the address, as a telephone shares it
    ("instagram.com/dinascontoh Ikuti kami!", "instagram", "instagram.com/dinascontoh", "dinascontoh"),
]  # fmt: skip
NOTHING = [
    "", "   ", "dinas contoh", "@dinascontoh", "papan pengumuman", "https://", "http:///dinas", "javascript:alert(1)",
    "ftp://contohkab.go.id", "file:///etc/passwd", "contohkab", "<script>alert(1)</script>",
    "admin@contohkab.go.id:pw@",
    "contoh..go.id", "-contoh.go.id", "https://contoh kab.go.id", "\x00", "192.168.1.1", "[::1]", "1234567890",
]  # fmt: skip


ONE_CHANNEL = {
    "instagram.com/dinascontoh": (
        "instagram.com/dinascontoh", "http://instagram.com/dinascontoh", "https://www.instagram.com/DinasContoh/",
        "https://www.instagram.com/dinascontoh/?hl=id", "https://www.instagram.com/dinascontoh?igsh=MXJ0&utm_source=qr",
        "https://www.instagram.com/dinascontoh/reels/", "https://www.instagram.com/stories/dinascontoh/337/",
        "https://www.instagram.com/_u/dinascontoh", "https://instagr.am/dinascontoh", "https://ig.me/m/dinascontoh",
        "https://www.instagram.com/dinascontoh/p/Cxyz/",
    ),
    "facebook.com/dinascontoh": (
        "facebook.com/dinascontoh", "https://m.facebook.com/dinascontoh", "https://web.facebook.com/dinascontoh/?_rdc=1",
        "https://mbasic.facebook.com/dinascontoh?refid=17", "https://id-id.facebook.com/DinasContoh",
        "https://en-gb.facebook.com/dinascontoh", "https://touch.facebook.com/dinascontoh", "http://fb.com/dinascontoh",
        "https://fb.me/dinascontoh", "https://m.me/dinascontoh", "https://www.facebook.com/pg/dinascontoh/posts/",
        "https://www.facebook.com/dinascontoh/videos/123/", "https://www.facebook.com/dinascontoh?mibextid=ZbWKwL",
    ),
    "facebook.com/100064512345678": (
        "https://www.facebook.com/profile.php?id=100064512345678", "https://www.facebook.com/100064512345678",
        "https://m.facebook.com/profile.php?id=100064512345678&sk=about&mibextid=ZbWKwL",
        "https://www.facebook.com/p/Dinas-Contoh-Kab-100064512345678/",
        "https://www.facebook.com/people/Dinas-Contoh/100064512345678/",
        "https://www.facebook.com/pages/Dinas-Contoh/100064512345678",
    ),
    "x.com/dinascontoh": (
        "x.com/dinascontoh", "https://twitter.com/DinasContoh", "https://mobile.twitter.com/dinascontoh",
        "https://www.twitter.com/dinascontoh?s=20&t=AbC", "https://mobile.x.com/dinascontoh", "http://x.com/@dinascontoh",
        "https://twitter.com/dinascontoh/status/17", "https://twitter.com/intent/follow?screen_name=dinascontoh",
        "https://x.com/intent/user?screen_name=DinasContoh",
    ),
    "youtube.com/@dinascontoh": (
        "youtube.com/@dinascontoh", "https://www.youtube.com/@DinasContoh/videos", "https://m.youtube.com/@dinascontoh",
        "https://youtube.com/@dinascontoh?si=AbC", "https://www.youtube.com/@dinascontoh/streams?app=desktop",
    ),
    "youtube.com/channel/UCaB-1": (
        "https://www.youtube.com/channel/UCaB-1", "https://m.youtube.com/channel/UCaB-1/videos",
        "https://studio.youtube.com/channel/UCaB-1/analytics",
    ),
    "youtube.com/c/dinascontoh": (
        "https://www.youtube.com/c/DinasContoh", "https://www.youtube.com/c/dinascontoh/featured",
        "https://www.youtube.com/DinasContoh",
    ),
    "tiktok.com/@dinascontoh": (
        "tiktok.com/@dinascontoh", "https://www.tiktok.com/@dinascontoh?_t=8xAbC&_r=1", "https://m.tiktok.com/@dinascontoh",
        "https://www.tiktok.com/@DinasContoh?is_from_webapp=1&sender_device=pc&lang=id-ID",
        "https://www.tiktok.com/@dinascontoh/video/74?is_copy_url=1", "https://www.tiktok.com/@dinascontoh/live",
    ),
    "threads.net/@dinascontoh": (
        "threads.net/@dinascontoh", "https://www.threads.com/@DinasContoh?xmt=AbC",
        "https://www.threads.net/@dinascontoh/post/AbC",
    ),
    "t.me/dinascontoh": (
        "t.me/dinascontoh", "https://t.me/s/dinascontoh", "https://t.me/dinascontoh/99", "https://t.me/s/DinasContoh/99",
        "https://telegram.me/dinascontoh", "https://telegram.me/s/dinascontoh", "https://dinascontoh.t.me",
        "https://t.me/dinascontoh?start=web",
    ),
    "wa.me/6281200000000": (
        "wa.me/6281200000000", "https://wa.me/+6281200000000?text=Halo",
        "https://api.whatsapp.com/send?phone=6281200000000&text=Halo",
        "https://api.whatsapp.com/send/?phone=%2B6281200000000", "https://web.whatsapp.com/send?phone=6281200000000",
    ),
}  # fmt: skip
"""The address by which a channel is kept -> what people paste for it."""


@pytest.mark.parametrize(
    ("address", "pasted"), [(address, one) for address, spelled in ONE_CHANNEL.items() for one in spelled]
)
def test_every_spelling_of_an_address_is_one_channel(address: str, pasted: str) -> None:
    assert recognise(pasted, DEFAULTS).address == address


@pytest.mark.parametrize(("pasted", "platform", "address", "handle"), PASTED)
def test_a_pasted_address_is_recognised(pasted: str, platform: str, address: str, handle: str) -> None:
    assert recognise(pasted, DEFAULTS) == Recognised(platform, address, handle)


@pytest.mark.parametrize("address", sorted({address for _pasted, _platform, address, _handle in PASTED}))
def test_a_canonical_address_is_recognised_as_itself(address: str) -> None:
    assert recognise(address, DEFAULTS).address == address


@pytest.mark.parametrize("pasted", NOTHING)
def test_what_is_no_address_is_said_to_be_none(pasted: str) -> None:
    with pytest.raises(NotAnAddress):
        recognise(pasted, DEFAULTS)


@pytest.mark.parametrize(
    ("platform", "address"),
    [
        ("instagram", "instagram.com/dinascontoh"),
        ("tiktok", "tiktok.com/@dinascontoh"),
        ("x", "x.com/dinascontoh"),
        ("threads", "threads.net/@dinascontoh"),
        ("facebook", "facebook.com/dinascontoh"),
        ("youtube", "youtube.com/@dinascontoh"),
        ("telegram", "t.me/dinascontoh"),
    ],
)
def test_a_bare_name_is_read_with_the_platform_that_a_person_names(platform: str, address: str) -> None:
    assert recognise("@DinasContoh", DEFAULTS, platform) == Recognised(platform, address, "dinascontoh")


@given(st.text(max_size=200))
def test_any_text_is_an_address_or_said_to_be_none(text: str) -> None:
    try:
        found = recognise(text, DEFAULTS)
    except NotAnAddress:
        return
    assert found.address
    assert "://" not in found.address


@given(st.sampled_from(PASTED), st.sampled_from(["", "https://", "http://"]), st.sampled_from(["", "/"]))
def test_scheme_and_slash_do_not_matter(row: tuple[str, str, str, str], scheme: str, slash: str) -> None:
    address = row[2]
    if "?" in address:
        return
    assert recognise(f"{scheme}{address}{slash}", DEFAULTS).address == address


def test_rules_are_tried_in_their_order() -> None:
    rules = [("tiktok", "instagram.com/{handle}"), ("instagram", "instagram.com/{handle}")]
    assert recognise("instagram.com/dinascontoh", rules).platform == "tiktok"


def test_a_website_may_run_on_wordpress_and_an_account_is_what_it_is() -> None:
    assert (set(alike("website")), alike("website")[0]) == ({"website", "wordpress"}, "website")
    assert alike("instagram") == ("instagram",)
    assert alike("offline") == ("offline",)


NOW = datetime(2026, 3, 16, 3, 0, tzinfo=UTC)
FINE = Listening(True, "", NOW - timedelta(minutes=2))


@pytest.mark.parametrize(
    ("retired", "mode", "listening", "state"),
    [
        (True, "watched", None, "retired"),
        (True, "connected", FINE, "retired"),
        (False, "watched", None, "watched"),
        (False, "assisted", None, "by_hand"),
        (False, "connected", None, "by_hand"),
        (False, "connected", FINE, "listening"),
        (False, "connected", Listening(True, "", None), "new"),
        (False, "connected", Listening(True, "", NOW - SILENT_AFTER), "listening"),
        (False, "connected", Listening(True, "", NOW - SILENT_AFTER - timedelta(seconds=1)), "silent"),
        (False, "connected", Listening(True, "unreachable", NOW), "trouble"),
        (False, "connected", Listening(False, "wrong_password", NOW), "refused"),
        (False, "watched", FINE, "watched"),
    ],
)
def test_how_a_channel_is(retired: bool, mode: str, listening: Listening | None, state: str) -> None:
    assert health(retired=retired, mode=mode, listening=listening, now=NOW) == state


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_every_error_of_a_platform_is_explained(platform: str) -> None:
    for code in PLATFORMS[platform].errors:
        found = explained(platform, code)
        assert found is not None
        assert found.who in ("admin", "coordinator", "platform")


def test_an_unknown_code_is_not_explained() -> None:
    assert explained("wordpress", "nothing_of_ours") is None
    assert explained("nowhere", "unreachable") is None
