"""What is sent to WordPress, and how ours is told from everything else there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.platforms.base import PlatformError, Post, Receipt
from mimin.platforms.html import plain_text
from mimin.platforms.wordpress import speaking

KEY = "4f1c2d3e-5a6b-47c8-9d0e-1f2a3b4c5d6e"
LINK = "https://contoh.example/?p=1"


def comment(agent: str = "", text: str = "Terima kasih", **more: Any) -> dict[str, Any]:
    return {"id": 7, "author_user_agent": agent, "content": {"raw": text}, "status": "approved", **more}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Jadwal Posyandu", "jadwal-posyandu-4f1c2d3e5a6b"),
        ("  Élan & Kürsus: 50% diskon!  ", "elan-kursus-50-diskon-4f1c2d3e5a6b"),
        ("😀 مرحبا", "4f1c2d3e5a6b"),
        ("", "4f1c2d3e5a6b"),
        ("Kata " * 40, "kata-" * 12 + "4f1c2d3e5a6b"),
    ],
)
def test_a_slug_has_words_of_the_title_and_ends_in_the_key(title: str, slug: str) -> None:
    assert speaking.slug(title, KEY) == slug


@given(st.text())
def test_a_slug_is_always_one_that_wordpress_keeps(title: str) -> None:
    slug = speaking.slug(title, KEY)
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug) <= 73
    assert slug.endswith("4f1c2d3e5a6b")


def test_the_answer_with_our_key_is_ours_before_any_with_our_words() -> None:
    rows = [comment("", "Terima kasih", id=8), comment(f"Mimin key={KEY}", "Lain", id=9)]
    found = speaking.answer_among(rows, "Terima kasih", KEY)
    assert found == rows[1]


def test_other_words_under_another_key_are_another_answer() -> None:
    assert speaking.answer_among([comment("Mimin key=0000")], "Sama-sama", KEY) is None


def test_the_same_words_under_another_key_end_the_sending() -> None:
    with pytest.raises(PlatformError) as failure:
        speaking.answer_among([comment("Mimin key=0000")], "Terima kasih", KEY)
    assert (failure.value.code, failure.value.permanent) == ("said_already", True)


@given(st.text())
def test_the_same_words_are_recognised_where_the_key_was_stripped(text: str) -> None:
    row = comment("", speaking.as_comment(text))
    assert speaking.answer_among([row], text, KEY) == row


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_a_citizen_reads_exactly_what_was_written(text: str) -> None:
    assert plain_text(speaking.as_comment(text)) == text


@pytest.mark.parametrize(
    ("status", "state"), [("approved", "live"), ("hold", "pending"), ("of-a-plugin", "pending")]
)
def test_a_comments_state_becomes_a_receipts(status: str, state: str) -> None:
    assert speaking.reply_receipt({"id": 7, "status": status, "link": LINK}) == Receipt(state, "7", LINK)


@pytest.mark.parametrize("status", ["spam", "trash", "post-trashed"])
def test_a_removed_answer_is_an_error(status: str) -> None:
    with pytest.raises(PlatformError) as failure:
        speaking.reply_receipt({"id": 7, "status": status})
    assert (failure.value.code, failure.value.permanent) == ("answer_removed", True)


@pytest.mark.parametrize(
    ("status", "state"),
    [("publish", "live"), ("future", "pending"), ("draft", "pending"), ("private", "pending")],
)
def test_a_posts_state_becomes_a_receipts(status: str, state: str) -> None:
    assert speaking.post_receipt({"id": 7, "status": status, "link": LINK}) == Receipt(state, "7", LINK)


def test_a_new_post_is_published_at_once_and_an_update_keeps_its_place() -> None:
    new = speaking.post_body(Post("Isi", "Judul <x>"), KEY)
    update = speaking.post_body(Post("Isi", "Judul <x>", remote_id="5"), KEY)
    content = f"<p>Isi<!-- Mimin key={KEY} --></p>"
    assert new == {
        "title": "Judul &lt;x&gt;",
        "content": content,
        "status": "publish",
        "slug": "judul-x-4f1c2d3e5a6b",
    }
    assert update == {"title": "Judul &lt;x&gt;", "content": content}


def test_a_link_is_added_once() -> None:
    added = '<p><a href="https://contoh.example/a?b=1&amp;c=2">https://contoh.example/a?b=1&amp;c=2</a>'
    link = "https://contoh.example/a?b=1&c=2"
    assert speaking.content(Post("Isi", link=link), "k1") == f"<p>Isi</p>\n{added}<!-- Mimin key=k1 --></p>"
    assert speaking.content(Post(f"Lihat {link}", link=link), "k1").count("c=2") == 1


def test_a_key_cannot_break_out_of_its_mark() -> None:
    assert speaking.content(Post("Isi"), "k--><script>") == "<p>Isi<!-- Mimin key=k--script --></p>"


@pytest.mark.parametrize(
    ("row", "carried"),
    [
        ({"slug": "jadwal-4f1c2d3e5a6b"}, True),
        ({"slug": "jadwal-4f1c2d3e5a6b__trashed"}, True),
        ({"slug": "jadwal-lama", "content": {"raw": f"<p>Isi<!-- Mimin key={KEY} --></p>"}}, True),
        ({"slug": "jadwal-lama", "content": {"raw": "<p>Isi<!-- Mimin key=0000 --></p>"}}, False),
        ({"slug": "jadwal-lama"}, False),
        ({"slug": "", "content": None}, False),
    ],
)
def test_a_post_is_ours_by_its_slug_or_its_mark(row: dict[str, Any], carried: bool) -> None:
    assert speaking.carries(row, KEY) == carried


def test_an_empty_key_is_carried_by_no_slug() -> None:
    assert speaking.carries({"slug": "jadwal"}, "") is False


@pytest.mark.parametrize("odd", ["", "x", "-1", "1.5", "²", "٣", "1; DROP"])
def test_what_is_no_number_is_not_asked_for(odd: str) -> None:
    with pytest.raises(PlatformError) as failure:
        speaking.number(odd, "comment_gone")
    assert failure.value.code == "comment_gone"
