"""Work by hand: what a person is told, and whether the proof belongs to the channel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.platforms.assisted.connector import ANSWER_BY_HAND, PUBLISH_BY_HAND, UPDATE_BY_HAND, Assisted
from mimin.platforms.assisted.proof import check_proof, kind_of
from mimin.platforms.base import Access, Post, Receipt

SITE = Assisted(Access("https://instagram.com/pemkab"), None)  # type: ignore[arg-type]


def test_an_answer_waits_for_a_person_however_often_it_is_settled() -> None:
    asked = SITE.reply("12", "Jawaban", key="k")
    assert asked == Receipt("by_hand", instructions=ANSWER_BY_HAND)
    assert SITE.settle_reply("12", "Jawaban", key="k") == asked


def test_a_publication_and_an_update_ask_for_different_things() -> None:
    new = SITE.publish(Post("Isi"), key="k")
    update = SITE.publish(Post("Isi", remote_id="7"), key="k")
    assert new == Receipt("by_hand", instructions=PUBLISH_BY_HAND)
    assert update == Receipt("by_hand", "7", instructions=UPDATE_BY_HAND)
    assert [SITE.settle(receipt, key="k") for receipt in (new, update)] == [new, update]


def test_settling_what_was_never_told_tells_it() -> None:
    assert SITE.settle(Receipt("unknown"), key="k").instructions == PUBLISH_BY_HAND


@pytest.mark.parametrize(
    ("address", "kind", "fields"),
    [
        ("https://www.instagram.com/pemkab/", "instagram", {"handle": "pemkab"}),
        ("https://www.facebook.com/profile.php?id=1000", "facebook", {"handle": "1000"}),
        ("https://facebook.com/pemkab", "facebook", {"handle": "pemkab"}),
        ("https://threads.net/@pemkab", "threads", {"handle": "pemkab"}),
        ("https://twitter.com/pemkab", "x", {"handle": "pemkab"}),
        ("https://youtube.com/channel/UC123", "youtube", {"id": "UC123"}),
        ("https://tiktok.com/@pemkab", "tiktok", {"handle": "pemkab"}),
        ("https://whatsapp.com/channel/0029", "whatsapp", {"id": "0029"}),
        ("https://t.me/pemkab", "telegram", {"handle": "pemkab"}),
        ("https://bsky.app/profile/pemkab.example", "bluesky", {"handle": "pemkab.example"}),
        ("https://sosial.example/@pemkab", "mastodon", {"host": "sosial.example", "handle": "pemkab"}),
        ("dinkes.contoh.go.id", "website", {"host": "dinkes.contoh.go.id"}),
        ("https://contoh.go.id/dinkes", "website", {"host": "contoh.go.id"}),
    ],
)
def test_an_address_shows_its_kind_of_channel(address: str, kind: str, fields: dict[str, str]) -> None:
    known = kind_of(address)
    assert known is not None
    assert (known[0].key, known[1]) == (kind, fields)


#: channel, link brought as proof, whether it belongs there
PROOFS = [
    ("https://instagram.com/pemkab", "https://www.instagram.com/p/C9x/?igsh=1", True),
    ("https://instagram.com/pemkab", "https://www.instagram.com/reel/C9x/", True),
    ("https://instagram.com/pemkab", "https://www.instagram.com/PemKab/p/C9x/", True),
    ("https://instagram.com/pemkab", "https://www.instagram.com/orang_lain/p/C9x/", False),
    ("https://instagram.com/pemkab", "https://www.instagram.com/pemkab", False),
    ("https://instagram.com/pemkab", "https://instagram.com.evil.example/p/C9x/", False),
    ("https://instagram.com/pemkab", "https://instagram.com@evil.example/p/C9x/", False),
    ("https://instagram.com/pemkab", "https://tiktok.com/@pemkab/video/1", False),
    ("https://tiktok.com/@pemkab", "https://www.tiktok.com/@pemkab/video/74?is_copy_url=1", True),
    ("https://tiktok.com/@pemkab", "https://vt.tiktok.com/ZS1/", True),
    ("https://tiktok.com/@pemkab", "https://www.tiktok.com/@lain/video/74", False),
    ("https://twitter.com/pemkab", "https://x.com/pemkab/status/17", True),
    ("https://x.com/pemkab", "https://x.com/lain/status/17", False),
    ("https://t.me/pemkab", "https://t.me/s/pemkab/99", True),
    ("https://t.me/pemkab", "https://t.me/lain/99", False),
    ("https://youtube.com/@pemkab", "https://youtu.be/abc", True),
    ("https://youtube.com/@pemkab", "https://www.youtube.com/watch?v=abc&t=3", True),
    ("https://facebook.com/pemkab", "https://www.facebook.com/pemkab/posts/pfbid0", True),
    ("https://facebook.com/pemkab", "https://www.facebook.com/lain/posts/pfbid0", False),
    ("https://facebook.com/profile.php?id=1", "https://facebook.com/permalink.php?story_fbid=9&id=1", True),
    ("https://facebook.com/profile.php?id=1", "https://facebook.com/permalink.php?story_fbid=9&id=2", False),
    ("https://sosial.example/@pemkab", "https://sosial.example/@pemkab/11", True),
    ("https://sosial.example/@pemkab", "https://lain.example/@pemkab/11", False),
    ("https://dinkes.contoh.go.id", "https://www.dinkes.contoh.go.id/berita/1", True),
    ("https://dinkes.contoh.go.id", "https://dinkes.contoh.go.id/?p=4#comment-9", True),
    ("https://dinkes.contoh.go.id", "https://dinkes.contoh.go.id/", False),
    ("https://dinkes.contoh.go.id", "https://contoh.go.id/berita/1", False),
    ("https://contoh.go.id/dinkes", "https://contoh.go.id/dinkes/berita/1", True),
    ("https://contoh.go.id/dinkes", "https://contoh.go.id/dinkes-palsu/berita/1", False),
    ("https://contoh.go.id/dinkes", "https://contoh.go.id/disdik/berita/1", False),
    ("https://contoh.go.id", "javascript:alert(1)", False),
    ("https://contoh.go.id", "sudah saya balas", False),
    ("", "https://contoh.go.id/berita/1", False),
]


@pytest.mark.parametrize(("address", "link", "belongs"), PROOFS)
def test_a_proof_belongs_to_the_channel_or_not(address: str, link: str, belongs: bool) -> None:
    assert check_proof(link, address) == belongs


@given(st.text(), st.text())
def test_no_text_breaks_the_check(link: str, address: str) -> None:
    assert check_proof(link, address) in {True, False}


@given(st.from_regex(r"[a-z]{3,12}", fullmatch=True), st.from_regex(r"[a-z]{3,12}", fullmatch=True))
def test_a_post_of_one_account_never_proves_anothers(ours: str, theirs: str) -> None:
    link = f"https://www.tiktok.com/@{theirs}/video/1"
    assert check_proof(link, f"https://www.tiktok.com/@{ours}") == (ours == theirs)
