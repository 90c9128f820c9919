"""One problem, many citizens: merged into one case, answered each in their own thread, split off again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mimin.evidence.queries import trail
from mimin.inbox import actions, answering, ladder, merging, promising, queries
from mimin.inbox.alike import alike
from mimin.inbox.intake import receive
from mimin.inbox.models import Alarm, Case, CaseUnit, Likeness, Message, Note, Reply
from mimin.inbox.rules import deadline, rank
from mimin.inbox.understanding import understanding
from mimin.lib import spoken
from mimin.lib.moving import Refused
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.policy.actions import set_value
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government, channel, heard

pytestmark = pytest.mark.django_db

AT = MONDAY + timedelta(hours=1)
TEXT = "jalan depan pasar Sukajaya banjir setinggi lutut sejak subuh, mohon bantuan"


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


@pytest.fixture
def by(government: Government) -> Callable[[str], Any]:
    return government.person


def told(
    site: Channel, number: int, text: str = TEXT, *, parent: str = "", minutes: int | None = None
) -> Case:
    """What one more citizen writes on a channel; with ``parent`` in a thread that is known."""
    at = MONDAY + timedelta(minutes=number if minutes is None else minutes)
    one = heard(text, str(number), at=at, parent=parent, author=f"Warga {number}")
    done = receive([one], channel=site, at=at + timedelta(seconds=5), understand=understanding())
    return Case.objects.select_related("channel", "lead").get(pk=(done.opened or done.joined)[0])


def fresh(case: Case) -> Case:
    return Case.objects.select_related("channel", "lead", "main").get(pk=case.pk)


def merge(case: Case, into: Case, person: Any) -> Case:
    return merging.merge(case=fresh(case), into=fresh(into), by=person, at=AT)


@pytest.fixture
def pair(site: Channel, by) -> tuple[Case, Case]:
    """A main case, and one that was merged into it."""
    main, case = told(site, 1), told(site, 2)
    return main, merge(case, main, by("admin.pupr"))


def answer(main: Case, person: Any, text: str = "Pompa sudah di lokasi.", **given: Any) -> Reply:
    message = main.messages.filter(ours=False).earliest("pk")
    reply = answering.draft(case=fresh(main), message=message, text=text, by=person, at=AT, **given)
    return answering.submit(reply=reply, by=person, at=AT)


def proved(*deliveries: Delivery) -> None:
    for one in deliveries:
        outbox.prove(delivery=one, link="", note="Dibalas.", by=BY, at=AT, then=answering.arrived)


def kinds(case: Case) -> list[str]:
    return [fact.kind for fact in trail("case", case.pk)]


def client_of_admin(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


# Cases that tell the same


def test_the_same_told_again_is_found_and_something_else_is_not(site: Channel, by) -> None:
    first = told(site, 1)
    told(site, 2, "lampu jalan di simpang tiga Cikaret mati total sudah seminggu")
    again = told(site, 3, f"assalamualaikum min, {TEXT} terima kasih")
    assert [(one.case, one.citizens) for one in alike(by("admin.pupr"), again)] == [(first, 1)]


def test_a_short_message_is_like_no_other(site: Channel, by) -> None:
    told(site, 1, "banjir lagi min")
    assert alike(by("admin.pupr"), told(site, 2, "banjir lagi min")) == []
    assert Likeness.objects.count() == 0


def test_what_was_merged_is_found_as_its_main_case(site: Channel, by, pair) -> None:
    main, _case = pair
    assert [(one.case, one.citizens) for one in alike(by("admin.pupr"), told(site, 3))] == [(main, 2)]


def test_a_stranger_is_shown_no_case_that_is_like_theirs(government: Government, site: Channel, by) -> None:
    told(site, 1)
    theirs = told(channel(government.dukcapil, "instagram.com/dukcapil"), 2)
    assert alike(by("admin.dukcapil"), theirs) == []
    assert len(alike(by("koordinator"), theirs)) == 1


@pytest.mark.parametrize("which", [0, 1])
def test_a_secret_case_is_found_by_nobody_and_finds_nothing(site: Channel, by, which: int) -> None:
    cases = told(site, 1), told(site, 2)
    keep(cases[which], by)
    assert [alike(by("koordinator"), fresh(case)) for case in cases] == [[], []]


def keep(case: Case, by, secrecy: Secrecy = Secrecy.SECRET) -> None:
    actions.keep(
        case=fresh(case), secrecy=secrecy, concerns=None, reason="Data korban", by=by("koordinator"), at=AT
    )


def test_what_is_no_longer_secret_is_found_again(site: Channel, by) -> None:
    first, again = told(site, 1), told(site, 2)
    keep(first, by)
    keep(first, by, Secrecy.OPEN)
    assert [one.case for one in alike(by("koordinator"), again)] == [first]


def test_what_is_over_is_not_proposed(site: Channel, by) -> None:
    first, again = told(site, 1), told(site, 2)
    actions.dismiss(case=first, reason="Uji", by=by("admin.pupr"), at=AT)
    assert alike(by("admin.pupr"), again) == []


# Merging


def test_a_merged_case_leaves_the_open_lists_and_keeps_what_it_has(by, pair) -> None:
    main, case = pair
    person = by("admin.pupr")
    waiting = [line.pk for line in queries.page(person, view="mine", now=AT).cases]
    ended = [line.pk for line in queries.page(person, view="closed", now=AT).cases]
    assert (waiting, ended) == ([main.pk], [case.pk])
    assert (case.state, case.main, case.messages.count(), case.channel) == ("merged", main, 1, main.channel)
    assert list(ladder.clocks(ladder.with_clocks(Case.objects.filter(pk=case.pk)).get())) == []
    assert (kinds(case)[0], kinds(main)[0]) == ("case.merged", "case.merged")
    assert set(CaseUnit.objects.filter(case=case).values_list("state", flat=True)) == {"merged"}


def test_the_main_case_waits_no_longer_than_the_citizen_who_waited_less(site: Channel, by) -> None:
    main, case = told(site, 1), told(site, 2)
    soon = (AT + timedelta(hours=2)).replace(microsecond=0)
    Case.objects.filter(pk=case.pk).update(rank=int(soon.timestamp()))
    merge(case, main, by("admin.pupr"))
    assert deadline(fresh(main).rank) == soon
    assert CaseUnit.objects.get(case=main).rank == fresh(main).rank


def test_a_citizen_who_waits_puts_an_answered_main_case_back_to_work(site: Channel, by) -> None:
    main, case = told(site, 1), told(site, 2)
    proved(answer(main, by("admin.pupr")).delivery)
    merge(case, main, by("admin.pupr"))
    assert (fresh(main).state, fresh(main).reopened) == ("routed", 1)


def test_a_case_is_not_merged_into_itself(site: Channel, by) -> None:
    case = told(site, 1)
    with pytest.raises(Refused, match="dirinya sendiri"):
        merge(case, case, by("admin.pupr"))


def test_there_are_no_chains(site: Channel, by, pair) -> None:
    main, case = pair
    other = told(site, 3)
    with pytest.raises(Refused, match=f"Pilih {main.number}"):
        merge(other, case, by("admin.pupr"))
    with pytest.raises(Refused, match=f"Gabungkan {other.number} ke aduan itu"):
        merge(main, other, by("admin.pupr"))
    assert merge(other, main, by("admin.pupr")).main == main


def test_what_is_over_gathers_nothing(site: Channel, by) -> None:
    main, case = told(site, 1), told(site, 2)
    actions.dismiss(case=main, reason="Uji", by=by("admin.pupr"), at=AT)
    with pytest.raises(Refused, match="Buka lagi dahulu"):
        merge(case, main, by("admin.pupr"))


@pytest.mark.parametrize("which", [0, 1])
def test_what_is_secret_stays_by_itself(site: Channel, by, which: int) -> None:
    cases = told(site, 1), told(site, 2)
    Case.objects.filter(pk=cases[which].pk).update(secrecy=Secrecy.SECRET)
    with pytest.raises(Refused, match="rahasia"):
        merge(cases[1], cases[0], by("koordinator"))


@pytest.mark.parametrize("home", ["pupr", "dukcapil"])
def test_who_may_pass_on_only_one_of_both_merges_neither(
    government: Government, site: Channel, by, home: str
) -> None:
    cases = [told(site, 1), told(channel(government.dukcapil, "instagram.com/dukcapil"), 2)]
    with pytest.raises(Refused, match="Minta bantuan koordinator"):
        merge(cases[1], cases[0], by(f"admin.{home}"))
    assert set(Case.objects.values_list("state", flat=True)) == {"new"}


def test_a_promise_is_not_merged_away(site: Channel, by) -> None:
    main, case = told(site, 1), told(site, 2)
    until = (AT + timedelta(days=9)).date()
    promising.promise(
        case=case, what="Pompa dipasang", until=until, budget_year=None, who="", by=by("admin.pupr"), at=AT
    )
    Case.objects.filter(pk=case.pk).update(state="answered")
    with pytest.raises(Refused, match="janji"):
        merge(case, main, by("admin.pupr"))


def test_an_alarm_is_not_merged_away(site: Channel, by) -> None:
    main, case = told(site, 1), told(site, 2)
    Alarm.objects.create(case=case, kind="banjir", raised_at=AT, state="ringing", state_since=AT)
    with pytest.raises(Refused, match="tanda bahaya"):
        merge(case, main, by("admin.pupr"))


def test_who_comes_second_learns_who_was_first_and_when(site: Channel, by) -> None:
    main, other, case = told(site, 1), told(site, 2), told(site, 3)
    mine, theirs = fresh(case), fresh(case)
    merging.merge(case=mine, into=main, by=by("koordinator"), at=AT)
    with pytest.raises(Refused) as refused:
        merging.merge(case=theirs, into=other, by=by("admin.pupr"), at=AT)
    assert "Koordinator Diskominfo" in str(refused.value) and spoken.moment(AT) in str(refused.value)
    assert fresh(case).main == main


def test_a_main_case_that_was_merged_meanwhile_is_named_with_the_one_it_is_a_part_of(
    site: Channel, by
) -> None:
    first, main, case = told(site, 1), told(site, 2), told(site, 3)
    seen = fresh(main)
    merge(main, first, by("koordinator"))
    with pytest.raises(Refused, match=f"Koordinator Diskominfo.*{first.number}"):
        merging.merge(case=case, into=seen, by=by("admin.pupr"), at=AT)


def test_the_unit_that_answers_may_read_what_was_merged_also_after_the_main_case_was_passed_on(
    government: Government, site: Channel, by
) -> None:
    main, case = told(site, 1), told(channel(government.dukcapil, "instagram.com/dukcapil"), 2)
    merge(case, main, by("koordinator"))
    assert Case.objects.filter(queries.seen(by("admin.pupr")), pk=case.pk).exists()
    actions.transfer(case=fresh(main), to=government.marga, reason="", by=by("koordinator"), at=AT)
    assert Case.objects.filter(queries.seen(by("admin.marga")), pk=case.pk).exists()


# Answering


def test_an_answer_for_all_is_a_copy_in_each_thread_with_a_key_of_its_own(by, pair) -> None:
    main, case = pair
    reply = answer(main, by("admin.pupr"), f"Laporan {main.number}: pompa sudah di lokasi.", also=True)
    copy = Reply.objects.get(copy_of=reply)
    assert (copy.case, copy.message, copy.state) == (case, case.messages.get(), "leaving")
    assert copy.text == f"Laporan {case.number}: pompa sudah di lokasi."
    threads = dict(Delivery.objects.values_list("thread", "key"))
    assert set(threads) == {f"case {main.pk}", f"case {case.pk}"} and len(set(threads.values())) == 2


def test_without_the_tick_only_the_main_citizen_is_answered(by, pair) -> None:
    answer(pair[0], by("admin.pupr"))
    assert Delivery.objects.count() == 1


def test_sent_twice_it_reaches_nobody_twice_and_who_was_merged_since_once(site: Channel, by, pair) -> None:
    main, _case = pair
    person = by("admin.pupr")
    for _time in range(2):
        answer(main, person, also=True)
    assert Delivery.objects.count() == 2
    late = merge(told(site, 3), main, person)
    for _time in range(2):
        answer(main, person, also=True)
    assert sorted(Delivery.objects.values_list("thread", flat=True)) == sorted(
        f"case {pk}" for pk in (main.pk, pair[1].pk, late.pk)
    )


def test_the_tick_added_to_an_answer_that_left_reaches_the_others(by, pair) -> None:
    answer(pair[0], by("admin.pupr"))
    answer(pair[0], by("admin.pupr"), also=True)
    assert (Delivery.objects.count(), Reply.objects.filter(copy_of=None).count()) == (2, 1)


def test_one_approval_lets_all_go(government: Government, by, pair) -> None:
    set_value(
        key="case.approval", unit=government.root, value=True, valid_from=MONDAY.date(), by=BY, at=MONDAY
    )
    reply = answer(pair[0], by("admin.pupr"), also=True)
    assert (reply.state, Delivery.objects.count()) == ("submitted", 0)
    answering.approve(reply=reply, by=by("kepala.pupr"), at=AT)
    assert Delivery.objects.count() == 2
    assert {copy.author_id for copy in Reply.objects.all()} == {by("admin.pupr").pk}


def test_a_copy_that_stands_on_the_channel_ends_the_waiting_of_its_citizen(by, pair) -> None:
    main, case = pair
    answer(main, by("admin.pupr"), also=True)
    proved(*Delivery.objects.all())
    assert (fresh(main).state, fresh(case).state) == ("answered", "merged")
    assert (fresh(case).answered_at, fresh(case).waited_until) == (AT, None)
    assert Message.objects.filter(case=case, ours=True).count() == 1
    assert kinds(case)[0] == "case.answered"


def test_an_interim_copy_leaves_its_citizen_waiting(by, pair) -> None:
    main, case = pair
    answer(main, by("admin.pupr"), also=True, kind=Reply.Kind.INTERIM)
    proved(*Delivery.objects.all())
    assert (fresh(case).answered_at, fresh(case).waited_until) == (None, case.waited_until)


def test_what_is_taken_back_is_taken_back_for_all(by, pair) -> None:
    reply = answer(pair[0], by("admin.pupr"), also=True)
    answering.withdraw(reply=reply, by=by("admin.pupr"), at=AT)
    assert set(Reply.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_new_message_of_a_merged_citizen_puts_the_main_case_back_to_work(site: Channel, by, pair) -> None:
    main, case = pair
    answer(main, by("admin.pupr"), also=True)
    proved(*Delivery.objects.all())
    told(site, 9, "masih banjir pak, air belum surut", parent="2", minutes=90)
    assert (fresh(main).state, fresh(case).state) == ("routed", "merged")
    assert fresh(case).waited_until is not None
    page = client_of_admin(by("admin.pupr")).get(reverse("case", args=[main.pk]))
    assert [line["title"] for line in page.context["merged"]["wrote"]] == [
        "masih banjir pak, air belum surut"
    ]


# Splitting off


def test_a_case_that_is_split_off_has_the_deadline_that_it_had(site: Channel, by) -> None:
    main, case = told(site, 1), told(site, 2)
    before = fresh(case)
    merge(case, main, by("admin.pupr"))
    merging.split(case=fresh(case), reason="Lain jalan", by=by("admin.pupr"), at=AT + timedelta(days=2))
    now = fresh(case)
    assert (now.state, now.main, now.rank) == ("routed", None, before.rank)
    assert (now.due_at, now.waits_from) == (before.due_at, before.waits_from)
    (clock,) = ladder.clocks(ladder.with_clocks(Case.objects.filter(pk=case.pk)).get())
    assert (clock.near, clock.due) == (before.remind_at, before.due_at)
    assert (kinds(case)[0], kinds(main)[0]) == ("case.split", "case.split")
    assert Note.objects.get(case=case).text == "Lain jalan"


def test_a_citizen_who_was_told_meanwhile_is_promised_anew(by, pair) -> None:
    main, case = pair
    answer(main, by("admin.pupr"), also=True)
    proved(*Delivery.objects.all())
    later = AT + timedelta(days=3)
    merging.split(case=fresh(case), reason="Lain jalan", by=by("admin.pupr"), at=later)
    now = fresh(case)
    until = deadline(now.rank)
    assert until is not None and until > later and now.due_at == case.due_at


def test_without_a_reason_nothing_is_split_off(by, pair) -> None:
    with pytest.raises(Refused, match="Tulis mengapa"):
        merging.split(case=pair[1], reason=" ", by=by("admin.pupr"), at=AT)


def test_what_is_not_merged_cannot_be_split_off(by, pair) -> None:
    with pytest.raises(Refused):
        merging.split(case=fresh(pair[0]), reason="Lain", by=by("admin.pupr"), at=AT)


def test_split_off_and_merged_again_it_is_a_part_again(by, pair) -> None:
    main, case = pair
    merging.split(case=fresh(case), reason="Lain jalan", by=by("admin.pupr"), at=AT)
    assert merge(case, main, by("admin.pupr")).main == main
    assert kinds(case)[:3] == ["case.merged", "case.split", "case.merged"]


@pytest.mark.parametrize("which", [0, 1])
def test_what_becomes_secret_stands_by_itself_again(by, pair, which: int) -> None:
    keep(pair[which], by)
    case = fresh(pair[1])
    assert (case.state, case.main) == ("routed", None)


# Pages


def test_the_page_offers_the_merge_and_leads_to_the_main_case(site: Channel, by) -> None:
    main, case = told(site, 1), told(site, 2)
    client = client_of_admin(by("admin.pupr"))
    (line,) = client.get(reverse("case", args=[case.pk])).context["alike"]["lines"]
    assert (line["number"], line["into"]) == (main.number, main.number)
    done = client.post(line["act_url"], {"into": line["into"], f"as_of_{case.pk}": line["as_of"]["as_of"]})
    assert (done.status_code, done["Location"]) == (302, reverse("case", args=[main.pk]))
    page = client.get(reverse("case", args=[main.pk])).context
    assert page["merged"]["lines"][0]["title"] == case.number and page["reply"]["also"]["chosen"]
    assert client.get(reverse("case", args=[case.pk])).context["part_of"]["number"] == main.number


def test_from_the_page_of_the_older_one_the_younger_is_merged(site: Channel, by) -> None:
    main, case = told(site, 1), told(site, 2)
    (line,) = client_of_admin(by("admin.pupr")).get(reverse("case", args=[main.pk])).context["alike"]["lines"]
    assert (line["act_url"], line["into"]) == (reverse("case_act", args=[case.pk, "merge"]), main.number)


@pytest.mark.parametrize("number", ["KC-26-999999", "", "entah"])
def test_a_number_that_nobody_may_see_is_refused_in_the_same_words(
    government: Government, site: Channel, by, number: str
) -> None:
    theirs = told(channel(government.dukcapil, "instagram.com/dukcapil"), 1)
    case = told(site, 2)
    for into in (number, theirs.number):
        done = client_of_admin(by("admin.pupr")).post(
            reverse("case_act", args=[case.pk, "merge"]), {"into": into}
        )
        assert done.status_code == 422
    assert fresh(case).state == "new"


def test_chosen_rows_are_merged_into_the_oldest(site: Channel, by) -> None:
    cases = [told(site, number) for number in (1, 2, 3)]
    client, pks = client_of_admin(by("admin.pupr")), [case.pk for case in cases]
    page = client.post(reverse("inbox_bulk"), {"verb": "merge", "case": pks})
    assert page.context["form"]["into"].value() == cases[0].number
    assert sorted(case["pk"] for case in page.context["cases"]) == pks[1:]
    done = client.post(
        reverse("inbox_bulk"), {"verb": "merge", "case": pks[1:], "sure": "1", "into": cases[0].number}
    )
    assert done.status_code == 302
    assert set(cases[0].merged.values_list("pk", flat=True)) == set(pks[1:])


def test_a_thousand_copies_in_a_minute_are_one_line_and_cost_no_more_queries(site: Channel, by) -> None:
    person, main = by("admin.pupr"), told(site, 1)
    few, many = [flood(site, main, person, numbers) for numbers in (range(2, 12), range(12, 1002))]
    assert len(queries.page(person, view="mine", now=AT).cases) == 1
    assert few == many
    answer(main, person, also=True)
    assert Delivery.objects.count() == 1001


def flood(site: Channel, main: Case, person: Any, numbers: range) -> int:
    """So many citizens write the same and are merged; returns what the main case's page costs then, in queries."""
    batch = [heard(TEXT, str(n), at=MONDAY + timedelta(seconds=n % 60), author=f"Warga {n}") for n in numbers]
    opened = receive(batch, channel=site, at=AT, understand=understanding()).opened
    for case in Case.objects.select_related("lead").filter(pk__in=opened[:10]):
        merging.merge(case=case, into=main, by=person, at=AT)
    done = {"state": "merged", "main": main, "waited_until": AT, "state_since": AT}
    Case.objects.filter(pk__in=opened[10:]).update(**done, rank=rank("merged", None, AT))
    CaseUnit.objects.filter(case__in=opened[10:]).update(state="merged", rank=rank("merged", None, AT))
    url, client = reverse("case", args=[main.pk]), client_of_admin(person)
    client.get(url)  # what a process remembers for seconds is remembered now
    with CaptureQueriesContext(connection) as asked:
        page = client.get(url)
    assert page.context["merged"]["others"] == numbers.stop - 2
    return len(asked)


def test_the_list_says_how_many_citizens_one_case_stands_for(site: Channel, by, pair) -> None:
    alone = told(site, 3, "lampu jalan di simpang tiga Cikaret mati total sudah seminggu")
    page = client_of_admin(by("admin.pupr")).get(reverse("inbox"), {"view": "all"})
    shown = {row.id: row.citizens_text for row in page.context["rows"]}
    assert shown == {pair[0].pk: "2 warga", pair[1].pk: "", alone.pk: ""}
    assert page.content.decode().count("2 warga") == 1
