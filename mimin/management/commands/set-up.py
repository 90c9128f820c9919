"""``mimin set-up``: the government itself and its first coordinator, once, into an empty installation."""

import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.lib.calendar_id import ZONE_NAMES
from mimin.lib.moving import Refused
from mimin.people.setting_up import TOPS, rescue, set_up

ZONES = {short: zone for zone, short in reversed(ZONE_NAMES.items())}
ASKED = {
    "name": gettext_lazy("Name of the government, such as Pemerintah Kabupaten Contoh"),
    "short": gettext_lazy("Its short name, such as Pemkab Contoh"),
    "username": gettext_lazy("User name of the first coordinator, such as koordinator"),
    "label": gettext_lazy("Name of the first coordinator, as the trail shows it"),
}
"""Option -> what a terminal is asked where it was not given."""


class Command(BaseCommand):
    """Set up, or let the first coordinator in again. Ends with code 1 where nothing was done."""

    help = gettext_lazy("Make the government itself and its first coordinator in an empty installation.")  # type: ignore[assignment]
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        for name, words in ASKED.items():
            parser.add_argument(f"--{name}", default="", help=str(words))
        parser.add_argument("--kind", choices=TOPS, default=TOPS[0])
        parser.add_argument("--zone", choices=tuple(ZONES), default="WIB")
        parser.add_argument(
            "--reset-password", metavar="USERNAME", default="",
            help=str(gettext_lazy("a coordinator of the whole government gets a new password, without second step")),
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and show the password this once."""
        call_command("migrate", verbosity=0, interactive=False)
        try:
            username, password = _rescued(options) if options["reset_password"] else _made(options)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        told = _("Sign in as %(username)s. The password, shown this once: %(password)s")
        self.stdout.write(told % {"username": username, "password": password})


def _rescued(options: dict[str, Any]) -> tuple[str, str]:
    username = options["reset_password"]
    return username, rescue(username=username, at=timezone.now())


def _made(options: dict[str, Any]) -> tuple[str, str]:
    said = {name: options[name] or _answered(name) for name in ASKED}
    zone = ZONES[options["zone"]]
    password = set_up(**said, kind=options["kind"], zone=zone, at=timezone.now())
    return said["username"], password


def _answered(name: str) -> str:
    """What somebody at a terminal types; elsewhere the option has to be given."""
    if not sys.stdin.isatty():
        raise CommandError(_("Give --%(option)s: %(what)s.") % {"option": name, "what": ASKED[name]})
    return input(f"{ASKED[name]}: ").strip()
