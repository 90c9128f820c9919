"""The home page as each person meets it: what waits for them, who may do it, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from mimin.desk import home, numbers
from mimin.inbox import actions
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, CaseUnit, Reply
from mimin.lib import spoken
from mimin.outbox.models import Delivery
from mimin.people.models import Role
from mimin.people.rules import RoleKind, Secrecy
from mimin.policy.actions import set_value
from mimin.registry.models import Channel, Connection
from tests.made import BY, MONDAY, Government, channel, heard
from tests.scene import client_of

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(hours=2)
Shown = Callable[[str], dict[str, Any]]


@pytest.fixture
def shown(government: Government) -> Shown:
    """What the home page of a person holds, by user name."""
    return lambda name: home.context(government.person(name), NOW)


def titles(context: dict[str, Any]) -> list[str]:
    return [line["title"] for line in context["todo"]]


def site(government: Government, unit: str = "pupr") -> Channel:
    return channel(getattr(government, unit), f"instagram.com/{unit}")


def case(site: Channel, key: str = "1", *, late: bool = False, state: str = "routed") -> Case:
    """A case at the channel's unit in which a citizen waits."""
    done = receive([heard(f"jalan rusak {key}", key)], channel=site, at=MONDAY, understand=None)
    due = NOW + timedelta(hours=-3 if late else 3)
    Case.objects.filter(pk=done.opened[0]).update(state=state, due_at=due, rank=int(due.timestamp()))
    CaseUnit.objects.filter(case=done.opened[0]).update(state=state, rank=int(due.timestamp()))
    return Case.objects.get(pk=done.opened[0])


def reply(government: Government, found: Case, author: str, **columns: Any) -> Reply:
    written = {"state": "draft", "state_since": MONDAY, "written_at": MONDAY, "text": "Kami tinjau."}
    return Reply.objects.create(
        case=found,
        message=found.messages.get(),
        unit=found.lead,
        author=government.people[author],
        **{**written, **columns},
    )


def delivery(site: Channel, state: str) -> Delivery:
    return Delivery.objects.create(
        channel=site, key=f"{Delivery.objects.count():032d}", kind="reply", thread="case 1", unit=site.unit, body="{}",
        state=state, state_since=MONDAY, made_at=MONDAY, error_code="cannot" if state == "failed" else "",
    )  # fmt: skip


def test_what_is_late_stands_first_with_the_case_that_waited_longest(
    government: Government, shown: Shown
) -> None:
    case(site(government), late=True)
    assert titles(shown("admin.pupr")) == ["1 aduan lewat batas jawaban pertama", "1 warga menunggu jawaban"]
    assert shown("admin.pupr")["todo"][0]["detail"] == "Terlama: jalan rusak 1, lewat 3\u00a0jam"


def test_a_coordinator_is_told_what_has_no_unit_yet(government: Government, shown: Shown) -> None:
    case(site(government, "kominfo"), state="new")
    assert titles(shown("koordinator")) == ["1 aduan belum diteruskan", "1 warga menunggu jawaban"]


def test_a_head_finds_three_answers_to_approve_and_how_many_more(
    government: Government, shown: Shown
) -> None:
    place = site(government)
    for number in range(5):
        reply(government, case(place, str(number)), "admin.pupr", state="submitted")
    assert titles(shown("kepala.pupr")) == [
        *(f"Setujui jawaban: jalan rusak {n}" for n in range(3)),
        "2 jawaban lain menunggu persetujuan",
        "5 warga menunggu jawaban",
    ]
    assert titles(shown("admin.pupr")) == ["5 warga menunggu jawaban"]


def test_an_author_finds_what_came_back_and_what_they_began(government: Government, shown: Shown) -> None:
    place = site(government)
    reply(government, case(place, "1"), "admin.pupr", returned_because="Sebutkan tanggalnya")
    reply(government, case(place, "2"), "admin.pupr")
    assert titles(shown("admin.pupr"))[:2] == [
        "Perbaiki jawaban Anda: jalan rusak 1",
        "1 jawaban Anda masih draf",
    ]
    assert titles(shown("kepala.pupr")) == ["2 warga menunggu jawaban"]


def test_what_stopped_on_its_way_out_is_told_with_its_cause(government: Government, shown: Shown) -> None:
    place = site(government)
    for state in ("by_hand", "by_hand", "failed", "held", "live", "waiting"):
        delivery(place, state)
    assert titles(shown("admin.pupr")) == [
        "1 jawaban gagal terkirim", "2 jawaban menunggu ditempel", "1 jawaban ditahan",
    ]  # fmt: skip
    assert shown("admin.pupr")["todo"][0]["detail"].startswith("Mimin tidak punya jalan ke platform ini")
    assert titles(shown("pengamat")) == []


def test_a_channel_that_cannot_be_reached_is_the_coordinators_to_mend(
    government: Government, shown: Shown
) -> None:
    place = site(government)
    Channel.objects.filter(pk=place.pk).update(mode="connected")
    Connection.objects.create(
        channel=place, secrets="{}", account="mimin", healthy=False, error_code="refused"
    )
    assert titles(shown("koordinator")) == [f"{place.name} tidak dapat dihubungi"]
    assert titles(shown("admin.pupr")) == []
    assert [line["tag"]["tone"] for line in shown("admin.pupr")["channels"]] == ["bad"]


