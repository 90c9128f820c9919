"""``mimin check_translations``: everything that people read is said in Indonesian, and what was said is compiled.

English is the language of the message ids, so only ``locale/id`` is a catalogue. Messages stand in two places: marked
in Django's layers, where ``xgettext`` finds them, and as plain sentences in the packages that know no Django (error
tables, instructions, labels, values), which are collected here from their data.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mimin.lib.flow import Flow
from mimin.outbox.rules import EXPLAINED
from mimin.platforms import PLATFORMS
from mimin.policy.queries import DAYS
from mimin.policy.rules import CLASSES, KEYS

SHOWN = 20
"""How many of each kind of trouble are named."""
KINDS = (".py", ".html", ".webmanifest")
TOOLS = ("xgettext", "msguniq", "msgmerge", "msgattrib")
_HOLE = re.compile(r"%\(\w+\)[a-z]|%[sd]")
_NOOP = re.compile(r"(?<![\w.])noop\(")
_PLURALS = "nplurals=1; plural=0;"  # Indonesian has one form

Key = tuple[str | None, str]
"""Context and message id."""


class Command(BaseCommand):
    """Check, or bring the catalogue up to date. Ends with code 1 where something is wrong."""

    help = "Fail on a missing, fuzzy, untranslated or uncompiled message of locale/id."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to write."""
        parser.add_argument(
            "--write",
            action="store_true",
            help="add what is missing to the .po (untranslated), drop what is no longer said, compile the .mo",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and tell every kind of trouble with examples."""
        po, root = Path(settings.BASE) / "locale" / "id" / "LC_MESSAGES" / "django.po", Path(settings.BASE)
        marked = marked_messages(root, po)
        if marked is None:
            self.stdout.write(f"{' and '.join(TOOLS)} are not here: only the .po and the .mo were checked.")
        said = None if marked is None else {**dict.fromkeys(sorted(unmarked_messages(root))), **marked}
        if options["write"]:
            if said is None:
                raise CommandError("Install gettext first: without it nobody knows what the code says.")
            update(po, said)
        found = troubles(po, None if said is None else set(said))
        for trouble in found:
            self.stderr.write(trouble)
        if found:
            raise CommandError("The translations are not in step (docs/commands.md, check_translations).")
        self.stdout.write("Every message is said in Indonesian, and the compiled file is in step.")


def troubles(po: Path, said: set[Key] | None) -> list[str]:
    """What is wrong with a catalogue: one line each, at most ``SHOWN`` of a kind. ``said``: None where unknown."""
    if not po.is_file():
        return [f"{_short(po)} is not there."]
    catalogue = _open(po)
    entries = [entry for entry in catalogue if not entry.obsolete]
    here = {(e.msgctxt, e.msgid) for e in entries}
    kinds = {
        "untranslated": [e.msgid for e in entries if not e.fuzzy and not _whole(e)],
        "fuzzy": [e.msgid for e in entries if e.fuzzy],
        "holds other placeholders than its message": [
            e.msgid for e in entries if _whole(e) and not _same_holes(e)
        ],
        "said but not in the .po": [] if said is None else sorted(key[1] for key in said - here),
        "in the .po but no longer said": [] if said is None else sorted(key[1] for key in here - said),
        "not compiled as it stands in the .po": _uncompiled(po, entries),
    }
    return [line for kind, ids in kinds.items() for line in _lines(kind, ids)]


def _lines(kind: str, ids: list[str]) -> list[str]:
    more = [f"... and {len(ids) - SHOWN} more: {kind}"] if len(ids) > SHOWN else []
    return [f"{kind}: {id!r}" for id in ids[:SHOWN]] + more


def _whole(entry: Any) -> bool:
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def _same_holes(entry: Any) -> bool:
    """Every placeholder of the message stands in its translation and no other; of a plural, in one of its forms."""
    allowed = {frozenset(_HOLE.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text}
    said = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return all(frozenset(_HOLE.findall(text)) in allowed for text in said)


def _uncompiled(po: Path, entries: Iterable[Any]) -> list[str]:
    polib, mo = _polib(), po.with_suffix(".mo")
    if not mo.is_file():
        return [f"(the file {mo.name} is not there)"]
    compiled = {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in polib.mofile(str(mo))}
    written = {
        (e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in entries if _whole(e) and not e.fuzzy
    }
    return sorted({key[1] for key in written.keys() ^ compiled.keys()} | _different(written, compiled))


def _different(written: dict[Key, Any], compiled: dict[Key, Any]) -> set[str]:
    return {key[1] for key in written.keys() & compiled.keys() if written[key] != compiled[key]}


def update(po: Path, said: dict[Key, Any]) -> None:
    """Bring the catalogue to exactly what is said, keep the translations that it has, and compile it."""
    polib = _polib()
    known = {(e.msgctxt, e.msgid): e for e in _open(po)} if po.is_file() else {}
    fresh = polib.POFile(wrapwidth=100)
    fresh.metadata = {"Language": "id", "Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": _PLURALS}
    for context, id in sorted(said, key=lambda key: (key[1], key[0] or "")):
        found, plural = known.get((context, id)), said[context, id]
        entry = polib.POEntry(msgid=id, msgctxt=context)
        if plural:
            entry.msgid_plural, entry.msgstr_plural = plural, {0: ""}
        if found and not found.obsolete and found.msgid_plural == (plural or ""):
            entry.msgstr, entry.msgstr_plural = found.msgstr, found.msgstr_plural
            entry.flags = [flag for flag in found.flags if flag == "fuzzy"]
        fresh.append(entry)
    po.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(po))
    fresh.save_as_mofile(str(po.with_suffix(".mo")))


def marked_messages(root: Path, po: Path) -> dict[Key, str | None] | None:
    """The messages marked in code and templates, with their plurals: what makemessages finds in a copy of the tree.

    None where gettext's programs are absent.
    """
    if not all(map(shutil.which, TOOLS)):
        return None
    with tempfile.TemporaryDirectory(prefix="mimin-messages-") as folder:
        _copy_sources(root, Path(folder))
        command = [sys.executable, "-m", "django", "makemessages", "-l", "id", "--no-location", "--no-wrap"]
        command += [f"--extension={kind.removeprefix('.')}" for kind in KINDS]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise CommandError(f"makemessages failed: {done.stderr.strip()[-2000:]}")
        return {
            (entry.msgctxt, entry.msgid): entry.msgid_plural or None
            for entry in _open(Path(folder) / "locale" / "id" / "LC_MESSAGES" / po.name)
        }


def _copy_sources(root: Path, into: Path) -> None:
    """Copy what may hold messages. ``gettext_noop`` gets back the name that xgettext knows it by."""
    (into / "locale").mkdir()
    for path in root.rglob("*"):
        inside = path.relative_to(root)
        if path.suffix in KINDS and not {"tests", "migrations", "locale"} & set(inside.parts):
            (into / inside).parent.mkdir(parents=True, exist_ok=True)
            (into / inside).write_text(_NOOP.sub("gettext_noop(", path.read_text()))


def unmarked_messages(root: Path) -> set[Key]:
    """The plain English sentences of the packages that know no Django, which screens translate when they show them."""
    return {
        (None, text)
        for text in (*_of_platforms(), *_of_flows(root), *_of_values(), *_constants(root))
        if text
    }


def _of_platforms() -> Iterator[str]:
    for platform in PLATFORMS.values():
        yield platform.label
        yield from (credential.label for credential in platform.credentials)
        for explained in platform.errors.values():
            yield from (explained.what, explained.do)
    for explained in EXPLAINED.values():
        yield from (explained.what, explained.do)


def _of_flows(root: Path) -> Iterator[str]:
    for path in sorted(root.glob("*/states.py")):
        tables = vars(import_module(f"mimin.{path.parent.name}.states")).values()
        for flow in tables:
            if isinstance(flow, Flow):
                yield from flow.states.values()


def _of_values() -> Iterator[str]:
    yield from DAYS
    yield from CLASSES.values()
    for key in KEYS.values():
        yield from (key.label, key.help, key.source)


def _constants(root: Path) -> Iterator[str]:
    """What connectors tell people (sentences in named constants) and what a value that cannot be is refused with."""
    for path in sorted((root / "platforms").glob("*/connector.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign) and _text(node.value).endswith("."):
                yield _text(node.value)
    for call in ast.walk(ast.parse((root / "policy" / "checks.py").read_text())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "BadValue":
            yield from map(_text, call.args)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _open(po: Path) -> Any:
    return _polib().pofile(str(po))


def _polib() -> Any:
    try:
        import polib
    except ImportError:
        raise CommandError("polib is not here: it comes with requirements/dev.txt.") from None
    return polib


def _short(po: Path) -> str:
    return "/".join(po.parts[-4:])
