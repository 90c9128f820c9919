"""One colour of a government becomes steps that can be read, or is refused with the nearest that can."""

import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from mimin.lib import colour
from mimin.lib.colour import contrast, nearest, ramp, stylesheet, worst

TOKENS = (settings.BASE / "static" / "css" / "tokens.css").read_text()
OURS = dict(re.findall(r"--brand-(\d+): (#[0-9a-f]{6})", TOKENS))
hexes = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_the_ramp_of_our_own_blue_is_nearly_the_one_in_the_tokens():
    made = ramp(colour.DEFAULT)
    assert list(made) == list(OURS)
    assert made["600"] == OURS["600"] == colour.DEFAULT
    assert max(contrast(made[step], OURS[step]) for step in OURS) < 1.1


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_that_of_wcag(one, other, said):
    assert round(contrast(one, other), 2) == said


@pytest.mark.parametrize("chosen", ["#1665c0", "#0a6e31", "#7a1f5c", "#8b0000", "#b3261e", "#000000"])
def test_what_governments_wear_can_be_read(chosen):
    assert worst(chosen) is None


@pytest.mark.parametrize("chosen", ["#ffd400", "#ffffff", "#00a99d", "#808080"])
def test_what_is_too_light_is_refused_and_its_neighbour_can_be_read(chosen):
    reached, needed = worst(chosen)
    assert reached < needed
    assert worst(nearest(chosen)) is None


@given(hexes)
def test_every_step_is_darker_than_the_one_before(chosen):
    light = [contrast(step, "#000000") for step in ramp(chosen).values()]
    assert light == sorted(light, reverse=True)


@given(hexes)
def test_what_is_not_refused_reaches_what_each_place_needs(chosen):
    steps = ramp(chosen)
    short = [
        (one, ground)
        for one, ground, needed in colour.NEEDED
        if contrast(steps.get(one, one), steps.get(ground, ground)) < needed
    ]
    assert bool(short) == (worst(chosen) is not None)


def test_every_ground_and_text_is_one_of_the_tokens():
    named = {name for one, ground, _needed in colour.NEEDED for name in (one, ground) if name.startswith("#")}
    assert named - set(re.findall(r"#[0-9a-f]{6}", TOKENS)) == {"#ffffff"}
    assert "--surface: #fff;" in TOKENS


@pytest.mark.parametrize("wrong", ["", "#fff", "red", "#1665C0", "1665c0", "#1665c0;}", "#12345g"])
def test_what_is_not_a_colour_is_refused(wrong):
    with pytest.raises(ValueError, match="six digits"):
        ramp(wrong)


def test_the_stylesheet_holds_the_steps_alone():
    said = re.fullmatch(r":root\{((?:--brand-\d+:#[0-9a-f]{6};){11})\}\n", stylesheet("#0a6e31"))
    assert said is not None
    assert "--brand-600:#0a6e31;" in said[1]
