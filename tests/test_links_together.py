"""Links at the same moment: several browsers, several clicks, several guesses."""

from __future__ import annotations

import pytest
from django.utils import timezone

from mimin.evidence.models import Facts
from mimin.inbox import approving, asking
from mimin.inbox.asking import LinkClosed
from mimin.inbox.models import Ask, Case, Statement
from mimin.lib.moving import Refused
from mimin.outbox.models import Delivery
from mimin.people.models import Person
from tests.made import Government
from tests.test_together import COPIES, case, crowd, site, submitted  # noqa: F401
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def tell(ask: Ask, browser: str, key: str) -> Statement:
    return asking.tell(
        row=Ask.objects.select_related("case").get(pk=ask.pk), browser=browser, key=key, author=browser,
        verdict="handled", until=None, text="", photos=(), at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def question(crowd: Government, case: Case) -> Ask:  # noqa: F811
    made = asking.ask(
        case=case, who="Kepala UPTD", reach="", question="Bagaimana?", hours=24, key="k",
        by=crowd.person("admin.pupr"), at=timezone.now(),
    )  # fmt: skip
    return made.ask


def test_of_several_browsers_that_tell_at_once_one_binds_the_link(question: Ask) -> None:
    done = at_once(*[lambda n=n: tell(question, f"peramban {n}", f"k{n}") for n in range(COPIES)])
    assert sum(isinstance(one, Statement) for one in done) == 1
    assert {one.why for one in done if isinstance(one, LinkClosed)} == {"elsewhere"}
    assert [s.author for s in Statement.objects.all()] == [Ask.objects.get().state_by]
    assert Facts.objects.filter(kind="ask.told").count() == 1


def test_one_form_that_is_sent_several_times_at_once_is_one_statement(question: Ask) -> None:
    done = at_once(*[lambda: tell(question, "peramban", "k")] * COPIES)
    assert {one.pk for one in done} == {Statement.objects.get().pk}


@pytest.fixture
def approval(crowd: Government, case: Case) -> Ask:  # noqa: F811
    Person.objects.filter(username="kepala.pupr").update(phone_hint="4821")
    made = approving.ask_approval(
        reply=submitted(crowd, case), person=crowd.person("kepala.pupr"), hours=24, key="k2",
        by=crowd.person("admin.pupr"), at=timezone.now(),
    )  # fmt: skip
    return made.ask


def decide(ask: Ask, digits: str) -> Ask:
    row = Ask.objects.select_related("case__lead", "person", "reply").get(pk=ask.pk)
    return approving.decide(
        row=row, approve=True, why="", digits=digits, seen=approving.fingerprint(row.reply), browser="b",
        signed_in=None, at=timezone.now(),
    )  # fmt: skip


def test_an_answer_approved_by_several_clicks_at_once_leaves_once(approval: Ask) -> None:
    done = at_once(*[lambda: decide(approval, "4821")] * COPIES)
    assert sum(isinstance(one, Ask) for one in done) == 1
    assert (Delivery.objects.count(), Facts.objects.filter(kind="ask.decided").count()) == (1, 1)


def test_digits_guessed_at_once_are_counted_one_after_the_other(approval: Ask) -> None:
    done = at_once(*[lambda n=n: decide(approval, f"{n:04d}") for n in range(12)])
    assert all(isinstance(one, Refused) for one in done)
    row = Ask.objects.get(pk=approval.pk)
    assert (row.tries, row.state) == (approving.MOST_TRIES, "withdrawn")
    assert Facts.objects.filter(kind="ask.withdrawn").count() == 1
