"""What every test stands on: plain static files, an empty cache, and a small government where asked."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.test import override_settings
from hypothesis import settings as hypothesis

hypothesis.register_profile("mimin", deadline=None)  # a busy machine is no defect
hypothesis.load_profile("mimin")

pytest_plugins = ["tests.servers.fixtures"]


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> Iterator[None]:
    """Tests run without collectstatic, mail stays in memory, and nothing is shared with an installation."""
    with override_settings(
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        CACHES={
            name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
            for name in ("default", "presence")
        },
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture
def government(db):
    """Kabupaten Contoh, small."""
    from tests.made import government

    return government()


@pytest.fixture(autouse=True)
def nothing_recalled() -> None:
    """What a process or the cache keeps for seconds does not reach from one test into the next."""
    from django.core.cache import caches

    from mimin.policy.queries import forget

    forget()
    for name in ("default", "presence"):
        caches[name].clear()


@pytest.fixture(autouse=True)
def guards_make_way_for_a_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that commits is undone by emptying the tables, which the append-only guards refuse: they go down after
    the test, and the flush's own ``post_migrate`` puts them back."""
    marker = request.node.get_closest_marker("django_db")
    commits = (marker is not None and marker.kwargs.get("transaction", False)) or bool(
        {"transactional_db", "live_server"} & set(request.fixturenames)
    )
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        from django.db import connection

        from mimin.evidence.guards import GUARDS
        from mimin.lib.guards import remove

        remove(connection, GUARDS)


def pytest_terminal_summary(terminalreporter) -> None:
    """In CI a skip is a failure: what a machine lacks there, its script must install."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped and os.environ.get("MIMIN_CI") == "1":
        terminalreporter.write_line(f"{len(skipped)} skipped, which fails here")


def pytest_sessionfinish(session, exitstatus: int) -> None:
    """The exit code of what the summary says."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and os.environ.get("MIMIN_CI") == "1" and exitstatus == 0:
        session.exitstatus = 1
