"""Charts as inline SVG, drawn on the server: what was counted over time, looked at first and read behind. Pure.

A drawing fits any width: places across are per cent, heights are CSS pixels, so that no text shrinks on a phone. The
numbers of the axis stand left of it, in a margin that the style sheet gives, as it gives the colours of the classes
``bars``, ``line``, ``grid``, ``base``, ``open`` and ``day``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

HEIGHT = 216
TOP, FOOT = 28.0, 188.0
"""Between these heights the numbers stand; the unit is written above them, the days below."""
STEP = 10
"""How wide one place is inside the plot, which is stretched to the width that there is."""
EVERY = 7
"""One place in so many has its label under it, counted from the first."""

Value = float | None


@dataclass(frozen=True)
class Series:
    """One thing that was counted, place by place; None where nothing was measured: a gap, never a zero."""

    name: str
    values: tuple[Value, ...]
    shape: Literal["bars", "line"] = "bars"


@dataclass(frozen=True)
class Chart:
    """What is drawn. ``places`` are the labels along the axis; ``unfinished`` says that the last place goes on yet."""

    title: str
    description: str
    unit: str
    places: tuple[str, ...]
    series: tuple[Series, ...]
    unfinished: bool = False


def ticks(top: float, *, most: int = 4) -> tuple[int, ...]:
    """Round numbers from 0 to at least ``top``, in at most ``most`` equal steps of 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * most >= top:
                steps = max(1, -int(-top // step))
                return tuple(range(0, step * steps + 1, step))
        power *= 10


def svg(chart: Chart, *, key: str, say: Callable[[float], str] = lambda value: f"{value:g}") -> str:
    """The drawing, every word escaped. ``key`` makes its ids its own on a page; ``say`` writes a number for people."""
    heights = ticks(
        max((value for one in chart.series for value in one.values if value is not None), default=1)
    )
    names = f"{escape(key)}-title {escape(key)}-text"
    return "".join(
        [
            f'<svg class="plot" role="img" aria-labelledby="{names}" width="100%" height="{HEIGHT}" '
            'overflow="visible">',
            f'<title id="{escape(key)}-title">{escape(chart.title)}</title>',
            f'<desc id="{escape(key)}-text">{escape(chart.description)}</desc>',
            f'<text class="unit" x="0" y="14">{escape(chart.unit)}</text>',
            *(_height(value, heights[-1], say) for value in heights),
            f'<svg y="{TOP:g}" width="100%" height="{FOOT - TOP:g}" '
            f'viewBox="0 0 {STEP * max(len(chart.places), 1)} {FOOT - TOP:g}" preserveAspectRatio="none">',
            *(_drawn(one, heights[-1], unfinished=chart.unfinished) for one in chart.series),
            *_days(chart, say),
            "</svg>",
            *_labels(chart.places),
            "</svg>",
        ]
    )


def _height(value: int, top: int, say: Callable[[float], str]) -> str:
    y = FOOT - (FOOT - TOP) * value / top
    kind = "base" if value == 0 else "grid"
    return (
        f'<line class="{kind}" x1="0" x2="100%" y1="{y:g}" y2="{y:g}"/>'
        f'<text class="height" x="-8" y="{y + 5:g}" text-anchor="end">{escape(say(value))}</text>'
    )


def _drawn(one: Series, top: int, *, unfinished: bool) -> str:
    """The marks of one series; the last bar of what still goes on is a mark of its own."""
    heights = [None if value is None else (FOOT - TOP) * (1 - max(value, 0) / top) for value in one.values]
    if one.shape == "line":
        return f'<path class="line" vector-effect="non-scaling-stroke" d="{_line(heights)}"/>'
    bars = [_bar(place, y) for place, y in enumerate(heights)]
    last = bars.pop() if bars and unfinished else ""
    return f'<path class="bars" d="{"".join(bars)}"/>' + (
        f'<path class="bars open" d="{last}"/>' if last else ""
    )


def _bar(place: int, y: float | None) -> str:
    """One bar as a path; nothing where nothing was measured, nothing to see where the number is 0."""
    if y is None or y >= FOOT - TOP:
        return ""
    return f"M{place * STEP + 1.5:g} {FOOT - TOP:g}V{y:.4g}h{STEP - 3}V{FOOT - TOP:g}z"


def _line(heights: Sequence[float | None]) -> str:
    """A line that stops before a gap and begins anew behind it; a place between two gaps is a dot."""
    path, joined = [], False
    for place, y in enumerate(heights):
        if y is None:
            joined = False
            continue
        x = place * STEP + STEP / 2
        alone = not joined and (place + 1 == len(heights) or heights[place + 1] is None)
        path.append(f"{'L' if joined else 'M'}{x:g} {y:.4g}{'h0' if alone else ''}")
        joined = True
    return "".join(path)


def _days(chart: Chart, say: Callable[[float], str]) -> list[str]:
    """What a pointer that rests on a place is told."""
    told = []
    for place, label in enumerate(chart.places):
        numbers = ", ".join(f"{one.name} {_said(one.values[place], say)}" for one in chart.series)
        told.append(
            f'<rect class="day" x="{place * STEP}" width="{STEP}" height="{FOOT - TOP:g}">'
            f"<title>{escape(label)}: {escape(numbers)}</title></rect>"
        )
    return told


def _said(value: Value, say: Callable[[float], str]) -> str:
    return "–" if value is None else say(value)


def _labels(places: Sequence[str]) -> list[str]:
    """Every seventh label, in the middle under its place."""
    return [
        f'<text class="place" x="{100 * (at + 0.5) / len(places):.4g}%" y="{FOOT + 20:g}" text-anchor="middle">'
        f"{escape(places[at])}</text>"
        for at in range(0, len(places), EVERY)
    ]
