"""Every platform carries everything about itself: walked, not listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mimin.platforms
from mimin.platforms import PLATFORMS, connector
from mimin.platforms.base import Access, Answers, Connects, Listens, Platform, Publishes
from mimin.platforms.catalogue import KINDS

FOLDER = Path(mimin.platforms.__file__).parent
WITH_CONNECTOR = [platform for platform in PLATFORMS.values() if platform.connector]
NO_HTTP: object = None

each = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
each_connector = pytest.mark.parametrize("platform", WITH_CONNECTOR, ids=lambda platform: platform.key)


def build(platform: Platform) -> object:
    return connector(platform.key, Access("https://contoh.example"), NO_HTTP)  # type: ignore[arg-type]


def test_the_platforms_of_this_version_are_known() -> None:
    assert list(PLATFORMS) == [
        "wordpress", "assisted", "offline", "door",
        "instagram", "facebook", "threads", "x", "youtube", "tiktok", "whatsapp", "telegram", "bluesky",
        "lapor", "mastodon", "website",
    ]  # fmt: skip


@each
def test_every_fact_has_a_source_and_says_how_well_it_is_known(platform: Platform) -> None:
    assert platform.facts != {}
    for fact in platform.facts.values():
        assert fact.status in {"official", "secondary", "memory"}
        assert len(fact.source) > 10


@each_connector
def test_every_connector_is_a_folder_with_all_that_belongs_to_it(platform: Platform) -> None:
    folder = FOLDER / platform.key
    found = {path.name for path in folder.iterdir()}
    assert {"README.md", "connector.py", "facts.py", "errors.py", "tests"} - found == set()
    assert list((folder / "tests").glob("test_*.py")) != []


def test_every_folder_is_a_line_in_the_list() -> None:
    folders = {path.name for path in FOLDER.iterdir() if (path / "__init__.py").exists()} - {"tests"}
    assert folders == {platform.key for platform in WITH_CONNECTOR}


@each_connector
def test_every_code_a_connector_names_is_explained(platform: Platform) -> None:
    code = re.compile(r"""\berror\(\s*["'](\w+)["']""")
    named = {
        found
        for path in (FOLDER / platform.key).glob("*.py")
        for found in code.findall(path.read_text("utf-8"))
    }
    assert named - set(platform.errors) == set()


@each
def test_every_explanation_says_what_happened_what_to_do_and_who(platform: Platform) -> None:
    for explained in platform.errors.values():
        assert (explained.what[-1], explained.do[-1]) == (".", ".")
        assert explained.who in {"admin", "coordinator", "platform"}


@each
def test_every_platform_can_answer_and_publish_at_least_by_hand(platform: Platform) -> None:
    built = build(platform)
    publishes = platform.key != "door"  # citizens come in there; nothing is published
    assert (isinstance(built, Answers), isinstance(built, Publishes)) == (True, publishes)


def test_wordpress_alone_connects_and_listens() -> None:
    able = [key for key, platform in PLATFORMS.items() if isinstance(build(platform), Listens)]
    assert able == ["wordpress"]
    assert able == [key for key, platform in PLATFORMS.items() if isinstance(build(platform), Connects)]


@each
def test_a_secret_field_is_named_as_one(platform: Platform) -> None:
    for credential in platform.credentials:
        assert credential.kind == ("secret" if "password" in credential.name else "text")


def test_an_unknown_platform_is_an_error() -> None:
    with pytest.raises(KeyError):
        connector("friendster", Access("https://contoh.example"), NO_HTTP)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_template_can_be_read(kind: Platform) -> None:
    for template in (*kind.addresses, *kind.proofs):
        assert re.fullmatch(r"(\{host\}|[a-z.]+|\{handle\}[a-z.]+)(/[\w@.{}*-]+)*(\?\w+=\{\w+\})?", template)


def test_the_access_of_a_channel_shows_no_secret() -> None:
    assert repr(Access("https://contoh.example", {"application_password": "rahasia"})) == (
        "Access(address='https://contoh.example')"
    )
