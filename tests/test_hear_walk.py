"""The hear walk as code, against a real WordPress: a citizen's comment comes in, is understood, routed, answered in its
thread, and evidenced."""

from __future__ import annotations

import pytest
from django.utils import timezone

from mimin.desk.walks.hear import hear
from mimin.evidence.jobs import seal_now
from mimin.evidence.queries import trail
from mimin.evidence.verify import verify
from mimin.inbox import actions, answering, queries
from mimin.inbox.models import Case, Message
from mimin.lib.work import drain
from mimin.outbox.models import Delivery
from mimin.registry.actions import connect
from tests.made import BY, Government, channel

pytestmark = pytest.mark.wordpress


@pytest.fixture
def connected(government: Government, wordpress, settings):
    """The Diskominfo's website, registered and connected as a person would do it."""
    host = wordpress.url.removeprefix("http://").rstrip("/")
    settings.NETWORK_ALLOW = (host,)
    made = channel(government.kominfo, wordpress.url)
    made.platform = "wordpress"
    made.save()
    secrets = {"username": wordpress.username, "application_password": wordpress.application_password}
    health = connect(channel=made, secrets=secrets, by=BY, at=timezone.now())
    assert health.account != ""
    return made


def test_a_comment_is_heard_understood_routed_answered_in_its_thread_and_evidenced(
    government, wordpress, connected
):
    post = wordpress.new_post("Pelayanan jalan kabupaten")
    comment = wordpress.comment(
        post,
        "min jalan depan pasar baru bolong2 udah 2 bulan blm dibenerin, hp sy 081234567890",
        author="Warga Sukajaya",
    )

    drain()

    case = Case.objects.get(messages__remote_id=str(comment))
    message = case.messages.get()
    assert message.text == "min jalan depan pasar baru bolong2 udah 2 bulan blm dibenerin, hp sy [TELP]"
    assert (case.state, case.klass, case.lead) == ("new", "pengaduan", government.kominfo)
    suggested = [label for _pk, label, _score in case.understanding["units"]]
    assert suggested[0] == government.pupr.name

    coordinator, admin = government.person("koordinator"), government.person("admin.pupr")
    assert not Case.objects.filter(queries.seen(admin), pk=case.pk).exists()
    actions.transfer(
        case=case, to=government.pupr, reason="Jalan kabupaten", by=coordinator, at=timezone.now()
    )
    found = queries.find_case(government.person("admin.pupr"), case.pk)

    draft = answering.draft(
        case=found,
        message=message,
        text="Terima kasih laporannya. Petugas meninjau besok pagi, kami kabari di sini.",
        by=admin,
        at=timezone.now(),
    )
    reply = answering.submit(reply=draft, by=admin, at=timezone.now())
    assert reply.state == "leaving"
    drain()

    delivery = Delivery.objects.get()
    assert delivery.state == "live"
    there = [c for c in wordpress.comments() if c["parent"] == int(comment)]
    assert [c["id"] for c in there] == [int(delivery.remote_id)]
    case.refresh_from_db()
    assert case.state == "answered"

    hear(connected.connection)
    assert Message.objects.filter(case=case).count() == 2  # our own answer, heard again, is no second message

    kinds = [fact.kind for fact in reversed(trail("case", case.pk))]
    assert kinds == [
        "message.received",
        "case.transferred",
        "reply.drafted",
        "reply.approved",
        "case.answered",
    ]
    seal_now()
    assert verify(copies=None).ok


def test_hearing_twice_makes_one_case(government, wordpress, connected):
    post = wordpress.new_post("Berita")
    comment = wordpress.comment(post, "lampu jalan mati di gang masjid sudah tiga minggu", author="Warga")
    drain()
    connected.connection.refresh_from_db()
    connected.connection.cursor = ""
    hear(connected.connection)
    assert Message.objects.filter(remote_id=str(comment)).count() == 1
    assert Case.objects.filter(messages__remote_id=str(comment)).count() == 1


def test_a_comment_whose_date_is_broken_comes_in_with_the_time_it_was_heard(wordpress, connected):
    """What is older than the channel's first days is passed over; a broken date says nothing of how old it is."""
    broken = {"comment_date": "0000-00-00 00:00:00", "comment_date_gmt": "0000-00-00 00:00:00"}
    old = {"comment_date": "2020-01-05 15:00:00", "comment_date_gmt": "2020-01-05 08:00:00"}
    post, begun = wordpress.new_post("Berita"), timezone.now()
    rows = [
        {"comment_post_ID": post, "comment_author": "Warga", "comment_content": "lampu jalan mati", **dates}
        for dates in (old, broken)
    ]
    _passed, lost = wordpress.insert_comments(rows)
    drain()
    (message,) = Message.objects.all()
    assert message.remote_id == str(lost)
    assert begun <= message.sent_at <= message.received_at
    assert message.case.opened_at == message.sent_at
