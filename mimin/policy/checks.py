"""What a value must be to be kept: each kind of value has its check. Pure."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from mimin.lib import colour
from mimin.lib.clock import Hours
from mimin.policy.rules import CLASSES, KEYS, LONGEST_TEXT

UNITS = ("working_days", "days", "working_hours", "hours")


class BadValue(ValueError):
    """A value that the key cannot hold, said in English for translation; ``holes`` fill the sentence."""

    def __init__(self, sentence: str, **holes: object) -> None:
        super().__init__(sentence)
        self.holes = holes


def checked(key: str, value: Any) -> Any:
    """The value as it is stored; raises BadValue with what is wrong."""
    return _CHECKS[KEYS[key].kind](value)


def _span(value: Any) -> Any:
    amount, unit = int(value["amount"]), value["unit"]
    if unit not in UNITS or not 1 <= amount <= 400:
        raise BadValue("Enter 1 to 400 working days, days, working hours or hours.")
    return {"amount": amount, "unit": unit}


def _number(low: int, high: int) -> Any:
    def check(value: Any) -> int:
        number = int(value)
        if not low <= number <= high:
            raise BadValue("Enter a whole number from %(low)s to %(high)s.", low=low, high=high)
        return number

    return check


def _hours(value: Any) -> Any:
    if not value:
        return []
    week = [[[str(a), str(b)] for a, b in windows] for windows in value]
    try:
        Hours.from_data(week)
    except ValueError as error:
        raise BadValue("Enter hours as 07:30-12:00, the beginning before the end.") from error
    return week


def _periods(value: Any) -> Any:
    try:
        rows = [[date.fromisoformat(a).isoformat(), date.fromisoformat(b).isoformat()] for a, b in value]
    except ValueError as error:
        raise BadValue("Enter periods as 2027-02-08 to 2027-03-09, the first day before the last.") from error
    if any(a > b for a, b in rows):
        raise BadValue("Enter periods as 2027-02-08 to 2027-03-09, the first day before the last.")
    for (_a, last), (first, _b) in pairwise(sorted(rows)):
        if first <= last:
            raise BadValue("Enter periods that do not overlap: %(day)s lies in two of them.", day=first)
    return rows


def _text(value: Any) -> str:
    text = str(value).replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise BadValue("Enter at most %(most)s characters.", most=LONGEST_TEXT)
    return text


def _classes(value: Any) -> list[str]:
    if set(value) - set(CLASSES):
        raise BadValue("Choose from what is listed.")
    return [name for name in CLASSES if name in value]


def _colour(value: Any) -> str:
    chosen = str(value).strip().lower()
    if not colour.SHAPE.fullmatch(chosen):
        raise BadValue("Enter a colour as # and six digits, such as #1665c0.")
    if found := colour.worst(chosen):
        reached, needed = (f"{number:.1f}" for number in found)
        raise BadValue(
            "%(chosen)s cannot be read everywhere: a contrast of %(reached)s where %(needed)s is needed. "
            "The nearest that can be read is %(nearest)s.",
            chosen=chosen, reached=reached, needed=needed, nearest=colour.nearest(chosen),
        )  # fmt: skip
    return chosen


_CHECKS = {
    "span": _span,
    "yes_no": bool,
    "percent": _number(0, 100),
    "count": _number(1, 100_000),
    "hours": _hours,
    "periods": _periods,
    "text": _text,
    "classes": _classes,
    "colour": _colour,
}
