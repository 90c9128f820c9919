"""``mimin doctor``: what is unsafe or missing here, and how to mend it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.desk.doctor import examine
from mimin.desk.findings import OK, UNSAFE, WEAK, Finding


class Command(BaseCommand):
    """Examine this installation. Ends with code 1 where something is unsafe."""

    help = gettext_lazy("Say what is unsafe or missing in this installation, and how to mend it.")  # type: ignore[assignment]
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """How deep, and for whom."""
        parser.add_argument("--deep", action="store_true", help=_("also read the whole database (SQLite)"))
        parser.add_argument("--json", action="store_true", help=_("print one line of JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine and tell, one line a check."""
        findings = examine(deep=options["deep"])
        unsafe = sum(finding.level == UNSAFE for finding in findings)
        if options["json"]:
            told = {"ok": not unsafe, "findings": [asdict(finding) for finding in findings]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            for finding in findings:
                self.stdout.write(self._line(finding))
        if unsafe:
            raise CommandError(_("%(count)s of these are unsafe.") % {"count": unsafe})

    def _line(self, finding: Finding) -> str:
        words = {OK: _("good"), WEAK: _("look"), UNSAFE: _("UNSAFE")}
        style = {OK: self.style.SUCCESS, WEAK: self.style.WARNING, UNSAFE: self.style.ERROR}[finding.level]
        mend = f" > {finding.mend}" if finding.mend else ""
        return f"{style(words[finding.level].ljust(9))} {finding.text}{mend}"
