"""Where a case stands in a list, when its first answer is due, and what its parts may do. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from mimin.inbox.states import CASE, TELLING, WORKING
from mimin.people.rules import Secrecy

WAITED_FOR = 10**10
"""Ranks below this are cases in which a citizen waits, by deadline in seconds: the latest first."""
RESTING = 3 * 10**10
ENDED = 6 * 10**10
MERGED = 9 * 10**10
LAST = 10**11
RESTS = ("answered", "scheduled", "done")
"""Nobody waits for an answer, and it is not over either."""


def rank(state: str, due_at: datetime | None, moved_at: datetime, *, told: bool = True) -> int:
    """The place of a case in every list, as one whole number that an index holds in order.

    First those a citizen waits for, the most overdue first; then what is answered, scheduled or done, then the ended,
    then what is a part of another case, the newest first. In a state that a citizen must be ``told`` of, they wait
    until they were.
    """
    waits = state in WORKING or (state in TELLING and not told)
    if waits and due_at is not None:
        return int(due_at.timestamp())
    if state == "merged":
        return MERGED - int(moved_at.timestamp())
    return (RESTING if state in RESTS else ENDED) - int(moved_at.timestamp())


def deadline(rank: int) -> datetime | None:
    """Until when the citizen of a case with this rank waits, to the second; None where nobody waits."""
    return datetime.fromtimestamp(rank, UTC) if rank < WAITED_FOR else None


def unread(rank: int, heard_at: datetime | None, seen: datetime | None) -> bool:
    """Whether a case in which a citizen waits holds something that a person, who read it up to ``seen``, has not."""
    return rank < WAITED_FOR and heard_at is not None and (seen is None or seen < heard_at)


VIEWS: dict[str, tuple[int | None, int | None]] = {
    "mine": (None, WAITED_FOR),
    "held": (None, WAITED_FOR),
    "late": (None, None),
    "new": (None, WAITED_FOR),
    "unread": (None, WAITED_FOR),
    "answered": (WAITED_FOR, RESTING),
    "closed": (RESTING, LAST),
    "all": (None, None),
}
"""view -> the range of ranks it shows; ``late`` ends at the present moment, ``held`` is narrowed to one holder."""


def secrecy_of(confidentiality: str, about_inspectorate: bool) -> Secrecy:
    """How closely a new case is kept, from what was understood. The machine may only tighten; a person loosens."""
    if confidentiality == "oversight":
        return Secrecy.OVERSIGHT_SEKDA if about_inspectorate else Secrecy.OVERSIGHT
    return {"anonymous": Secrecy.ANONYMOUS, "secret": Secrecy.SECRET}.get(confidentiality, Secrecy.OPEN)


_STREET = re.compile(r"(?:jl|jln|gg)\.?", re.IGNORECASE)
_NAME = re.compile(r"\.?\s*[A-Z]")


def names_street(text: str, start: int, end: int) -> bool:
    """Whether the words at a place only begin a street's name ("Jl." in "Jl. Melati"): no reason for anything."""
    return bool(_STREET.fullmatch(text, start, end) and _NAME.match(text, end))


_TRACKING = re.compile(r"#?\s*([0-9]{6,9})(?:\.0+)?")


def tracking_number(text: str) -> str:
    """The Tracking ID of SP4N-LAPOR! in what somebody wrote ("#6512345", "6512345.0" of a spreadsheet): seven digits
    today; "" where it is none."""
    found = _TRACKING.fullmatch(text.strip())
    return found[1] if found else ""


VERB_RIGHTS: dict[str, str] = {
    "route": "case.transfer",
    "return": "case.transfer",
    "refer": "case.transfer",
    "answer": "case.answer",
    "schedule": "case.answer",
    "finish": "case.answer",
    "tell": "case.answer",
    "explain": "case.answer",
    "drop": "case.answer",
    "close": "case.close",
    "dismiss": "case.close",
    "reopen": "case.close",
    "merge": "case.transfer",
    "split": "case.transfer",
}
"""A verb of the case's flow -> the right it needs."""


HELPS = frozenset(["case.note", "case.ask", "case.reveal", "case.track", "case.export", "alarm.acknowledge"])
"""What the people of a unit that only helps may do. What is decided, said to the citizen or ended is the lead's."""

PAUSES = ("citizen", "body", "force")
"""Why a clock stands still: the citizen must add something, another body must act first, a disaster."""
ENDS: dict[str, tuple[str, ...]] = {
    "solved": ("done",),
    "answered": ("answered",),
    "told": ("referred",),
    "withdrawn": ("answered", "done", "referred"),
    "impossible": ("answered",),
    "silence": ("answered", "done"),
}
"""Why a case is closed -> the states in which that can be true; silence is for Mimin alone."""


def owed(state: str, *, waits: bool, promised: bool, settled: bool) -> str:
    """What stands in the way of an end: "tell" (the citizen was not told what the state is), "promise" (one is open),
    "answer" (no answer was final); "" where nothing does."""
    if promised:
        return "promise"
    if state in TELLING and waits:
        return "tell"
    return "answer" if state == "answered" and not settled else ""


def settles_as(klass: str, *, field_check: bool) -> str:
    """The policy key of how long settling may take: a look in the field needs longest, information least."""
    if field_check:
        return "case.settle_field"
    return "case.settle_information" if klass == "permintaan_informasi" else "case.settle"


@dataclass(frozen=True)
class Standing:
    """What a person may do with one case, by right."""

    rights: frozenset[str]


def verbs(state: str, standing: Standing) -> tuple[str, ...]:
    """The verbs that the flow table and the person's rights both allow, in the table's order."""
    return tuple(v for v in CASE.verbs_from(state) if VERB_RIGHTS[v] in standing.rights)


FIELD = re.compile(r"\{([^{}\n]*)\}")
"""A hole in words that are filled in for one case."""
FIELDS = ("number", "unit", "channel", "until", "today")
"""What a saved reply may leave open."""


def unknown_fields(text: str) -> tuple[str, ...]:
    """The fields of a text that nothing fills, each once, with their braces."""
    return tuple(dict.fromkeys(hole[0] for hole in FIELD.finditer(text) if hole[1] not in FIELDS))


def fit(affair: str, klass: str, *, to_affair: str, to_klass: str) -> int:
    """How well a saved reply for an affair and a class ("" for any) fits a case: 0 where it is for something else, 1
    where it is for anything, more where it names what the case is about; the affair says more than the class."""
    if (affair and affair != to_affair) or (klass and klass != to_klass):
        return 0
    return 1 + 2 * bool(affair) + bool(klass)
