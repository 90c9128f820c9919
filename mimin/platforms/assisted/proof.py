"""Whether a link that a person brings as proof belongs to the channel it was made for. Pure."""

from __future__ import annotations

from mimin.platforms.addresses import ACCOUNTS, account, first, host_and_path
from mimin.platforms.base import Platform
from mimin.platforms.catalogue import KINDS, WEBSITE

_BY_ADDRESS = {template: kind for kind in KINDS for template in kind.addresses}


def kind_of(address: str) -> tuple[Platform, dict[str, str]] | None:
    """The kind of channel that an address shows, with its fields (an account's name, ``host``); None when
    unreadable.
    """
    if found := account(_BY_ADDRESS, address):
        return _BY_ADDRESS[found[0]], found[1]
    fields = first(WEBSITE.addresses, address)
    return None if fields is None else (WEBSITE, fields)


def check_proof(link: str, address: str) -> bool:
    """Whether ``link`` is one post or answer on the channel at ``address``.

    Where the platform's links name the account (TikTok, X, Telegram), the account must be the channel's.
    Where they do not (an Instagram post, a YouTube video), the platform alone is checked, and a person must
    look. A website's link must lie on its host, under its path, and be more than the channel's own address.
    """
    known = kind_of(address)
    if known is None:
        return False
    kind, channel = known
    if kind.key == WEBSITE.key:
        return _lies_under(link, address)
    shown = first(kind.proofs, link)
    return shown is not None and all(
        shown[name].lower() == channel[name].lower()
        for name in (*ACCOUNTS, "host")
        if name in shown and name in channel
    )


def _lies_under(link: str, address: str) -> bool:
    there, here = host_and_path(link), host_and_path(address)
    if there is None or here is None or there[0] != here[0]:
        return False
    deeper = len(there[1]) > len(here[1]) or "?" in link or "#" in link
    return deeper and there[1][: len(here[1])] == here[1]
