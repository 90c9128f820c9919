"""Small drawings that templates share: icons, marked text, charts. Loaded in every template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any, Protocol

from django import template
from django.forms import BoundField
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from mimin.lib.charts import Chart, svg
from mimin.lib.spoken import unbroken

register = template.Library()


@lru_cache(maxsize=256)
def _drawn(name: str) -> SafeString:
    address = escape(f"{static('icons.svg')}#{name}")
    return mark_safe(f'<svg class="icon" aria-hidden="true"><use href="{address}"/></svg>')  # noqa: S308


@register.simple_tag
def icon(name: str) -> SafeString:
    """The icon called ``name`` from the sprite, in the colour of the text around it; hidden from screen readers."""
    return _drawn(name)


@register.simple_tag
def marked(text: str, marks: Iterable[tuple[int, int]]) -> SafeString:
    """``text`` escaped, with ``<mark>`` around each (start, end) in characters; marks that overlap are joined."""
    done, at = [], 0
    for start, end in sorted(marks):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            done.append(f"{escape(text[at:start])}<mark>{escape(text[start:end])}</mark>")
            at = end
    return mark_safe("".join(done) + escape(text[at:]))  # noqa: S308


class Excerpt(Protocol):
    """What a search found in a case: a piece of text, and the places of the words in it."""

    text: str
    marks: tuple[tuple[int, int], ...]


class Line(Protocol):
    """One line of a list of cases, as mimin.inbox.rows prepares it: every string is ready."""

    id: int
    number: str
    title: str
    url: str
    channel: str
    unit_name: str
    due_text: str
    due_tone: str
    state_label: str
    state_tone: str
    state_icon: str
    secrecy_label: str
    urgent: bool
    when_text: str
    unread: bool
    passage: Excerpt | None
    citizens_text: str


@lru_cache(maxsize=4096)
def _tag(tone: str, picture: str, label: str) -> SafeString:
    drawn = _drawn(picture) if picture else ""
    return mark_safe(f'<span class="tag {escape(tone)}">{drawn}{escape(label)}</span>')  # noqa: S308


@register.simple_tag
def tag(state: Mapping[str, Any] | None) -> SafeString:
    """A state in icon, word and colour: ``label``, ``tone`` (ok warn bad info idle), ``icon`` ("" for none)."""
    if not state:
        return SafeString()
    return _tag(state["tone"], state["icon"], str(state["label"]))


@register.simple_tag
def case_rows(rows: Iterable[Line], pick: bool = False) -> SafeString:
    """The rows of a list of cases; ``pick`` puts a box to choose before each.

    Written at once and not as a template: fifty rows cost a tenth, and this is the page that is opened most.
    """
    urgent = _tag("bad", "flame", gettext("Urgent"))
    unread = f'<span class="dot"><span class="unseen">{escape(gettext("Unread"))}: </span></span>'
    choose_label = escape(gettext("Choose")) if pick else ""
    return mark_safe("".join([_case_row(row, urgent, unread, choose_label) for row in rows]))  # noqa: S308


def _case_row(row: Line, urgent: str, unread: str, choose_label: str) -> str:
    number = escape(row.number)
    box = (
        f'<td class="pick"><label><input type="checkbox" name="case" value="{row.id:d}"'
        f' aria-label="{choose_label} {number}"></label></td>'
        if choose_label
        else ""
    )
    due = _tag(row.due_tone, "clock", row.due_text) if row.due_text else ""
    secrecy = " " + _tag("idle", "lock", row.secrecy_label) if row.secrecy_label else ""
    citizens = " " + _tag("idle", "users", row.citizens_text) if row.citizens_text else ""
    found = f'<p class="passage">{marked(row.passage.text, row.passage.marks)}</p>' if row.passage else ""
    return (
        f'<tr data-row{" class=unread" if row.unread else ""}>{box}<td class="main">'
        f'<a href="{escape(row.url)}">{unread if row.unread else ""}{escape(row.title)}</a>'
        f'<small class="num">{number} · {unbroken(escape(row.when_text))}<span class="via">{escape(row.channel)}</span>'
        f"</small>{found}</td>"
        f'<td class="due">{urgent + " " if row.urgent else ""}{due}</td>'
        f'<td class="unit"><span>{escape(row.unit_name)}</span></td>'
        f'<td class="state">{_tag(row.state_tone, row.state_icon, row.state_label)}{secrecy}{citizens}</td></tr>\n'
    )


@register.simple_tag
def choose(field: BoundField) -> SafeString:
    """A ``<select>`` for a field with choices, written at once: Django renders a template for every option."""
    asked: Any = field.field  # a field with choices; Django types none of them
    chosen = {str(value) for value in _as_list(field.value())}
    attributes = {"name": field.html_name, "id": field.auto_id, **asked.widget.attrs}
    attributes |= field.build_widget_attrs(attributes)
    pairs = [(str(value), escape(str(label))) for value, label in asked.choices]
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value in chosen else ""}>{label}</option>'
        for value, label in pairs
    )
    return mark_safe(f"<select{flatatt(attributes)}>{options}</select>")  # noqa: S308


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return [""]
    return list(value) if isinstance(value, (list, tuple)) else [value]


@register.inclusion_tag("parts/chart.html")
def chart(flow: Mapping[str, Any]) -> dict[str, object]:
    """A drawing over its table: ``chart`` (lib.charts.Chart), ``rows`` (label and a text a series), ``period``,
    ``measured_at``, and ``said``, which writes a number for people."""
    drawn: Chart = flow["chart"]
    key = "chart-" + "-".join(drawn.title.lower().split())
    return {**flow, "drawing": mark_safe(svg(drawn, key=key, say=flow["said"]))}  # noqa: S308
