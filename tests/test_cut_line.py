"""An answer on its way to a real WordPress over a line that fails: never two copies, never silently lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from mimin.desk.walks.hear import hear
from mimin.evidence.queries import trail
from mimin.inbox import answering
from mimin.inbox.models import Case, Message, Reply
from mimin.lib.http import guarded_client
from mimin.lib.work import drain
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.outbox.rows import waits_for
from mimin.policy.models import Policy
from mimin.registry import queries as registry
from mimin.registry.actions import connect
from mimin.registry.models import Channel, Connection
from tests.made import BY, MONDAY, Government, channel
from tests.servers.cutting_proxy import CuttingProxy
from tests.servers.wordpress import WordPress

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db, pytest.mark.xdist_group("wordpress")]

ANSWER = "Terima kasih laporannya. Petugas meninjau besok pagi."


@pytest.fixture
def connected(government: Government, wordpress: WordPress, cut_line: CuttingProxy, settings) -> Channel:
    """The PUPR's website, reached only through the line that can be cut."""
    host = cut_line.url.removeprefix("http://")
    settings.NETWORK_ALLOW = (host,)
    made = channel(government.pupr, cut_line.url)
    Channel.objects.filter(pk=made.pk).update(platform="wordpress")
    made.refresh_from_db()
    Policy.objects.create(
        key="outbox.settle_after_seconds", unit=government.root, value=1, valid_from="2020-01-01",
        set_by="test", set_at=MONDAY,
    )  # fmt: skip
    join(made, wordpress)
    return made


def join(made: Channel, site: WordPress) -> None:
    secrets = {"username": site.username, "application_password": site.application_password}
    connect(channel=made, secrets=secrets, by=BY, at=timezone.now())


@pytest.fixture
def comment(connected: Channel, wordpress: WordPress) -> int:
    """A citizen's comment that was heard."""
    written = wordpress.comment(wordpress.new_post("Jalan kabupaten"), "jalan depan pasar rusak", "Warga")
    drain()
    return written


@pytest.fixture
def reply(government: Government, comment: int) -> Reply:
    """An answer to it that is to leave."""
    return answered(government, comment, ANSWER)


def answered(government: Government, comment: int, text: str) -> Reply:
    message, admin = Message.objects.get(remote_id=str(comment)), government.person("admin.pupr")
    draft = answering.draft(case=message.case, message=message, text=text, by=admin, at=timezone.now())
    return answering.submit(reply=draft, by=admin, at=timezone.now())


def later() -> Delivery:
    """Let the time pass that the newest delivery waits for, and let a worker work."""
    Delivery.objects.exclude(due_at=None).update(due_at=timezone.now() - timedelta(seconds=1))
    drain()
    return now()


def now() -> Delivery:
    return Delivery.objects.select_related("channel__unit").latest("pk")


def copies(site: WordPress, comment: int) -> list[int]:
    """The ids of what stands under the comment, as anybody sees it."""
    return [row["id"] for row in site.comments() if row["parent"] == comment]


def is_answered(delivery: Delivery, site: WordPress, comment: int) -> bool:
    """Live, one copy with the remote id that is kept, the reply sent, the case answered, once in the trail."""
    reply = Reply.objects.get(delivery=delivery)
    kinds = [fact.kind for fact in trail("case", reply.case_id)]
    return (
        (delivery.state, reply.state, reply.case.state) == ("live", "sent", "answered")
        and copies(site, comment) == [int(delivery.remote_id)]
        and kinds.count("case.answered") == 1
    )


def test_an_answer_that_arrived_before_the_line_was_cut_is_found_and_not_sent_again(
    reply: Reply, wordpress: WordPress, cut_line: CuttingProxy, comment: int
) -> None:
    cut_line.fail("cut_after_request", only="POST")
    drain()
    assert (now().state, now().error_code) == ("unsure", "no_answer")
    assert len(copies(wordpress, comment)) == 1
    sent = cut_line.counts["cut"]
    assert is_answered(later(), wordpress, comment)
    assert (sent, cut_line.counts["cut"]) == (
        1,
        1,
    )  # settling only looked: a second POST would have been cut too


def test_an_answer_that_never_arrived_is_found_absent_and_sent_once_more(
    reply: Reply, wordpress: WordPress, cut_line: CuttingProxy, comment: int
) -> None:
    cut_line.fail("cut_before_forward", only="POST")
    drain()
    assert (now().state, copies(wordpress, comment)) == ("unsure", [])
    cut_line.fail("pass")
    assert is_answered(later(), wordpress, comment)


