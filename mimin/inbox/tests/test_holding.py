"""Who works on a case: one person who holds it, and helpers who tell that their part is done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.queries import trail
from mimin.inbox import actions, holding, queries
from mimin.inbox.acts import ACTS
from mimin.inbox.models import Case, CaseUnit, Note
from mimin.inbox.placing import end_of
from mimin.inbox.rules import HELPS
from mimin.lib.moving import Refused
from mimin.people.rules import RoleKind, Secrecy
from tests.made import Government, channel, person
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.pupr), "jalan depan pasar bolong")


def act(case: Case, verb: str) -> str:
    return reverse("case_act", args=[case.pk, verb])


def page(government: Government, name: str, case: Case) -> dict:
    return client_of(government, name).get(reverse("case", args=[case.pk])).context


def hold(government: Government, case: Case, name: str, by: str = "kepala.pupr") -> None:
    holding.hold(case=case, holder=government.person(name), by=government.person(by), at=timezone.now())


def test_those_who_can_hold_a_case_work_at_its_unit_or_its_department(
    government: Government, case: Case
) -> None:
    person("petugas.pupr", "Petugas lapangan", government.pupr, RoleKind.OFFICER)
    assert [p.username for p in holding.holders(case)] == ["admin.pupr", "kepala.pupr", "petugas.pupr"]
    actions.transfer(
        case=case, to=government.marga, reason="", by=government.person("koordinator"), at=timezone.now()
    )
    below = {p.username for p in holding.holders(case)}
    assert below == {"admin.marga", "admin.pupr", "kepala.pupr", "petugas.pupr"}


def test_a_colleague_is_given_a_case_and_everybody_of_the_unit_sees_it(
    government: Government, case: Case
) -> None:
    admin = government.people["admin.pupr"]
    client_of(government, "kepala.pupr").post(act(case, "hold"), {"holder": admin.pk})
    case.refresh_from_db()
    assert case.holder == admin
    assert page(government, "kepala.pupr", case)["holder"]["name"] == "Admin Dinas PUPR"
    assert page(government, "admin.pupr", case)["holder"]["mine"] is True
    [fact] = [f for f in trail("case", case.pk) if f.kind == "case.held"]
    assert (fact.actor_label, fact.details["to_name"]) == ("Kepala Dinas PUPR", "Admin Dinas PUPR")


def test_one_press_takes_it_and_the_empty_choice_lets_it_go(government: Government, case: Case) -> None:
    client = client_of(government, "admin.pupr")
    take = page(government, "admin.pupr", case)["holder"]["take"]
    client.post(act(case, "hold"), {"holder": take})
    assert Case.objects.get().holder == government.people["admin.pupr"]
    client.post(act(case, "hold"), {"holder": ""})
    assert Case.objects.get().holder is None


@pytest.mark.parametrize("name", ["admin.dukcapil", "pimpinan", "koordinator", "auditor"])
def test_somebody_who_does_not_work_there_cannot_be_given_a_case(
    government: Government, case: Case, name: str
) -> None:
    answer = client_of(government, "kepala.pupr").post(
        act(case, "hold"), {"holder": government.people[name].pk}
    )
    assert (answer.status_code, Case.objects.get().holder) == (422, None)


def test_of_two_who_give_it_away_at_once_the_second_is_told(government: Government, case: Case) -> None:
    seen = Case.objects.select_related("lead").get()
    hold(government, case, "admin.pupr")
    with pytest.raises(Refused):
        holding.hold(
            case=seen, holder=government.person("kepala.pupr"), by=government.person("koordinator"),
            at=timezone.now(),
        )  # fmt: skip
    assert Case.objects.get().holder == government.people["admin.pupr"]


def test_a_case_that_leaves_the_unit_leaves_its_holder(government: Government, case: Case) -> None:
    hold(government, case, "admin.pupr")
    actions.transfer(
        case=case, to=government.dukcapil, reason="", by=government.person("koordinator"), at=timezone.now()
    )
    assert Case.objects.get().holder is None


def test_a_case_under_oversight_has_no_holder_of_the_unit(government: Government, case: Case) -> None:
    hold(government, case, "admin.pupr")
    actions.keep(
        case=case, secrecy=Secrecy.OVERSIGHT, concerns=government.pupr, reason="Menyebut staf",
        by=government.person("koordinator"), at=timezone.now(),
    )  # fmt: skip
    assert Case.objects.get().holder is None


def test_i_hold_is_a_list_of_its_own(government: Government, case: Case) -> None:
    other = opened(channel(government.pupr, "pupr2.contoh.go.id"), "lampu mati", "2")
    hold(government, case, "admin.pupr")
    lists = {}
    for name in ("admin.pupr", "kepala.pupr", "koordinator"):
        rows = client_of(government, name).get(reverse("inbox"), {"view": "held"}).context["rows"]
        lists[name] = [row.id for row in rows]
    assert lists == {"admin.pupr": [case.pk], "kepala.pupr": [], "koordinator": []}
    rows = client_of(government, "kepala.pupr").get(reverse("inbox")).context["rows"]
    assert {row.id: row.unit_name for row in rows} == {
        case.pk: "Admin Dinas PUPR · Dinas Pekerjaan Umum dan Penataan Ruang",
        other.pk: "Dinas Pekerjaan Umum dan Penataan Ruang",
    }


def test_a_holder_who_left_the_unit_is_named_as_such(government: Government, case: Case) -> None:
    hold(government, case, "admin.pupr")
    government.people["admin.pupr"].roles.all().delete()
    assert page(government, "kepala.pupr", case)["holder"]["left"] is True


# Helpers


def involve(government: Government, case: Case, until: date | None = None) -> None:
    actions.involve(
        case=case, unit=government.dukcapil, part="helper", until=until, by=government.person("koordinator"),
        at=timezone.now(),
    )  # fmt: skip


def part(case: Case, government: Government) -> CaseUnit:
    return CaseUnit.objects.get(case=case, unit=government.dukcapil)


def waiting(government: Government, name: str) -> int:
    return len(queries.page(government.person(name), view="mine", now=timezone.now()).cases)


def test_a_helper_tells_that_its_part_is_done_and_the_lead_sees_who_still_owes(
    government: Government, case: Case
) -> None:
    day = timezone.localdate() + timedelta(days=2)
    involve(government, case, day)
    shown = page(government, "admin.pupr", case)
    [theirs] = [p for p in shown["parts"] if p["unit_id"] == government.dukcapil.pk]
    assert (shown["owing"], theirs["tag"]["tone"], theirs["mine"]) == (
        "1 unit belum menyelesaikan bagiannya", "warn", False
    )  # fmt: skip
    helper = client_of(government, "admin.dukcapil")
    helper.post(act(case, "part_done"), {"unit": government.dukcapil.pk, "text": "Data sudah dicocokkan"})
    shown = page(government, "admin.pupr", case)
    [theirs] = [p for p in shown["parts"] if p["unit_id"] == government.dukcapil.pk]
    assert (shown["owing"], theirs["tag"]["tone"]) == ("", "ok")
    assert [n.text for n in Note.objects.filter(case=case)] == [
        "Dinas Kependudukan dan Pencatatan Sipil: Data sudah dicocokkan"
    ]
    assert trail("case", case.pk)[0].kind == "case.part_done"


def test_a_part_that_is_done_waits_no_more_for_the_helper_but_the_case_stays_in_sight(
    government: Government, case: Case
) -> None:
    involve(government, case)
    assert waiting(government, "admin.dukcapil") == 1
    holding.finish_part(
        case=case, unit=government.dukcapil.pk, text="Beres", by=government.person("admin.dukcapil"),
        at=timezone.now(),
    )  # fmt: skip
    assert (waiting(government, "admin.dukcapil"), waiting(government, "admin.pupr")) == (0, 1)
    assert queries.find_case(government.person("admin.dukcapil"), case.pk) == case


def test_asked_again_a_helper_owes_its_part_again(government: Government, case: Case) -> None:
    involve(government, case)
    done = {"case": case, "unit": government.dukcapil.pk, "by": government.person("admin.dukcapil")}
    holding.finish_part(text="Beres", at=timezone.now(), **done)
    with pytest.raises(Refused):
        holding.finish_part(text="Beres lagi", at=timezone.now(), **done)
    involve(government, case)
    assert (part(case, government).part, part(case, government).done_at) == ("helper", None)


@pytest.mark.parametrize("text", ["", "   "])
def test_a_part_is_not_done_without_a_word(government: Government, case: Case, text: str) -> None:
    involve(government, case)
    answer = client_of(government, "admin.dukcapil").post(
        act(case, "part_done"), {"unit": government.dukcapil.pk, "text": text}
    )
    assert (answer.status_code, part(case, government).part) == (422, "helper")


def test_nobody_speaks_for_a_unit_that_is_not_theirs(government: Government, case: Case) -> None:
    involve(government, case)
    for name in ("admin.pupr", "kepala.pupr"):
        answer = client_of(government, name).post(
            act(case, "part_done"), {"unit": government.dukcapil.pk, "text": "Beres"}
        )
        assert answer.status_code == 422
    assert part(case, government).part == "helper"


def test_a_part_is_late_after_the_end_of_its_day(government: Government, case: Case) -> None:
    today = timezone.localdate()
    involve(government, case, today)
    CaseUnit.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    [theirs] = [
        p for p in page(government, "admin.pupr", case)["parts"] if p["unit_id"] == government.dukcapil.pk
    ]
    assert theirs["tag"]["tone"] == "bad"
    with pytest.raises(Refused):
        involve(government, case, today - timedelta(days=1))


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("Asia/Jakarta", datetime(2026, 12, 31, 17, 0, tzinfo=UTC)),
        ("Asia/Makassar", datetime(2026, 12, 31, 16, 0, tzinfo=UTC)),
        ("Asia/Jayapura", datetime(2026, 12, 31, 15, 0, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_where_the_unit_is(government: Government, zone: str, ends: datetime) -> None:
    government.pupr.zone = zone
    assert end_of(date(2026, 12, 31), government.pupr) == ends


def test_a_helper_is_offered_and_allowed_nothing_that_the_lead_decides(
    government: Government, case: Case
) -> None:
    now, top = timezone.now(), government.person("koordinator")
    actions.involve(case=case, unit=government.dukcapil, part="helper", by=top, at=now)
    helper = client_of(government, "admin.dukcapil")
    before = Case.objects.values().get(pk=case.pk)
    for verb, act_of in ACTS.items():
        allowed = act_of.right in HELPS
        assert helper.get(act(case, verb)).status_code == (200 if allowed and act_of.fits(case) else 403), (
            verb
        )
        if not allowed:
            assert helper.post(act(case, verb), {"text": "Sudah", "reason": "Sudah"}).status_code == 403, verb
    shown = page(government, "admin.dukcapil", case)
    assert {one["label"] for one in [*shown["moves"], *shown["more"]]} == {
        ACTS["ask"].label,
        "Lembar disposisi",
    }
    assert Case.objects.values().get(pk=case.pk) == before
    assert helper.post(act(case, "note"), {"text": "Kami cek berkasnya", "key": "k1"}).status_code in (
        200,
        302,
    )
    assert Note.objects.get().text == "Kami cek berkasnya"
