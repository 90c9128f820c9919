"""Pytest fixtures for the real servers. A conftest imports them by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.cutting_proxy import CuttingProxy, cutting_proxy
from tests.servers.wordpress import WordPress, missing, real_wordpress


@pytest.fixture(scope="session")
def wordpress_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """One real WordPress for the whole run; skips by name where it is not installed."""
    lacks = missing()
    if lacks:
        pytest.skip(f"a real WordPress needs: {lacks}")
    with real_wordpress(tmp_path_factory.mktemp("wordpress")) as site:
        yield site


@pytest.fixture
def wordpress(wordpress_session: WordPress) -> WordPress:
    """The site as new: no comments, every switch off, the password valid."""
    wordpress_session.reset()
    return wordpress_session


@pytest.fixture
def cut_line(wordpress: WordPress) -> Iterator[CuttingProxy]:
    """A proxy in front of the site that can lose answers."""
    with cutting_proxy(wordpress.url) as proxy:
        yield proxy
