"""The walk of a promise as code: wrong routing, return, two units, an officer's link, a promise, a late answer, proof,
reopening, a holiday decreed afterwards, a pause, proof again and silence. Every clock equals a table computed by hand.

Open days around it: 16 and 17 March; 25 to 27, 30 and 31 March; 1 and 2 April; then Monday to Friday from 6 April.
Closed: Nyepi and Idul Fitri with their joint leave (18 to 20, 23 and 24 March) and Good Friday (3 April). The office
closes at 16.00, on Fridays at 16.30.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mimin.desk.models import Notice
from mimin.desk.walks import ladder
from mimin.evidence.actions import seal
from mimin.evidence.queries import trail
from mimin.evidence.verify import verify
from mimin.inbox import actions, answering, asking, closing, pausing, promising
from mimin.inbox.clock_rows import clock_lines
from mimin.inbox.counting import kept
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, Promise, Reply
from mimin.inbox.recounting import calendar_changed, recount
from mimin.inbox.rules import deadline
from mimin.inbox.understanding import understanding
from mimin.lib.moving import Refused
from mimin.outbox import actions as outbox
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.policy.actions import set_holiday
from tests.made import BY, Government, channel, heard

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")


def at(text: str) -> datetime:
    """ "16 Mar 10.00" of 2026 in Jakarta."""
    day, month, clock = text.split()
    hour, minute = clock.split(".")
    return datetime(2026, {"Mar": 3, "Apr": 4}[month], int(day), int(hour), int(minute), tzinfo=WIB)


def clocks(case: Case) -> tuple[str, ...]:
    """First answer, answer now, settled, rest: until when, as in the table; "" where a clock does not run."""
    case.refresh_from_db()
    found = (case.due_at, deadline(case.rank), case.settle_by, case.rests_until)
    return tuple(f"{one.astimezone(WIB):%-d %b %H.%M}" if one else "" for one in found)


def hear(case_channel: Any, text: str, remote_id: str, when: str, parent: str = "") -> Any:
    one = heard(text, remote_id, at=at(when).astimezone(UTC), parent=parent)
    return receive([one], channel=case_channel, at=at(when), understand=understanding())


def tell(case: Case, by: Person, when: str) -> None:
    """Send what the verb wrote into the person's draft, and prove that it stands there."""
    reply = answering.submit(reply=Reply.objects.get(case=case, author=by, state="draft"), by=by, at=at(when))
    assert reply.delivery is not None
    outbox.prove(
        delivery=reply.delivery, link="", note="Dibalas di bawah pesannya.", by=actor(by), at=at(when),
        then=answering.arrived,
    )  # fmt: skip


def routed(government: Government, case: Case) -> None:
    """To the wrong unit, back, and to the right one, which another unit helps."""
    coordinator, wrong = government.person("koordinator"), government.person("admin.dukcapil")
    actions.transfer(case=case, to=government.dukcapil, reason="", by=coordinator, at=at("16 Mar 11.00"))
    actions.hand_back(case=case, reason="Ini jalan, bukan KTP", by=wrong, at=at("16 Mar 14.00"))
    actions.transfer(
        case=case, to=government.pupr, reason="Jalan kabupaten", by=coordinator, at=at("16 Mar 15.00")
    )
    actions.involve(
        case=case, unit=government.marga, part="helper", by=coordinator, at=at("16 Mar 15.05"),
        until=date(2026, 3, 27),
    )  # fmt: skip


