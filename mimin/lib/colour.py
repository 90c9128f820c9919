"""One colour of a government becomes the eleven steps that the pages use, in light and dark, or is refused. Pure.

The steps keep the hue of the colour; their lightness and strength follow the ramp that comes with Mimin, in OKLCH,
where equal numbers look equally light. What is text must reach 4.5 to 1 against its ground and the parts of a
chart 3 to 1: WCAG 2.2, success criteria 1.4.3 and 1.4.11.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coloraide import Color

DEFAULT = "#1665c0"
"""The colour of the ramp in ``static/css/tokens.css``."""
SHAPE = re.compile(r"#[0-9a-f]{6}", re.ASCII)
STEPS = {
    "50": (0.967, 0.08), "100": (0.929, 0.17), "200": (0.861, 0.33), "300": (0.767, 0.57), "400": (0.645, 0.82),
    "500": (0.575, 0.97), "600": (0.514, 1.0), "700": (0.441, 0.87), "800": (0.383, 0.73), "900": (0.323, 0.50),
    "950": (0.256, 0.41),
}  # fmt: skip
"""Step -> its lightness (0 to 1) as in the ramp that comes with Mimin (400 a little darker, so that green and yellow
reach what a chart needs), and its strength as a share of step 600."""
OWN = "600"
"""The step that is the colour itself."""
TEXT, PART = 4.5, 3.0
NEEDED = (
    ("600", "#ffffff", TEXT), ("600", "#f5f7fa", TEXT), ("700", "#ffffff", TEXT), ("700", "50", TEXT),
    ("#18212d", "50", TEXT), ("#4b5868", "50", TEXT), ("400", "#ffffff", PART), ("900", "#ffffff", PART),
    ("300", "#161e28", TEXT), ("300", "#0e141b", TEXT), ("950", "300", TEXT), ("950", "200", TEXT),
    ("200", "900", TEXT), ("#e8edf3", "900", TEXT), ("#b3bfcc", "900", TEXT), ("500", "#161e28", PART),
    ("100", "#161e28", PART),
)  # fmt: skip
"""What stands on what, a step or a colour of ``tokens.css`` each, and how strong the contrast must be."""


def ramp(colour: str) -> dict[str, str]:
    """The eleven steps of a colour, each as ``#rrggbb``. Raises ValueError unless it is written so itself."""
    if not SHAPE.fullmatch(colour):
        raise ValueError("Enter a colour as # and six digits, such as #1665c0.")
    return dict(_ramp(colour))


@lru_cache(maxsize=32)
def _ramp(colour: str) -> tuple[tuple[str, str], ...]:
    own = _of(colour).convert("oklch")
    light, strong, hue = (_number(value) for value in own.coords())
    steps = {name: _hex(_light(name, light), strong * share, hue) for name, (_light_, share) in STEPS.items()}
    return tuple({**steps, OWN: colour}.items())


def _light(step: str, own: float) -> float:
    """How light a step is: as in the ramp of Mimin, or further from it where the colour itself lies beyond that."""
    there, base = STEPS[step][0], STEPS[OWN][0]
    if there <= base:
        return min(there, own * there / base)
    return max(there, 1 - (1 - own) * (1 - there) / (1 - base))


def _number(value: float) -> float:
    """Grey has no hue: NaN becomes 0."""
    return 0.0 if value != value else float(value)


def _hex(light: float, strong: float, hue: float) -> str:
    return str(
        _of("oklch", [light, strong, hue]).convert("srgb").fit(method="oklch-chroma").to_string(hex=True)
    )


def _of(*given: object) -> Color:
    from coloraide import Color  # an eighth of a second to load: only who asks for a colour pays

    return Color(*given)  # type: ignore[arg-type]


def contrast(one: str, other: str) -> float:
    """How strongly two colours differ, from 1 (not at all) to 21 (black on white), by WCAG 2."""
    return float(_of(one).contrast(other, method="wcag21"))


def worst(colour: str) -> tuple[float, float] | None:
    """What is worst about a colour: the contrast reached somewhere and what is needed there; None when all is read."""
    steps = ramp(colour)
    reached = [(contrast(steps.get(a, a), steps.get(b, b)), needed) for a, b, needed in NEEDED]
    short = [(found / needed, found, needed) for found, needed in reached if found < needed]
    return min(short)[1:] if short else None


def nearest(colour: str) -> str:
    """The colour of the same hue, nearest in lightness, of which everything can be read; "" when there is none."""
    light, strong, hue = (_number(value) for value in _of(colour).convert("oklch").coords())
    for step in range(1, 100):
        for moved in (light - step / 100, light + step / 100):
            if 0 < moved < 1 and worst(found := _hex(moved, strong, hue)) is None:
                return found
    return ""


def stylesheet(colour: str) -> str:
    """The steps as a stylesheet that takes the place of those in ``tokens.css``."""
    return ":root{" + "".join(f"--brand-{step}:{value};" for step, value in ramp(colour).items()) + "}\n"
