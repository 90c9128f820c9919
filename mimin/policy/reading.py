"""What is typed for a value, read as it is stored. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mimin.policy.checks import BadValue


def read_hours(days: Sequence[str]) -> list[list[list[str]]]:
    """Seven texts such as "07:30-12:00, 13:00-16:00" (Monday first; empty: closed) as the week that is stored.

    A dot may stand for the colon and any dash between the times. Raises BadValue.
    """
    return [[_window(part) for part in day.split(",") if part.strip()] for day in days]


def _window(text: str) -> list[str]:
    found = re.fullmatch(r"\s*(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})\s*", text)
    if found is None:
        raise BadValue("Enter hours as 07:30-12:00, the beginning before the end.")
    first, first_minute, last, last_minute = found.groups()
    return [f"{int(first):02d}:{first_minute}", f"{int(last):02d}:{last_minute}"]


def read_periods(text: str) -> list[list[str]]:
    """Lines such as "2027-02-08 to 2027-03-09" as the periods that are stored. Raises BadValue."""
    found = [re.findall(r"\d{4}-\d{2}-\d{2}", line) for line in text.splitlines() if line.strip()]
    if any(len(days) != 2 for days in found):
        raise BadValue("Enter periods as 2027-02-08 to 2027-03-09, the first day before the last.")
    return found