def test_a_promise_from_a_wrong_desk_to_its_proof(government: Government) -> None:
    admin, site = government.person("admin.pupr"), channel(government.kominfo)
    opened = hear(site, "jalan depan pasar bolong sudah dua bulan", "1", "16 Mar 10.00").opened
    case = Case.objects.select_related("lead", "channel__unit").get(pk=opened[0])
    assert clocks(case) == ("17 Mar 16.00", "17 Mar 16.00", "13 Apr 16.00", "")

    routed(government, case)
    assert (case.verified_at, case.lead) == (at("16 Mar 11.00"), government.pupr)
    assert clocks(case) == ("17 Mar 16.00", "17 Mar 16.00", "13 Apr 16.00", "")  # a wrong desk stops no clock

    link = asking.ask(
        case=case, who="Mandor jalan", reach="", question="Kapan ditambal?", hours=48, key="k", by=admin,
        at=at("16 Mar 15.30"),
    )  # fmt: skip
    asking.tell(
        row=link.ask, browser="b", key="kabar", author="Mandor", verdict="scheduled", until=date(2026, 3, 30),
        text="Alat datang akhir bulan", photos=(), at=at("17 Mar 08.00"),
    )  # fmt: skip
    made = promising.promise(
        case=case, what="Lubang ditambal.", until=date(2026, 3, 30), budget_year=2026, who="UPTD Bina Marga",
        by=admin, at=at("17 Mar 09.00"),
    )  # fmt: skip
    assert (case.state, made.due_at) == ("scheduled", at("31 Mar 00.00"))
    assert clocks(case) == ("17 Mar 16.00", "17 Mar 16.00", "13 Apr 16.00", "")  # it must be told
    draft = Reply.objects.get(case=case, author=admin, state="draft")
    assert draft.text == (
        f"Laporan {case.number} sudah kami jadwalkan: Lubang ditambal. Pelaksana: UPTD Bina Marga, paling lambat "
        "30 Mar 2026 (anggaran 2026). Kami mengabari Anda di sini bila sudah dikerjakan atau bila jadwalnya berubah."
    )

    tell(case, admin, "25 Mar 09.00")  # a week and two joint holidays late
    assert clocks(case) == ("17 Mar 16.00", "", "13 Apr 16.00", "")
    first = clock_lines(case, at("25 Mar 10.00"))[1]
    assert (first["label"], first["text"], first["tone"]) == ("Jawaban pertama", "Lewat 1 jam", "bad")
    assert kept(admin, (at("25 Mar 00.00"), at("26 Mar 00.00"))) == [(0, 1)]

    for when, kind in (("25 Mar 10.00", "p_near"), ("31 Mar 08.00", "p_due"), ("6 Apr 09.00", "p_late")):
        ladder.climb_at(at(when))
        assert Notice.objects.filter(kind=kind).exists(), kind
    with pytest.raises(Refused):
        closing.finish(
            case=case, text="Sudah ditambal", photos=[], url="", by=admin, at=at("1 Apr 09.00")
        )  # no proof
    closing.finish(
        case=case, text="Sudah ditambal", photos=[], url="https://contohkab.go.id/foto/1", by=admin,
        at=at("1 Apr 10.00"),
    )  # fmt: skip
    assert (case.state, Promise.objects.get().state) == ("done", "kept")
    assert clocks(case) == ("17 Mar 16.00", "2 Apr 16.00", "13 Apr 16.00", "")  # the citizen waits to be told
    with pytest.raises(Refused):
        closing.close(case=case, because="solved", reason="", by=admin, at=at("1 Apr 10.30"))
    tell(case, admin, "1 Apr 11.00")
    assert clocks(case) == ("17 Mar 16.00", "", "13 Apr 16.00", "16 Apr 16.00")

    hear(site, "masih bolong lagi min", "2", "6 Apr 09.00", parent="1")
    assert clocks(case) == ("17 Mar 16.00", "7 Apr 16.00", "24 Apr 16.30", "")
    assert (case.state, case.reopened, case.settled_at) == ("routed", 1, None)

    set_holiday(
        day=date(2026, 4, 7), name="Hari Jadi Kabupaten", working=False, by=BY, at=at("6 Apr 10.00"),
        then=lambda since, until, *, at, from_day=None: recount(calendar_changed(since, until, at=at).pk),
    )  # fmt: skip
    assert clocks(case) == ("17 Mar 16.00", "8 Apr 16.00", "27 Apr 16.00", "")

    pausing.pause(case=case, reason="citizen", note="Foto lokasi", by=admin, at=at("8 Apr 10.00"))
    pausing.resume(case=case, by=admin, at=at("10 Apr 10.00"))
    assert clocks(case) == ("17 Mar 16.00", "8 Apr 16.00", "29 Apr 16.00", "")

    closing.finish(
        case=case, text="Ditambal dan dipadatkan", photos=[], url="https://contohkab.go.id/foto/2", by=admin,
        at=at("13 Apr 09.00"),
    )  # fmt: skip
    tell(case, admin, "13 Apr 10.00")
    assert clocks(case) == ("17 Mar 16.00", "", "29 Apr 16.00", "27 Apr 16.00")
    assert [closing.rest(at(when)) for when in ("27 Apr 15.59", "27 Apr 16.00", "27 Apr 16.05")] == [0, 1, 0]
    case.refresh_from_db()
    assert (case.state, case.closed_because, case.settled_at) == ("closed", "silence", at("13 Apr 09.00"))

    kinds = {fact.kind for fact in trail("case", case.pk)}
    assert {"case.scheduled", "case.finished", "case.reopened", "case.recounted", "case.paused"} <= kinds
    seal(at=at("27 Apr 17.00"))
    assert verify().ok
