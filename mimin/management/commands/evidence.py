"""``mimin evidence verify``, ``proof``, ``growth`` and ``erase``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.desk.progress import shown_on
from mimin.desk.walks.erase import erase_case
from mimin.evidence.queries import NotSealed, growth, proof
from mimin.evidence.verify import Verdict, verify
from mimin.lib.moving import Refused
from mimin.people.models import Person


class Command(BaseCommand):
    """Verify the evidence, or give out the proof of one record. Ends with code 1 where something is wrong."""

    help = "Verify the evidence, or print the proof of one record."

    def add_arguments(self, parser: CommandParser) -> None:
        """The two verbs and their options."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verifying = verbs.add_parser("verify", help=_("look at every record, leaf and seal"))
        verifying.add_argument(
            "--copies", type=Path, help=_("a folder with seals that left the machine (.jsonl files)")
        )
        verifying.add_argument("--json", action="store_true", help=_("print one line of JSON"))
        proving = verbs.add_parser("proof", help=_("print a proof that anybody can check"))
        proving.add_argument("record", type=int, metavar="ID")
        proving.add_argument("--seal", type=int, metavar="NUMBER", help=_("the seal that the reader holds"))
        growing = verbs.add_parser(
            "growth", help=_("print a proof that a later seal only added to an earlier one")
        )
        growing.add_argument("old", type=int, metavar="OLD")
        growing.add_argument("new", type=int, metavar="NEW")
        erasing = verbs.add_parser("erase", help=_("erase one case lawfully; this cannot be undone"))
        erasing.add_argument("number", metavar="NUMBER")
        erasing.add_argument("--why", required=True, help=_("the legal ground, without personal data"))
        erasing.add_argument("--by", required=True, metavar="USERNAME", help=_("in whose name"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb."""
        if options["verb"] == "proof":
            self._proof(options["record"], options["seal"])
        elif options["verb"] == "growth":
            self._growth(options["old"], options["new"])
        elif options["verb"] == "erase":
            self._erase(options["number"], options["why"], options["by"])
        else:
            self._verify(options["copies"], as_json=options["json"])

    def _proof(self, record: int, seal: int | None) -> None:
        try:
            self.stdout.write(json.dumps(proof(record, seal=seal), ensure_ascii=False, indent=2))
        except NotSealed as error:
            raise CommandError(_("No proof can be given yet: %(why)s.") % {"why": error}) from None

    def _growth(self, old: int, new: int) -> None:
        try:
            self.stdout.write(json.dumps(growth(old, new), ensure_ascii=False, indent=2))
        except NotSealed as error:
            raise CommandError(_("No proof can be given: %(why)s.") % {"why": error}) from None

    def _erase(self, number: str, why: str, by: str) -> None:
        person = Person.objects.filter(username=by, is_active=True).first()
        if person is None:
            raise CommandError(_("Nobody signs in as %(name)s.") % {"name": by})
        try:
            case = erase_case(number=number, again=number, why=why, by=person, at=timezone.now())
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(
            _("%(number)s is erased. Tell the person, and when the last backup from before is gone.")
            % {"number": case.number}
        )

    def _verify(self, copies: Path | None, *, as_json: bool) -> None:
        tell = shown_on(sys.stderr)
        verdict = verify(
            copies=copies, progress=lambda done, total: tell(_("Records looked at"), done, total)
        )
        if as_json:
            self.stdout.write(json.dumps({"ok": verdict.ok, **asdict(verdict)}, ensure_ascii=False))
        else:
            self._tell(verdict)
        if not verdict.ok:
            raise CommandError(_("The evidence is not as it was sealed."), returncode=1)

    def _tell(self, verdict: Verdict) -> None:
        for problem in verdict.problems:
            self.stdout.write(f"{problem.kind}: {problem.text}")
        if len(verdict.problems) < verdict.problem_count:
            more = verdict.problem_count - len(verdict.problems)
            self.stdout.write(_("... and %(more)s more problems.") % {"more": more})
        self.stdout.write(
            _(
                "%(records)s records, of them %(erased)s lawfully erased and %(unsealed)s not yet sealed; "
                "%(seals)s seals; %(copies)s outside copies compared."
            )
            % asdict(verdict)
        )
        if verdict.ok:
            self.stdout.write(_("Everything is as it was sealed."))
