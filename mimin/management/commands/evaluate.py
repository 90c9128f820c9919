"""``mimin evaluate``: how well messages are understood, on rows that people labelled. Shows figures, never a row."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mimin.language.evaluation import (
    EvaluationError,
    measure_abuse,
    measure_cold,
    measure_learned,
    read_rows,
    split,
    without_repeats,
)
from mimin.language.playbook import load

AFFAIR, ABUSIVE = "affair", "abusive"


class Command(BaseCommand):
    help = "Measure understanding on a CSV file with the columns text, received_at and a label."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="labelled rows")
        parser.add_argument("--label", required=True, help="the label's column: affair, unit_group, abusive")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--cold", action="store_true", help="with the playbook alone")
        how.add_argument(
            "--split", metavar="DATE", help="learn from rows before this date, measure the others"
        )
        how.add_argument("--train", type=Path, metavar="A", help="learn from this file, measure --test")
        parser.add_argument("--test", type=Path, metavar="B")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            figures = self._figures(options)
        except EvaluationError as error:
            raise CommandError(str(error)) from error
        for name, value in figures.items():
            for line in _lines(name, value):
                self.stdout.write(line)
        if options["json"]:
            self.stdout.write(
                json.dumps({"bench": "evaluate", "label": options["label"], "figures": figures})
            )

    def _figures(self, options: dict[str, Any]) -> dict[str, Any]:
        label, file = options["label"], options["file"]
        if options["train"] or options["test"]:
            if not (options["train"] and options["test"]):
                raise CommandError("Give both --train and --test.")
            return asdict(
                measure_learned(read_rows(options["train"], label), read_rows(options["test"], label))
            )
        if file is None:
            raise CommandError("Give a file of labelled rows, or --train and --test.")
        rows = read_rows(file, label)
        if label == ABUSIVE:
            return measure_abuse(without_repeats(rows), load())
        if options["split"]:
            return asdict(measure_learned(*split(rows, options["split"])))
        if options["cold"]:
            return asdict(measure_cold(rows, load(), units=label != AFFAIR))
        raise CommandError("Say how: --cold, --split DATE, or --train A --test B.")


def _lines(name: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"  {part[:58]:60} {share}" for part, share in value.items()]
    return [f"{name:20} {value}"]
