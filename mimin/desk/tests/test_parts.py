"""The small drawings that templates share."""

import re
from html import unescape
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from mimin.inbox.rows import CaseRow
from mimin.lib.charts import Chart, Series
from mimin.templatetags.mimin_parts import case_rows, choose, icon, marked, tag

ROW = CaseRow(
    id=4812,
    number="KC-26-004812",
    title="Jalan <b>berlubang</b> & gelap",
    url="/kotak-masuk/4812/",
    channel="Instagram Contoh",
    platform_label="Instagram",
    unit_name="Dinas PUPR",
    due_text="Lewat 2 jam",
    due_tone="bad",
    state_label="Diteruskan",
    state_tone="info",
    state_icon="arrow-right",
    secrecy_label="",
    urgent=False,
    when_text="6 Sep 14.30 WIB",
)


def _with(**changes):
    return SimpleNamespace(**{name: getattr(ROW, name) for name in CaseRow.__slots__} | changes)


def _words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_an_icon_takes_the_colour_of_its_text_and_is_hidden_from_screen_readers():
    assert icon("inbox") == '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#inbox"/></svg>'


@pytest.mark.parametrize(
    ("text", "marks", "html"),
    [
        ("jalan bolong", [], "jalan bolong"),
        ("jalan bolong", [(6, 12)], "jalan <mark>bolong</mark>"),
        ("a<b>&", [(1, 4)], "a<mark>&lt;b&gt;</mark>&amp;"),
        ("abcdef", [(3, 6), (0, 2)], "<mark>ab</mark>c<mark>def</mark>"),
        ("abcdef", [(0, 4), (2, 6)], "<mark>abcd</mark><mark>ef</mark>"),
        ("abc", [(1, 99), (-5, 0), (2, 2)], "a<mark>bc</mark>"),
        ("", [(0, 3)], ""),
    ],
)
def test_marked_words_stand_out_and_nothing_becomes_markup(text, marks, html):
    assert marked(text, marks) == html


@given(st.text(), st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50))))
def test_marking_never_adds_or_loses_a_character(text, marks):
    html = str(marked(text, marks))
    assert unescape(html.replace("<mark>", "").replace("</mark>", "")) == text
    assert html.count("<mark>") == html.count("</mark>")


def test_a_row_says_what_the_case_is_when_it_is_due_who_holds_it_and_its_state():
    assert _words(case_rows([ROW])) == (
        "Jalan &lt;b&gt;berlubang&lt;/b&gt; &amp; gelap "
        "KC-26-004812 · 6 Sep 14.30 WIB Instagram Contoh Lewat 2 jam Dinas PUPR Diteruskan"
    )


def test_the_moment_in_a_row_never_breaks_in_two_lines():
    assert case_rows([ROW]).count("6\u00a0Sep\u00a014.30\u00a0WIB") == 1


def test_a_row_opens_its_case():
    assert re.findall(r'href="(/[^"#]*)"', case_rows([ROW])) == ["/kotak-masuk/4812/"]


def test_a_number_above_a_thousand_is_not_grouped_in_a_value_that_is_sent():
    assert re.findall(r'value="([^"]*)"', case_rows([ROW], True)) == ["4812"]


def test_rows_can_be_chosen_only_where_there_is_something_to_do_with_them():
    assert case_rows([ROW, ROW]).count("checkbox") == 0
    assert case_rows([ROW, ROW], True).count("checkbox") == 2


def test_a_row_without_a_deadline_has_no_clock():
    assert case_rows([_with(due_text="")]).count("#clock") == 0
    assert case_rows([ROW]).count("#clock") == 1


def test_an_urgent_and_an_anonymous_case_say_so_in_words():
    plain, told = _words(case_rows([ROW])), case_rows([_with(urgent=True, secrecy_label="Anonim")])
    assert len(_words(told).split()) == len(plain.split()) + 2
    assert (told.count("#flame"), told.count("#lock")) == (1, 1)


@pytest.mark.parametrize(
    "field", ["title", "number", "channel", "unit_name", "due_text", "state_label", "when_text"]
)
def test_nothing_a_citizen_or_a_unit_is_called_becomes_markup(field):
    html = case_rows([_with(**{field: "<script>alert(1)</script>\"'"})])
    assert html.count("<script") == 0
    assert html.count("\"'") == 0


@pytest.mark.parametrize(
    ("state", "words", "icons"),
    [
        ({"label": "Putus", "tone": "bad", "icon": "unplug"}, "Putus", ["unplug"]),
        ({"label": "<Putus>", "tone": "bad", "icon": ""}, "&lt;Putus&gt;", []),
        (None, "", []),
        ("", "", []),
    ],
)
def test_a_state_is_told_in_a_word_and_an_icon_and_nothing_when_there_is_none(state, words, icons):
    assert _words(tag(state)) == words
    assert re.findall(r"#([\w-]+)", tag(state)) == icons


class _Asking(forms.Form):
    unit = forms.ChoiceField(
        choices=[("", "Semua"), ("1", "Dinas <PUPR>"), ("1234", "Dinas & Badan")], help_text="x"
    )


def test_a_choice_is_written_with_its_options_its_name_and_what_was_chosen():
    html = choose(_Asking({"unit": "1234"})["unit"])
    assert re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)</option>', html) == [
        ("", "", "Semua"),
        ("1", "", "Dinas &lt;PUPR&gt;"),
        ("1234", " selected", "Dinas &amp; Badan"),
    ]
    assert dict(re.findall(r'(name|id|aria-describedby)="([^"]*)"', html)) == {
        "name": "unit",
        "id": "id_unit",
        "aria-describedby": "id_unit_helptext",
    }


def test_a_choice_that_was_refused_says_so_to_a_screen_reader():
    form = _Asking({"unit": "nowhere"})
    assert not form.is_valid()
    assert choose(form["unit"]).count('aria-invalid="true"') == 1


def test_an_empty_choice_is_what_an_unbound_form_shows():
    assert re.findall(r'value="([^"]*)" selected', choose(_Asking()["unit"])) == [""]


def test_a_chart_has_a_table_with_the_same_numbers_behind_it():
    chart = Chart("Aduan", "Terbanyak 4", "aduan per hari", ("1 Sep", "2 Sep"), (Series("masuk", (4, None)),))
    flow = {
        "chart": chart,
        "period": "1 – 2 Sep",
        "measured_at": "6 Sep",
        "said": str,
        "rows": [("1 Sep", ("4",)), ("2 Sep", ("–",))],
    }
    page = Template("{% chart flow %}").render(Context({"flow": flow}))
    assert re.findall(r'<th scope="row">([^<]*)</th><td class="amount">([^<]*)</td>', page) == [
        ("1 Sep", "4"),
        ("2 Sep", "–"),
    ]
    assert page.count('class="bars"') == 2  # the drawing and its legend
    assert page.count("6 Sep") == 1
