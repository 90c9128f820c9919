"""``mimin serve``: Mimin for others than this machine, behind https or in a hall without it."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.desk import exposed
from mimin.desk.findings import Check
from mimin.desk.running import WORKER, add_address, prepare, together, web
from mimin.lib.own_addresses import own_addresses

EVERY = "0.0.0.0"  # noqa: S104 - the hall's phones must reach it, and that was asked for by name


class Command(BaseCommand):
    """Serve others. Refuses, naming each thing and its mending, where that would be unsafe."""

    help = gettext_lazy("Serve Mimin to others, behind https (--public) or in a hall (--lan).")  # type: ignore[assignment]

    def add_arguments(self, parser: CommandParser) -> None:
        """For whom, and where."""
        to = parser.add_mutually_exclusive_group(required=True)
        to.add_argument(
            "--public", action="store_true", help=_("behind a proxy of your own that speaks https")
        )
        to.add_argument("--lan", action="store_true", help=_("over plain HTTP to phones in the same network"))
        parser.add_argument(
            "--without-worker",
            action="store_true",
            help=_("the web server alone; “mimin work” runs elsewhere"),
        )
        add_address(parser, host=None)

    def handle(self, *args: Any, **options: Any) -> None:
        """Look first, then serve until told to end."""
        code = self._public(options) if options["public"] else self._hall(options)
        if code:
            sys.exit(code)

    def _public(self, options: dict[str, Any]) -> int:
        _refuse(exposed.PUBLIC, _("Mimin is not served to others before these are mended:"))
        prepare()
        host = options["host"] or "127.0.0.1"
        self._say(
            _(
                "Mimin serves %(names)s behind your proxy, which finds it at http://%(host)s:%(port)s/ (Ctrl+C)"
            )
            % {"names": ", ".join(settings.ALLOWED_HOSTS), "host": host, "port": options["port"]}
        )
        return together(_parts(host, options))

    def _hall(self, options: dict[str, Any]) -> int:
        if settings.SECURE:
            raise CommandError(
                _(
                    "MIMIN_HTTPS is on: nobody could sign in over plain HTTP. Use “mimin serve --public”, or unset it."
                )
            )
        _refuse(exposed.LAN, _("Mimin is not served in this network before these are mended:"))
        host = options["host"] or EVERY
        names = own_addresses() if host == EVERY else [host]
        if not names:
            raise CommandError(
                _("This machine is in no network yet. Connect it to the hall's, then try again.")
            )
        prepare()
        addresses = [f"http://{name}:{options['port']}/" for name in names]
        self._say(_("Phones in this network open:"), *(f"  {address}" for address in addresses), _plain())
        environment = {**os.environ, "MIMIN_HOSTS": ",".join([*settings.ALLOWED_HOSTS, *names])}
        with exposed.in_a_hall(addresses[0]):
            return together(_parts(host, options), environment)

    def _say(self, *lines: str) -> None:
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _plain() -> str:
    return _(
        "This is plain HTTP. Whoever is in this network can read passwords and what citizens wrote, and can change it "
        "on the way. Use a network of your own with a password, only for this hall; end it (Ctrl+C) when it is over, "
        "and give everybody a new password if a stranger was in the network."
    )


def _parts(host: str, options: dict[str, Any]) -> list[list[str]]:
    server = web(host, options["port"], options["workers"])
    return [server] if options["without_worker"] else [server, WORKER]


def _refuse(checks: dict[str, Check], why: str) -> None:
    """CommandError that names everything in the way, each with how to mend it."""
    if found := exposed.in_the_way(checks):
        raise CommandError("\n".join([why, *(f"- {one.text} > {one.mend}" for one in found)]))
