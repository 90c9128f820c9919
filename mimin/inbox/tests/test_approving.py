"""A head approves by a link: once, as that person, these words, and never their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mimin.desk.models import Notice
from mimin.evidence.queries import trail
from mimin.inbox import answering, approving
from mimin.inbox.models import Ask, Case, Reply
from mimin.lib.moving import Refused
from mimin.people.actions import suspend
from mimin.people.models import Person, Role
from mimin.people.rules import Secrecy
from mimin.policy.actions import set_value
from tests.made import BY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

DIGITS = "4821"


@pytest.fixture
def case(government: Government) -> Case:
    policy(government, "case.approval", True)
    Person.objects.filter(username__in=("kepala.pupr", "koordinator")).update(phone_hint=DIGITS)
    return opened(channel(government.pupr), "jalan depan pasar bolong, hp 081234567890")


@pytest.fixture
def reply(government: Government, case: Case) -> Reply:
    return submitted(government, case, "admin.pupr")


@pytest.fixture
def link(government: Government, case: Case, reply: Reply) -> str:
    return laid_before(government, case, reply)


def policy(government: Government, key: str, value: object) -> None:
    set_value(
        unit=government.pupr, key=key, value=value, valid_from=timezone.localdate(), legal_basis="", source="",
        by=BY, at=timezone.now(),
    )  # fmt: skip


def submitted(government: Government, case: Case, author: str, text: str = "Besok kami tambal.") -> Reply:
    by = government.person(author)
    made = answering.draft(case=case, message=case.messages.get(), text=text, by=by, at=timezone.now())
    return answering.submit(reply=made, by=by, at=timezone.now())


def laid_before(
    government: Government,
    case: Case,
    reply: Reply,
    who: str = "kepala.pupr",
    by: str = "admin.pupr",
    key: str = "k",
) -> str:
    """The path of the link that one person sends to another."""
    page = client_of(government, by).post(
        reverse("case_act", args=[case.pk, "ask_approval"]),
        {"reply": reply.pk, "person": government.people[who].pk, "hours": "24", "key": key},
    )
    assert page.status_code == 200, page.content.decode()
    return page.context["letter"].link.removeprefix("http://testserver")


def decide(link: str, client: Client | None = None, **changes: str):
    head = client or Client()
    shown = head.get(link)
    seen = shown.context["form"]["seen"].value() if shown.status_code == 200 else ""
    return head.post(link, {"seen": seen, "digits": DIGITS, "do": "approve", "why": "", **changes})


def test_a_head_reads_the_masked_case_and_the_answer_without_signing_in(link: str) -> None:
    page = Client().get(link).content.decode()
    assert "Besok kami tambal." in page and "jalan depan pasar bolong" in page
    assert "081234567890" not in page


def test_approving_is_recorded_as_the_head_s_and_as_given_by_a_link(
    government: Government, case: Case, reply: Reply, link: str
) -> None:
    assert decide(link).status_code == 200
    reply.refresh_from_db()
    head, admin = government.people["kepala.pupr"], government.people["admin.pupr"]
    assert (reply.state, reply.state_by, reply.delivery is not None) == ("leaving", head.label, True)
    by_kind = {f.kind: f for f in trail("case", case.pk)}
    assert by_kind["reply.approved"].actor_id == head.pk
    decided = by_kind["ask.decided"]
    assert (decided.actor_id, decided.details["approved"], decided.details["sent_by"]) == (
        head.pk,
        True,
        admin.pk,
    )
    assert decided.details["shown"] == "link and last digits of the telephone"


def test_the_head_is_told_of_what_was_decided_in_their_name_and_the_sender_that_it_was(
    government: Government, case: Case, reply: Reply, link: str
) -> None:
    decide(link)
    told = {n.person.username: n.kind for n in Notice.objects.all()}
    assert told == {"kepala.pupr": "decided", "admin.pupr": "told"}
    page = client_of(government, "kepala.pupr").get(reverse("notices")).content.decode()
    assert "atas nama Anda" in page and case.number in page


def test_returning_needs_a_word_and_brings_the_answer_back_with_it(reply: Reply, link: str) -> None:
    head = Client()
    assert decide(link, head, do="return").status_code == 422
    assert decide(link, head, do="return", why="Sebutkan tanggalnya").status_code == 200
    reply.refresh_from_db()
    assert (reply.state, reply.returned_because) == ("draft", "Sebutkan tanggalnya")


def test_the_link_works_once(reply: Reply, link: str) -> None:
    head = Client()
    decide(link, head)
    again = decide(link, head)
    assert (again.status_code, Client().get(link).status_code) == (410, 410)
    assert Ask.objects.get().state == "decided"
    assert "Besok" not in again.content.decode()


def test_wrong_digits_decide_nothing_are_counted_and_close_the_link_at_the_fifth(
    government: Government, case: Case, reply: Reply, link: str
) -> None:
    head = Client()
    codes = [decide(link, head, digits="0000").status_code for _try in range(5)]
    assert codes == [422, 422, 422, 422, 410]
    reply.refresh_from_db()
    assert (reply.state, Ask.objects.get().state) == ("submitted", "withdrawn")
    assert decide(link, head).status_code == 410
    [shown] = client_of(government, "admin.pupr").get(reverse("case", args=[case.pk])).context["asks"]
    assert shown["tries_text"] == "Angka salah: 5 kali"


@pytest.mark.parametrize("digits", ["", "482", "48211", "abcd", "４８２１"])
def test_what_is_no_four_digits_is_asked_again_and_counts_as_no_try(link: str, digits: str) -> None:
    assert decide(link, digits=digits).status_code == 422
    assert Ask.objects.get().tries == 0


def test_words_that_changed_after_they_were_read_are_not_approved(
    government: Government, reply: Reply, link: str
) -> None:
    head = Client()
    seen = head.get(link).context["form"]["seen"].value()
    reply.text = "Tidak akan kami tambal."
    reply.save(update_fields=["text"])
    page = head.post(link, {"seen": seen, "digits": DIGITS, "do": "approve", "why": ""})
    assert page.status_code == 422
    assert "Tidak akan kami tambal." in page.content.decode()
    reply.refresh_from_db()
    assert reply.state == "submitted"
    assert decide(link, head).status_code == 200


def test_nobody_is_asked_to_approve_their_own(government: Government, case: Case) -> None:
    own = submitted(government, case, "kepala.pupr")
    with pytest.raises(Refused):
        approving.ask_approval(
            reply=own, person=government.person("kepala.pupr"), hours=24, key="k",
            by=government.person("admin.pupr"), at=timezone.now(),
        )  # fmt: skip
    assert Ask.objects.count() == 0


@pytest.mark.parametrize("who", ["admin.pupr", "admin.dukcapil", "pimpinan", "inspektur"])
def test_only_who_may_approve_in_this_case_can_be_asked(
    government: Government, case: Case, reply: Reply, who: str
) -> None:
    page = client_of(government, "admin.pupr").post(
        reverse("case_act", args=[case.pk, "ask_approval"]),
        {"reply": reply.pk, "person": government.people[who].pk, "hours": "24", "key": "k"},
    )
    assert (page.status_code, Ask.objects.count()) == (422, 0)


def test_those_who_can_be_asked_are_listed(government: Government, case: Case, reply: Reply) -> None:
    page = client_of(government, "admin.pupr").get(
        reverse("case_act", args=[case.pk, "ask_approval"]), {"reply": reply.pk}
    )
    listed = {person.username for person in page.context["form"].fields["person"].queryset}
    assert listed == {"koordinator", "kepala.pupr", "sekda"}


def test_without_registered_digits_nobody_is_asked_by_a_link(
    government: Government, case: Case, reply: Reply
) -> None:
    Person.objects.update(phone_hint="12")
    page = client_of(government, "admin.pupr").post(
        reverse("case_act", args=[case.pk, "ask_approval"]),
        {"reply": reply.pk, "person": government.people["kepala.pupr"].pk, "hours": "24", "key": "k"},
    )
    assert page.status_code == 422
    assert "Minta koordinator" in page.content.decode()


def test_a_coordinator_registers_the_digits_and_that_is_recorded(government: Government, case: Case) -> None:
    head, client = government.people["kepala.pupr"], client_of(government, "koordinator")
    form = {"label": head.label, "email": "", "language": "id", "phone_hint": "0815"}
    assert client.post(reverse("person", args=[head.pk]), {**form, "phone_hint": "815"}).status_code == 422
    assert client.post(reverse("person", args=[head.pk]), form).status_code == 302
    assert approving.digits_of(government.person("kepala.pupr")) == "0815"
    changed = trail("person", head.pk)[0]
    assert (changed.kind, changed.details["telephone_changed"]) == ("person.changed", True)
    assert "0815" not in str(changed.details)


def test_whoever_is_signed_in_as_another_decides_nothing(
    government: Government, reply: Reply, link: str
) -> None:
    """The author who opens the link that they sent, in their own browser."""
    for name in ("admin.pupr", "koordinator"):
        assert decide(link, client_of(government, name)).status_code == 403
    assert decide(link, client_of(government, "kepala.pupr")).status_code == 200


def test_a_head_whose_part_has_ended_decides_nothing(government: Government, reply: Reply, link: str) -> None:
    head = government.people["kepala.pupr"]
    Role.objects.filter(person=head).update(until=timezone.localdate() - timedelta(days=1))
    assert decide(link).status_code == 403
    Role.objects.filter(person=head).update(until=None)
    suspend(person=government.person("kepala.pupr"), by=BY, at=timezone.now())
    page = decide(link)
    assert (page.status_code, "Besok" in page.content.decode()) == (403, False)


def test_a_unit_that_lets_no_link_approve_closes_links_that_are_on_their_way(
    government: Government, case: Case, reply: Reply, link: str
) -> None:
    policy(government, "ask.approval_by_link", False)
    assert decide(link).status_code == 403
    page = client_of(government, "admin.pupr").get(reverse("case", args=[case.pk]))
    assert "ask_approval" not in page.context["replies"][0]["verbs"]


def test_a_newer_link_closes_the_older_one(
    government: Government, case: Case, reply: Reply, link: str
) -> None:
    newer = laid_before(government, case, reply, who="koordinator", key="k2")
    assert decide(link).status_code == 410
    assert decide(newer).status_code == 200


def test_an_answer_decided_at_the_desk_is_decided_for_the_link_too(
    government: Government, reply: Reply, link: str
) -> None:
    answering.approve(reply=reply, by=government.person("koordinator"), at=timezone.now())
    assert decide(link).status_code == 410


def test_a_case_that_became_secret_is_approved_by_signing_in_alone(
    case: Case, reply: Reply, link: str
) -> None:
    Case.objects.filter(pk=case.pk).update(secrecy=Secrecy.SECRET)
    page = decide(link)
    assert (page.status_code, "Besok" in page.content.decode()) == (410, False)


def test_an_approval_cannot_be_told_through_like_a_question(link: str) -> None:
    page = Client().post(link, {"key": "k", "author": "Mandor", "text": "Setuju saja"})
    assert page.status_code == 422
    assert Ask.objects.get().statements.count() == 0


@pytest.mark.parametrize(("also", "said"), [(True, 1), (False, 0)])
def test_the_head_is_told_that_the_answer_goes_to_other_citizens_too(
    case: Case, reply: Reply, link: str, also: bool, said: int
) -> None:
    for number in range(2):
        one = opened(case.channel, "jalan depan pasar bolong juga di sini", f"lain-{number}")
        Case.objects.filter(pk=one.pk).update(state="merged", main=case)
    type(reply).objects.filter(pk=reply.pk).update(also=also)
    page = Client().get(link).content.decode()
    assert page.count("juga dikirim kepada 2 warga lain") == said
