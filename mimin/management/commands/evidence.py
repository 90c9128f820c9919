"""``mimin evidence verify`` and ``mimin evidence proof``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mimin.evidence.queries import NotSealed, proof
from mimin.evidence.verify import Verdict, verify


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

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb."""
        if options["verb"] == "proof":
            self._proof(options["record"], options["seal"])
        else:
            self._verify(options["copies"], as_json=options["json"])

    def _proof(self, record: int, seal: int | None) -> None:
        try:
            self.stdout.write(json.dumps(proof(record, seal=seal), ensure_ascii=False, indent=2))
        except NotSealed as error:
            raise CommandError(_("No proof can be given yet: %(why)s.") % {"why": error}) from None

    def _verify(self, copies: Path | None, *, as_json: bool) -> None:
        verdict = verify(copies=copies)
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
