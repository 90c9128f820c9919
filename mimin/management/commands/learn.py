"""``mimin learn``: learn from what people corrected and passed on, on this server alone."""

import csv
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mimin.evidence.actions import Actor
from mimin.inbox.learning import learn, lessons
from mimin.people.models import Unit


class Command(BaseCommand):
    help = "Learn from corrections and from cases that were passed on; --export writes what it learns from."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--export", type=Path, metavar="FILE", help="only write masked texts and labels as CSV"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"]:
            self.stdout.write(f"{_exported(options['export'])} rows")
            return
        made = learn(by=Actor(None, "mimin learn"), at=timezone.now())
        words = sum(len(found) for found in made.words.values())
        self.stdout.write(f"cases {made.cases}, corrections {made.corrections}, words {words}")


def _exported(path: Path) -> int:
    """The rows written; the file is readable by its owner alone, because masked words are still people's words."""
    names = dict(Unit.objects.values_list("pk", "name"))
    count = 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text", "received_at", "affair", "unit"])
            for told in lessons():
                unit = names[int(told.unit)] if told.unit else ""
                writer.writerow([told.text, told.received_at.isoformat(), told.affair, unit])
                count += 1
    except OSError as error:
        raise CommandError(f"{path.name}: {error.strerror}") from error
    return count
