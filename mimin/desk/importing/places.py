"""Whose a report is: units by any of their names, and whether a government that a row names is ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mimin.desk.importing.columns import plain

_WRITTEN_SHORT = {
    "kab": "kabupaten",
    "kec": "kecamatan",
    "kel": "kelurahan",
    "prov": "provinsi",
    "propinsi": "provinsi",
    "pemkab": "kabupaten",
    "pemkot": "kota",
    "pemprov": "provinsi",
    "pemda": "",
    "pemerintah": "",
    "daerah": "",
    "dan": "",
}
"""Words that spreadsheets shorten or leave out; "" stands for what tells nothing."""
_AND = re.compile(r"\s*&\s*")


def named(name: str) -> str:
    """A name of a unit or a government for comparing: "PEMKAB. CONTOH" is "kabupaten contoh"."""
    words = (_WRITTEN_SHORT.get(word, word) for word in plain(_AND.sub(" dan ", name)).split())
    return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Known:
    """A unit as a spreadsheet may name it."""

    id: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Places:
    """The units of this government by name, and the names of the government itself."""

    ours: frozenset[str]
    units: Mapping[str, int] = field(repr=False)

    def unit(self, name: str) -> int | None:
        """The unit that a row names, also with the government's name behind it; None where none or several bear it."""
        return self.units.get(named(name)) or self.units.get(self.bare(name))

    def bare(self, name: str) -> str:
        """A name for comparing, without our own behind it: "Dinas PUPR Kab. Contoh" is "dinas pupr"."""
        asked = named(name)
        ends = (asked.removesuffix(f" {own}") for own in self.ours if asked.endswith(f" {own}"))
        return min(ends, key=len, default=asked)

    def elsewhere(self, unit: str, government: str, region: str) -> str:
        """The other government whose report this is; "" where it is ours or the row does not tell.

        A row is ours when it names one of our units or ourselves. What it says of the government counts before the
        region in which the matter lies: citizens often choose a wrong one.
        """
        if self.unit(unit):
            return ""
        for name in (government, region):
            if name:
                return "" if self._we(name) or (name is government and self.unit(name)) else name
        return ""

    def _we(self, name: str) -> bool:
        return named(name) in self.ours


def places(own_names: Iterable[str], units: Iterable[Known]) -> Places:
    """Bind the names of today's units. A name that several units bear, or that is no word, is nobody's."""
    bearers: dict[str, set[int]] = {}
    for unit in units:
        for name in unit.names:
            if key := named(name):
                bearers.setdefault(key, set()).add(unit.id)
    ours = {key for name in own_names if (key := named(name))}
    ours |= {key.split(" ", 1)[1] for key in ours if key.startswith(("kabupaten ", "kota ", "provinsi "))}
    return Places(frozenset(ours), {key: min(ids) for key, ids in bearers.items() if len(ids) == 1})
