"""Charts: what is drawn is what was counted, a gap is a gap, and nothing written becomes markup."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.lib.charts import FOOT, TOP, Chart, Series, svg, ticks

SVG = "{http://www.w3.org/2000/svg}"


def made(*series: Series, unfinished: bool = False, **changed) -> Chart:
    places = tuple(f"{n} Nov" for n in range(1, len(series[0].values) + 1))
    told = {"title": "Aduan masuk", "description": "Terbanyak 4", "unit": "aduan per hari", "places": places}
    return Chart(series=series, unfinished=unfinished, **{**told, **changed})


def drawn(chart: Chart) -> ElementTree.Element:
    """The drawing as a tree; it is well-formed, or the test ends here."""
    return ElementTree.fromstring(svg(chart, key="c").replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))  # noqa: S314


def paths(chart: Chart, kind: str) -> list[str]:
    return [path.get("d") for path in drawn(chart).iter(f"{SVG}path") if path.get("class") == kind]


@pytest.mark.parametrize(
    ("top", "heights"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (5, (0, 2, 4, 6)),
        (20, (0, 5, 10, 15, 20)),
        (31, (0, 10, 20, 30, 40)),
        (99, (0, 50, 100)),
        (1234, (0, 500, 1000, 1500)),
    ],
)
def test_the_axis_has_round_numbers(top: float, heights: tuple[int, ...]) -> None:
    assert ticks(top) == heights


@given(st.floats(0, 1e12))
def test_the_axis_reaches_the_highest_number_in_at_most_four_even_steps(top: float) -> None:
    heights = ticks(top)
    assert heights[0] == 0
    assert heights[-1] >= top
    assert 2 <= len(heights) <= 5
    assert len({b - a for a, b in pairwise(heights)}) == 1


def test_the_highest_bar_reaches_the_top_of_its_axis_and_half_of_it_the_middle() -> None:
    assert paths(made(Series("masuk", (2, 4))), "bars") == [
        f"M1.5 {FOOT - TOP:g}V80h7V160z" + f"M11.5 {FOOT - TOP:g}V0h7V160z"
    ]


def test_what_was_not_measured_is_a_gap_and_what_was_nothing_is_no_bar_either_but_is_said() -> None:
    chart = made(Series("masuk", (4, None, 0, 4)))
    assert paths(chart, "bars")[0].count("M") == 2
    said = [title.text for title in drawn(chart).iter(f"{SVG}title")][1:]
    assert said == ["1 Nov: masuk 4", "2 Nov: masuk –", "3 Nov: masuk 0", "4 Nov: masuk 4"]


def test_a_line_stops_before_a_gap_begins_anew_behind_it_and_a_lonely_place_is_a_dot() -> None:
    values = (4, 2, None, 0, None, 4)
    assert paths(made(Series("dijawab", values, "line")), "line") == ["M5 0L15 80M35 160h0M55 0h0"]


def test_the_last_place_is_a_mark_of_its_own_while_it_goes_on() -> None:
    chart = made(Series("masuk", (4, 4, 2)), unfinished=True)
    assert [paths(chart, kind)[0].count("M") for kind in ("bars", "bars open")] == [2, 1]
    assert paths(made(Series("masuk", (4, 4, None)), unfinished=True), "bars open") == []


def test_every_seventh_place_has_its_label_from_the_first_on() -> None:
    texts = [
        t.text
        for t in drawn(made(Series("masuk", (1,) * 30))).iter(f"{SVG}text")
        if t.get("class") == "place"
    ]
    assert texts == ["1 Nov", "8 Nov", "15 Nov", "22 Nov", "29 Nov"]


def test_a_reader_that_sees_nothing_is_told_the_title_and_the_text() -> None:
    tree = drawn(made(Series("masuk", (1,))))
    assert tree.get("role") == "img"
    named = {e.get("id"): e.text for e in tree if e.get("id")}
    assert [named[key] for key in tree.get("aria-labelledby").split()] == ["Aduan masuk", "Terbanyak 4"]


def test_two_charts_on_a_page_share_no_id() -> None:
    chart = made(Series("masuk", (1,)))
    ids = re.findall(r'id="([^"]*)"', svg(chart, key="a") + svg(chart, key="b"))
    assert len(ids) == len(set(ids)) == 4


@pytest.mark.parametrize("field", ["title", "description", "unit", "places"])
def test_no_word_becomes_markup(field: str) -> None:
    evil = "<script>alert('x')</script>\""
    chart = made(Series(evil, (1,)), **{field: (evil,) if field == "places" else evil})
    html = svg(chart, key="c", say=lambda value: "<b>")
    assert (html.count("<script"), html.count("<b>")) == (0, 0)
    assert drawn(chart).tag == f"{SVG}svg"


def test_numbers_are_written_as_people_write_them() -> None:
    html = svg(made(Series("masuk", (4000,))), key="c", say=lambda value: f"{value:,.0f}".replace(",", "."))
    assert re.findall(r'class="height"[^>]*>([^<]*)<', html) == ["0", "1.000", "2.000", "3.000", "4.000"]


@given(st.lists(st.none() | st.floats(0, 1e9), min_size=1, max_size=60), st.booleans())
def test_no_mark_leaves_the_plot(values: list[float | None], unfinished: bool) -> None:
    chart = made(
        Series("masuk", tuple(values)), Series("dijawab", tuple(values), "line"), unfinished=unfinished
    )
    for path in drawn(chart).iter(f"{SVG}path"):
        heights = [float(h) for h in re.findall(r"V([\d.e+-]+)", path.get("d"))]
        points = re.findall(r"[ML]([\d.e+-]+) ([\d.e+-]+)", path.get("d"))
        assert all(0 <= h <= FOOT - TOP for h in [*heights, *(float(y) for _x, y in points)])
        assert all(0 <= float(x) <= 10 * len(values) for x, _y in points)


@pytest.mark.parametrize("values", [(), (None,), (0,), (0, None)])
def test_a_chart_of_nothing_is_a_chart(values: tuple[float | None, ...]) -> None:
    chart = Chart(
        "t", "d", "u", tuple("x" for _ in values), (Series("masuk", values), Series("d", values, "line"))
    )
    assert drawn(chart).get("role") == "img"