def test_a_site_that_answers_too_slowly_took_the_answer_once(
    reply: Reply, wordpress: WordPress, cut_line: CuttingProxy, comment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = guarded_client(timeout=1.5, allow=settings.NETWORK_ALLOW)
    monkeypatch.setattr(registry, "_http", lambda allow, process: hasty)
    cut_line.delay_seconds = 2.5
    cut_line.fail("slow", only="POST")
    drain()
    assert (now().state, now().error_code) == ("unsure", "no_answer")
    assert is_answered(later(), wordpress, comment)


def test_a_line_that_stays_cut_keeps_looking_and_sends_nothing(
    reply: Reply, wordpress: WordPress, cut_line: CuttingProxy, comment: int
) -> None:
    cut_line.fail("cut_after_request", only="POST")
    drain()
    cut_line.fail("cut_before_forward")
    for _ in range(3):
        assert later().state == "unsure"
        assert now().due_at is not None
    cut_line.fail("pass")
    assert is_answered(later(), wordpress, comment)


def test_an_answer_to_a_site_that_is_gone_waits_and_leaves_when_it_is_back(
    reply: Reply, wordpress: WordPress, cut_line: CuttingProxy, comment: int
) -> None:
    cut_line.fail("refuse")
    drain()
    for _ in range(2):
        waiting = later()
        assert (waiting.state, waiting.error_code) == ("waiting", "unreachable")
        assert waiting.due_at is not None and waiting.due_at > timezone.now()
    cut_line.fail("pass")
    assert is_answered(later(), wordpress, comment)


def test_an_answer_to_a_site_that_is_gone_can_be_taken_back(
    reply: Reply, wordpress: WordPress, cut_line: CuttingProxy, comment: int, government: Government
) -> None:
    cut_line.fail("refuse")
    drain()
    assert (now().state, now().error_code) == ("waiting", "unreachable")
    taken = Reply.objects.get(pk=reply.pk)
    answering.withdraw(reply=taken, by=government.person("admin.pupr"), at=timezone.now())
    cut_line.fail("pass")
    assert (later().state, taken.state, copies(wordpress, comment)) == ("cancelled", "withdrawn", [])


def test_a_comment_is_not_lost_while_the_site_is_gone(
    connected: Channel, wordpress: WordPress, cut_line: CuttingProxy
) -> None:
    cut_line.fail("refuse")
    written = wordpress.comment(wordpress.new_post("Berita"), "lampu jalan mati di gang masjid", "Warga")
    drain()
    broken = Connection.objects.get()
    assert (broken.healthy, broken.error_code) == (
        True,
        "unreachable",
    )  # it passes by itself: nobody is alarmed
    assert broken.due_at > timezone.now()
    cut_line.fail("pass")
    hear(Connection.objects.select_related("channel__unit").get())
    assert Case.objects.filter(messages__remote_id=str(written)).count() == 1
    assert Connection.objects.get().error_code == ""


def test_a_revoked_password_stops_the_answer_in_plain_words_until_the_channel_is_connected_again(
    reply: Reply, wordpress: WordPress, comment: int, connected: Channel, government: Government
) -> None:
    wordpress.revoke_password()
    drain()
    failed = now()
    assert (failed.state, failed.due_at) == ("failed", None)
    said = waits_for(failed)
    assert "password" in failed.error and "WordPress" in said and said != failed.error
    Connection.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    drain()
    assert Connection.objects.get().healthy is False
    assert [fact.kind for fact in trail("channel", connected.pk)].count("channel.refused") == 1
    wordpress.new_password()
    join(connected, wordpress)
    assert Connection.objects.get().healthy is True
    outbox.retry(delivery=now(), by=BY, at=timezone.now())
    assert is_answered(later(), wordpress, comment)


def test_a_password_revoked_while_nobody_knows_whether_it_arrived_ends_in_one_copy(
    reply: Reply, wordpress: WordPress, cut_line: CuttingProxy, comment: int, connected: Channel
) -> None:
    cut_line.fail("cut_after_request", only="POST")
    drain()
    wordpress.revoke_password()
    cut_line.fail("pass")
    assert later().state == "failed"
    wordpress.new_password()
    join(connected, wordpress)
    outbox.retry(delivery=now(), by=BY, at=timezone.now())
    assert is_answered(later(), wordpress, comment)


def test_comments_closed_under_the_post_stop_the_answer_with_who_can_open_them(
    reply: Reply, wordpress: WordPress, comment: int
) -> None:
    post = next(row["post"] for row in wordpress.comments() if row["id"] == comment)
    wordpress.close_comments(post)
    drain()
    assert (now().state, now().error_code) == ("failed", "comments_closed")
    assert "WordPress" in waits_for(now())
    assert copies(wordpress, comment) == []


def test_the_same_words_again_are_refused_by_the_site_and_stop_without_a_second_copy(
    reply: Reply, wordpress: WordPress, comment: int, government: Government
) -> None:
    """WordPress answers 409 to an identical text; a look shows that the copy there is another answer of ours."""
    drain()
    other = government.person("kepala.pupr")
    message = Message.objects.get(remote_id=str(comment))
    draft = answering.draft(case=message.case, message=message, text=ANSWER, by=other, at=timezone.now())
    answering.submit(reply=draft, by=other, at=timezone.now())
    drain()
    assert (now().state, now().error_code) == ("unsure", "duplicate")
    assert (later().state, now().error_code) == ("failed", "said_already")
    assert len(copies(wordpress, comment)) == 1


def test_two_answers_in_one_case_arrive_in_their_order_although_the_first_was_cut(
    reply: Reply, wordpress: WordPress, cut_line: CuttingProxy, comment: int, government: Government
) -> None:
    answered(government, comment, "Kabar kedua: pekerjaan dimulai Senin.")
    cut_line.fail("cut_before_forward", only="POST")
    drain()
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["unsure", "waiting"]
    cut_line.fail("pass")
    later()
    later()
    remote = [int(d.remote_id) for d in Delivery.objects.order_by("pk")]
    assert copies(wordpress, comment) == remote == sorted(remote)


def test_an_update_of_a_post_that_arrived_before_the_line_was_cut_is_found_and_not_made_again(
    connected: Channel, wordpress: WordPress, cut_line: CuttingProxy
) -> None:
    drain()  # what is there was heard
    post = wordpress.new_post("Jadwal pelayanan")
    body = {"title": "Jadwal pelayanan", "text": "Loket buka sampai 15.00.", "remote_id": str(post)}
    outbox.enqueue(channel=connected, kind="publication", thread="", body=body, by=BY, at=timezone.now())
    cut_line.fail("cut_after_request", only="POST")
    drain()
    assert (now().state, now().error_code) == ("unsure", "no_answer")
    found = later()
    assert (found.state, found.remote_id, cut_line.counts["cut"]) == ("live", str(post), 1)
    (shown,) = wordpress.public("posts", include=post)
    assert "Loket buka sampai 15.00." in shown["content"]["rendered"]