@pytest.mark.parametrize(
    ("state", "hours", "told"),
    [
        ("waiting", 4, ["1 answer is on its way for too long"]),
        ("pending", 4, ["1 answer is on its way for too long"]),
        ("unsure", 4, ["1 answer is on its way for too long"]),
        ("unsure", 3, []),
        ("live", 400, []),
        ("cancelled", 400, []),
    ],
)
def test_an_answer_that_hangs_is_raised_to_who_can_act_after_a_time_that_the_unit_sets(
    government: Government, state: str, hours: int, told: list[str]
) -> None:
    set_value(
        unit=government.root, key="outbox.stuck_after", value={"amount": 4, "unit": "hours"},
        valid_from=date(2020, 1, 1), by=BY, at=MONDAY,
    )  # fmt: skip
    delivery(site(government), state)
    with translation.override("en"):
        for name in ("admin.pupr", "pengamat", "admin.dukcapil"):
            context = home.context(government.person(name), MONDAY + timedelta(hours=hours))
            assert titles(context) == (told if name == "admin.pupr" else [])


def test_an_answer_that_hangs_says_where_since_when_and_what_it_waits_for(government: Government) -> None:
    delivery(site(government), "unsure")
    with translation.override("en"):
        (line,) = home.context(government.person("admin.pupr"), MONDAY + timedelta(days=2))["todo"]
    assert line["url"] == f"{reverse('outbox')}?view=moving"
    assert (
        line["detail"]
        .replace("\u00a0", " ")
        .startswith("Oldest: pupr, since 16 Mar 10:00 WIB. Mimin looks on the platform whether it arrived")
    )


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"answered_at": NOW - timedelta(days=2)}, ["pupr has not answered for 2 days"]),
        ({"answered_at": NOW - timedelta(hours=23), "error_code": "unreachable"}, []),
        ({"answered_at": NOW - timedelta(days=2), "due_at": None}, []),
        ({"answered_at": NOW - timedelta(days=2), "healthy": False}, ["pupr cannot be reached"]),
    ],
)
def test_a_channel_that_has_not_answered_for_a_day_is_told_although_it_was_asked_each_minute(
    government: Government, columns: dict[str, Any], told: list[str]
) -> None:
    place = site(government)
    Channel.objects.filter(pk=place.pk).update(mode="connected")
    asked = {"channel": place, "secrets": "{}", "last_fetch_at": NOW, "due_at": NOW}
    Connection.objects.create(**{**asked, **columns})
    with translation.override("en"):
        lines = titles(home.context(government.person("koordinator"), NOW))
    assert [title.replace("\u00a0", " ") for title in lines] == told


@pytest.mark.parametrize(
    ("secrecy", "overseer"), [(Secrecy.OVERSIGHT, "inspektur"), (Secrecy.OVERSIGHT_SEKDA, "sekda")]
)
def test_an_overseer_finds_what_names_our_own_staff_and_nobody_else_does(
    government: Government, shown: Shown, secrecy: Secrecy, overseer: str
) -> None:
    actions.keep(
        case=case(site(government)), secrecy=secrecy, concerns=government.pupr, reason="Menyebut pegawai",
        by=government.person("koordinator"), at=MONDAY,
    )  # fmt: skip
    told = "1 laporan tentang aparatur sendiri menunggu"
    assert {name for name in government.people if told in titles(shown(name))} == {overseer}


@pytest.mark.parametrize("name", ["pimpinan", "pengamat", "auditor"])
def test_who_only_looks_is_shown_what_is_late_and_asked_nothing(
    government: Government, shown: Shown, name: str
) -> None:
    case(site(government), late=True)
    context = shown(name)
    assert titles(context) == ["1 aduan lewat batas jawaban pertama", "1 warga menunggu jawaban"]
    assert {line["tag"]["label"] for line in context["todo"]} == {"Lihat"}
    assert context["lead"] == "Contoh · Anda melihat tanpa mengubah apa pun"


def test_an_auditor_is_told_when_their_time_ends(government: Government, shown: Shown) -> None:
    assert titles(shown("auditor")) == []
    today = timezone.localdate()
    Role.objects.filter(kind=RoleKind.AUDITOR).update(until=today + timedelta(days=20))
    told = spoken.weekday_date(today + timedelta(days=20))
    context = home.context(government.person("auditor"), timezone.now())
    assert titles(context) == [f"Hak melihat Anda berlaku sampai {told}"]


@pytest.mark.parametrize(
    ("name", "what", "leads_to"),
    [
        ("tanpa.peran", "Anda belum punya peran", "me"),
        ("admin.pupr", "Tidak ada yang menunggu Anda", "channel_add"),
        ("auditor", "Tidak ada yang menunggu Anda", "evidence"),
        ("pimpinan", "Tidak ada yang menunggu Anda", "inbox"),
    ],
)
def test_whom_nothing_waits_for_is_shown_the_one_next_step(
    shown: Shown, name: str, what: str, leads_to: str
) -> None:
    context = shown(name)
    assert (context["todo"], context["flow"], context["week"]) == ([], None, [])
    assert (context["empty"]["what"], context["empty"]["url"]) == (what, reverse(leads_to))


