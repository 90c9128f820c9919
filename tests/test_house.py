"""The house keeps its order: what a newcomer is told in the docs is true, and each thing stands in its room."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from mimin.desk import standing
from mimin.evidence.guards import GUARDS
from mimin.inbox.models import SEARCH
from mimin.lib import guards
from mimin.lib.flow import Flow
from mimin.lib.store import on_postgres

ROOT = Path(__file__).resolve().parent.parent
MIMIN = ROOT / "mimin"
LONGEST_FILE, LONGEST_FUNCTION = 400, 50

DOUBLED = {
    "Channel": "what the demonstration tells, beside the model",
    "Message": "what the demonstration tells, beside the model",
    "Transfer": "what the demonstration tells, beside the model",
    "Unit": "what the demonstration tells, beside the model",
    "Holiday": "a day of the library's calendar, beside the model",
    "Entry": "a thing of the navigation, beside an entry of evidence",
    "Finding": "of the doctor, beside one of the mask",
    "Held": "a role in force, beside what an erasure holds",
    "Http": "the guarded client, beside the protocol that connectors see of it",
    "Line": "of the demonstration, beside one of a template",
    "LookForm": "narrows the list of people, beside the list of channels",
    "NothingForm": "of a verb of cases, beside one of channels",
    "Verdict": "of the evidence, beside one of understanding",
}
"""Class names that stand in two places, and what each is. A name that no longer does must leave; none may come."""


def text(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def ours() -> list[Path]:
    """Every file of the project that git keeps or would keep, but those just deleted."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [path for name in sorted(set(listed)) if (path := ROOT / name).is_file()]


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Python of the product and its measurements, without tests and migrations."""
    for top in (MIMIN, ROOT / "bench"):
        for path in sorted(top.rglob("*.py")):
            name = path.relative_to(ROOT)
            if not {"tests", "migrations"} & set(name.parts):
                yield str(name), ast.parse(path.read_text(encoding="utf-8"))


def packages() -> set[str]:
    """The packages that hold the product's code."""
    apart = {"management", "migrations", "templatetags", "locale"}
    return {p.parent.name for p in MIMIN.glob("*/__init__.py")} - apart


