"""An invitation at the same moment: two people with one link, one person who clicks twice, a link taken back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from mimin.evidence.models import Facts
from mimin.people import inviting
from mimin.people.actions import actor
from mimin.people.links import LinkOver
from mimin.people.models import Invitation, Person, Role
from mimin.people.rules import RoleKind
from tests.made import Government
from tests.test_together import COPIES, crowd, site  # noqa: F401
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def row(crowd: Government) -> Invitation:  # noqa: F811
    made = inviting.invite(
        unit=crowd.pupr, kind=RoleKind.PPID, post="Admin", days=7, key="k", by=crowd.person("koordinator"),
        at=timezone.now(),
    )  # fmt: skip
    return made.invitation


def join(row: Invitation, username: str, key: str) -> Person:
    return inviting.join(
        row=row, username=username, label=username, password="hujan turun sejak subuh", digits="", key=key,
        at=timezone.now(),
    )  # fmt: skip


def test_of_several_people_with_one_link_one_gets_in(row: Invitation) -> None:
    done = at_once(*[lambda n=n: join(row, f"orang.{n}", f"k{n}") for n in range(COPIES)])
    assert sum(isinstance(one, Person) for one in done) == 1
    assert {one.why for one in done if isinstance(one, LinkOver)} == {"used"}
    taken = Invitation.objects.get().used_by
    assert taken
    assert [role.person for role in Role.objects.filter(kind="ppid")] == [taken]
    assert Person.objects.filter(username__startswith="orang.").count() == 1


def test_one_form_that_is_sent_several_times_at_once_makes_one_person(row: Invitation) -> None:
    done = at_once(*[lambda: join(row, "orang.satu", "k")] * COPIES)
    assert {one.pk for one in done} == {Person.objects.get(username="orang.satu").pk}
    assert Facts.objects.filter(kind="invitation.taken").count() == 1


def test_a_link_that_is_taken_back_while_it_is_used_is_one_or_the_other(
    crowd: Government,  # noqa: F811
    row: Invitation,
) -> None:
    by = actor(crowd.person("koordinator"))
    at_once(
        lambda: join(row, "orang.satu", "k"), lambda: inviting.withdraw(row=row, by=by, at=timezone.now())
    )
    row = Invitation.objects.get()
    joined = Person.objects.filter(username="orang.satu").exists()
    assert (row.used_at is not None, row.withdrawn_at is not None) == (joined, not joined)