def test_who_has_no_part_is_told_whom_to_ask(shown: Shown) -> None:
    assert shown("tanpa.peran")["empty"]["how"].endswith("Hubungi: Koordinator Diskominfo.")


def test_every_line_leads_to_a_page_that_opens(government: Government) -> None:
    place = site(government)
    for number in range(5):
        reply(government, case(place, str(number), late=True), "admin.pupr", state="submitted")
    reply(government, case(place, "6", state="new"), "koordinator", returned_because="Terlalu panjang")
    reply(government, case(place, "7"), "koordinator")
    for state in ("by_hand", "failed", "held", "unsure"):
        delivery(place, state)
    client = client_of(government, "koordinator")
    lines = client.get(reverse("home")).context["todo"]
    assert len(lines) == 13
    assert {client.get(line["url"]).status_code for line in lines} == {200}


def test_the_page_asks_as_many_queries_for_a_hundred_things_as_for_a_few(government: Government) -> None:
    place, client, asked = site(government), client_of(government, "koordinator"), []
    Channel.objects.filter(pk=place.pk).update(mode="connected")
    Connection.objects.create(channel=place, secrets="{}", account="mimin", healthy=False)
    delivery(place, "unsure")
    for first, last in ((0, 12), (12, 40)):
        for number in range(first, last):
            author = "admin.pupr" if number % 2 else "koordinator"
            found = case(place, str(number), late=number % 3 == 0, state="new" if number % 2 else "routed")
            reply(government, found, author, state="draft" if number % 5 == 0 else "submitted")
            reply(government, found, "koordinator", returned_because="Singkatkan")
            for state in ("by_hand", "failed", "held", "unsure"):
                delivery(place, state)
            channel(government.dukcapil, f"instagram.com/kanal{number}")
        client.get(reverse("home"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("home"))
        asked.append(len(captured))
    assert asked[0] == asked[1] <= 42


def test_thirty_days_are_those_of_the_units_clock() -> None:
    midnight_in_jayapura = MONDAY.replace(hour=15)  # 00.00 WIT of the next day
    for zone, days in (("Asia/Jayapura", 1), ("Asia/Jakarta", 0)):
        spans = numbers.days(midnight_in_jayapura, zone)
        assert len(spans) == 30
        assert {until - since for since, until in spans} == {timedelta(days=1)}
        assert spans[-1][0].date() == MONDAY.date() + timedelta(days=days)
        assert spans[-1][0] <= midnight_in_jayapura < spans[-1][1]


def test_days_before_the_first_case_are_a_gap_and_days_without_one_are_a_zero(
    government: Government, shown: Shown
) -> None:
    place = site(government)
    for days in (0, 3):
        receive(
            [heard("lampu mati", f"lama-{days}", at=MONDAY - timedelta(days=days))],
            channel=place,
            at=MONDAY,
            understand=None,
        )
    arrived, answered = shown("admin.pupr")["flow"]["chart"].series
    assert arrived.values == (*[None] * 26, 1, 0, 0, 1)
    assert answered.values == (*[None] * 26, 0, 0, 0, 0)
    assert shown("admin.pupr")["flow"]["rows"][:5] == [
        ("16 Mar", ("1", "0")), ("15 Mar", ("0", "0")), ("14 Mar", ("0", "0")), ("13 Mar", ("1", "0")),
        ("12 Mar", ("–", "–")),
    ]  # fmt: skip


def test_the_chart_says_axis_period_when_it_was_measured_and_has_its_table(government: Government) -> None:
    place = site(government)
    receive([heard("lampu mati", "1", at=timezone.now())], channel=place, at=timezone.now(), understand=None)
    page = client_of(government, "admin.pupr").get(reverse("home")).content.decode()
    figure = re.search(r"<figure.*?</figure>", page, re.DOTALL)[0]
    for words in (
        "aduan per hari",
        "diukur pada",
        "Lihat data",
        "Aduan masuk dan dijawab",
        'role="img"',
        "<desc",
    ):
        assert words in figure
    assert figure.count('<th scope="row">') == 30


def test_the_promise_is_compared_with_the_week_before(government: Government, shown: Shown) -> None:
    place = site(government)
    for number, (days, in_time) in enumerate([(1, True), (2, False), (9, True)]):
        answered = NOW - timedelta(days=days)
        done = receive([heard("jalan", f"k{number}", at=answered)], channel=place, at=NOW, understand=None)
        due = answered + timedelta(hours=1 if in_time else -1)
        Case.objects.filter(pk=done.opened[0]).update(answered_at=answered, due_at=due, state="answered")
    share, answers = shown("admin.pupr")["week"]
    assert (share["value"], share["note"]) == ("50 %", "1 dari 2\nminggu\u00a0sebelumnya\u00a0100\u00a0%")
    assert (answers["value"], answers["note"]) == ("2", "minggu\u00a0sebelumnya\u00a01")