def cells(markdown: str) -> list[list[str]]:
    """The rows of every table in a text, without heads and rulers."""
    rows: list[list[str]] = []
    lines = markdown.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("|") and not line.startswith("|---") and not following.startswith("|---"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def section(markdown: str, title: str) -> str:
    return markdown.split(f"\n## {title}\n")[1].split("\n## ")[0]


# -- rooms ------------------------------------------------------------------------------------------------------------


def test_every_model_stands_in_the_models_file_of_its_package():
    rooms = {
        m.__module__.split(".models")[0] + ".models"  # a long one is a folder of the same name
        for m in apps.get_app_config("mimin").get_models()
        if not m.__module__.startswith("bench")
    }
    assert rooms == {
        f"mimin.{package}.models" for package in packages() if list((MIMIN / package).glob("models*"))
    }


def test_the_list_of_models_names_every_package_that_has_some():
    named = set(re.findall(r"from mimin\.(\w+)\.models import", text("mimin", "models.py")))
    assert named == {path.parent.name for path in MIMIN.glob("*/models*") if path.parent != MIMIN}


def test_no_two_classes_have_one_name_but_those_that_are_told():
    seen: dict[str, set[str]] = defaultdict(set)
    for name, tree in sources():
        if name.startswith("mimin/") and "/commands/" not in name:
            for node in tree.body:
                if isinstance(node, ast.ClassDef):
                    seen[node.name].add(name)
    assert {name for name, files in seen.items() if len(files) > 1} == set(DOUBLED)


def test_no_model_has_the_name_of_another():
    names = Counter(m.__name__ for m in apps.get_app_config("mimin").get_models())
    assert [name for name, count in names.items() if count > 1] == []


def test_no_file_is_long():
    long = [
        f"{name}: {len(text(name).splitlines())} lines"
        for name, _ in sources()
        if len(text(name).splitlines()) > LONGEST_FILE
    ]
    assert long == []


def test_no_function_is_long():
    long = [
        f"{name}: {node.name} {node.end_lineno - node.lineno + 1} lines"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_is_named_after_no_thing():
    vague = {"utils", "helpers", "common", "manager", "service", "services", "misc"}
    assert [name for name, _ in sources() if Path(name).stem in vague] == []


# -- what decides -----------------------------------------------------------------------------------------------------


def pure_modules() -> list[str]:
    """The modules that must know no Django."""
    named = [
        "mimin.lib." + name
        for name in ("address", "calendar_id", "clock", "crypto", "flow", "http", "pinned")
    ]
    files = [*MIMIN.glob("*/rules.py"), *MIMIN.glob("*/states.py")]
    files += [*(MIMIN / "platforms").rglob("*.py"), *(MIMIN / "language").rglob("*.py")]
    found = [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in files if "tests" not in p.parts]
    return sorted({*named, *(name.removesuffix(".__init__") for name in found)})


def test_what_decides_and_what_speaks_to_platforms_loads_without_django():
    script = (
        "import sys\n"
        f"for name in {pure_modules()!r}:\n"
        "    __import__(name)\n"
        "    strange = {m.split('.')[0] for m in sys.modules} & {'django', 'huey', 'allauth'}\n"
        "    assert not strange, (name, strange)\n"
        "print('alone')"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("alone", "")


# -- docs -------------------------------------------------------------------------------------------------------------


def test_docs_explain_exactly_the_settings_that_there_are():
    read = {
        name
        for path in ("mimin/settings.py", "tests/run.py")
        for name in re.findall(r"[\"'](MIMIN_\w+|DATABASE_URL)[\"']", text(path))
    }
    explained = [row[0].strip("`") for row in cells(text("docs", "settings.md"))]
    assert sorted(explained) == sorted(read)


def test_docs_explain_exactly_the_commands_that_there_are():
    commands = {p.stem for p in (MIMIN / "management" / "commands").glob("*.py")} - {"__init__"}
    assert set(re.findall(r"^## mimin (\S+)$", text("docs", "commands.md"), re.MULTILINE)) == commands


def test_docs_name_every_target_of_the_makefile_that_people_call():
    targets = set(text("Makefile").split(".PHONY:")[1].splitlines()[0].split()) - {"install"}
    named = {row[0].strip("`").removeprefix("make ") for row in cells(text("docs", "commands.md"))}
    assert named == targets


def test_the_architecture_has_a_line_for_every_package():
    named = [row[0].strip("`") for row in cells(section(text("ARCHITECTURE.md"), "Packages"))]
    assert sorted(named) == sorted(packages())


def walk() -> list[tuple[str, list[str], list[str]]]:
    """Of each step of the hear walk as it is told: the step, the functions, the files."""
    rows = cells(section(text("ARCHITECTURE.md"), "The hear walk"))
    return [
        (r[0], re.findall(r"`_?(?:\w+\.)*(\w+)", r[1]), re.findall(r"`([\w/]+\.py)`", r[2])) for r in rows
    ]


@pytest.mark.parametrize(
    ("step", "functions", "files"), walk(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_walk_is_told_with_names_that_stand_in_the_code(step, functions, files):
    there = "\n".join(text("mimin", name) for name in files)
    assert files != []
    assert [name for name in functions if not re.search(rf"\b_?{name}\b", there)] == []


def connectors() -> list[Path]:
    return [p.parent for p in sorted((MIMIN / "platforms").glob("*/connector.py"))]


@pytest.mark.parametrize("folder", connectors(), ids=lambda folder: folder.name)
def test_every_connector_carries_its_readme_and_is_named_in_the_architecture(folder):
    assert {"README.md", "facts.py", "errors.py", "tests"} - {p.name for p in folder.iterdir()} == set()
    assert f"`{folder.name}`" in section(text("ARCHITECTURE.md"), "Packages")


def flows() -> dict[str, Flow]:
    found = {}
    for path in sorted(MIMIN.glob("*/states.py")):
        module = import_module(f"mimin.{path.parent.name}.states")
        found |= {f.name: f for f in vars(module).values() if isinstance(f, Flow)}
    return found


@pytest.mark.parametrize("flow", flows().values(), ids=lambda flow: flow.name)
def test_docs_draw_every_flow_as_it_is(flow):
    told = next(part for part in text("docs", "flows.md").split("\n## ") if part.startswith(f"{flow.name} ("))
    states = ", ".join(f"[{state}]" if state in flow.final else state for state in flow.states)
    moves = [
        f"{verb}: {', '.join(move.sources)} > {move.to or 'itself'}" for verb, move in flow.moves.items()
    ]
    assert re.findall(r"^    (\w+: .+)$", told, re.MULTILINE) == [f"states: {states}", *moves]
    picture = told.split("```")[1]
    assert [word for word in (*flow.states, *flow.moves) if not re.search(rf"\b{word}\b", picture)] == []


def test_docs_draw_no_flow_that_is_gone():
    assert re.findall(r"^## (\w+) \(`", text("docs", "flows.md"), re.MULTILINE) == list(flows())


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_dependency_has_its_line_in_the_decision(name):
    lines = text("requirements", f"{name}.in").splitlines()
    asked = [re.split(r"[\[<>=~! ]", line)[0] for line in lines if line and line[0] not in "#-"]
    title = {
        "base": "What a server runs (`base.in`)",
        "dev": "What a developer's machine adds (`dev.in`)",
    }[name]
    told = [row[0] for row in cells(section(text("docs", "decisions", "0002-libraries.md"), title))]
    assert sorted(told) == sorted(asked)


def test_decisions_are_numbered_without_a_gap_and_say_what_was_decided():
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    titles = [path.read_text().splitlines()[0] for path in files]
    assert [title.split(".")[0] for title in titles] == [f"# {n}" for n in range(1, len(files) + 1)]


def test_every_document_that_is_named_is_there():
    missing = set()
    for path in ours():
        if path.suffix in (".py", ".in", ".html", ".toml") and path.name != "test_house.py":
            named = re.findall(r"\b((?:docs/[\w/.-]+|[A-Z]+)\.md)\b", path.read_text(encoding="utf-8"))
            missing |= {(str(path.relative_to(ROOT)), n) for n in named if not _stands(n, path)}
    assert missing == set()


def _stands(name: str, named_in: Path) -> bool:
    return (ROOT / name).is_file() or any(named_in.parent.glob(f"**/{name}"))


@pytest.mark.parametrize(
    "path", [p for p in ours() if p.suffix == ".md"], ids=lambda p: str(p.relative_to(ROOT))
)
def test_every_link_within_the_documents_leads_somewhere(path):
    links = re.findall(
        r"\]\(([^)#:]+)\)", re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    )
    pictures = re.findall(r'<img src="([^":]+)"', path.read_text(encoding="utf-8"))
    assert [link for link in (*links, *pictures) if not (path.parent / link).exists()] == []


# -- words ------------------------------------------------------------------------------------------------------------


def test_the_glossary_has_one_word_for_one_term_both_ways():
    glossary = text("GLOSSARY.md")
    english = [(row[0], row[1]) for row in cells(section(glossary, "By English"))]
    indonesian = [(row[1], row[0]) for row in cells(section(glossary, "By Indonesian"))]
    assert [w for w, n in Counter(e for e, _ in english).items() if n > 1] == []
    assert [w for w, n in Counter(i for _, i in english).items() if n > 1] == []
    assert english == sorted(indonesian, key=lambda pair: pair[0].lower())
    assert [i for _, i in indonesian] == [i for _, i in sorted(indonesian, key=lambda pair: pair[1].lower())]


def test_screens_use_no_word_that_the_glossary_rejects():
    po = MIMIN / "locale" / "id" / "LC_MESSAGES" / "django.po"
    said = re.findall(
        r'^(?:msgstr.*|)"(.*)"$', po.read_text(encoding="utf-8").split("\n\n", 1)[1], re.MULTILINE
    )
    assert [line for line in said if re.search(r"\b(kasus|tiket|koneksi)\b", line, re.IGNORECASE)] == []


# -- what may not be committed ----------------------------------------------------------------------------------------

MACHINE = re.compile(r"(?<![\w.:/}$~-])/(?:wor" r"k|ho" r"me|ro" r"ot|Use" r"rs|tm" r"p)/\w")
REGISTRY = re.compile(r"(?:py" r"pi\.org|python" r"hosted|npm" r"js\.(?:org|com)|deb\.deb" r"ian\.org)")


def _readable() -> Iterator[tuple[str, str]]:
    for path in ours():
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


@pytest.mark.parametrize(
    ("what", "pattern"), [("path of a machine", MACHINE), ("package registry", REGISTRY)]
)
def test_no_file_names_a(what, pattern):
    assert [f"{name}: {found[0]}" for name, body in _readable() if (found := pattern.search(body))] == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_pinned_package_has_a_hash_and_no_line_names_a_host(name):
    lines = text("requirements", f"{name}.txt").replace("\\\n", " ").splitlines()
    pinned = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert [
        line[:60] for line in pinned if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+.*--hash=sha256:", line)
    ] == []
    assert [line for line in lines if re.search(r"://|^\s*--(index|extra|find|trusted)", line)] == []


# -- the database -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_guards_and_search_stand_after_migrating():
    assert standing.missing() == []


@pytest.mark.django_db
def test_what_was_taken_down_is_missed_by_name_and_stands_again_after_migrating():
    guards.remove(connection, GUARDS)
    _drop_search()
    gone = standing.missing()
    assert len(gone) > len(GUARDS)
    assert [name for name in gone if name.startswith(SEARCH.name)] != []

    call_command("migrate", verbosity=0, interactive=False)

    assert standing.missing() == []


def _drop_search() -> None:
    with connection.cursor() as cursor:
        if on_postgres():
            cursor.execute(f"DROP INDEX {SEARCH.name}")
            return
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{SEARCH.name}_%"]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(f"DROP TABLE {SEARCH.name}")


def test_no_sentence_for_people_stands_inside_an_f_string_where_translators_do_not_find_it():
    hidden = re.compile(r"""f(["'])(?:(?!\1).)*\{(?:_|gettext)\((["'])""")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in ours()
        if path.suffix == ".py" and path.is_relative_to(MIMIN)
        for line in path.read_text(encoding="utf-8").splitlines()
        if hidden.search(line)
    ]
    assert found == []
