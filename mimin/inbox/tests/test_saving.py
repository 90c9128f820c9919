"""Saved replies: kept for a unit and all below it, filled in, put into a draft once, and nothing for a stranger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from mimin.evidence.queries import trail
from mimin.inbox import answering, saved, saving, told
from mimin.inbox.models import Case, Reply, SavedReply
from mimin.inbox.rules import FIELDS, fit, unknown_fields
from mimin.lib.moving import Refused
from mimin.people.models import Unit
from tests.made import MONDAY, Government, channel
from tests.scene import opened

pytestmark = pytest.mark.django_db

TEXT = "Laporan {number} diperiksa {unit}. Kami kabari di {channel} paling lambat {until}. Ditulis {today}."
UNTIL = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # half past midnight on New Year's Day in Jakarta


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.pupr), "jalan depan pasar bolong sudah dua bulan")


def keep(
    government: Government, unit: Unit, title: str = "Tinjau", text: str = TEXT, **more: str
) -> SavedReply:
    by = government.person("koordinator")
    return saving.save(unit=unit, title=title, text=text, by=by, at=MONDAY, **more)


def titles(government: Government, name: str, case: Case | None = None) -> list[str]:
    person = government.person(name)
    if case:
        return [offer.title for offer in saved.offers(person, case)]
    return sorted(saved.seen(person).values_list("title", flat=True))


# Keeping


def test_one_is_kept_tidied_and_recorded(government: Government) -> None:
    one = keep(government, government.pupr, "  Jam   layanan ", "Buka pukul 08.00.\r\n\r\nTerima kasih. ")
    assert (one.title, one.text) == ("Jam layanan", "Buka pukul 08.00.\n\nTerima kasih.")
    assert (one.updated_by, one.updated_at, one.used) == ("Koordinator Diskominfo", MONDAY, 0)
    assert [fact.kind for fact in trail("saved_reply", one.pk)] == ["saved_reply.saved"]


def test_a_form_sent_twice_is_one(government: Government) -> None:
    first, second = keep(government, government.pupr), keep(government, government.pupr)
    assert (first.pk, SavedReply.objects.count(), trail("saved_reply", first.pk).count()) == (second.pk, 1, 1)


def test_a_title_stands_once_in_a_unit_and_may_stand_in_another(government: Government) -> None:
    keep(government, government.pupr)
    keep(government, government.dukcapil)
    with pytest.raises(Refused):
        keep(government, government.pupr, text="Lain.")
    assert SavedReply.objects.count() == 2


@pytest.mark.parametrize(
    ("title", "text", "said"),
    [
        ("Tinjau", "Hubungi {petugas} atau {nomor}, {number}.", "{petugas}, {nomor}"),
        ("Tinjau", "Hubungi 081234567890.", "phone"),
        ("Hubungi 081234567890", "Terima kasih.", "phone"),
        ("Tinjau", "a" * 2001, "2001"),
        ("t" * 81, "Terima kasih.", "80"),
        ("", "Terima kasih.", None),
        ("Tinjau", " \n ", None),
    ],
)
def test_what_cannot_be_kept_is_refused_and_named(
    government: Government, title: str, text: str, said: str | None
) -> None:
    with pytest.raises(Refused, match=said):
        keep(government, government.pupr, title, text)
    one = keep(government, government.pupr, "Semula", "Semula.")
    with pytest.raises(Refused, match=said):
        saving.change(
            saved=one, unit=one.unit, title=title, text=text, by=government.person("koordinator"), at=MONDAY
        )
    assert list(SavedReply.objects.values_list("title", "text")) == [("Semula", "Semula.")]


def test_the_longest_text_is_kept(government: Government) -> None:
    assert len(keep(government, government.pupr, text="a" * 2000).text) == 2000


def test_a_unit_keeps_so_many_and_no_more(government: Government, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST", 1)
    keep(government, government.pupr)
    with pytest.raises(Refused):
        keep(government, government.pupr, "Lain")


def test_a_change_is_recorded_and_sent_twice_it_is_one(government: Government) -> None:
    one, by = keep(government, government.pupr), government.person("admin.pupr")
    for _click in range(2):
        saving.change(
            saved=one, unit=one.unit, title="Tinjau", text="Besok.", by=by, at=MONDAY + timedelta(hours=1),
            as_of=one.version,
        )  # fmt: skip
    one.refresh_from_db()
    assert (one.text, one.updated_by) == ("Besok.", "Admin Dinas PUPR")
    assert [fact.kind for fact in trail("saved_reply", one.pk)] == [
        "saved_reply.changed",
        "saved_reply.saved",
    ]


def test_what_somebody_else_changed_is_not_overwritten_unseen(government: Government) -> None:
    one, seen = keep(government, government.pupr), keep(government, government.pupr).version
    head, admin = government.person("kepala.pupr"), government.person("admin.pupr")
    later = MONDAY + timedelta(hours=1)
    saving.change(saved=one, unit=one.unit, title="Tinjau", text="Kepala.", by=head, at=later, as_of=seen)
    with pytest.raises(Refused, match="Kepala Dinas PUPR"):
        saving.change(saved=one, unit=one.unit, title="Tinjau", text="Admin.", by=admin, at=later, as_of=seen)
    assert SavedReply.objects.get().text == "Kepala."


def test_a_change_to_the_title_of_another_is_refused(government: Government) -> None:
    keep(government, government.pupr, "Tinjau")
    other = keep(government, government.pupr, "Lain")
    with pytest.raises(Refused):
        saving.change(
            saved=other, unit=other.unit, title="Tinjau", text=TEXT, by=government.person("koordinator"), at=MONDAY
        )  # fmt: skip


def test_removed_twice_is_removed_once_and_a_change_then_says_so(government: Government) -> None:
    one, by = keep(government, government.pupr), government.person("admin.pupr")
    pk = one.pk
    for _click in range(2):
        saving.remove(saved=SavedReply(pk=pk, unit=one.unit, title=one.title), by=by, at=MONDAY)
    assert [fact.kind for fact in trail("saved_reply", pk)] == ["saved_reply.removed", "saved_reply.saved"]
    with pytest.raises(Refused):
        saving.change(saved=one, unit=one.unit, title="Tinjau", text="Lain.", by=by, at=MONDAY)


# Whose


def test_people_see_those_of_their_unit_of_those_above_and_of_those_below(government: Government) -> None:
    for title, unit in (
        ("kab", government.root), ("pupr", government.pupr), ("marga", government.marga),
        ("dukcapil", government.dukcapil),
    ):  # fmt: skip
        keep(government, unit, title)
    found = {
        name: titles(government, name)
        for name in ("admin.marga", "admin.pupr", "admin.dukcapil", "tanpa.peran")
    }
    assert found == {
        "admin.marga": ["kab", "marga", "pupr"],
        "admin.pupr": ["kab", "marga", "pupr"],
        "admin.dukcapil": ["dukcapil", "kab"],
        "tanpa.peran": [],
    }


def test_the_admin_of_another_unit_may_change_none(government: Government) -> None:
    one = keep(government, government.pupr)
    names = ("koordinator", "kepala.pupr", "admin.pupr", "admin.marga", "admin.dukcapil", "sekda", "pimpinan")
    allowed = [name for name in names if saved.may_change(government.person(name), one)]
    assert allowed == ["koordinator", "kepala.pupr", "admin.pupr"]


def test_a_case_is_offered_what_fits_it_first_then_the_nearest_then_what_is_used_most(
    government: Government, case: Case
) -> None:
    assert (case.affair, case.klass) == ("pupr", "pengaduan")
    keep(government, government.root, "umum kab")
    keep(government, government.pupr, "umum pupr")
    keep(government, government.pupr, "sering pupr")
    keep(government, government.pupr, "untuk lain", affair="kesehatan")
    keep(government, government.root, "jalan", affair="pupr")
    keep(government, government.root, "jalan, aduan", affair="pupr", klass="pengaduan")
    keep(government, government.pupr, "informasi", klass="permintaan_informasi")
    keep(government, government.marga, "di bawah")
    keep(government, government.dukcapil, "dinas lain")
    SavedReply.objects.filter(title="sering pupr").update(used=9)
    assert titles(government, "admin.pupr", case) == [
        "jalan, aduan", "jalan", "sering pupr", "umum pupr", "umum kab", "informasi", "untuk lain",
    ]  # fmt: skip


def test_a_helper_from_another_unit_is_offered_their_own_and_not_those_of_the_unit_that_leads(
    government: Government, case: Case
) -> None:
    keep(government, government.pupr, "pupr")
    keep(government, government.dukcapil, "dukcapil")
    keep(government, government.root, "kab")
    assert titles(government, "admin.dukcapil", case) == ["dukcapil", "kab"]


@pytest.mark.parametrize(
    ("affair", "klass", "wanted"),
    [
        ("", "", 1), ("pupr", "", 3), ("", "pengaduan", 2), ("pupr", "pengaduan", 4),
        ("kesehatan", "", 0), ("pupr", "aspirasi", 0), ("kesehatan", "pengaduan", 0),
    ],
)  # fmt: skip
def test_how_well_one_fits(affair: str, klass: str, wanted: int) -> None:
    assert fit(affair, klass, to_affair="pupr", to_klass="pengaduan") == wanted


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        (TEXT, ()),
        ("{nomor} {number} {nomor}", ("{nomor}",)),
        ("{ number}", ("{ number}",)),
        ("{}", ("{}",)),
        ("kurung { saja", ()),
    ],
)
def test_fields_that_nothing_fills_are_named_once(text: str, unknown: tuple[str, ...]) -> None:
    assert unknown_fields(text) == unknown


# Using


def test_the_fields_are_filled_in_for_the_case_in_the_words_of_citizens(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(rank=int(UNTIL.timestamp()))
    case.refresh_from_db()
    fields = told.fields_of(case, datetime(2026, 12, 31, 10, 0, tzinfo=UTC))
    assert tuple(fields) == FIELDS
    assert told.filled(TEXT, fields) == (
        f"Laporan {case.number} diperiksa Dinas Pekerjaan Umum dan Penataan Ruang. "
        f"Kami kabari di {case.channel.name} paling lambat Jumat, 1 Jan 2027 00.30 WIB. Ditulis Kamis, 31 Des 2026."
    )


def test_what_fills_a_field_is_not_read_again_and_an_unknown_field_stays() -> None:
    assert told.filled("{unit} {lain}", {"unit": "{number}", "number": "1"}) == "{number} {lain}"


def test_it_becomes_a_draft_that_is_not_sent_and_the_use_is_counted(
    government: Government, case: Case
) -> None:
    one, by = keep(government, government.pupr, text="{number} kami tinjau."), government.person("admin.pupr")
    reply = saving.use(saved=one, case=case, by=by, at=timezone.now())
    one.refresh_from_db()
    assert (reply.state, reply.text, reply.author, one.used) == (
        "draft",
        f"{case.number} kami tinjau.",
        by,
        1,
    )
    assert trail("case", case.pk)[0].kind == "reply.from_saved"


@pytest.mark.parametrize("before", [None, "Selamat pagi."])
def test_pressed_twice_it_stands_once_and_counts_once(
    government: Government, case: Case, before: str | None
) -> None:
    one, by = keep(government, government.pupr, text="Kami tinjau."), government.person("admin.pupr")
    for _press in range(2):
        reply = saving.use(saved=one, case=case, before=before, by=by, at=timezone.now())
    one.refresh_from_db()
    wanted = "Selamat pagi.\n\nKami tinjau." if before else "Kami tinjau."
    assert (reply.text, Reply.objects.count(), one.used) == (wanted, 1, 1)


def test_it_stands_below_what_was_written_and_what_is_newer_in_the_box_stays(
    government: Government, case: Case
) -> None:
    one, by = keep(government, government.pupr, text="Kami tinjau."), government.person("admin.pupr")
    answering.draft(case=case, message=case.messages.get(), text="Halo.", by=by, at=timezone.now())
    first = saving.use(saved=one, case=case, by=by, at=timezone.now()).text
    second = saving.use(
        saved=keep(government, government.pupr, "Lain", "Salam."), case=case, before="Halo, Bu.", kind="final",
        by=by, at=timezone.now(),
    )  # fmt: skip
    assert (first, second.text, second.kind) == ("Halo.\n\nKami tinjau.", "Halo, Bu.\n\nSalam.", "final")


def test_the_draft_of_a_colleague_is_left_alone(government: Government, case: Case) -> None:
    one, head = keep(government, government.pupr, text="Kami tinjau."), government.person("kepala.pupr")
    answering.draft(case=case, message=case.messages.get(), text="Dari kepala.", by=head, at=timezone.now())
    saving.use(saved=one, case=case, by=government.person("admin.pupr"), at=timezone.now())
    drafts = sorted(Reply.objects.values_list("author__username", "text"))
    assert drafts == [("admin.pupr", "Kami tinjau."), ("kepala.pupr", "Dari kepala.")]
