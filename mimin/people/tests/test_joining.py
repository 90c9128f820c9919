"""The page behind an invitation: whoever opens it first takes the part, and nobody else does."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.models import Facts
from mimin.people import actions, inviting, joining_views
from mimin.people.inviting import Invited
from mimin.people.models import Invitation, Person, Role
from mimin.people.rules import RoleKind
from tests.made import Government, person
from tests.scene import client_of

pytestmark = pytest.mark.django_db
SECRET = "hujan turun sejak subuh"
FORM = {
    "label": "Admin Baru",
    "username": "admin.baru",
    "password": SECRET,
    "again": SECRET,
    "key": "formulir-1",
}


def invited(
    government: Government, *, by: str = "koordinator", key: str = "undangan", days: int = 7
) -> Invited:
    return inviting.invite(
        unit=government.pupr, kind=RoleKind.ADMIN, post="Admin media sosial", days=days, key=key,
        by=government.person(by), at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def link(government: Government) -> str:
    return reverse("join", args=[invited(government).token])


def parts(username: str) -> list[tuple[str, str]]:
    roles = Role.objects.filter(person__username=username)
    return [(role.kind, role.unit.short) for role in roles.select_related("unit")]


def signed_in(client: Client) -> str:
    """The user name of who is signed in; "" for nobody."""
    pk = client.session.get("_auth_user_id")
    return Person.objects.get(pk=pk).username if pk else ""


# Somebody new


def test_the_page_says_who_invites_whom_to_what_and_needs_no_session(link: str) -> None:
    page = Client().get(link)
    assert page.status_code == 200
    assert [page.context[name] for name in ("by", "post", "unit")] == [
        "Koordinator Diskominfo", "Admin media sosial", "Dinas Pekerjaan Umum dan Penataan Ruang",
    ]  # fmt: skip
    assert [page.headers[name] for name in ("Cache-Control", "Referrer-Policy")] == [
        "no-store",
        "same-origin",
    ]


def test_somebody_new_is_signed_in_with_the_part_and_needs_no_mail(link: str) -> None:
    client = Client()
    answer = client.post(link, FORM)
    new = Person.objects.get(username="admin.baru")
    assert (answer.status_code, answer.url, signed_in(client)) == (302, reverse("home"), "admin.baru")
    assert (new.label, new.email, new.phone_hint, new.check_password(SECRET)) == ("Admin Baru", "", "", True)
    assert parts("admin.baru") == [("admin", "Dinas PUPR")]
    assert client.get(reverse("home")).status_code == 200


def test_the_trail_says_who_invited_and_who_took_it(government: Government, link: str) -> None:
    Client().post(link, FORM)
    new, coordinator = Person.objects.get(username="admin.baru"), government.people["koordinator"]
    rows = Facts.objects.filter(
        kind__in=("invitation.made", "person.added", "role.given", "invitation.taken")
    )
    newest = list(rows.order_by("-pk").values_list("kind", "actor_id", "subject_id")[:4])
    assert newest == [
        ("invitation.taken", new.pk, government.pupr.pk),
        ("role.given", coordinator.pk, new.pk),
        ("person.added", None, new.pk),
        ("invitation.made", coordinator.pk, government.pupr.pk),
    ]


def test_a_double_click_makes_one_person_with_one_part_who_is_signed_in(link: str) -> None:
    first, second = Client(), Client()
    first.post(link, FORM)
    answer = second.post(link, FORM)  # the first answer never arrived: this browser has no session
    assert (answer.status_code, signed_in(second)) == (302, "admin.baru")
    assert Person.objects.filter(username="admin.baru").count() == 1
    assert parts("admin.baru") == [("admin", "Dinas PUPR")]
    assert Facts.objects.filter(kind="invitation.taken").count() == 1


@pytest.mark.parametrize(
    "changed", [{"key": "formulir-2"}, {"password": "salah sama sekali", "again": "salah sama sekali"}]
)
def test_the_form_of_somebody_else_opens_nothing_that_was_taken(link: str, changed: dict[str, str]) -> None:
    Client().post(link, FORM)
    stranger = Client()
    answer = stranger.post(link, {**FORM, **changed})
    assert (answer.status_code, signed_in(stranger)) == (410, "")


def test_a_double_click_does_not_pass_a_second_step(link: str) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    Client().post(link, FORM)
    TOTP.activate(Person.objects.get(username="admin.baru"), "JBSWY3DPEHPK3PXP")
    again = Client()
    answer = again.post(link, FORM)
    assert (answer.url, signed_in(again)) == (reverse("mfa_authenticate"), "")


def test_who_comes_second_is_told_what_to_do_and_changes_nothing(link: str) -> None:
    Client().post(link, FORM)
    second = Client()
    for answer in (
        second.get(link),
        second.post(link, {**FORM, "username": "orang.lain", "key": "formulir-2"}),
    ):
        assert (answer.status_code, answer.context["sign_in"]) == (410, True)
    assert not Person.objects.filter(username="orang.lain").exists()
    assert "Admin Baru" not in answer.content.decode()


def test_whoever_took_it_comes_home_by_the_same_link(link: str) -> None:
    client = Client()
    client.post(link, FORM)
    answer = client.get(link)
    assert (answer.status_code, answer.url) == (302, reverse("home"))


# A link that gives nothing


def closed_by(government: Government, how: str, row: Invitation) -> None:
    now, coordinator = timezone.now(), government.person("koordinator")
    if how == "expired":
        Invitation.objects.filter(pk=row.pk).update(expires_at=now)
    elif how == "over":
        Invitation.objects.filter(pk=row.pk).update(until=timezone.localdate() - timedelta(days=1))
    elif how == "withdrawn":
        inviting.withdraw(row=row, by=actions.actor(coordinator), at=now)
    elif how == "unit ended":
        type(row.unit).objects.filter(pk=row.unit_id).update(active=False)
    elif how == "part ended":
        Role.objects.filter(person=row.made_by).delete()
    else:
        Person.objects.filter(pk=row.made_by_id).update(is_active=False)


@pytest.mark.parametrize("how", ["expired", "over", "withdrawn", "unit ended", "part ended", "suspended"])
def test_a_link_that_gives_nothing_says_why_and_gives_nothing(government: Government, how: str) -> None:
    made = invited(government)
    closed_by(government, how, made.invitation)
    link = reverse("join", args=[made.token])
    page, answer = Client().get(link), Client().post(link, FORM)
    known = client_of(government, "admin.dukcapil").post(link, {"key": "k"})
    assert [one.status_code for one in (page, answer, known)] == [410, 410, 410]
    assert not Person.objects.filter(username="admin.baru").exists()
    assert parts("admin.dukcapil") == [("admin", "Dukcapil")]


def test_a_link_that_nobody_made_leads_nowhere() -> None:
    link = reverse("join", args=["tidak-ada"])
    assert [Client().get(link).status_code, Client().post(link, FORM).status_code] == [404, 404]


def test_an_address_that_asks_too_often_waits(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining_views, "A_MINUTE", 3)
    assert [Client().get(link).status_code for _try in range(4)] == [200, 200, 200, 429]


# What is typed


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "koordinator"}, "__all__"),
        ({"username": "Admin Baru"}, "username"),
        ({"label": ""}, "label"),
        ({"password": "pendek", "again": "pendek"}, "password"),
        ({"password": "password123", "again": "password123"}, "password"),
        ({"password": "admin.baru1", "again": "admin.baru1"}, "password"),
        ({"again": "lain sama sekali"}, "again"),
        ({"phone": "0812"}, "phone"),
        ({"phone": "nomor saya"}, "phone"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_the_link_still_works(
    link: str, changed: dict[str, str], field: str
) -> None:
    answer = Client().post(link, {**FORM, **changed})
    assert (answer.status_code, [*answer.context["form"].errors]) == (422, [field])
    assert Invitation.objects.get().used_at is None
    assert Client().post(link, {**FORM, "key": "formulir-2"}).status_code == 302


def test_a_capital_that_the_telephone_put_there_is_no_other_name(link: str) -> None:
    assert Client().post(link, {**FORM, "username": " Admin.Baru "}).status_code == 302
    assert Person.objects.filter(username="admin.baru").exists()


def test_one_telephone_is_shared_by_five_people_and_only_its_end_is_kept(government: Government) -> None:
    for n in range(5):
        link = reverse("join", args=[invited(government, key=f"undangan-{n}").token])
        typed = {**FORM, "username": f"admin{n}", "key": f"formulir-{n}", "phone": "+62 812-0000-4821"}
        assert Client().post(link, typed).status_code == 302
    hints = Person.objects.filter(username__startswith="admin", phone_hint="4821")
    assert hints.count() == 5


def test_the_form_is_refused_without_its_csrf_token(link: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, FORM).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', strict.get(link).content.decode())
    assert token
    assert strict.post(link, {**FORM, "csrfmiddlewaretoken": token[1]}).status_code == 302


# Somebody who has a way in already


def test_who_is_signed_in_takes_the_part_as_they_are(government: Government, link: str) -> None:
    client = client_of(government, "admin.dukcapil")
    assert client.get(link).context["may"] is True
    first, second = client.post(link, {"key": "k"}), client.post(link, {"key": "k"})
    assert [first.url, second.url] == [reverse("home"), reverse("home")]
    assert sorted(parts("admin.dukcapil")) == [("admin", "Dinas PUPR"), ("admin", "Dukcapil")]
    assert Facts.objects.filter(kind="invitation.taken").count() == 1


def test_whoever_made_the_link_sees_it_and_does_not_take_it(government: Government, link: str) -> None:
    client = client_of(government, "koordinator")
    page, answer = client.get(link), client.post(link, {"key": "k"})
    assert (page.context["own"], page.context["may"], answer.status_code) == (True, False, 422)
    assert Invitation.objects.get().used_at is None


def test_who_plays_the_part_already_leaves_the_link_for_a_colleague(
    government: Government, link: str
) -> None:
    client = client_of(government, "admin.pupr")
    assert client.get(link).context["may"] is False
    assert client.post(link, {"key": "k"}).status_code == 422
    assert Role.objects.get(person__username="admin.pupr").since == date(2020, 1, 1)
    assert Client().post(link, FORM).status_code == 302


# What may be given


def test_an_auditor_is_invited_for_a_limited_time_and_plays_until_then(government: Government) -> None:
    until = timezone.localdate() + timedelta(days=30)
    made = inviting.invite(
        unit=government.root, kind=RoleKind.AUDITOR, post="Auditor", days=7, key="a", until=until,
        by=government.person("koordinator"), at=timezone.now(),
    )  # fmt: skip
    Client().post(reverse("join", args=[made.token]), FORM)
    assert Role.objects.get(person__username="admin.baru").until == until


def test_a_part_given_from_the_top_falls_with_the_coordinator_of_the_top(government: Government) -> None:
    other = person("koordinator.dua", "Koordinator Dua", government.root, RoleKind.COORDINATOR)
    made = inviting.invite(
        unit=government.inspectorate, kind=RoleKind.INSPECTOR, post="Inspektur", days=7, key="i", by=other,
        at=timezone.now(),
    )  # fmt: skip
    Role.objects.filter(person=other).update(unit=government.inspectorate)
    answer = Client().post(reverse("join", args=[made.token]), FORM)
    assert (answer.status_code, Role.objects.filter(kind="inspector").count()) == (410, 1)


def test_no_token_stands_in_the_database(government: Government) -> None:
    made = invited(government)
    kept = Invitation.objects.get()
    assert made.token not in (kept.token, kept.key)
    assert inviting.by_token(made.token) == kept
    assert inviting.by_token(kept.token) is None
