"""The check of translations finds what it must find, on catalogues made here."""

from __future__ import annotations

import shutil
from pathlib import Path

import polib
import pytest
from django.conf import settings

from mimin.management.commands.check_translations import (
    TOOLS,
    marked_messages,
    troubles,
    unmarked_messages,
    update,
)

SAID = {(None, "Save"): None, (None, "%(n)s day"): "%(n)s days", (None, "Sent to %(unit)s"): None}
GOOD = {"Save": "Simpan", "%(n)s day": "%(n)s hari", "Sent to %(unit)s": "Dikirim ke %(unit)s"}
needs_gettext = pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="gettext is not installed")


@pytest.fixture
def po(tmp_path: Path) -> Path:
    """A catalogue that is whole."""
    path = tmp_path / "locale" / "id" / "LC_MESSAGES" / "django.po"
    update(path, SAID)
    _edit(path, **GOOD)
    update(path, SAID)
    return path


def _edit(path: Path, *, flags: tuple[str, ...] = (), **said: str) -> None:
    catalogue = polib.pofile(str(path))
    for entry in catalogue:
        if entry.msgid in said:
            entry.flags = list(flags)
            if entry.msgid_plural:
                entry.msgstr_plural = {0: said[entry.msgid]}
            else:
                entry.msgstr = said[entry.msgid]
    catalogue.save(str(path))


def _compile(path: Path) -> None:
    polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def test_a_whole_catalogue_has_no_trouble(po):
    assert troubles(po, set(SAID)) == []


def test_a_catalogue_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "locale" / "id" / "LC_MESSAGES" / "django.po"
    assert troubles(path, set(SAID)) == ["locale/id/LC_MESSAGES/django.po is not there."]


@pytest.mark.parametrize(
    ("said", "flags", "trouble"),
    [
        ({"Save": ""}, (), ["untranslated: 'Save'"]),
        ({"%(n)s day": ""}, (), ["untranslated: '%(n)s day'"]),
        ({"Save": "Simpan"}, ("fuzzy",), ["fuzzy: 'Save'"]),
        (
            {"Sent to %(unit)s": "Dikirim ke %(uint)s"},
            (),
            ["holds other placeholders than its message: 'Sent to %(unit)s'"],
        ),
        ({"%(n)s day": "hari"}, (), ["holds other placeholders than its message: '%(n)s day'"]),
    ],
)
def test_what_is_wrong_in_a_message_is_named(po, said, flags, trouble):
    _edit(po, flags=flags, **said)
    _compile(po)
    assert troubles(po, set(SAID)) == trouble


def test_a_message_of_the_code_that_the_catalogue_lacks_is_named(po):
    assert troubles(po, {*SAID, (None, "Close")}) == ["said but not in the .po: 'Close'"]


def test_a_message_that_nobody_says_any_more_is_named(po):
    assert troubles(po, set(SAID) - {(None, "Save")}) == ["in the .po but no longer said: 'Save'"]


def test_a_catalogue_that_was_changed_and_not_compiled_is_named(po):
    _edit(po, Save="Simpan saja")
    assert troubles(po, set(SAID)) == ["not compiled as it stands in the .po: 'Save'"]


def test_a_catalogue_without_its_compiled_file_is_named(po):
    po.with_suffix(".mo").unlink()
    assert troubles(po, set(SAID)) == [
        "not compiled as it stands in the .po: '(the file django.mo is not there)'"
    ]


def test_without_gettext_the_po_and_the_mo_are_checked_all_the_same(po):
    _edit(po, Save="")
    _compile(po)
    assert troubles(po, None) == ["untranslated: 'Save'"]


def test_only_the_first_twenty_of_a_kind_are_named(po):
    more = {(None, f"Message {n:02d}") for n in range(25)}
    found = troubles(po, {*SAID, *more})
    assert len(found) == 21
    assert found[-1] == "... and 5 more: said but not in the .po"


def test_writing_keeps_translations_adds_what_is_missing_and_drops_what_is_gone(po):
    update(po, {(None, "Save"): None, (None, "Close"): None})
    kept = {entry.msgid: entry.msgstr for entry in polib.pofile(str(po))}
    assert kept == {"Close": "", "Save": "Simpan"}


def test_writing_twice_changes_nothing(po):
    once = po.read_bytes(), po.with_suffix(".mo").read_bytes()
    update(po, SAID)
    assert (po.read_bytes(), po.with_suffix(".mo").read_bytes()) == once


@needs_gettext
def test_messages_are_found_in_code_in_templates_and_behind_noop(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text('{% translate "In a template" %}{{ _("Short form") }}')
    (tmp_path / "rows.py").write_text(
        '_("In code")\nnoop("Said later")\nngettext("%(n)s case", "%(n)s cases", 2)\n'
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_rows.py").write_text('_("In a test")\n')
    found = marked_messages(tmp_path, Path("django.po"))
    assert found == {
        (None, "In a template"): None,
        (None, "Short form"): None,
        (None, "In code"): None,
        (None, "Said later"): None,
        (None, "%(n)s case"): "%(n)s cases",
    }


def test_without_gettext_nothing_is_guessed(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert marked_messages(tmp_path, Path("django.po")) is None


@pytest.mark.parametrize(
    "text",
    [
        "Monday",  # a day of office hours
        "Waits its turn",  # a state of a delivery
        "WordPress",  # a kind of channel
        "Application password",  # a credential
        "The text is longer than the website takes.",  # an error of a platform
        "Mimin was interrupted while it sent this.",  # an error of our own
        "First answer to a citizen",  # a value of a Pemda
        "Enter 1 to 400 working days, days, working hours or hours.",  # why a value is refused
        "Open the channel, paste the prepared answer under the citizen's message, then bring its link.",
    ],
)
def test_sentences_of_packages_without_django_are_found(text):
    assert (None, text) in unmarked_messages(Path(settings.BASE))
