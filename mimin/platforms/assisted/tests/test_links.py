"""What a pasted link shows: the same post is the same link, whoever shared it from wherever."""

from __future__ import annotations

import pytest

from mimin.platforms.assisted.links import Linked, linked, links_in

SHOWN = {
    "https://www.instagram.com/p/CxYz123/?igsh=MWx0&utm_source=ig_web": (
        "instagram.com/p/CxYz123", "instagram", "",
    ),
    "instagram.com/reel/CxYz123/": ("instagram.com/reel/CxYz123", "instagram", ""),
    "https://www.instagram.com/p/CxYz123/c/17900/": ("instagram.com/p/CxYz123/c/17900", "instagram", ""),
    "https://instagram.com/warga.contoh": ("instagram.com/warga.contoh", "instagram", "warga.contoh"),
    "https://twitter.com/warga_rt3/status/17?s=20&t=abc": ("x.com/warga_rt3/status/17", "x", "warga_rt3"),
    "https://x.com/warga_rt3/status/17": ("x.com/warga_rt3/status/17", "x", "warga_rt3"),
    "https://m.facebook.com/story.php?story_fbid=9&id=100&mibextid=x": (
        "facebook.com/story.php?id=100&story_fbid=9", "facebook", "100",
    ),
    "https://www.facebook.com/dinascontoh/posts/55?comment_id=7": (
        "facebook.com/dinascontoh/posts/55?comment_id=7", "facebook", "dinascontoh",
    ),
    "https://www.tiktok.com/@warga3/video/7?is_from_webapp=1": (
        "tiktok.com/@warga3/video/7", "tiktok", "warga3",
    ),
    "https://vt.tiktok.com/ZS8abc/": ("vt.tiktok.com/ZS8abc", "tiktok", ""),
    "https://youtu.be/abc123?si=xyz": ("youtube.com/watch?v=abc123", "youtube", ""),
    "https://www.youtube.com/watch?v=abc123&t=9&lc=Ugx": ("youtube.com/watch?lc=Ugx&v=abc123", "youtube", ""),
    "https://www.threads.net/@warga3/post/Cabc": ("threads.com/@warga3/post/Cabc", "threads", "warga3"),
    "https://t.me/puprcontoh/55": ("t.me/puprcontoh/55", "telegram", "puprcontoh"),
    "https://wa.me/6281200000000": ("wa.me/6281200000000", "whatsapp", "6281200000000"),
    "https://bsky.app/profile/warga.bsky.social/post/3k": (
        "bsky.app/profile/warga.bsky.social/post/3k", "bluesky", "warga.bsky.social",
    ),
    "https://sosial.contoh.id/@warga/11": ("sosial.contoh.id/@warga/11", "mastodon", "warga"),
    "https://www.PUPR.contoh.go.id/berita/?utm_source=wa&p=7#comment-2": (
        "www.pupr.contoh.go.id/berita/?p=7#comment-2", "website", "",
    ),
    "https://pupr.contoh.go.id": ("pupr.contoh.go.id/", "website", ""),
}  # fmt: skip
"""What is pasted -> the link without https://, the platform, and whose it is."""


@pytest.mark.parametrize(("pasted", "shown"), SHOWN.items(), ids=SHOWN)
def test_a_link_shows_the_platform_and_whose_it_is(pasted: str, shown: tuple[str, str, str]) -> None:
    link, platform, handle = shown
    assert linked(pasted) == Linked(f"https://{link}", platform, handle)


@pytest.mark.parametrize("shown", SHOWN.values(), ids=lambda shown: shown[0])
def test_a_link_that_was_read_stays_as_it_is(shown: tuple[str, str, str]) -> None:
    link, platform, handle = shown
    assert linked(f"https://{link}") == Linked(f"https://{link}", platform, handle)


@pytest.mark.parametrize(
    "pasted", ["", "jalan", "javascript:alert(1)", "http://", "ftp://contoh.go.id/a", "https://a b"]
)
def test_what_is_no_web_address_shows_nothing(pasted: str) -> None:
    assert linked(pasted) is None


TEXTS = {
    "Lihat postingan ini: https://www.instagram.com/p/Cx/?igsh=1.": [
        "https://www.instagram.com/p/Cx/?igsh=1"
    ],
    "(https://x.com/a/status/1), https://x.com/a/status/2!": [
        "https://x.com/a/status/1",
        "https://x.com/a/status/2",
    ],
    "instagram.com/p/Cx tolong": ["instagram.com/p/Cx"],
    "Jalan rusak.Tolong segera/cepat diperbaiki": [],
    "email warga@contoh.go.id/ atau jam 08.00/09.00": [],
    "tanpa tautan": [],
}


@pytest.mark.parametrize(("text", "found"), TEXTS.items(), ids=TEXTS)
def test_links_are_found_in_words(text: str, found: list[str]) -> None:
    assert links_in(text) == found
