"""The connector contract: what Mimin asks of a platform, and nothing else.

A connector is built with ``(access, http)``, holds nothing else, takes and gives frozen dataclasses, never
touches the database, and raises only :class:`PlatformError`. What it can do is told by the small protocols it
satisfies, tested with ``isinstance``; what its platform allows is told by its ``FACTS``. No code outside its
folder branches on a platform's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True)
class Access:
    """Where a channel is and what opens it. ``secrets`` never appears in a repr, a log or an error."""

    address: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Fact:
    """One limit of a platform: its value, how well it is known (official, secondary, memory) and where it was
    read.
    """

    value: Any
    status: str
    source: str


@dataclass(frozen=True)
class Heard:
    """One thing a citizen wrote. ``remote_id`` is unique on its channel; times are aware and in UTC."""

    remote_id: str
    text: str
    author: str
    sent_at: datetime
    parent_id: str = ""
    url: str = ""
    held: bool = False
    ours: bool = False
    subject: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """What one fetch brought, oldest first, and the cursor to ask from next time (opaque text)."""

    heard: tuple[Heard, ...]
    cursor: str
    more: bool = False


@dataclass(frozen=True)
class Post:
    """What is to be published: plain text or HTML as the platform's facts say, with the remote id when it
    updates.
    """

    text: str
    title: str = ""
    link: str = ""
    remote_id: str = ""


@dataclass(frozen=True)
class Receipt:
    """What is known of one delivery. ``state``: live, pending (accepted, not yet visible), by_hand (a person
    must do it and bring proof), absent (looked on the platform and it is certainly not there).
    """

    state: str
    remote_id: str = ""
    url: str = ""
    instructions: str = ""


@dataclass(frozen=True)
class Health:
    """Whether the credentials work: who we are there, and what we may do."""

    account: str
    may: frozenset[str] = frozenset()
    note: str = ""


class PlatformError(Exception):
    """The one error a connector raises.

    ``code`` is a key of the connector's ``ERRORS`` table; ``permanent`` means a second try cannot help until
    a person acts; ``unknown`` means the platform may have accepted it: settle first; ``retry_after`` is in
    seconds.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        permanent: bool = False,
        retry_after: float | None = None,
        unknown: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.unknown = unknown


@dataclass(frozen=True)
class Explained:
    """One line of a platform's error table, in plain words: what happened, what to do, and who can do it.

    English message ids; the translation lives in ``mimin/locale``. ``who``: admin, coordinator, platform.
    """

    what: str
    do: str
    who: str


@runtime_checkable
class Connects(Protocol):
    def health(self) -> Health: ...


@runtime_checkable
class Listens(Protocol):
    def fetch(self, cursor: str) -> Batch: ...


@runtime_checkable
class Answers(Protocol):
    def reply(self, to: str, text: str, *, key: str) -> Receipt: ...

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt: ...


@runtime_checkable
class Publishes(Protocol):
    def publish(self, post: Post, *, key: str) -> Receipt: ...

    def settle(self, receipt: Receipt, *, key: str) -> Receipt: ...


class Answer(Protocol):
    """What an HTTP server said; ``url`` is the address that answered in the end, after redirects."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def url(self) -> str: ...

    @property
    def text(self) -> str: ...


class Http(Protocol):
    """The one guarded way out (:mod:`mimin.lib.http`); it raises only :class:`mimin.lib.http.HttpError`."""

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        auth: tuple[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Answer: ...


@dataclass(frozen=True)
class Credential:
    """One field that opens a channel. ``kind``: text (may be shown again) or secret (never shown again)."""

    name: str
    kind: str
    label: str


@dataclass(frozen=True)
class Platform:
    """One line of the list of platforms, with everything about it that is data.

    ``connector`` is None where Mimin has none: its channels are watched, or worked by hand. ``addresses`` are
    the shapes of an account's address and ``proofs`` those of one post or answer there, as templates that
    :mod:`mimin.platforms.addresses` reads: host, path, and ``{handle}`` or another name of an account. ``chat`` opens a
    conversation with a telephone ``{phone}`` (its country's number first), the ``{text}`` typed in already. ``placed``:
    a channel is a place of the unit (a counter, a door) and has no address on the net.
    """

    key: str
    label: str
    facts: Mapping[str, Fact]
    errors: Mapping[str, Explained] = field(default_factory=dict)
    connector: Callable[[Access, Http], object] | None = None
    credentials: tuple[Credential, ...] = ()
    addresses: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    chat: str = ""
    placed: bool = False

    @property
    def private(self) -> bool:
        """Whether nobody else reads what is written there (the fact ``private``); what nobody knows is public."""
        fact = self.facts.get("private")
        return bool(fact and fact.value)
