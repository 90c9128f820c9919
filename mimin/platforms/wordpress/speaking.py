"""What goes to WordPress, and how ours is told from everything else there. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from mimin.platforms.base import Post, Receipt
from mimin.platforms.html import plain_text, simple_html
from mimin.platforms.wordpress.errors import error
from mimin.platforms.wordpress.hearing import part, text_of

KEY_MARK = "Mimin key="
SLUG_KEY_LENGTH = 12  # hexadecimal characters
SLUG_TITLE_LENGTH = 60  # characters


def number(remote_id: str, missing: str) -> int:
    """A WordPress number; one that is none cannot be there, which is raised as the error ``missing``."""
    if not remote_id.isascii() or not remote_id.isdigit():
        raise error(missing, "not a number")
    return int(remote_id)


def agent(key: str) -> str:
    """The key as the "browser" of a comment, which WordPress stores and shows to moderators alone."""
    return KEY_MARK + key


def as_comment(text: str) -> str:
    """Plain text for a comment, where WordPress would read tags and make paragraphs of blank lines itself."""
    return html.escape(text.strip(), quote=False)


def answer_among(rows: Sequence[Mapping[str, Any]], text: str, key: str) -> Mapping[str, Any] | None:
    """Our answer among our comments under one parent: by its key, else by its text where the key was stripped.

    Raises ``said_already`` when another answer of ours has the same words, for WordPress takes no second one.
    """
    for row in rows:
        if row.get("author_user_agent") == agent(key):
            return row
    same = [row for row in rows if text_of(row) == plain_text(as_comment(text))]
    for row in same:
        if KEY_MARK not in str(row.get("author_user_agent") or ""):
            return row
    if same:
        raise error("said_already")
    return None


def reply_receipt(row: Mapping[str, Any]) -> Receipt:
    """What the state of our comment means; raises ``answer_removed`` for spam and trash."""
    status = row.get("status")
    if status in ("spam", "trash", "post-trashed"):
        raise error("answer_removed", str(status))
    state = "live" if status == "approved" else "pending"
    return Receipt(state, str(row["id"]), str(row.get("link") or ""))


def short_key(key: str) -> str:
    """The first hexadecimal characters of a key: enough to find a post by."""
    return re.sub("[^0-9a-f]", "", key.lower())[:SLUG_KEY_LENGTH]


def slug(title: str, key: str) -> str:
    """The last part of a new post's address: words of its title, then the short key."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode("ascii")
    words = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:SLUG_TITLE_LENGTH].strip("-")
    return f"{words}-{short_key(key)}" if words else short_key(key)


def content(post: Post, key: str) -> str:
    """A post's HTML, its link at the end unless the text has it, and the key in a comment no visitor sees."""
    body = simple_html(post.text)
    if post.link and post.link not in post.text:
        body += "\n" + simple_html(f'<p><a href="{html.escape(post.link)}">{html.escape(post.link)}</a></p>')
    # Inside the last paragraph, since WordPress would wrap a comment on its own in an empty one.
    inside = body.removesuffix("</p>")
    return inside + _mark(key) + body[len(inside) :]


def _mark(key: str) -> str:
    return f"<!-- {KEY_MARK}{re.sub('[^0-9A-Za-z_-]', '', key)} -->"


def post_body(post: Post, key: str) -> dict[str, str]:
    """The request's body: a new post is published at once under a slug of ours, an update keeps slug and
    status.
    """
    body = {"title": html.escape(post.title, quote=False), "content": content(post, key)}
    return body if post.remote_id else {**body, "status": "publish", "slug": slug(post.title, key)}


def carries(row: Mapping[str, Any], key: str) -> bool:
    """Whether a post is the publication or update with this key."""
    raw = part(row, "content", "raw")
    return (bool(short_key(key)) and short_key(key) in str(row.get("slug") or "")) or _mark(key) in raw


def post_receipt(row: Mapping[str, Any]) -> Receipt:
    """What the state of our post means; raises ``post_gone`` when somebody put it in the trash."""
    if row.get("status") == "trash":
        raise error("post_gone", "trash")
    state = "live" if row.get("status") == "publish" else "pending"
    return Receipt(state, str(row["id"]), str(row.get("link") or ""))
