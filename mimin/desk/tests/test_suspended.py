"""Suspending somebody ends in one act what they left open: sessions, links and channels."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.models import Facts
from mimin.inbox import asking
from mimin.inbox.models import Ask, Case
from mimin.people import inviting
from mimin.people.actions import give_role
from mimin.people.models import Invitation
from mimin.people.rules import RoleKind
from mimin.registry.actions import assign
from mimin.registry.models import Assignment
from tests.made import BY, MONDAY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.pupr), "jalan depan pasar bolong sudah dua bulan")


def asked(case: Case, government: Government, username: str) -> str:
    """A link to the case that somebody made."""
    made = asking.ask(
        case=case, who="Lurah", reach="", question="Bagaimana?", hours=24, key=username, at=timezone.now(),
        by=government.person(username),
    )  # fmt: skip
    return reverse("asked", args=[made.token])


def suspend(government: Government, username: str) -> None:
    url = reverse("person_act", args=[government.people[username].pk, "suspend"])
    assert client_of(government, "koordinator").post(url).status_code == 302


def test_who_is_suspended_leaves_no_session_no_link_and_no_channel(
    case: Case, government: Government
) -> None:
    own, others = asked(case, government, "admin.pupr"), asked(case, government, "kepala.pupr")
    for username in ("admin.pupr", "kepala.pupr"):
        assign(
            channel=case.channel, person=government.person(username), since=MONDAY.date(), by=BY, at=MONDAY
        )
    session = Client()
    session.post(reverse("account_login"), {"login": "admin.pupr", "password": "rahasia-sekali"})
    assert session.get(reverse("home")).status_code == 200

    suspend(government, "admin.pupr")

    assert session.get(reverse("home")).status_code == 302
    assert [Client().get(link).status_code for link in (own, others)] == [410, 200]
    running = Assignment.objects.filter(until=None).values_list("person__username", flat=True)
    assert list(running) == ["kepala.pupr"]


def test_invitations_of_who_is_suspended_let_nobody_in_even_when_they_come_back(
    government: Government,
) -> None:
    second = government.people["admin.pupr"]
    give_role(
        person=second, unit=government.pupr, kind=RoleKind.COORDINATOR, since=MONDAY.date(), by=BY, at=MONDAY
    )
    made = inviting.invite(
        unit=government.pupr, kind=RoleKind.ADMIN, post="Admin", days=7, key="k", by=second, at=timezone.now()
    )
    suspend(government, "admin.pupr")
    url = reverse("person_act", args=[second.pk, "restore"])
    client_of(government, "koordinator").post(url)
    assert Client().get(reverse("join", args=[made.token])).status_code == 410
    assert Invitation.objects.get().withdrawn_at is not None


def test_what_was_closed_before_is_closed_once_and_each_leaves_one_record(
    case: Case, government: Government
) -> None:
    asked(case, government, "admin.pupr")
    assign(
        channel=case.channel, person=government.person("admin.pupr"), since=MONDAY.date(), by=BY, at=MONDAY
    )
    for _time in range(2):
        suspend(government, "admin.pupr")
    kinds = ("person.suspended", "ask.withdrawn", "channel.unassigned")
    assert [Facts.objects.filter(kind=kind).count() for kind in kinds] == [1, 1, 1]
    assert Ask.objects.get().state == "withdrawn"


def test_a_suspension_that_is_refused_ends_nothing(case: Case, government: Government) -> None:
    link = asked(case, government, "koordinator")
    suspend(government, "koordinator")  # of oneself
    assert Client().get(link).status_code == 200
