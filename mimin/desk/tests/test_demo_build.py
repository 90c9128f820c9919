"""Kabupaten Contoh as it stands in the database: every state, nothing before its time, and evidence for all of it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, F
from django.utils import timezone

from mimin.desk.demo import build, pemda
from mimin.desk.demo.build import WITH_MIMIN
from mimin.desk.models import ImportJob
from mimin.desk.walks import hear
from mimin.evidence.models import Facts
from mimin.inbox.models import (
    Ask,
    Attachment,
    Case,
    CaseUnit,
    Message,
    Note,
    Pause,
    Promise,
    Proof,
    Reply,
    SavedReply,
    Statement,
    StatementPhoto,
    Transfer,
)
from mimin.inbox.rules import FIELDS
from mimin.lib.flow import Flow
from mimin.lib.work import drain
from mimin.outbox import actions as outbox
from mimin.people.models import Person
from mimin.registry.models import Channel
from mimin.registry.rows import HEALTH, health_of
from tests.servers.installation import ROOT, Installation

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TOLD: list[tuple[int, int]] = []


@pytest.fixture(scope="module")
def there(django_db_setup: None, django_db_blocker: object) -> Iterator[pemda.Pemda]:
    """The whole demonstration, told once for this file and taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        built = pemda.tree("rahasia-sekali", at=NOW - timedelta(days=120))
        build.tell(built, until=NOW, count=700, progress=lambda done, total: TOLD.append((done, total)))
        yield built
        transaction.set_rollback(True)


def states(model: type[models.Model]) -> set[str]:
    return set(model._default_manager.values_list("state", flat=True))


def test_every_message_of_the_story_is_there_once(there: pemda.Pemda) -> None:
    told = Message.objects.filter(ours=False, remote_id__regex=r"^story-[0-9]+-[0-9]+$")
    assert told.count() == told.values("channel", "remote_id").distinct().count() == 700


TOLD_OF = {"import": ImportJob}
"""Flow -> what it is the life of, where its name does not say it."""
FLOWS = [
    flow
    for package in ("inbox", "outbox", "desk")
    for flow in vars(import_module(f"mimin.{package}.states")).values()
    if isinstance(flow, Flow)
]


def of_flow(flow: Flow) -> type[models.Model]:
    named = {model._meta.model_name: model for model in apps.get_models()}
    return TOLD_OF.get(flow.name) or named[flow.name]


LIVING = [of_flow(flow) for flow in FLOWS]


@pytest.mark.parametrize("flow", FLOWS, ids=[flow.name for flow in FLOWS])
def test_everything_that_has_a_life_stands_in_every_state_of_it(there: pemda.Pemda, flow: Flow) -> None:
    assert states(of_flow(flow)) == set(flow.states)


def test_a_worker_that_starts_speaks_with_nobody_and_leaves_every_state_as_it_is_shown(
    there: pemda.Pemda, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Channel] = []
    for module in (outbox, hear):
        monkeypatch.setattr(module, "connector_for", asked.append)
    shown = {model: sorted(model._default_manager.values_list("pk", "state")) for model in LIVING}
    assert drain() > 0
    assert {model: sorted(model._default_manager.values_list("pk", "state")) for model in LIVING} == shown
    assert asked == []


def test_what_people_meet_in_their_work_is_there(there: pemda.Pemda) -> None:
    assert set(Transfer.objects.values_list("kind", flat=True)) == {"unit", "return", "outside"}
    assert set(CaseUnit.objects.values_list("part", flat=True)) == set(CaseUnit.Part)
    assert set(Channel.objects.values_list("mode", flat=True)) == set(Channel.Mode)
    for some in (
        Case.objects.exclude(holder=None), Case.objects.exclude(main=None), Attachment.objects.exclude(message=None),
        Pause.objects.all(), Proof.objects.exclude(capture=None), StatementPhoto.objects.all(),
        Message.objects.filter(held=True), Channel.objects.exclude(retired_at=None),
        Promise.objects.filter(state="open", due_at__lt=NOW), Ask.objects.filter(state="open", expires_at__lt=NOW),
        Ask.objects.filter(state="open", expires_at__gt=NOW), CaseUnit.objects.filter(part="helper", due_at__lt=NOW),
    ):  # fmt: skip
        assert some.exists(), some.query
    assert set(Statement.objects.values_list("verdict", flat=True)) == {"handled", "scheduled", "not_ours"}
    assert any(reply.returned_because for reply in Reply.objects.filter(state="draft"))
    assert Case.objects.filter(secrecy__gte=2).values("secrecy").distinct().count() >= 2
    assert Case.objects.filter(due_at__lt=NOW, state__in=("new", "routed")).exists()


def test_a_website_is_shown_in_every_health_that_it_can_have(there: pemda.Pemda) -> None:
    rows = Channel.objects.select_related("connection")
    assert {health_of(channel, NOW) for channel in rows} == set(HEALTH)


