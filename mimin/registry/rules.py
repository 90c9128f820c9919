"""Recognising a channel from the address that somebody pasted. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from mimin.platforms import PLATFORMS
from mimin.platforms.addresses import ACCOUNTS, account, account_of, host_and_path
from mimin.platforms.base import Explained


def noop(sentence: str) -> str:
    """A sentence that is translated where it is shown."""
    return sentence


@dataclass(frozen=True)
class Recognised:
    """What an address is: platform (``website`` when no rule fits), canonical address, and handle if it has one."""

    platform: str
    address: str
    handle: str = ""


class NotAnAddress(ValueError):
    """The text holds nothing that could be an address on the net."""


_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}|127\.0\.0\.1|localhost")
_BARE = re.compile(r"@([\w.\-]{1,80})")

DEFAULTS: tuple[tuple[str, str], ...] = tuple(
    (key, template)
    for key, platform in PLATFORMS.items()
    for template in platform.addresses
    if not template.startswith("{host}")
)
"""The address rules that come with Mimin: (platform, template). They stand behind those that a government adds."""


def recognise(pasted: str, rules: Iterable[tuple[str, str]], platform: str = "") -> Recognised:
    """Recognise a pasted address: host, sub-domain or path of a website, or the account of a platform.

    The canonical address has no scheme, no ``www.``, no query and no trailing slash, and host and handle are lower
    case; an account's is written by the platform's first rule for this kind of name: two spellings of one place are
    one channel. A bare ``@handle`` is read with the ``platform`` that the person names. Raises NotAnAddress.
    """
    rules = list(rules)
    text = pasted.strip().split()[0] if pasted.strip() else ""
    if bare := _BARE.fullmatch(text):
        return _named(bare[1].lower(), rules, platform, pasted)
    split = host_and_path(text)
    if split is None or not _HOST.fullmatch(split[0].lower()):
        raise NotAnAddress(pasted)
    if found := account([template for _platform, template in rules], text):
        template, fields = found
        platform = next(key for key, one in rules if one == template)
        name = account_of(fields)
        return Recognised(platform, _kept_as(platform, name, rules).format_map(fields), fields[name])
    host, path = split
    return Recognised("website", "/".join([host.lower() + _port(text), *path]))


def _named(handle: str, rules: list[tuple[str, str]], platform: str, pasted: str) -> Recognised:
    kept = _kept_as(platform, "handle", rules)
    if kept.count("{") != 1:
        raise NotAnAddress(pasted)
    return Recognised(platform, kept.format(handle=handle), handle)


def _kept_as(platform: str, name: str, rules: list[tuple[str, str]]) -> str:
    """The platform's first template for this kind of name, Mimin's own before those that were added: t.me/s/x and
    t.me/x are one place. "" for none."""
    kept = (one for key, one in (*DEFAULTS, *rules) if key == platform and f"{{{name}}}" in one)
    return next(kept, "").removesuffix("/*")


NAMED: tuple[str, ...] = tuple(
    key
    for key, one in PLATFORMS.items()
    if one.addresses and not any(shape.startswith("{host}") for shape in one.addresses)
)
"""The platforms whose accounts an address can name: any other address is a website already."""


class BadTemplate(ValueError):
    """A template that cannot recognise anything, said in English for translation."""


def template_of(typed: str) -> str:
    """A template as it is kept: no scheme, no ``www.``, no trailing slash, its host in lower case. Raises BadTemplate.

    >>> template_of("https://www.Social.example/@{handle}/")
    'social.example/@{handle}'
    """
    text = re.sub(r"^https?://", "", typed.strip(), flags=re.IGNORECASE).rstrip("/")
    host, slash, rest = text.partition("/")
    host = host.lower().removeprefix("www.")
    if re.search(r"\s", text) or len(text) > 200 or not _HOST.fullmatch(re.sub(r"^\{\w+\}\.", "", host)):
        raise BadTemplate(noop("Begin with a host and a path, such as instagram.com/{handle}."))
    path, _mark, query = rest.partition("?")
    segments = path.split("/") if path else []
    if any("*" in one for one in segments[:-1]) or (segments and "*" in segments[-1] and segments[-1] != "*"):
        raise BadTemplate(noop("A star may only be the last part: it stands for anything that follows."))
    if (
        "*" in query
        or query.count("=") > 1
        or "&" in query
        or bool(_mark) != bool(re.fullmatch(r"\w+=\{\w+\}", query))
    ):
        raise BadTemplate(noop("After a question mark stands one field, such as ?id={handle}."))
    names = re.findall(r"\{(\w+)\}", text)
    if re.search(r"[{}]", re.sub(r"\{\w+\}", "", rest)) or "}{" in rest or len(set(names)) != len(names):
        raise BadTemplate(noop("Write each field once and in braces, with something between two of them."))
    if sum(name in ACCOUNTS for name in names) != 1:
        raise BadTemplate(
            noop("Name the account by exactly one field: {handle}, {id}, {custom}, {user} or {phone}.")
        )
    return host + slash + rest


def alike(platform: str) -> tuple[str, ...]:
    """The platforms whose addresses have the same shape, the platform itself first: a website may run on
    WordPress, and only a person knows."""
    shapes = PLATFORMS[platform].addresses
    return (
        platform,
        *(key for key, one in PLATFORMS.items() if key != platform and shapes and one.addresses == shapes),
    )


@dataclass(frozen=True)
class Listening:
    """What is known of a connection: whether the platform accepts us, and when it last answered."""

    healthy: bool
    error_code: str
    last_fetch_at: datetime | None


SILENT_AFTER = timedelta(hours=2)
"""A connection that was not answered for so long is shown as silent. Our proposal."""

UNANSWERED = timedelta(days=1)
"""A connection that got no answer for so long is told to who can mend it: what citizens write there is not heard."""


def health(*, retired: bool, mode: str, listening: Listening | None, now: datetime) -> str:
    """How a channel is: retired, watched, by_hand, refused, trouble, silent, new (not asked yet) or listening."""
    if retired:
        return "retired"
    if mode != "connected" or listening is None:
        return "watched" if mode == "watched" else "by_hand"
    if not listening.healthy:
        return "refused"
    if listening.error_code:
        return "trouble"
    if listening.last_fetch_at is None:
        return "new"
    return "silent" if now - listening.last_fetch_at > SILENT_AFTER else "listening"


def explained(platform: str, code: str) -> Explained | None:
    """What a platform's error code means, what to do and who can; None for a code that its table does not hold."""
    return PLATFORMS[platform].errors.get(code) if platform in PLATFORMS else None


def _port(text: str) -> str:
    port = urlsplit(text if "://" in text else f"https://{text}").port
    return "" if port in (None, 80, 443) else f":{port}"
