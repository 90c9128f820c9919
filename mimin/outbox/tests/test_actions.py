"""What leaves: written down before it is made, looked for before any second try, and never said twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimin.evidence.models import Facts
from mimin.lib.moving import Refused, move
from mimin.outbox import actions
from mimin.outbox.models import Delivery
from mimin.outbox.rules import EXPLAINED, LOOK_FIRST, next_try
from mimin.outbox.states import DELIVERY
from mimin.platforms.base import PlatformError, Post, Receipt
from mimin.policy.queries import value
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government, channel

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@dataclass
class Platform:
    """A platform in memory. ``says`` is what the next calls answer: a receipt's state, or an error to raise; an
    error that is unknown may have taken the answer all the same (``takes``)."""

    said: list[str] = field(default_factory=list)
    standing: dict[str, str] = field(default_factory=dict)
    says: list[Any] = field(default_factory=list)
    takes: bool = False

    def reply(self, to: str, text: str, *, key: str) -> Receipt:
        self.said.append(text)
        answer = self.says.pop(0) if self.says else "live"
        if isinstance(answer, PlatformError):
            if self.takes:
                self.standing[key] = text
            raise answer
        if answer == "live":
            self.standing[key] = text
        return Receipt(
            answer,
            f"r-{key[:6]}",
            f"https://contoh.go.id/#{key[:6]}",
            "Post it." if answer == "by_hand" else "",
        )

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt:
        if self.says:
            answer = self.says.pop(0)
            if isinstance(answer, PlatformError):
                raise answer
            return Receipt(answer, f"r-{key[:6]}")
        return Receipt("live", f"r-{key[:6]}") if key in self.standing else Receipt("absent")


CUT = PlatformError("cut", code="no_answer", unknown=True)
DOWN = PlatformError("down", code="unreachable", retry_after=60)
REFUSED = PlatformError("no", code="comment_gone", permanent=True)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    made = Platform()
    monkeypatch.setattr("mimin.outbox.actions.connector_for", lambda _channel: made)
    return made


@pytest.fixture
def account(government: Government) -> Channel:
    return channel(government.pupr, mode="connected")


def put(account: Channel, text: str = "Terima kasih, kami perbaiki.", thread: str = "case 1") -> Delivery:
    return actions.enqueue(
        channel=account, kind="reply", thread=thread, body={"to": "7", "text": text}, by=BY, at=MONDAY
    )


def nothing(_delivery: Delivery, _at: datetime) -> None:
    """Nothing follows."""


def step(
    delivery: Delivery, at: datetime = MONDAY, then: Callable[[Delivery, datetime], None] = nothing
) -> str:
    """One step by a worker that knows only the row; the state it then has."""
    actions.deliver(Delivery.objects.select_related("channel__unit").get(pk=delivery.pk), at=at, then=then)
    delivery.refresh_from_db()
    return delivery.state


def records(delivery: Delivery) -> list[str]:
    found = Facts.objects.filter(subject_kind="delivery", subject_id=delivery.pk).order_by("record_id")
    return [kind.removeprefix("delivery.") for kind in found.values_list("kind", flat=True)]


def test_an_intent_is_written_down_before_anything_is_said(account: Channel, platform: Platform) -> None:
    made = put(account)
    assert (made.state, made.due_at, made.attempted, len(made.key)) == ("waiting", MONDAY, False, 32)
    assert (platform.said, records(made)) == ([], ["intended"])


def test_every_delivery_has_a_key_of_its_own(account: Channel) -> None:
    assert len({put(account).key for _each in range(20)}) == 20


def test_what_is_said_lies_sealed_in_the_database(account: Channel) -> None:
    from django.db import connection

    made = put(account, "Rahasia warga")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM mimin_delivery WHERE id = %s", [made.pk])
        assert b"Rahasia" not in bytes(cursor.fetchone()[0])
    assert "Rahasia warga" in Delivery.objects.get(pk=made.pk).body


def test_what_a_person_does_is_ready_for_them_at_once(government: Government) -> None:
    made = put(channel(government.pupr))
    assert (made.state, made.due_at, bool(made.instructions)) == ("by_hand", None, True)
    assert records(made) == ["intended", "handed"]


def test_it_is_said_once_and_stands(account: Channel, platform: Platform) -> None:
    made, told = put(account), []
    assert step(made, then=lambda delivery, at: told.append((delivery.pk, at))) == "live"
    assert step(made) == "live"
    assert (platform.said, told, made.due_at) == (["Terima kasih, kami perbaiki."], [(made.pk, MONDAY)], None)
    assert made.url == f"https://contoh.go.id/#{made.key[:6]}"
    assert records(made) == ["intended", "live"]


def test_what_follows_fails_together_with_the_arrival_and_nothing_is_said_again(
    account: Channel, platform: Platform
) -> None:
    made = put(account)

    def breaks(_delivery: Delivery, _at: datetime) -> None:
        raise RuntimeError("the case could not be moved")

    with pytest.raises(RuntimeError):
        step(made, then=breaks)
    made.refresh_from_db()
    assert made.state == "sending"
    assert [step(made), step(made, MONDAY + 30 * SECOND)] == ["unsure", "live"]
    assert len(platform.said) == 1


@pytest.mark.parametrize(
    ("answer", "state", "told"),
    [
        ("live", "live", ["intended", "live"]),
        ("pending", "pending", ["intended"]),
        ("by_hand", "by_hand", ["intended", "handed"]),
        ("absent", "waiting", ["intended"]),
        (REFUSED, "failed", ["intended", "failed"]),
        (CUT, "unsure", ["intended", "unsure"]),
        (DOWN, "waiting", ["intended"]),
    ],
)
def test_what_an_answer_of_the_platform_makes_of_it(
    account: Channel, platform: Platform, answer: Any, state: str, told: list[str]
) -> None:
    platform.says = [answer]
    made = put(account)
    assert (step(made), records(made)) == (state, told)


def test_a_lost_answer_that_had_arrived_is_found_and_not_said_again(
    account: Channel, platform: Platform
) -> None:
    platform.says, platform.takes = [CUT], True
    made = put(account)
    assert step(made) == "unsure"
    assert made.due_at == MONDAY + value(account.unit, "outbox.settle_after_seconds") * SECOND
    assert step(made, made.due_at) == "live"
    assert (len(platform.said), len(platform.standing)) == (1, 1)


def test_a_lost_answer_that_had_not_arrived_is_said_once_more(account: Channel, platform: Platform) -> None:
    platform.says = [CUT]
    made = put(account)
    assert [step(made), step(made), step(made)] == ["unsure", "waiting", "live"]
    assert (len(platform.said), len(platform.standing)) == (2, 1)


def test_a_worker_that_died_while_sending_leaves_doubt_and_no_second_copy(
    account: Channel, platform: Platform
) -> None:
    made = put(account)
    move(made, DELIVERY, "claim", by="Mimin", at=MONDAY, attempted=True)
    platform.standing[made.key] = "arrived before the worker died"
    assert step(made) == "unsure"
    assert (made.error_code, step(made, MONDAY + 20 * SECOND)) == ("worker_gone", "live")
    assert platform.said == []


def test_looking_that_fails_is_tried_again_and_sends_nothing(account: Channel, platform: Platform) -> None:
    platform.says = [CUT, DOWN, DOWN]
    made = put(account)
    assert [step(made), step(made), step(made)] == ["unsure", "unsure", "unsure"]
    assert (made.due_at, len(platform.said)) == (MONDAY + 60 * SECOND, 1)


def test_looking_that_is_refused_for_good_ends_in_failed(account: Channel, platform: Platform) -> None:
    platform.says = [CUT, REFUSED]
    made = put(account)
    assert [step(made), step(made)] == ["unsure", "failed"]
    assert (made.error_code, made.due_at) == ("comment_gone", None)


def test_pending_is_looked_at_until_it_stands(account: Channel, platform: Platform) -> None:
    platform.says = ["pending", "pending", "live"]
    made = put(account)
    assert [step(made), step(made), step(made)] == ["pending", "pending", "live"]
    assert len(platform.said) == 1


def test_what_the_platform_took_and_then_lost_waits_for_a_person(
    account: Channel, platform: Platform
) -> None:
    platform.says = ["pending", "absent"]
    made = put(account)
    assert [step(made), step(made)] == ["pending", "failed"]
    assert (made.error_code, len(platform.said), records(made)) == ("vanished", 1, ["intended", "failed"])


@pytest.mark.parametrize("before", ["unsure", "pending"])
def test_what_may_stand_there_already_is_handed_over_with_the_word_to_look_first(
    account: Channel, platform: Platform, before: str
) -> None:
    platform.says = [CUT if before == "unsure" else "pending", "by_hand"]
    made = put(account)
    assert [step(made), step(made)] == [before, "by_hand"]
    assert made.instructions.splitlines()[0] == LOOK_FIRST


def test_what_was_never_sent_is_handed_over_without_it(account: Channel, platform: Platform) -> None:
    platform.says, made = ["by_hand"], put(account)
    assert (step(made), made.instructions) == ("by_hand", "Post it.")


def test_a_failed_one_that_is_retried_is_looked_for_first(account: Channel, platform: Platform) -> None:
    platform.says, made = [REFUSED], put(account)
    step(made)
    platform.standing[made.key] = "somebody restored it"
    actions.retry(delivery=made, by=BY, at=MONDAY)
    assert (made.state, step(made)) == ("unsure", "live")
    assert (len(platform.said), records(made)) == (1, ["intended", "failed", "retry", "live"])


def test_after_a_restore_everything_is_held_and_looked_for_when_released(
    account: Channel, platform: Platform
) -> None:
    gone, still = put(account, "A", "case 1"), put(account, "B", "case 2")
    platform.standing[gone.key] = "it left after the backup was made"
    assert actions.hold_all(by=BY, at=MONDAY) == 2
    for made in (gone, still):
        made.refresh_from_db()
        assert (made.state, made.due_at, step(made)) == ("held", None, "held")
        actions.release(delivery=made, by=BY, at=MONDAY)
    assert [step(gone), step(still), step(still)] == ["live", "waiting", "live"]
    assert platform.said == ["B"]


def test_after_a_restore_what_waits_to_be_posted_by_hand_is_held_and_handed_over_to_be_looked_for_first(
    government: Government,
) -> None:
    made = put(channel(government.pupr))
    assert actions.hold_all(by=BY, at=MONDAY) == 1
    made.refresh_from_db()
    assert (made.state, step(made)) == ("held", "held")
    actions.release(delivery=made, by=BY, at=MONDAY)
    assert (made.state, step(made), made.due_at) == ("unsure", "by_hand", None)
    assert made.instructions.splitlines()[0] == LOOK_FIRST
    assert records(made) == ["intended", "handed", "release", "handed"]


def test_holding_when_nothing_is_on_its_way_leaves_no_record(account: Channel, platform: Platform) -> None:
    step(put(account))
    assert actions.hold_all(by=BY, at=MONDAY) == 0
    assert not Facts.objects.filter(kind="delivery.held").exists()


@pytest.mark.parametrize(
    ("state", "attempted", "cancelled"),
    [
        ("waiting", False, True),
        ("waiting", True, False),
        ("sending", True, False),
        ("unsure", True, False),
        ("pending", True, False),
        ("by_hand", True, True),
        ("failed", True, True),
        ("held", True, True),
        ("live", True, False),
    ],
)
def test_only_what_certainly_does_not_stand_there_is_cancelled(
    account: Channel, platform: Platform, state: str, attempted: bool, cancelled: bool
) -> None:
    made = put(account)
    Delivery.objects.filter(pk=made.pk).update(state=state, attempted=attempted)
    made.refresh_from_db()
    try:
        actions.cancel(delivery=made, by=BY, at=MONDAY)
    except Refused:
        assert not cancelled
    made.refresh_from_db()
    assert (made.state == "cancelled") is cancelled
    if cancelled:
        assert (step(made), platform.said) == ("cancelled", [])


@pytest.mark.parametrize(("says", "states"), [([DOWN], ["waiting"]), ([CUT], ["unsure", "waiting"])])
def test_what_certainly_did_not_arrive_can_be_cancelled_while_it_waits_for_the_next_try(
    account: Channel, platform: Platform, says: list[Any], states: list[str]
) -> None:
    platform.says, made = says, put(account)
    assert ([step(made) for _each in states], made.attempted) == (states, False)
    actions.cancel(delivery=made, by=BY, at=MONDAY)
    assert (step(made), len(platform.said)) == ("cancelled", 1)


def test_a_proof_makes_it_live_and_what_follows_happens_once(account: Channel, platform: Platform) -> None:
    platform.says, made, told = ["by_hand"], put(account), []
    step(made)
    proof = {"link": "https://instagram.com/p/abc/", "by": BY, "at": MONDAY}
    actions.prove(delivery=made, **proof, then=lambda delivery, at: told.append(delivery.url))
    with pytest.raises(Refused):
        actions.prove(delivery=made, **proof, then=lambda delivery, at: told.append("twice"))
    assert (made.state, told) == ("live", ["https://instagram.com/p/abc/"])
    assert records(made) == ["intended", "handed", "live"]


def test_a_note_proves_where_there_is_no_address(account: Channel, platform: Platform) -> None:
    platform.says, made = ["by_hand"], put(account)
    step(made)
    actions.prove(delivery=made, link="", note="Nota 12/2026", by=BY, at=MONDAY, then=nothing)
    assert (made.state, made.url) == ("live", "")
    assert Facts.objects.get(kind="delivery.live").details["note"] == "Nota 12/2026"


def test_two_workers_take_one_delivery_once(account: Channel, platform: Platform) -> None:
    made = put(account)
    first, second = Delivery.objects.get(pk=made.pk), Delivery.objects.get(pk=made.pk)
    actions.deliver(first, at=MONDAY, then=nothing)
    with pytest.raises(Refused):
        actions.deliver(second, at=MONDAY, then=nothing)
    assert len(platform.said) == 1


# Updates


@dataclass
class Site:
    """A site that publishes: it takes an update, its answer is lost, and it finds it only in the post itself."""

    asked: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def publish(self, post: Post, *, key: str) -> Receipt:
        self.taken.append(post.remote_id)
        raise CUT

    def settle(self, receipt: Receipt, *, key: str) -> Receipt:
        self.asked.append(receipt.remote_id)
        found = receipt.remote_id in self.taken
        return Receipt("live" if found else "absent", receipt.remote_id, "https://contoh.go.id/?p=12")


def test_an_update_whose_answer_was_lost_is_looked_for_in_the_post_that_it_changes(
    account: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site()
    monkeypatch.setattr("mimin.outbox.actions.connector_for", lambda _channel: site)
    body = {"title": "Jadwal", "text": "Buka sampai 15.00.", "remote_id": "12"}
    made = actions.enqueue(channel=account, kind="publication", thread="post 1", body=body, by=BY, at=MONDAY)
    assert [step(made), step(made)] == ["unsure", "live"]
    assert (site.asked, site.taken, made.remote_id) == (["12"], ["12"], "12")


# Order


def test_nothing_is_sent_while_something_else_of_the_channel_is_being_sent(
    account: Channel, platform: Platform
) -> None:
    first, second = put(account, "A", "case 1"), put(account, "B", "case 2")
    move(first, DELIVERY, "claim", by="Mimin", at=MONDAY, attempted=True)
    assert step(second) == "waiting"
    assert (second.due_at, platform.said) == (MONDAY + 2 * SECOND, [])


@pytest.mark.parametrize("state", ["waiting", "unsure", "held"])
def test_an_answer_waits_for_the_one_before_it_in_its_thread(
    account: Channel, platform: Platform, state: str
) -> None:
    first, second = put(account, "A"), put(account, "B")
    Delivery.objects.filter(pk=first.pk).update(state=state)
    assert (step(second), platform.said) == ("waiting", [])
    Delivery.objects.filter(pk=first.pk).update(state="live")
    assert (step(second), platform.said) == ("live", ["B"])


def test_after_a_restore_a_newer_answer_waits_until_a_person_has_decided_on_the_held_one(
    account: Channel, platform: Platform
) -> None:
    first = put(account, "A")
    actions.hold_all(by=BY, at=MONDAY)
    second = put(account, "B")
    Delivery.objects.filter(pk=second.pk).update(tries=1)  # the worker counts before it knows
    assert (step(second), second.due_at, second.tries) == ("waiting", MONDAY + 60 * SECOND, 0)
    first.refresh_from_db()
    actions.release(delivery=first, by=BY, at=MONDAY)
    assert [step(first), step(first), step(second)] == ["waiting", "live", "live"]
    assert platform.said == ["A", "B"]


def test_another_thread_and_another_channel_do_not_wait(
    government: Government, account: Channel, platform: Platform
) -> None:
    first = put(account, "A", "case 1")
    Delivery.objects.filter(pk=first.pk).update(state="unsure")
    other = channel(government.dukcapil, "instagram.com/dukcapilcontoh", mode="connected")
    assert [step(put(account, "B", "case 2")), step(put(other, "C", "case 1"))] == ["live", "live"]


def test_a_failed_one_does_not_hold_up_its_thread(account: Channel, platform: Platform) -> None:
    platform.says = [REFUSED]
    first, second = put(account, "A"), put(account, "B")
    assert [step(first), step(second)] == ["failed", "live"]


# Whatever happens


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["live", "pending", DOWN, CUT, REFUSED]), max_size=6),
    st.booleans(),
    st.integers(0, 5),
)
def test_two_copies_never_stand_whatever_the_platform_does(
    account: Channel, platform: Platform, says: list[Any], takes: bool, retries: int
) -> None:
    """Only sending is faulty here; looking tells the truth."""
    platform.said, platform.standing, platform.takes = [], {}, takes
    made, at = put(account), MONDAY
    copies: list[str] = []

    def reply(to: str, text: str, *, key: str) -> Receipt:
        answer = says.pop(0) if says else "live"
        if answer in ("live", "pending") or (answer is CUT and takes):
            copies.append(key)
            platform.standing[key] = text
        if isinstance(answer, PlatformError):
            raise answer
        return Receipt(answer)

    platform.reply = reply  # type: ignore[method-assign]
    for _round in range(20):
        at += timedelta(hours=1)
        if step(made, at) == "failed" and retries:
            retries -= 1
            actions.retry(delivery=made, by=BY, at=at)
    assert made.state in ("live", "failed")
    assert len(copies) == (1 if made.state == "live" else 0)


def test_every_error_of_ours_is_explained_whole() -> None:
    assert sorted(EXPLAINED) == ["cannot", "vanished", "worker_gone"]
    assert [code for code, one in EXPLAINED.items() if not (one.what and one.do)] == []


def test_a_platform_without_the_door_ends_in_failed_with_that_code(
    account: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mimin.outbox.actions.connector_for", lambda _channel: object())
    made = put(account)
    assert (step(made), made.error_code) == ("failed", "cannot")


@pytest.mark.parametrize(
    ("tries", "retry_after", "seconds"),
    [(0, None, 5), (1, None, 10), (5, None, 160), (10, None, 3600), (99, None, 3600), (3, 15, 15), (0, 0, 5)],
)
def test_how_long_the_next_try_waits(tries: int, retry_after: float | None, seconds: int) -> None:
    assert next_try(tries, retry_after) == timedelta(seconds=seconds)


def test_a_case_that_is_kept_closer_keeps_its_deliveries_closer(
    government: Government, account: Channel
) -> None:
    mine, other = put(account, thread="case 1"), put(account, thread="case 11")
    assert actions.keep_secret(thread="case 1", secrecy=3, unit=government.inspectorate) == 1
    for made in (mine, other):
        made.refresh_from_db()
    assert [(made.secrecy, made.unit) for made in (mine, other)] == [
        (3, government.inspectorate), (0, government.pupr),
    ]  # fmt: skip