def test_what_came_before_mimin_was_taken_in_and_what_came_since_was_worked_on(there: pemda.Pemda) -> None:
    came = NOW - WITH_MIMIN - timedelta(hours=1)
    worked = set(Facts.objects.exclude(kind="message.received").values_list("kind", flat=True))
    assert worked >= {
        "case.transferred", "case.answered", "case.closed", "case.dismissed", "case.referred", "case.kept",
        "case.noted", "reply.drafted", "reply.submitted", "reply.approved",
        "delivery.intended", "delivery.handed", "delivery.live",
    }  # fmt: skip
    old = Case.objects.filter(opened_at__lt=NOW - build.CONNECTED)
    assert old.exclude(state__in=("answered", "closed", "dismissed", "referred", "routed")).count() == 0
    assert (
        Facts.objects.filter(subject_kind="case", subject_id__in=old.values("pk"), at__lt=came).count() == 0
    )


def test_nothing_happened_before_what_led_to_it_and_nothing_is_still_to_come(there: pemda.Pemda) -> None:
    trails: dict[int, list] = {}
    for fact in Facts.objects.filter(subject_kind="case").exclude(kind__startswith="alarm.").order_by("pk"):
        trails.setdefault(fact.subject_id, []).append(fact.at)
    assert [case for case, times in trails.items() if any(a > b for a, b in pairwise(times))] == []
    assert Facts.objects.filter(at__gt=timezone.now()).count() == 0
    assert Case.objects.filter(answered_at__lt=F("opened_at")).count() == 0


def test_every_case_has_one_unit_that_leads_it_and_its_parts_agree_with_it(there: pemda.Pemda) -> None:
    leads = CaseUnit.objects.filter(part="lead").values("case").annotate(n=Count("pk"))
    assert {row["n"] for row in leads} == {1}
    assert leads.count() == Case.objects.count()
    apart = CaseUnit.objects.exclude(state=F("case__state"), rank=F("case__rank"), secrecy=F("case__secrecy"))
    assert apart.count() == 0


def test_a_dozen_replies_are_saved_for_everybody_and_for_single_units(there: pemda.Pemda) -> None:
    assert SavedReply.objects.count() == 13
    assert SavedReply.objects.filter(unit=there.units["kab"]).count() == 5
    fields = " ".join(SavedReply.objects.values_list("text", flat=True))
    assert [name for name in FIELDS if f"{{{name}}}" not in fields] == []


def test_nobody_approved_their_own_answer(there: pemda.Pemda) -> None:
    approved = Facts.objects.filter(kind="reply.approved").values_list("subject_id", "actor_id")
    handed_in = set(Facts.objects.filter(kind="reply.submitted").values_list("subject_id", "actor_id"))
    assert handed_in
    assert handed_in & set(approved) == set()


def test_colleagues_wrote_and_passed_on(there: pemda.Pemda) -> None:
    assert Note.objects.count() > 10
    assert Transfer.objects.filter(kind="unit").count() > 50
    assert Message.objects.filter(ours=True).count() > 300


def test_everybody_has_the_one_password_and_a_part(there: pemda.Pemda) -> None:
    assert Person.objects.values("password").distinct().count() == 1
    assert Person.objects.first().check_password("rahasia-sekali")
    assert Person.objects.filter(roles=None).count() == 0


def test_the_way_to_the_end_is_told_step_by_step(there: pemda.Pemda) -> None:
    done = [one for one, _total in TOLD]
    assert done == sorted(done)
    assert len(done) < 600  # old threads come in by the channel
    assert TOLD[-1][0] == TOLD[-1][1]
    assert Counter(total for _done, total in TOLD).keys() == {TOLD[-1][1]}


def test_the_command_tells_in_plain_lines_and_its_evidence_verifies(tmp_path: Path) -> None:
    here = Installation(tmp_path, f"sqlite:///{tmp_path / 'mimin.sqlite3'}", "")
    told = here.run("mimin.program", "demo", "--messages", "120")
    lines = re.findall(r"^Kabupaten Contoh (\d+)/(\d+)$", told.stderr, re.MULTILINE)
    assert (told.returncode, len(lines) > 3, lines[-1][0]) == (0, True, lines[-1][1])
    assert here.mimin("evidence", "verify").strip().endswith("Semuanya sama dengan saat disegel.")


def test_on_a_terminal_one_bar_grows_on_one_line(tmp_path: Path) -> None:
    here = Installation(tmp_path, f"sqlite:///{tmp_path / 'mimin.sqlite3'}", "")
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "mimin.program", "demo", "--messages", "40"]
    running = subprocess.Popen(
        command, cwd=ROOT, env=here.environment(), stdout=subprocess.DEVNULL, stderr=follower
    )
    os.close(follower)
    told = b""
    with suppress(OSError):  # the terminal ends with the program
        while piece := os.read(leader, 4096):
            told += piece
    os.close(leader)
    assert running.wait(timeout=60) == 0
    drawn = told.decode().strip().split("\r\x1b[K")[1:]
    assert len(drawn) > 1
    assert {line.split(" ")[:2] == ["Kabupaten", "Contoh"] and "\n" not in line for line in drawn} == {True}
    assert drawn[-1].startswith("Kabupaten Contoh ████████████████████████ ")
