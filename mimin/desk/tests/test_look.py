"""The rules of the look, kept by a machine: raw values in one file, nothing inline, every icon drawn."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from mimin.management.commands.icons import NAMES, sprite

HERE = Path(settings.BASE)
TEMPLATES = sorted(p for p in (HERE / "templates").rglob("*") if p.is_file())
NAMED = [str(p.relative_to(HERE / "templates")) for p in TEMPLATES]
STYLES = {p.name: p.read_text() for p in (HERE / "static" / "css").glob("*.css")}
TOKENS = STYLES["tokens.css"]
SPACES = [
    "0",
    "2px",
    "4px",
    "8px",
    "12px",
    "16px",
    "24px",
    "32px",
    "40px",
    "48px",
    "56px",
    "64px",
    "80px",
    "128px",
]


def _block(start):
    text = TOKENS[TOKENS.index(start) + len(start) :]
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", text[: text.index("\n}")]))


def _resolved(block, name):
    value = {**_block(":root {"), **block}[name]
    inner = re.fullmatch(r"var\((--[\w-]+)\)", value)
    return _resolved(block, inner.group(1)) if inner else value


def _light(colour):
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one, other):
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


THEMES = {"light": {}, "dark": _block(":root[data-theme=dark] {")}
TEXT_ON = [
    *[("--text", ground) for ground in ("--page", "--surface", "--sunken", "--brand-soft", "--mark")],
    *[("--muted", ground) for ground in ("--page", "--surface", "--sunken", "--brand-soft")],
    ("--brand", "--page"),
    ("--brand", "--surface"),
    ("--brand-strong", "--brand-soft"),
    ("--on-brand", "--brand"),
    ("--on-brand", "--brand-strong"),
    ("--on-danger", "--danger"),
    *[(f"--{tone}", f"--{tone}-soft") for tone in ("ok", "warn", "bad", "info", "idle")],
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read_in_sunlight(theme, text, ground):
    block = THEMES[theme]
    assert _contrast(_resolved(block, text), _resolved(block, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_edge_of_a_control_can_be_seen(theme):
    block = THEMES[theme]
    assert _contrast(_resolved(block, "--line-strong"), _resolved(block, "--surface")) >= 3


def test_dark_is_the_same_whether_the_device_or_the_person_asks():
    assert _block(":root:not([data-theme=light]) {") == _block(":root[data-theme=dark] {")


def test_spacing_comes_from_one_scale():
    assert re.findall(r"--s\d+: ([^;]+);", TOKENS) == SPACES


@pytest.mark.parametrize("name", ["base.css", "parts.css"])
def test_raw_values_stand_in_the_tokens_alone(name):
    style = re.sub(r"/\*.*?\*/|@media[^{]*", "", STYLES[name], flags=re.S)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(|(?<![\w.-])\d*\.?\d+(?:px|rem|em)\b", style) == []


@pytest.mark.parametrize("name", ["base.css", "parts.css"])
def test_every_role_that_is_named_exists(name):
    assert (
        set(re.findall(r"var\((--[\w-]+)", STYLES[name])) - set(re.findall(r"(--[\w-]+):", TOKENS)) == set()
    )


@pytest.mark.parametrize("name", NAMED)
def test_a_template_compiles_and_says_what_it_takes(name):
    source = get_template(name).template.source
    assert re.search(r"{% comment %}\s*\S", source), (
        "say in a comment at the top which context the template takes"
    )


@pytest.mark.parametrize("name", NAMED)
def test_nothing_is_inline_that_the_policy_would_refuse(name):
    source = (HERE / "templates" / name).read_text()
    assert re.findall(r"\sstyle=|<style|\son\w+=|javascript:|<script(?![^>]*\bsrc=)", source) == []


def test_every_icon_that_a_template_names_is_drawn():
    named = set()
    for path in TEMPLATES:
        named |= set(re.findall(r'{% icon "([\w-]+)" %}|picture="([\w-]+)"', path.read_text()))
    assert {one or other for one, other in named} - set(NAMES) == set()


PREPARED = ("rows", "page", "home", "views", "joining", "duty_rows", "notices")
"""The files that prepare icons beside tones."""


def test_every_icon_that_is_prepared_beside_a_tone_is_drawn():
    shape = r'"(?:ok|warn|bad|info|idle)", "([\w-]+)"\)|"icon": "([\w-]+)"'
    prepared = [p for name in PREPARED for p in HERE.glob(f"*/{name}.py")]
    named = {one or other for path in prepared for one, other in re.findall(shape, path.read_text())}
    assert len(named) > 10
    assert named - set(NAMES) == set()


def test_the_sprite_is_what_the_command_would_write():
    assert (HERE / "static" / "icons.svg").read_text() == sprite(NAMES)


def test_an_icon_leaves_its_colour_to_whoever_uses_it():
    assert re.findall(r"(?:stroke|fill|width=\"24|class)=", sprite(["inbox", "flame"])) == []


PROPER = {"Mimin", "LAPOR", "Tracking", "NIP"}
"""Names that are the same in every language: the Tracking ID is a field of SP4N-LAPOR!."""


@pytest.mark.parametrize("name", [n for n in NAMED if n.endswith(".html")])
def test_no_template_speaks_to_people_outside_the_translations(name):
    bare = (HERE / "templates" / name).read_text()
    for unseen in (
        r"{%\s*comment.*?endcomment\s*%}",
        r"{%\s*blocktranslate.*?endblocktranslate\s*%}",
        r"{%\s*block tone\s*%}.*?{%\s*endblock",
        r"<kbd[^>]*>.*?</kbd>",
        r"{[%{].*?[%}]}",
        r"<[^>]*>",
    ):
        bare = re.sub(unseen, " ", bare, flags=re.S)
    assert set(re.findall(r"[A-Za-z]{3,}", bare)) - PROPER == set()
