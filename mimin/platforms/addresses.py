"""Reading the address of an account or of a post by templates such as ``instagram.com/{handle}``. Pure.

A template is a host and a path of segments. ``{name}`` stands for one whole segment or the rest of one
(``@{handle}``); a host written ``{host}`` is any host; a last segment ``*`` is anything or nothing;
``?id={handle}`` asks for a query field. ``www.`` and ``m.`` before a host do not count, nor does the case of a
host; before the host of a platform neither do ``mobile.``, ``web.`` and languages such as ``id-id.``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, quote, unquote, urlsplit

_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")
_FIELD = re.compile(r"\{(\w+)\}")
_IDLE = re.compile(r"^(?:www|m)\.(?=.+\.)")
_IDLE_ON_PLATFORMS = re.compile(r"^(?:mobile|web|mbasic|touch|[a-z]{2}-[a-z]{2})\.(?=.+\.)")

ACCOUNTS = ("handle", "id", "custom", "user", "phone")
"""What a field that names an account may be called: one platform may have several kinds of names, and what one
kind calls an account says nothing of the others."""

NO_ACCOUNTS = frozenset({
    "about", "accounts", "addstickers", "c", "channel", "developer", "direct", "embed", "events", "explore", "feed",
    "gaming", "groups", "hashtag", "help", "highlights", "home", "i", "intent", "joinchat", "legal", "live",
    "login", "marketplace", "media", "message", "p", "pages", "people", "permalink.php", "pg", "photo", "photo.php",
    "playlist", "playlists", "post", "privacy", "profile.php", "public", "reel", "reels", "results", "s", "search",
    "share", "sharer", "sharer.php", "shorts", "status", "stories", "story.php", "tag", "terms", "tv", "user",
    "video", "videos", "watch", "_u",
})  # fmt: skip
"""What stands where an account could, and is a page of the platform itself."""


def read(template: str, address: str) -> dict[str, str] | None:
    """The template's fields as they stand in the address, or None when it does not fit.

    >>> read("tiktok.com/@{handle}", "https://www.tiktok.com/@diskominfo_contoh?lang=id")
    {'handle': 'diskominfo_contoh'}
    """
    split = _split(address)
    if split is None:
        return None
    host, path, query = split
    shape, _, wanted_query = template.partition("?")
    bare = host if shape.startswith("{host}") else _IDLE_ON_PLATFORMS.sub("", host)
    fields = _read_path(shape.split("/"), [bare, *path])
    if fields is None or not wanted_query:
        return fields
    name, _, value = wanted_query.partition("=")
    found = _read_segment(value, query.get(name, ""))
    return None if found is None else {**fields, **found}


def account(templates: Iterable[str], address: str) -> tuple[str, dict[str, str]] | None:
    """The template by which an address names an account, with its fields; None where it names none.

    A template that fits the whole address comes before one that fits its beginning: ``t.me/s/{handle}`` before
    ``t.me/{handle}/*``. ``@`` before a name does not count, nor anything but digits in a phone number, nor the case
    of a name (the case of an ``id`` does).
    """
    listed = list(templates)
    for template, end in ((one, end) for end in ("", "/*") for one in listed):
        fields = read(template + end, address) or {}
        if name := account_of(fields):
            spelled = {field: found if field == "id" else found.lower() for field, found in fields.items()}
            spelled[name] = _plain(name, spelled[name])
            if spelled[name] and spelled[name] not in NO_ACCOUNTS:
                return template, spelled
    return None


def account_of(fields: Iterable[str]) -> str:
    """Which of the fields names the account; "" for none."""
    return next((name for name in ACCOUNTS if name in fields), "")


def _plain(name: str, text: str) -> str:
    if name == "phone":
        return re.sub(r"[^0-9]", "", text)
    text = text.strip("@")
    return "" if text.startswith("+") else text  # t.me/+... invites into a group and names no account


def first(templates: Iterable[str], address: str) -> dict[str, str] | None:
    """The fields of the first template that fits, or None."""
    return next((fields for template in templates if (fields := read(template, address)) is not None), None)


def host_and_path(address: str) -> tuple[str, tuple[str, ...]] | None:
    """The bare host and the path's segments of a web address (a missing scheme means https), or None."""
    split = _split(address)
    return None if split is None else (split[0], tuple(split[1]))


def _split(address: str) -> tuple[str, list[str], dict[str, str]] | None:
    text = address.strip()
    if not text or re.search(r"[\s\\]", text):
        return None
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, _ = (parts.hostname or "").rstrip("."), parts.port  # a port that is none raises
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    path = [unquote(segment) for segment in parts.path.split("/") if segment]
    return _IDLE.sub("", host), path, {name: values[0] for name, values in parse_qs(parts.query).items()}


def _read_path(shape: list[str], path: list[str]) -> dict[str, str] | None:
    if shape[-1] == "*":
        shape = shape[:-1]
        path = path[: len(shape)]
    if len(shape) != len(path):
        return None
    fields: dict[str, str] = {}
    for wanted, found in zip(shape, path, strict=True):
        read_here = _read_segment(wanted, found)
        if read_here is None:
            return None
        fields |= read_here
    return fields


def _read_segment(wanted: str, found: str) -> dict[str, str] | None:
    names = _FIELD.findall(wanted)
    if not names:
        return {} if wanted.lower() == found.lower() else None
    pattern = "".join(
        "(.+)" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", wanted)
    )
    fit = re.fullmatch(pattern, found)
    return dict(zip(names, fit.groups(), strict=True)) if fit else None


def international(reach: str) -> str:
    """An Indonesian telephone number with its country's number first, "62812..."; "" for anything else."""
    digits = re.sub(r"[ \-.()]", "", reach)
    found = re.fullmatch(r"(?:\+?62|0)(8[0-9]{7,12})", digits)
    return f"62{found[1]}" if found else ""


def chat_with(who: str, chat: str, text: str) -> str:
    """Where a conversation with a writer is opened with the text typed in, by a platform's template ``chat``; "" where
    it has none or ``who`` is no telephone number."""
    phone = international(who) if chat else ""
    return chat.format(phone=phone, text=quote(text, safe="")) if phone else ""
