"""How well messages are understood, measured on rows that people labelled. Pure Python.

Rows told twice are taken out first. Cold start is the playbook alone: a label is found in it by the names of affairs
and offices, and rows whose label it does not name are only counted. No row and no word of a row is shown.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from mimin.language.abuse import abuse
from mimin.language.learning import learn
from mimin.language.playbook import Playbook, PlaybookUnit, with_units
from mimin.language.similar import NEAR, bands, resemblance, signature
from mimin.language.understand import prepare, understand
from mimin.language.words import WORD, normal

_CONFIDENT = 0.6
_LOOKED_AT = 10
_PARTS = re.compile(r"[/();:]")
_EMPTY_WORDS = frozenset(
    [
        "dan",
        "serta",
        "atau",
        "penunjang",
        "urusan",
        "dinas",
        "badan",
        "daerah",
        "kota",
        "kabupaten",
        "pemerintah",
    ]
)


class EvaluationError(Exception):
    """A file that cannot be measured; says what is missing."""


class Labelled(NamedTuple):
    """A message as it is understood (cleaned and masked), its label, and when it was received (ISO date or "")."""

    text: str
    label: str
    at: str


Ranked = Sequence[tuple[str, float]]
"""Labels with their scores from 0 to 1, the best first; at most three count."""


@dataclass(frozen=True)
class Figures:
    """What is measured. Shares from 0 to 1; ``coverage`` is the share of rows that get any answer, ``precision`` how
    often the first answer is right there, ``precision_at_60`` among the 60 % of rows that are most sure."""

    n: int
    n_other: int
    top1: float
    top3: float
    macro_recall: float
    coverage: float
    precision: float
    precision_at_60: float
    recall: dict[str, float]


def read_rows(path: Path, label: str) -> list[Labelled]:
    """The rows of a CSV file with the columns ``text``, ``received_at`` (may be missing) and the label's.

    Rows without a text or a label are left out. Raises :class:`EvaluationError`.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"text", label} - set(reader.fieldnames or ())
            if missing:
                raise EvaluationError(f"{path.name}: the column {', '.join(sorted(missing))} is missing")
            told = [(row["text"] or "", row[label] or "", row.get("received_at") or "") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EvaluationError(f"{path.name}: {error}") from error
    return [
        Labelled(prepare(text).text, name.strip(), at)
        for text, name, at in told
        if text.strip() and name.strip()
    ]


def without_repeats(rows: Iterable[Labelled], known: Iterable[Labelled] = ()) -> list[Labelled]:
    """The rows that no earlier row and none of ``known`` tells already."""
    kept: list[str] = []
    index: dict[int, list[int]] = defaultdict(list)

    def is_new(text: str) -> bool:
        keys = bands(signature(text))
        sharing = Counter(number for key in keys for number in index[key]).most_common(_LOOKED_AT)
        if any(resemblance(text, kept[number]) >= NEAR for number, _ in sharing):
            return False
        for key in keys:
            index[key].append(len(kept))
        kept.append(text)
        return True

    for row in known:
        is_new(row.text)
    return [row for row in rows if is_new(row.text)]


def _words(name: str) -> frozenset[str]:
    return frozenset(normal(word) for word in WORD.findall(name)) - _EMPTY_WORDS


def affairs_named(label: str, playbook: Playbook) -> frozenset[str]:
    """The affairs of the playbook that a label of somebody else's list names; none where it names none.

    A part of the label names an affair that is called so, or whose whole name stands in it, or is the beginning of
    the affair's own name ("Keuangan" of "Keuangan dan Aset").
    """
    parts = [words for part in _PARTS.split(label) if (words := _words(part))]
    exact, within = set[str](), set[str]()
    for affair in playbook.affairs:
        own = [_words(name) for name in (affair.name, *affair.also)]
        offices = [_words(name) for name in (*affair.offices, *affair.abbreviations)]
        if affair.id == label or any(part in own + offices for part in parts):
            exact.add(affair.id)
        if any(name <= part or part <= name for part in parts for name in own if name):
            within.add(affair.id)
    return frozenset(exact if exact and len(parts) == 1 else exact | within)


@dataclass(frozen=True)
class Cold:
    """A cold start: the rows that the playbook can name, how many it cannot, its ranking, and the answers that are
    right for each label."""

    rows: list[Labelled]
    others: int
    rank: Callable[[str], Ranked]
    right: dict[str, frozenset[str]]


def cold(rows: Sequence[Labelled], playbook: Playbook, *, units: bool) -> Cold:
    """What the playbook alone is measured on. Labels are affairs, or with ``units`` offices, each of which is taken
    for a unit that handles the affairs its name says."""
    named = {label: affairs_named(label, playbook) for label in {row.label for row in rows}}
    mine = [row for row in rows if named[row.label]]
    others = len(rows) - len(mine)
    if units:
        return Cold(mine, others, _of_units(named, playbook), {})

    def rank(text: str) -> Ranked:
        return [(str(s.id), s.score) for s in understand(text, playbook).affairs]

    return Cold(mine, others, rank, named)


def _of_units(named: dict[str, frozenset[str]], playbook: Playbook) -> Callable[[str], Ranked]:
    labels = sorted(label for label, affairs in named.items() if affairs)
    units = [
        PlaybookUnit(number, label, (), tuple(sorted(named[label]))) for number, label in enumerate(labels)
    ]
    bound = with_units(playbook, units)

    def rank(text: str) -> Ranked:
        return [(labels[int(s.id)], s.score) for s in understand(text, bound).units]

    return rank


def measure(
    rows: Sequence[Labelled],
    ranked: Sequence[Ranked],
    *,
    others: int = 0,
    right: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> Figures:
    """The figures of what was answered to labelled rows; ``right`` names the right answers to labels that are no
    answers themselves."""
    accepted = [right.get(row.label) or {row.label} for row in rows]
    first = [bool(r) and r[0][0] in ok for r, ok in zip(ranked, accepted, strict=True)]
    third = [any(name in ok for name, _ in r[:3]) for r, ok in zip(ranked, accepted, strict=True)]
    by_label: dict[str, list[bool]] = defaultdict(list)
    for row, is_right in zip(rows, first, strict=True):
        by_label[row.label].append(is_right)
    recall = {label: _share(rights) for label, rights in sorted(by_label.items())}
    answered = [right for r, right in zip(ranked, first, strict=True) if r]
    surest = sorted(zip(ranked, first, strict=True), key=lambda pair: -pair[0][0][1] if pair[0] else 0.0)
    confident = [right for _, right in surest[: round(len(rows) * _CONFIDENT)]]
    return Figures(
        n=len(rows),
        n_other=others,
        top1=_share(first),
        top3=_share(third),
        macro_recall=round(sum(recall.values()) / len(recall), 4) if recall else 0.0,
        coverage=round(len(answered) / len(rows), 4) if rows else 0.0,
        precision=_share(answered),
        precision_at_60=_share(confident),
        recall=recall,
    )


def measure_cold(rows: Sequence[Labelled], playbook: Playbook, *, units: bool) -> Figures:
    """The figures of a cold start."""
    start = cold(without_repeats(rows), playbook, units=units)
    ranked = [start.rank(row.text) for row in start.rows]
    return measure(start.rows, ranked, others=start.others, right=start.right)


def measure_learned(before: Sequence[Labelled], after: Sequence[Labelled]) -> Figures:
    """The figures of a plain learned model: learned from ``before``, measured on what ``after`` tells anew.

    Labels that were never met count as rows, and cannot be right.
    """
    known = without_repeats(before)
    fresh = without_repeats(after, known)
    if len({row.label for row in known}) < 2 or not fresh:
        raise EvaluationError("There is nothing to learn from, or nothing left to measure.")
    model = learn([row.text for row in known], [row.label for row in known])
    return measure(fresh, model.rank([row.text for row in fresh]))


def split(rows: Sequence[Labelled], date: str) -> tuple[list[Labelled], list[Labelled]]:
    """The rows received before a date (ISO), and from it on. Raises where one side is empty."""
    before, after = [row for row in rows if row.at < date], [row for row in rows if row.at >= date]
    if not before or not after:
        raise EvaluationError(f"All rows lie on one side of {date}.")
    return before, after


def _share(rights: Sequence[bool]) -> float:
    return round(sum(rights) / len(rights), 4) if rights else 0.0


def measure_abuse(rows: Iterable[Labelled], playbook: Playbook) -> dict[str, float]:
    """Precision, recall and F1 of the abusive words where the label says 1 for abusive and 0 for not."""
    found = [(row.label == "1", bool(abuse(row.text, playbook.index.read(row.text)))) for row in rows]
    both, said, meant = found.count((True, True)), sum(s for _, s in found), sum(m for m, _ in found)
    precision, recall = both / max(1, said), both / max(1, meant)
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    return {"n": len(found), "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
