"""Record the connector's exchanges anew from a real WordPress: python -m tests.servers.record_wordpress"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mimin.lib.http import guarded_client
from mimin.platforms.base import Access, PlatformError
from mimin.platforms.wordpress.connector import WordPress as Connector
from mimin.platforms.wordpress.tests.exchanges import CALLS, Recorder
from tests.servers.wordpress import WordPress, real_wordpress


def _people_write(site: WordPress) -> None:
    post = site.new_post("Jadwal & Syarat KTP")
    site.comment(post, "Kapan blanko KTP ada lagi?", "Warga Sukamaju")
    site.comment(post, "Lampu jalan <b>mati</b> & gelap\nsudah seminggu", "Warga", approved=False)


#: What happens on the site before a call.
BEFORE: dict[str, Callable[[WordPress], object]] = {
    "hear": _people_write,
    "answer_closed": lambda site: site.close_comments(site.comments()[0]["post"]),
    "maintenance": lambda site: site.maintenance(on=True),
    "rest_removed": lambda site: (site.maintenance(on=False), site.switch("rest-removed", on=True)),
    "rest_blocked": lambda site: (
        site.switch("rest-removed", on=False),
        site.switch("rest-blocked", on=True),
    ),
    "revoked": lambda site: (site.switch("rest-blocked", on=False), site.revoke_password()),
}


def main() -> None:
    """Make a site, let each call of CALLS happen once, and write one file for each."""
    with tempfile.TemporaryDirectory() as base, real_wordpress(Path(base)) as site:
        http = guarded_client(allow=(site.url.removeprefix("http://"),))
        recorder = Recorder(http, site.url)
        secrets = {"username": site.username, "application_password": site.application_password}
        for name, call in CALLS.items():
            BEFORE.get(name, lambda _: None)(site)
            with suppress(PlatformError):
                call(Connector(Access(site.url, secrets), recorder))
            recorder.save(name)


if __name__ == "__main__":
    main()
