"""``mimin rotate-keys``: seal every sealed text again with the first key of the keyring."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.desk.progress import shown_on
from mimin.desk.rotate import Rotated, rotate, rotate_second_steps, sealed_columns
from mimin.lib.sealed import keyring
from mimin.people import second_step


class Command(BaseCommand):
    """Rotate all columns and second steps. Ends with code 1 where a row stayed closed; run it again after a stop."""

    help = gettext_lazy("Seal every sealed text again with the first key of the keyring.")  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, and tell what was done and what stayed closed."""
        tell, done = shown_on(sys.stderr), Rotated()
        parts: list[tuple[object, Callable[..., None]]] = [(c, partial(rotate, c)) for c in sealed_columns()]
        for column, again in [*parts, (second_step.TABLE, rotate_second_steps)]:
            before = done.done
            again(into=done, tell=tell)
            self.stdout.write(
                _("%(column)s: %(count)s sealed again") % {"column": column, "count": done.done - before}
            )
        for why, rows in done.closed.items():
            told = {"why": why, "count": len(rows), "rows": ", ".join(rows[:5])}
            self.stdout.write(_("%(count)s rows stay closed (%(why)s): %(rows)s") % told)
        if done.closed:
            raise CommandError(
                _("Some rows did not open. Put the missing keys back into MIMIN_KEYRING and run this again.")
            )
        ring = keyring()
        self.stdout.write(
            _(
                "Every row is sealed with the key “%(key)s”. Backups made before still need the older keys, and "
                "fingerprints need the last one, “%(anchor)s” (docs/keys.md)."
            )
            % {"key": ring.current, "anchor": ring.anchor}
        )
