"""The pages of units and people: who may open them, what they do, and what happens when it is done twice."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from mimin.evidence.models import Facts
from mimin.people import rows
from mimin.people.actions import add_unit, give_role
from mimin.people.models import Person, Role, Unit, UnitAlias
from mimin.people.rules import RoleKind
from tests.made import BY, MONDAY, Government, channel, person

pytestmark = pytest.mark.django_db
READERS = ("pimpinan", "pengamat", "auditor")


def signed_in(government: Government, username: str) -> Client:
    client = Client()
    client.force_login(government.people[username])
    return client


def kinds(kind: str) -> int:
    """How many evidence records of a kind there are."""
    return Facts.objects.filter(kind=kind).count()


# The tree


def test_the_tree_shows_whole_government_to_the_coordinator(government: Government) -> None:
    page = signed_in(government, "koordinator").get(reverse("units"))
    assert page.status_code == 200
    assert [row["name"] for row in page.context["rows"]] == list(
        Unit.objects.order_by("path").values_list("name", flat=True)
    )


def test_the_tree_shows_an_admin_their_own_subtree(government: Government) -> None:
    page = signed_in(government, "admin.pupr").get(reverse("units"))
    assert [(row["short"], row["depth"]) for row in page.context["rows"]] == [
        ("Dinas PUPR", "d0"),
        ("UPTD Bina Marga", "d1"),
    ]
    assert page.context["add_url"] == ""


def test_the_tree_counts_channels_and_people(government: Government) -> None:
    channel(government.pupr)
    rows = signed_in(government, "koordinator").get(reverse("units")).context["rows"]
    pupr = next(row for row in rows if row["short"] == "Dinas PUPR")
    assert (pupr["channels_text"], pupr["people_text"]) == ("1", "2")


@pytest.mark.parametrize("words", ["PUPR", "pekerjaan umum", "Dinas PUPR"])
def test_the_tree_is_searched_by_name_short_name_and_alias(government: Government, words: str) -> None:
    page = signed_in(government, "koordinator").get(reverse("units"), {"q": words})
    assert [row["short"] for row in page.context["rows"]] == ["Dinas PUPR"]


def test_a_person_without_a_part_sees_an_empty_tree(government: Government) -> None:
    page = signed_in(government, "tanpa.peran").get(reverse("units"))
    assert (page.status_code, page.context["rows"]) == (200, [])


def test_nobody_sees_the_tree_without_signing_in(government: Government) -> None:
    page = Client().get(reverse("units"))
    assert (page.status_code, page.url.startswith(reverse("account_login"))) == (302, True)


@pytest.mark.parametrize(
    "username", ["koordinator", "admin.pupr", "kepala.pupr", "pimpinan", "pengamat", "auditor"]
)
def test_a_units_page_opens_for_everybody_whose_part_covers_it(government: Government, username: str) -> None:
    page = signed_in(government, username).get(reverse("unit", args=[government.pupr.pk]))
    assert page.status_code == 200


@pytest.mark.parametrize("username", ["admin.dukcapil", "inspektur", "admin.marga", "tanpa.peran"])
def test_a_units_page_is_not_there_for_a_stranger(government: Government, username: str) -> None:
    client = signed_in(government, username)
    assert client.get(reverse("unit", args=[government.pupr.pk])).status_code == 404
    assert client.get(reverse("unit_act", args=[government.pupr.pk, "rename"])).status_code == 404


@pytest.mark.parametrize("username", [*READERS, "sekda"])
def test_a_reader_finds_nothing_to_press_on_a_units_page(government: Government, username: str) -> None:
    page = signed_in(government, username).get(reverse("unit", args=[government.pupr.pk]))
    assert (page.context["acts"], page.context["form"]) == ([], None)


@pytest.mark.parametrize("username", [*READERS, "admin.pupr", "kepala.pupr", "sekda"])
@pytest.mark.parametrize("verb", ["add", "rename", "move", "merge", "split"])
def test_only_a_coordinator_changes_the_tree(government: Government, username: str, verb: str) -> None:
    client, url = signed_in(government, username), reverse("unit_act", args=[government.pupr.pk, verb])
    assert client.get(url).status_code == 403
    assert client.post(url, {"name": "X", "short": "X", "other": government.kominfo.pk}).status_code == 403
    assert Unit.objects.filter(name="X").count() == 0


def test_a_reader_cannot_post_to_a_units_page(government: Government) -> None:
    url = reverse("unit", args=[government.pupr.pk])
    answer = signed_in(government, "pimpinan").post(url, {"aliases": "X", "zone": "Asia/Jakarta"})
    assert answer.status_code == 403
    assert list(UnitAlias.objects.filter(text="X")) == []


def test_a_coordinator_of_one_department_does_not_reach_another(government: Government) -> None:
    person("koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR)
    client = Client()
    client.force_login(Person.objects.get(username="koordinator.pupr"))
    assert client.get(reverse("unit_act", args=[government.marga.pk, "rename"])).status_code == 200
    assert client.get(reverse("unit_act", args=[government.dukcapil.pk, "rename"])).status_code == 404
    assert client.get(reverse("unit_act", args=[government.root.pk, "rename"])).status_code == 404


def test_a_coordinator_of_one_department_moves_nothing_into_another(government: Government) -> None:
    person("koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR)
    client = Client()
    client.force_login(Person.objects.get(username="koordinator.pupr"))
    answer = client.post(
        reverse("unit_act", args=[government.marga.pk, "move"]),
        {"other": government.dukcapil.pk, "basis": ""},
    )
    assert answer.status_code == 422
    assert Unit.objects.get(pk=government.marga.pk).parent_id == government.pupr.pk


def test_a_unit_is_added_once_however_often_the_form_is_sent(government: Government) -> None:
    client, url = signed_in(government, "koordinator"), reverse("unit_act", args=[government.pupr.pk, "add"])
    typed = {"name": "UPTD Peralatan", "short": "Peralatan", "kind": "uptd"}
    first, second = client.post(url, typed), client.post(url, typed)
    made = Unit.objects.get(name="UPTD Peralatan")
    assert (first.status_code, first.url) == (302, reverse("unit", args=[made.pk]))
    assert second.status_code == 422
    assert made.parent == government.pupr
    assert Facts.objects.filter(kind="unit.added", subject_id=made.pk).count() == 1


def test_a_unit_is_renamed_and_the_old_name_still_finds_it(government: Government) -> None:
    client = signed_in(government, "koordinator")
    url = reverse("unit_act", args=[government.pupr.pk, "rename"])
    typed = {"name": "Dinas Bina Marga", "short": "DBM", "basis": "Perda 1/2026"}
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed).status_code == 422
    unit = Unit.objects.get(pk=government.pupr.pk)
    assert (unit.name, unit.short) == ("Dinas Bina Marga", "DBM")
    page = client.get(reverse("units"), {"q": "Penataan Ruang"})
    assert [row["name"] for row in page.context["rows"]] == ["Dinas Bina Marga"]
    assert kinds("unit.renamed") == 1


def test_a_refused_act_keeps_what_was_typed(government: Government) -> None:
    url = reverse("unit_act", args=[government.pupr.pk, "rename"])
    page = signed_in(government, "koordinator").post(
        url, {"name": "", "short": "DBM", "basis": "Perda 1/2026"}
    )
    assert page.status_code == 422
    assert page.context["form"]["basis"].value() == "Perda 1/2026"
    assert [*page.context["form"].errors] == ["name"]


def test_a_merge_is_done_once_and_the_merged_unit_offers_nothing_more(government: Government) -> None:
    client, url = (
        signed_in(government, "koordinator"),
        reverse("unit_act", args=[government.marga.pk, "merge"]),
    )
    typed = {"other": government.pupr.pk, "basis": ""}
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed).status_code == 422
    assert kinds("unit.merged") == 1
    assert client.get(reverse("unit", args=[government.marga.pk])).context["acts"] == []


def test_the_government_itself_is_neither_moved_nor_split(government: Government) -> None:
    client = signed_in(government, "koordinator")
    statuses = [
        client.get(reverse("unit_act", args=[government.root.pk, verb])).status_code
        for verb in ("add", "rename", "move", "merge", "split", "bakar")
    ]
    assert statuses == [200, 200, 404, 404, 404, 404]


def test_the_other_names_of_a_unit_are_saved_one_a_line(government: Government) -> None:
    client, url = signed_in(government, "koordinator"), reverse("unit", args=[government.pupr.pk])
    typed = {
        "aliases": "PUPR\n\n  Dinas PU \nDinas PU",
        "zone": "Asia/Makassar",
        "affairs": government.pupr.affairs,
    }
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed).status_code == 302
    unit = Unit.objects.get(pk=government.pupr.pk)
    assert sorted(unit.aliases.values_list("text", flat=True)) == ["Dinas PU", "PUPR"]
    assert (unit.zone, unit.affairs) == ("Asia/Makassar", government.pupr.affairs)
    assert kinds("unit.described") == 1


def test_a_zone_that_is_not_indonesian_is_refused_in_words(government: Government) -> None:
    url = reverse("unit", args=[government.pupr.pk])
    page = signed_in(government, "koordinator").post(url, {"aliases": "Baru", "zone": "Mars/Olympus"})
    assert page.status_code == 422
    assert [*page.context["form"].errors] == ["zone"]
    assert page.context["form"]["aliases"].value() == "Baru"


def test_history_is_told_on_both_sides(government: Government) -> None:
    client = signed_in(government, "koordinator")
    typed = {"name": "Dinas Tata Ruang", "short": "DTR", "affairs": [], "basis": "Perda 1/2026"}
    client.post(reverse("unit_act", args=[government.pupr.pk, "split"]), typed)
    client.post(
        reverse("unit_act", args=[government.marga.pk, "merge"]), {"other": government.pupr.pk, "basis": ""}
    )

    def told(pk: int) -> list[str]:
        with override("en"):
            return [line["title"] for line in rows.change_lines(Unit.objects.get(pk=pk))]

    assert told(Unit.objects.get(short="DTR").pk) == [f"Was split off from {government.pupr.name}"]
    assert told(government.pupr.pk) == [
        f"{government.marga.name} was merged into it",
        "Dinas Tata Ruang was split off",
    ]
    assert told(government.marga.pk) == [f"Merged into {government.pupr.name}"]


def test_a_part_that_is_over_is_listed_and_counted_nowhere(government: Government) -> None:
    admin, pupr = government.people["admin.pupr"], government.pupr
    Role.objects.filter(person=admin).update(until=date(2021, 1, 1))
    client = signed_in(government, "koordinator")
    tree = client.get(reverse("units")).context["rows"]
    assert [row["people_text"] for row in tree if row["short"] == "Dinas PUPR"] == ["1"]
    staff = client.get(reverse("unit", args=[pupr.pk])).context["people"]
    assert [line["title"] for line in staff] == ["Kepala Dinas PUPR"]
    listed = client.get(reverse("people"), {"q": "admin.pupr"}).context["rows"]
    assert [row["roles_text"] for row in listed] == [""]
    assert client.get(reverse("person", args=[admin.pk])).context["roles"] == []
    assert signed_in(government, "admin.pupr").get(reverse("me")).context["roles"] == []


# People


def test_people_are_listed_by_name_with_their_parts(government: Government) -> None:
    page = signed_in(government, "koordinator").get(reverse("people"))
    names = [row["name"] for row in page.context["rows"]]
    assert page.status_code == 200
    assert names == sorted(person.label for person in government.people.values())


@pytest.mark.parametrize(
    ("words", "usernames"),
    [
        ("dukcapil", ["admin.dukcapil"]),
        ("kepala", ["kepala.pupr"]),
        ("tidak ada", []),
        ("Bina Marga", ["admin.marga"]),
    ],
)
def test_people_are_found_by_name_user_name_and_unit(
    government: Government, words: str, usernames: list[str]
) -> None:
    page = signed_in(government, "koordinator").get(reverse("people"), {"q": words})
    assert [row["username"] for row in page.context["rows"]] == usernames


def test_the_list_of_people_goes_on_after_the_last_one_shown(government: Government) -> None:
    Person.objects.bulk_create(Person(username=f"p{n:03d}", label=f"Petugas {n:03d}") for n in range(60))
    client = signed_in(government, "koordinator")
    first = client.get(reverse("people"), {"q": "Petugas"})
    second = client.get(first.context["older_url"])
    names = [row["name"] for page in (first, second) for row in page.context["rows"]]
    assert names == [f"Petugas {n:03d}" for n in range(60)]
    assert second.context["older_url"] == ""


@pytest.mark.parametrize(
    "username", ["admin.pupr", "kepala.pupr", "pimpinan", "pengamat", "auditor", "tanpa.peran"]
)
def test_who_manages_nobody_opens_no_page_of_people(government: Government, username: str) -> None:
    client, other = signed_in(government, username), government.people["admin.dukcapil"].pk
    gets = [reverse("people"), reverse("person_add"), reverse("person", args=[other])]
    posts = [reverse("person_act", args=[other, verb]) for verb in ("password", "suspend", "restore")]
    posts += [reverse("role_give", args=[other]), reverse("person", args=[other])]
    assert {client.get(url).status_code for url in gets} == {403}
    assert {client.post(url).status_code for url in posts} == {403}
    assert Person.objects.get(pk=other).is_active


def _typed(government: Government, **changed: object) -> dict[str, object]:
    typed = {
        "label": "Admin Kominfo", "username": "admin.kominfo", "email": "", "language": "id",
        "unit": government.kominfo.pk, "kind": "admin", "since": "2026-01-01", "until": "",
    }  # fmt: skip
    return {**typed, **changed}


def test_somebody_new_gets_a_password_that_is_shown_once_and_works(government: Government) -> None:
    client = signed_in(government, "koordinator")
    page = client.post(reverse("person_add"), _typed(government))
    password = page.context["password_once"]
    new = Person.objects.get(username="admin.kominfo")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert password in page.content.decode()
    assert new.check_password(password)
    assert [(role.kind, role.unit) for role in new.roles.all()] == [("admin", government.kominfo)]
    assert password not in client.get(reverse("person", args=[new.pk])).content.decode()


def test_a_person_is_added_once_however_often_the_form_is_sent(government: Government) -> None:
    client = signed_in(government, "koordinator")
    client.post(reverse("person_add"), _typed(government))
    again = client.post(reverse("person_add"), _typed(government))
    assert again.status_code == 422
    assert again.context["form"]["label"].value() == "Admin Kominfo"
    assert Person.objects.filter(username="admin.kominfo").count() == 1
    assert Facts.objects.filter(kind="person.added", actor_label="Koordinator Diskominfo").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "Admin Kominfo"}, "username"),
        ({"label": ""}, "label"),
        ({"email": "bukan alamat"}, "email"),
        ({"kind": "auditor"}, "__all__"),
        ({"kind": "raja"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"until": "2025-01-01"}, "__all__"),
        ({"unit": 999_999}, "unit"),
    ],
)
def test_a_wrong_new_person_is_refused_in_words_and_nothing_is_kept(
    government: Government, changed: dict[str, object], field: str
) -> None:
    page = signed_in(government, "koordinator").post(reverse("person_add"), _typed(government, **changed))
    assert page.status_code == 422
    assert [*page.context["form"].errors] == [field]
    assert not Person.objects.filter(label="Admin Kominfo").exists()


def test_a_reset_password_is_shown_once_and_ends_the_sessions(government: Government) -> None:
    admin = government.people["admin.pupr"]
    theirs, client = signed_in(government, "admin.pupr"), signed_in(government, "koordinator")
    page = client.post(reverse("person_act", args=[admin.pk, "password"]))
    assert Person.objects.get(pk=admin.pk).check_password(page.context["password_once"])
    assert theirs.get(reverse("units")).status_code == 302
    assert kinds("person.password_reset") == 1


def test_a_suspended_person_is_out_at_once_and_comes_back_when_let_in(government: Government) -> None:
    admin = government.people["admin.pupr"]
    theirs, client = signed_in(government, "admin.pupr"), signed_in(government, "koordinator")
    suspend = reverse("person_act", args=[admin.pk, "suspend"])
    assert [client.post(suspend).status_code for _twice in range(2)] == [302, 302]
    assert theirs.get(reverse("units")).status_code == 302
    assert not Person.objects.get(pk=admin.pk).is_active
    restore = reverse("person_act", args=[admin.pk, "restore"])
    assert [client.post(restore).status_code for _twice in range(2)] == [302, 302]
    assert Person.objects.get(pk=admin.pk).is_active
    assert (kinds("person.suspended"), kinds("person.restored")) == (1, 1)


def test_a_second_step_is_taken_off_only_where_one_is_on(government: Government) -> None:
    admin, client = government.people["admin.pupr"], signed_in(government, "koordinator")
    page, url = reverse("person", args=[admin.pk]), reverse("person_act", args=[admin.pk, "second_step"])
    assert url not in [act["url"] for act in client.get(page).context["acts"]]
    TOTP.activate(admin, "JBSWY3DPEHPK3PXP")
    assert url in [act["url"] for act in client.get(page).context["acts"]]
    assert [client.post(url).status_code for _twice in range(2)] == [302, 302]
    assert (Authenticator.objects.count(), kinds("person.second_step_reset")) == (0, 1)


def test_nobody_takes_off_their_own_second_step_here(government: Government) -> None:
    """Who came upon an open session would otherwise take it off without the password."""
    own = government.people["koordinator"]
    TOTP.activate(own, "JBSWY3DPEHPK3PXP")
    signed_in(government, "koordinator").post(reverse("person_act", args=[own.pk, "second_step"]))
    assert Authenticator.objects.count() == 1


def test_a_coordinator_of_one_department_takes_off_no_second_step_of_who_stands_above(
    government: Government,
) -> None:
    person("koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR)
    head = government.people["kepala.pupr"]
    Role.objects.create(person=head, unit=government.root, kind="leader", since=date(2020, 1, 1))
    TOTP.activate(head, "JBSWY3DPEHPK3PXP")
    client = Client()
    client.force_login(Person.objects.get(username="koordinator.pupr"))
    assert client.post(reverse("person_act", args=[head.pk, "second_step"])).status_code == 403
    assert Authenticator.objects.count() == 1


def test_an_ended_unit_is_neither_described_nor_extended(government: Government) -> None:
    client = signed_in(government, "koordinator")
    client.post(
        reverse("unit_act", args=[government.marga.pk, "merge"]), {"other": government.pupr.pk, "basis": ""}
    )
    page = reverse("unit", args=[government.marga.pk])
    assert client.get(page).context["form"] is None
    refused = client.post(page, {"aliases": "X", "zone": "Asia/Jakarta"})
    assert (refused.status_code, len(refused.context["form"].non_field_errors())) == (422, 1)
    typed = {"name": "Pos", "short": "Pos", "kind": "uptd", "basis": ""}
    for verb in ("add", "rename"):
        url = reverse("unit_act", args=[government.marga.pk, verb])
        assert client.post(url, typed).status_code == 422
    assert Unit.objects.filter(name="Pos").count() == UnitAlias.objects.filter(text="X").count() == 0


def test_nobody_suspends_themselves(government: Government) -> None:
    own = government.people["koordinator"]
    signed_in(government, "koordinator").post(reverse("person_act", args=[own.pk, "suspend"]))
    assert Person.objects.get(pk=own.pk).is_active


def test_acts_on_a_person_answer_to_post_alone(government: Government) -> None:
    client, other = signed_in(government, "koordinator"), government.people["admin.pupr"].pk
    assert client.get(reverse("person_act", args=[other, "suspend"])).status_code == 405
    assert client.post(reverse("person_act", args=[other, "hapus"])).status_code == 404


def test_a_coordinator_of_one_department_cannot_take_over_who_stands_above(government: Government) -> None:
    person("koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR)
    chief = government.people["koordinator"]
    give_role(
        person=chief, unit=government.pupr, kind=RoleKind.OFFICER, since=date(2020, 1, 1), by=BY, at=MONDAY
    )
    client = Client()
    client.force_login(Person.objects.get(username="koordinator.pupr"))
    assert client.get(reverse("person", args=[chief.pk])).context["acts"] == []
    assert client.post(reverse("person_act", args=[chief.pk, "password"])).status_code == 403
    assert client.get(reverse("person", args=[government.people["admin.dukcapil"].pk])).status_code == 404


def test_a_part_is_given_and_ended_and_each_leaves_one_record(government: Government) -> None:
    client, other = signed_in(government, "koordinator"), government.people["tanpa.peran"]
    typed = {"unit": government.dukcapil.pk, "kind": "officer", "since": "2026-01-01", "until": ""}
    assert client.post(reverse("role_give", args=[other.pk]), typed).status_code == 302
    role = Role.objects.get(person=other)
    end = reverse("role_end", args=[other.pk, role.pk])
    assert [client.post(end).status_code for _twice in range(2)] == [302, 302]
    assert not Role.objects.filter(person=other).exists()
    assert Facts.objects.filter(kind="role.given", subject_id=other.pk).count() == 1
    assert Facts.objects.filter(kind="role.ended", subject_id=other.pk).count() == 1


def test_an_auditors_part_without_an_end_is_refused_and_stays_typed(government: Government) -> None:
    client, other = signed_in(government, "koordinator"), government.people["tanpa.peran"]
    typed = {"unit": government.root.pk, "kind": "auditor", "since": "2026-02-03", "until": ""}
    page = client.post(reverse("role_give", args=[other.pk]), typed)
    assert page.status_code == 422
    assert page.context["role_form"]["since"].value() == "2026-02-03"
    assert len(page.context["role_form"].non_field_errors()) == 1


def test_nobody_gives_themselves_a_part(government: Government) -> None:
    client, own = signed_in(government, "koordinator"), government.people["koordinator"]
    typed = {"unit": government.inspectorate.pk, "kind": "inspector", "since": "2026-01-01", "until": ""}
    assert client.post(reverse("role_give", args=[own.pk]), typed).status_code == 422
    assert [role.kind for role in own.roles.all()] == ["coordinator"]


def test_the_last_coordinator_keeps_the_part(government: Government) -> None:
    client, own = signed_in(government, "koordinator"), government.people["koordinator"]
    client.post(reverse("role_end", args=[own.pk, own.roles.get().pk]))
    assert own.roles.count() == 1


def test_a_person_is_corrected(government: Government) -> None:
    client, other = signed_in(government, "koordinator"), government.people["admin.pupr"]
    typed = {"label": "Admin PUPR Baru", "email": "pupr@contoh.go.id", "language": "en"}
    url = reverse("person", args=[other.pk])
    assert [client.post(url, typed).status_code for _twice in range(2)] == [302, 302]
    kept = Person.objects.get(pk=other.pk)
    assert (kept.label, kept.email, kept.language) == ("Admin PUPR Baru", "pupr@contoh.go.id", "en")
    assert kinds("person.changed") == 1


def test_names_are_shown_as_text_whatever_they_hold(government: Government) -> None:
    other = government.people["admin.pupr"]
    Person.objects.filter(pk=other.pk).update(label="<script>alert(1)</script>")
    page = signed_in(government, "koordinator").get(reverse("person", args=[other.pk])).content.decode()
    assert "<script>alert(1)" not in page


def test_hundreds_of_units_come_a_page_at_a_time_in_the_order_of_the_tree(government: Government) -> None:
    for number in range(120):
        add_unit(
            parent=government.dukcapil, name=f"SDN {number}", short=f"SDN {number}", kind="sekolah", by=BY, at=MONDAY
        )  # fmt: skip
    client, url, seen, sizes = signed_in(government, "koordinator"), reverse("units"), [], []
    while url:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url)
        sizes.append(len(asked))
        assert len(page.context["rows"]) <= 50
        seen += [row["name"] for row in page.context["rows"]]
        url = page.context["older_url"] and reverse("units") + page.context["older_url"]
    assert seen == list(Unit.objects.order_by("path").values_list("name", flat=True))
    assert page.context["lead"] == "126 unit"
    assert max(sizes[1:]) == min(sizes[1:]) <= sizes[0]  # the first page also looks up what a process keeps
    assert client.get(reverse("units"), {"after": "\x00' OR 1=1"}).status_code == 200


def test_a_search_among_units_keeps_its_words_on_the_next_page(government: Government) -> None:
    for number in range(60):
        add_unit(
            parent=government.pupr, name=f"UPTD Irigasi {number}", short=f"Irigasi {number}", kind="uptd", by=BY,
            at=MONDAY,
        )  # fmt: skip
    client = signed_in(government, "koordinator")
    first = client.get(reverse("units"), {"q": "irigasi"})
    assert (first.context["lead"], len(first.context["rows"])) == ("60 unit", 50)
    assert len(client.get(reverse("units") + first.context["older_url"]).context["rows"]) == 10
