"""Who may do what. A role is held at a unit and covers its subtree; what it may do stands in one table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

USERNAME = r"^[a-z0-9][a-z0-9._-]{1,59}$"


class RoleKind(StrEnum):
    """The parts people play; the Indonesian words stand in GLOSSARY.md."""

    COORDINATOR = "coordinator"
    HEAD = "head"
    ADMIN = "admin"
    OFFICER = "officer"
    PPID = "ppid"
    DUTY = "duty"
    INSPECTOR = "inspector"
    SECRETARY = "secretary"
    LEADER = "leader"
    TRAINER = "trainer"
    OBSERVER = "observer"
    AUDITOR = "auditor"


class Secrecy(IntEnum):
    """How closely a case is kept. Secrecy comes before the tree."""

    OPEN = 0
    ANONYMOUS = 1  # the citizen's name is hidden, the case is not
    SECRET = 2  # "rahasia": only those who handle it
    OVERSIGHT = 3  # names a unit's staff or head: the Inspektorat alone
    OVERSIGHT_SEKDA = 4  # names the Inspektorat itself: the Sekda alone


_K = RoleKind
_ORDINARY = frozenset({Secrecy.OPEN, Secrecy.ANONYMOUS})
_HANDLING = _ORDINARY | {Secrecy.SECRET}

CLEARED: dict[RoleKind, frozenset[Secrecy]] = {
    _K.COORDINATOR: _HANDLING,
    _K.HEAD: _HANDLING,
    _K.ADMIN: _HANDLING,
    _K.OFFICER: _HANDLING,
    _K.PPID: _HANDLING,
    _K.DUTY: _HANDLING,
    _K.INSPECTOR: _HANDLING | {Secrecy.OVERSIGHT},
    _K.SECRETARY: _HANDLING | {Secrecy.OVERSIGHT_SEKDA},
    _K.LEADER: _ORDINARY,
    _K.TRAINER: frozenset({Secrecy.OPEN}),
    _K.OBSERVER: frozenset({Secrecy.OPEN}),
    _K.AUDITOR: _ORDINARY,
}

_WORKERS = frozenset({_K.COORDINATOR, _K.HEAD, _K.ADMIN, _K.PPID, _K.DUTY, _K.INSPECTOR, _K.SECRETARY})

MAY: dict[str, frozenset[RoleKind]] = {
    "case.record": _WORKERS,
    "case.transfer": _WORKERS,
    "case.answer": _WORKERS | {_K.OFFICER},
    "case.approve": frozenset({_K.HEAD, _K.COORDINATOR, _K.SECRETARY, _K.INSPECTOR}),
    "case.close": _WORKERS,
    "case.note": _WORKERS | {_K.OFFICER},
    "case.correct": _WORKERS | {_K.OFFICER},
    "case.hold": _WORKERS | {_K.OFFICER},
    "case.ask": _WORKERS,
    "case.reveal": _WORKERS,
    "case.track": _WORKERS,
    "case.export": _WORKERS,
    "case.import": frozenset({_K.COORDINATOR}),
    "case.secrecy": frozenset({_K.COORDINATOR, _K.HEAD, _K.INSPECTOR, _K.SECRETARY, _K.PPID}),
    "reply.save": frozenset({_K.COORDINATOR, _K.HEAD, _K.ADMIN}),
    "alarm.acknowledge": _WORKERS | {_K.OFFICER},
    "duty.plan": frozenset({_K.COORDINATOR, _K.HEAD, _K.ADMIN}),
    "channel.add": frozenset({_K.COORDINATOR, _K.ADMIN, _K.HEAD}),
    "channel.connect": frozenset({_K.COORDINATOR}),
    "channel.see": frozenset(_K),
    "delivery.act": _WORKERS,
    "policy.change": frozenset({_K.COORDINATOR}),
    "unit.change": frozenset({_K.COORDINATOR}),
    "person.manage": frozenset({_K.COORDINATOR}),
    "work.see": frozenset({_K.COORDINATOR, _K.AUDITOR}),
    "channel.rules": frozenset({_K.COORDINATOR}),
    "evidence.erase": frozenset({_K.COORDINATOR, _K.SECRETARY}),
    "evidence.see": frozenset({_K.COORDINATOR, _K.INSPECTOR, _K.SECRETARY, _K.AUDITOR}),
}
"""verb -> roles. Our proposal; roles that only look (leader, trainer, observer, auditor) hold no verb that writes."""


LOOKING = frozenset({_K.LEADER, _K.TRAINER, _K.OBSERVER, _K.AUDITOR})
"""Parts that only look: they hold no verb that writes, and run no channel."""
GIVEN_FROM_THE_TOP = frozenset({_K.INSPECTOR, _K.SECRETARY, _K.AUDITOR})
"""Parts that look over the units: nobody below the government's top gives them, or a unit would choose its overseer."""
OVERSEEING = "inspektorat"
"""The affair of the unit that oversees the others."""


@dataclass(frozen=True)
class Held:
    """One role in force: its kind, the unit it is held at, that unit's path and its short name."""

    kind: RoleKind
    unit_id: int
    path: str
    short: str = ""


def covers(held_path: str, path: str) -> bool:
    """Whether a role held at ``held_path`` reaches the unit at ``path``: the same unit or one below it."""
    return path.startswith(held_path)


def may(held: Iterable[Held], verb: str, *paths: str) -> bool:
    """Whether any of the roles allows the verb at any of the units (any unit at all when no path is given)."""
    kinds = MAY[verb]
    return any(h.kind in kinds and (not paths or any(covers(h.path, p) for p in paths)) for h in held)


def cleared(kind: RoleKind) -> frozenset[Secrecy]:
    """The secrecies that a role of this kind may see."""
    return CLEARED[kind]


def may_give(held: Iterable[Held], kind: RoleKind, path: str, top: str) -> bool:
    """Whether somebody with these roles may give a part at a unit; an overseer's only from the ``top``."""
    return may(held, "person.manage", top if kind in GIVEN_FROM_THE_TOP else path)


def played_at(kind: RoleKind, *, top: bool, affairs: Iterable[str]) -> bool:
    """Whether a part can be played at a unit: the secretary's at the top alone, the inspector's also where the unit
    holds the affair of overseeing."""
    if kind is RoleKind.SECRETARY:
        return top
    return kind is not RoleKind.INSPECTOR or top or OVERSEEING in affairs


def may_hold_affairs(held: Iterable[Held], gained: Iterable[str], lost: Iterable[str], top: str) -> bool:
    """Whether somebody may give or take a unit these affairs: who oversees is decided at the top."""
    return OVERSEEING not in {*gained, *lost} or may(held, "unit.change", top)
