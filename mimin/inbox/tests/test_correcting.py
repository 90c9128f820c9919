"""What was understood is put right in one tap: what follows from it, who may, and what is kept for learning."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.queries import trail
from mimin.inbox import actions, danger
from mimin.inbox.correcting import choices, correct
from mimin.inbox.models import Alarm, Case, CaseUnit, Correction
from mimin.inbox.rules import deadline, rank
from mimin.inbox.terms import terms_of
from mimin.lib.moving import Refused
from tests.made import Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

TEXT = "jalan depan pasar bolong sudah dua bulan, mohon diperbaiki"


@pytest.fixture
def case(government: Government, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setattr(danger, "nudge", lambda *given, **named: None)
    return opened(channel(government.pupr), TEXT)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def url(case: Case) -> str:
    return reverse("case_act", args=[case.pk, "correct"])


def tap(client: Client, case: Case, field: str, value: str) -> int:
    return client.post(url(case), {"field": field, "value": value}).status_code


def kept() -> list[tuple[str, str, str, str]]:
    return list(Correction.objects.values_list("field", "was", "now", "by"))


def records(case: Case, kind: str) -> int:
    return [fact.kind for fact in trail("case", case.pk)].count(kind)


# --- The tap ---


@pytest.mark.parametrize(
    ("field", "column", "was", "now"),
    [
        ("kind", "klass", "pengaduan", "aspirasi"),
        ("affair", "affair", "pupr", "perhubungan"),
        ("urgency", "urgency", "biasa", "mendesak"),
    ],
)
def test_one_tap_puts_right_what_was_understood_and_keeps_what_it_was(
    government: Government, case: Case, field: str, column: str, was: str, now: str
) -> None:
    admin = client_of(government, "admin.pupr")
    assert (getattr(case, column), tap(admin, case, field, now)) == (was, 302)
    case.refresh_from_db()
    assert (getattr(case, column), kept()) == (now, [(field, was, now, "Admin Dinas PUPR")])
    assert records(case, "case.corrected") == 1


def test_a_double_tap_is_one_correction(government: Government, case: Case) -> None:
    admin = client_of(government, "admin.pupr")
    assert [tap(admin, case, "kind", "spam") for _click in range(2)] == [302, 302]
    assert (len(kept()), records(case, "case.corrected")) == (1, 1)


def test_a_tap_on_what_it_is_already_changes_nothing(government: Government, case: Case) -> None:
    assert tap(client_of(government, "admin.pupr"), case, "kind", "pengaduan") == 302
    assert (kept(), records(case, "case.corrected")) == ([], 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "darurat"), ("affair", "tidak-ada"), ("urgency", ""), ("secrecy", "0"), ("", "spam")],
)
def test_what_is_not_offered_is_refused(government: Government, case: Case, field: str, value: str) -> None:
    assert tap(client_of(government, "admin.pupr"), case, field, value) == 422
    with pytest.raises(Refused):
        correct(case=case, field=field, value=value, by=government.person("sekda"), at=timezone.now())
    assert kept() == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("admin.dukcapil", 404), ("admin.marga", 404), ("inspektur", 404), ("pimpinan", 403), ("auditor", 403)],
)
def test_a_stranger_and_who_only_looks_correct_nothing(
    government: Government, case: Case, name: str, status: int
) -> None:
    assert tap(client_of(government, name), case, "kind", "spam") == status
    assert kept() == []


def test_of_two_who_read_the_same_the_later_is_told_who_was_first(
    government: Government, case: Case, now: datetime
) -> None:
    other = Case.objects.get(pk=case.pk)
    correct(case=case, field="kind", value="aspirasi", by=government.person("admin.pupr"), at=now)
    with pytest.raises(Refused, match="Admin Dinas PUPR"):
        correct(case=other, field="kind", value="spam", by=government.person("kepala.pupr"), at=now)
    assert [line[2] for line in kept()] == ["aspirasi"]


def test_two_who_decide_the_same_are_both_content(government: Government, case: Case, now: datetime) -> None:
    other = Case.objects.get(pk=case.pk)
    for row, name in ((case, "admin.pupr"), (other, "kepala.pupr")):
        done = correct(case=row, field="kind", value="aspirasi", by=government.person(name), at=now)
        assert done.klass == "aspirasi"
    assert len(kept()) == 1


# --- What follows ---


def test_another_kind_has_another_time_for_settling(
    government: Government, case: Case, now: datetime
) -> None:
    assert case.settle_from
    correct(case=case, field="kind", value="permintaan_informasi", by=government.person("admin.pupr"), at=now)
    case.refresh_from_db()
    assert case.settle_by == terms_of(case.lead).settled_by(case.settle_from, "permintaan_informasi")


def test_an_emergency_shortens_the_promise_for_every_unit_and_rings(
    government: Government, case: Case, now: datetime
) -> None:
    before = deadline(case.rank)
    correct(case=case, field="urgency", value="darurat", by=government.person("admin.pupr"), at=now)
    case.refresh_from_db()
    until = terms_of(case.channel.unit).deadline(now, "darurat")
    assert before and until < before
    assert (case.due_at, case.due_from, case.waits_from) == (until, now, now)
    assert {case.rank, *CaseUnit.objects.values_list("rank", flat=True)} == {rank("new", until, now)}
    assert list(Alarm.objects.values_list("case", "kind", "state")) == [(case.pk, "darurat", "ringing")]


def test_an_emergency_never_gives_more_time(government: Government, case: Case, now: datetime) -> None:
    soon = now + timedelta(minutes=5)
    Case.objects.filter(pk=case.pk).update(rank=int(soon.timestamp()), due_at=soon)
    case.refresh_from_db()
    correct(case=case, field="urgency", value="darurat", by=government.person("admin.pupr"), at=now)
    case.refresh_from_db()
    assert (case.urgency, case.due_at, case.rank) == ("darurat", soon, int(soon.timestamp()))


def test_what_is_no_emergency_after_all_keeps_its_promise(
    government: Government, case: Case, now: datetime
) -> None:
    admin = government.person("admin.pupr")
    correct(case=case, field="urgency", value="darurat", by=admin, at=now)
    promised = case.due_at
    correct(case=case, field="urgency", value="biasa", by=admin, at=now + timedelta(minutes=1))
    case.refresh_from_db()
    assert (case.urgency, case.due_at, case.rank) == ("biasa", promised, rank("new", promised, now))


@pytest.mark.parametrize(("state", "alarms"), [("ringing", 1), ("acknowledged", 1), ("over", 2)])
def test_an_alarm_that_people_know_of_does_not_ring_again(
    government: Government, case: Case, now: datetime, state: str, alarms: int
) -> None:
    Alarm.objects.create(case=case, kind="kebakaran", raised_at=now, state=state, state_since=now)
    correct(case=case, field="urgency", value="darurat", by=government.person("admin.pupr"), at=now)
    assert list(Alarm.objects.values_list("kind", flat=True)) == ["kebakaran"] * alarms


def test_where_nobody_waits_an_emergency_rings_nobody(
    government: Government, case: Case, now: datetime
) -> None:
    Case.objects.filter(pk=case.pk).update(state="closed", rank=rank("closed", None, now))
    case.refresh_from_db()
    correct(case=case, field="urgency", value="darurat", by=government.person("admin.pupr"), at=now)
    assert (Alarm.objects.count(), case.urgency) == (0, "darurat")


# --- The unit ---


def test_passing_on_elsewhere_than_proposed_is_a_correction_of_the_unit(
    government: Government, case: Case, now: datetime
) -> None:
    by, pupr, dukcapil = government.person("koordinator"), government.pupr, government.dukcapil
    assert case.understanding and case.understanding["units"][0][0] == pupr.pk
    actions.transfer(case=case, to=pupr, reason="", by=by, at=now)
    assert kept() == []
    actions.transfer(case=case, to=dukcapil, reason="", by=by, at=now)
    assert kept() == [("unit", str(pupr.pk), str(dukcapil.pk), "Koordinator Diskominfo")]


def test_handing_back_corrects_the_unit_where_it_was_the_proposed_one(
    government: Government, now: datetime
) -> None:
    case = opened(channel(government.kominfo), TEXT)
    by, pupr, kominfo = government.person("koordinator"), government.pupr, government.kominfo
    actions.transfer(case=case, to=pupr, reason="", by=by, at=now)
    actions.hand_back(case=case, reason="Bukan jalan kami", by=by, at=now)
    assert kept() == [("unit", str(pupr.pk), str(kominfo.pk), "Koordinator Diskominfo")]


# --- The page ---


def test_the_card_offers_each_kind_and_urgency_and_the_best_affairs_with_the_present_one_pressed(
    government: Government, case: Case
) -> None:
    page = client_of(government, "admin.pupr").get(reverse("case", args=[case.pk]))
    kind, affair, urgency = page.context["taps"]
    assert [one["value"] for one in kind["taps"]] == list(choices("kind"))
    assert [one["value"] for one in urgency["taps"]] == list(choices("urgency"))
    chosen = [one["value"] for group in (kind, affair, urgency) for one in group["taps"] if one["chosen"]]
    assert chosen == ["pengaduan", "pupr", "biasa"]
    assert len(affair["taps"]) <= 4 and {v for v, _word in affair["every"]} == set(choices("affair"))
    assert [fact["label"] for fact in page.context["understood"]] == ["Unit"]


def test_the_trail_says_what_it_is_now(government: Government, case: Case) -> None:
    admin = client_of(government, "admin.pupr")
    tap(admin, case, "kind", "aspirasi")
    lines = admin.get(reverse("case", args=[case.pk])).context["trail"]
    (line,) = [one for one in lines if one["icon"] == "pencil"]
    assert line["title"].endswith(": Jenis → Aspirasi")


def test_who_only_looks_reads_what_was_understood_and_is_offered_no_tap(
    government: Government, case: Case
) -> None:
    page = client_of(government, "pimpinan").get(reverse("case", args=[case.pk]))
    assert (page.context["taps"], len(page.context["understood"])) == ([], 4)


@pytest.mark.parametrize("field", ["kind", "affair", "urgency"])
def test_without_a_script_each_field_has_a_page_of_its_own(
    government: Government, case: Case, field: str
) -> None:
    form = client_of(government, "admin.pupr").get(url(case), {"field": field}).context["form"]
    assert {value for value, _word in form.fields["value"].choices} == set(choices(field))
