"""State tables that refuse to load when they are wrong. Pure Python.

    CASE = Flow("case", states={"new": "New", "routed": "Routed"}, moves={"route": move("new", to="routed")})

A state has a name, which rows keep, and a word by which people know it: English, translated where it is shown.
A table is wrong when a move names a state that is not there, when a state cannot be reached from the first one, or
when a state that is not final has no way out. ``verbs_from`` is what a screen draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class FlowError(Exception):
    """A flow table that cannot work; raised when the module that holds it is loaded."""


@dataclass(frozen=True)
class Move:
    """One verb: from any of ``sources`` to ``to``; "" where the row stays as it is and something else of it changes."""

    sources: tuple[str, ...]
    to: str

    def leads(self, state: str) -> str:
        """Where a row of this state stands afterwards."""
        return self.to or state


def move(*sources: str, to: str) -> Move:
    """Write a move as a sentence: ``move("new", "routed", to="routed")``."""
    return Move(sources, to)


def stay(*sources: str) -> Move:
    """A verb that leaves the row in its state, such as telling a citizen what that state is."""
    return Move(sources, "")


@dataclass(frozen=True)
class Flow:
    """States with their words (the first is where a row begins), moves by verb, and where a row may rest for ever."""

    name: str
    states: Mapping[str, str]
    moves: Mapping[str, Move]
    final: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = set(self.states)
        for verb, found in self.moves.items():
            strange = {*found.sources, found.to or found.sources[0]} - known
            if strange:
                raise FlowError(f"{self.name}.{verb} names unknown states: {sorted(strange)}")
        if set(self.final) - known:
            raise FlowError(f"{self.name}: unknown final states: {sorted(set(self.final) - known)}")
        unreachable = known - self._reachable()
        if unreachable:
            raise FlowError(f"{self.name}: states no move leads to: {sorted(unreachable)}")
        stuck = [s for s in self.states if s not in self.final and not self._left_from(s)]
        if stuck:
            raise FlowError(f"{self.name}: states without a way out that are not final: {stuck}")

    def _reachable(self) -> set[str]:
        reached = {self.initial}
        while True:
            more = {m.to for m in self.moves.values() if m.to and reached & set(m.sources)} - reached
            if not more:
                return reached
            reached |= more

    def _left_from(self, state: str) -> bool:
        return any(self.moves[verb].leads(state) != state for verb in self.verbs_from(state))

    @property
    def initial(self) -> str:
        """The state in which a row begins."""
        return next(iter(self.states))

    def verbs_from(self, state: str) -> tuple[str, ...]:
        """The verbs that this state allows, in the table's order."""
        return tuple(verb for verb, found in self.moves.items() if state in found.sources)
