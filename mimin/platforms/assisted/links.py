"""What a pasted link shows before anybody opens it: the platform, whose post it is, and the link itself. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from mimin.platforms.addresses import ACCOUNTS, first, host_and_path
from mimin.platforms.catalogue import KINDS, WEBSITE

_LINK = re.compile(r"https?://[^\s<>\"]+|(?<![\w@.])(?:[\w-]+\.)+[a-z]{2,}/[^\s<>\"]*", re.IGNORECASE)
_TRAILING = ".,;:!?)]}'\"”’*_"
_FOLLOWED = re.compile(
    r"utm_\w+|igshid|igsh|img_index|fbclid|gclid|mibextid|rdid|share_url|si|feature|s|t|_r|_t|ref|ref_src|ref_url|"
    r"is_from_webapp|is_copy_url|sender_device|sender_web_id|web_id|lang|hl|app|xmt|slof|pp|paipv|eav|__tn__|__cft__.*",
)
_ONE_HOST = {
    "twitter.com": "x.com",
    "threads.net": "threads.com",
    "fb.com": "facebook.com",
    "instagr.am": "instagram.com",
}


@dataclass(frozen=True)
class Linked:
    """A link that is the same however it was shared. ``handle`` is whose post or account it shows, where it tells."""

    link: str
    platform: str
    handle: str = ""


def links_in(text: str) -> list[str]:
    """The links in a text, in order, without the marks that end a sentence."""
    return [found[0].rstrip(_TRAILING) for found in _LINK.finditer(text)]


def linked(link: str) -> Linked | None:
    """What a link shows; None for what is no web address."""
    split = host_and_path(link)
    if split is None or "." not in split[0]:
        return None
    for kind in KINDS:
        fields = first(kind.proofs, link)
        if fields is None and kind is not WEBSITE:
            fields = first((f"{shape}/*" for shape in kind.addresses), link)
        if fields is not None:
            break
    if kind is WEBSITE:
        return Linked(_website(link), kind.key)
    return Linked(_social(link), kind.key, _whose(fields or {}))


def _website(link: str) -> str:
    """A website's link as it is, without what only says where it was shared."""
    parts = urlsplit(link if "://" in link else f"https://{link}")
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return (
        f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path or '/'}{_query(parts.query)}{fragment}"
    )


def _social(link: str) -> str:
    host, path = host_and_path(link) or ("", ())
    query = _query(urlsplit(link if "://" in link else f"https://{link}").query)
    if host == "youtu.be" and path:
        return f"https://youtube.com/watch?v={path[0]}"
    return f"https://{_ONE_HOST.get(host, host)}/{'/'.join(path)}{query}"


def _query(query: str) -> str:
    kept = sorted((name, value) for name, value in parse_qsl(query) if not _FOLLOWED.fullmatch(name))
    return f"?{urlencode(kept)}" if kept else ""


def _whose(fields: dict[str, str]) -> str:
    return next((fields[name].lstrip("@") for name in ACCOUNTS if name in fields), "")
