"""The pages of what leaves: who sees which delivery, what each row says, and what each step does."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mimin.evidence.models import Facts
from mimin.inbox.actions import keep
from mimin.inbox.answering import draft, submit
from mimin.inbox.hand.recording import Spoken, record_by_hand
from mimin.inbox.models import Case, Reply
from mimin.outbox import actions
from mimin.outbox.models import Delivery
from mimin.people.models import Person
from mimin.people.rules import RoleKind, Secrecy
from mimin.registry.actions import add_channel
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government, channel, person

pytestmark = pytest.mark.django_db
READERS = ("pimpinan", "pengamat", "auditor")
LINK = "https://www.instagram.com/p/Cxyz123/"


@pytest.fixture
def account(government: Government) -> Channel:
    Person.objects.update(language="en")
    return channel(government.pupr, "instagram.com/puprcontoh")


def put(account: Channel, state: str = "by_hand", **columns: Any) -> Delivery:
    made = actions.enqueue(
        channel=account, kind="reply", thread="", body={"to": "7", "text": "Terima kasih, kami perbaiki."}, by=BY,
        at=MONDAY,
    )  # fmt: skip
    Delivery.objects.filter(pk=made.pk).update(state=state, attempted=state != "waiting", **columns)
    made.refresh_from_db()
    return made


def answered(account: Channel, by: Person) -> Case:
    """A case whose answer is on its way."""
    said = [Spoken("Jalan rusak", "Warga", MONDAY)]
    found = record_by_hand(channel=account, said=said, understand=None, by=by, at=MONDAY)
    message = found.messages.get()
    submit(
        reply=draft(case=found, message=message, text="Kami perbaiki.", by=by, at=MONDAY), by=by, at=MONDAY
    )
    return found


def signed_in(government: Government, username: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=government.people[username].pk))
    return client


def shown(government: Government, username: str, view: str = "stopped") -> list[dict[str, Any]]:
    page = signed_in(government, username).get(reverse("outbox"), {"view": view})
    assert page.status_code == 200
    rows: list[dict[str, Any]] = page.context["rows"]
    return rows


def steps(row: dict[str, Any]) -> list[str]:
    return [act["url"].rstrip("/").rsplit("/", 1)[1] for act in row["acts"]]


def act_url(made: Delivery, verb: str) -> str:
    return reverse("delivery_act", args=[made.pk, verb])


def test_everybody_sees_what_leaves_from_their_own_channels(government: Government, account: Channel) -> None:
    put(account)
    seen = {who: len(shown(government, who)) for who in government.people}
    assert seen == {
        "koordinator": 1, "admin.pupr": 1, "kepala.pupr": 1, "admin.marga": 0, "admin.dukcapil": 0, "inspektur": 0,
        "sekda": 1, "pimpinan": 1, "pengamat": 1, "auditor": 1, "tanpa.peran": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("view", "states"),
    [
        ("stopped", {"by_hand", "failed", "held"}),
        ("moving", {"waiting", "sending", "pending", "unsure"}),
        ("live", {"live"}),
        ("cancelled", {"cancelled"}),
    ],
)
def test_each_view_holds_its_states(
    government: Government, account: Channel, view: str, states: set[str]
) -> None:
    made = {state: put(account, state) for state in (
        "waiting", "sending", "pending", "unsure", "by_hand", "live", "failed", "held", "cancelled",
    )}  # fmt: skip
    urls = {row["url"] for row in shown(government, "admin.pupr", view)}
    assert urls == {reverse("delivery", args=[made[state].pk]) for state in states}


def test_the_list_goes_on_after_the_last_one_shown(government: Government, account: Channel) -> None:
    made = [put(account) for _each in range(55)]
    client = signed_in(government, "admin.pupr")
    first = client.get(reverse("outbox"))
    second = client.get(reverse("outbox") + first.context["older_url"])
    urls = [row["url"] for page in (first, second) for row in page.context["rows"]]
    assert urls == [reverse("delivery", args=[one.pk]) for one in reversed(made)]
    assert (first.context["views"][0]["count_text"], second.context["older_url"]) == ("55", "")


@pytest.mark.parametrize("username", ["admin.dukcapil", "inspektur", "admin.marga", "tanpa.peran"])
def test_a_delivery_is_not_there_for_a_stranger(
    government: Government, account: Channel, username: str
) -> None:
    made, client = put(account), signed_in(government, username)
    assert client.get(reverse("delivery", args=[made.pk])).status_code == 404
    assert client.get(reverse("prove", args=[made.pk])).status_code == 404
    assert client.post(reverse("prove", args=[made.pk]), {"link": LINK}).status_code == 404
    assert {client.post(act_url(made, verb)).status_code for verb in ("retry", "release", "cancel")} == {404}


@pytest.mark.parametrize("username", READERS)
def test_a_reader_sees_it_and_cannot_touch_it(
    government: Government, account: Channel, username: str
) -> None:
    made, client = put(account), signed_in(government, username)
    page = client.get(reverse("delivery", args=[made.pk]))
    assert (page.status_code, page.context["rows"][0]["acts"]) == (200, [])
    assert client.get(reverse("prove", args=[made.pk])).status_code == 403
    assert client.post(reverse("prove", args=[made.pk]), {"link": LINK}).status_code == 403
    assert {client.post(act_url(made, verb)).status_code for verb in ("retry", "release", "cancel")} == {403}
    made.refresh_from_db()
    assert made.state == "by_hand"


# Secrecy


@pytest.mark.parametrize(
    ("secrecy", "who"),
    [
        (
            Secrecy.OPEN,
            {"koordinator", "admin.pupr", "kepala.pupr", "sekda", "pimpinan", "pengamat", "auditor"},
        ),
        (Secrecy.ANONYMOUS, {"koordinator", "admin.pupr", "kepala.pupr", "sekda", "pimpinan", "auditor"}),
        (Secrecy.SECRET, {"koordinator", "admin.pupr", "kepala.pupr", "sekda"}),
        (Secrecy.OVERSIGHT, {"inspektur"}),
        (Secrecy.OVERSIGHT_SEKDA, {"sekda"}),
    ],
)
def test_secrecy_comes_before_the_tree(
    government: Government, account: Channel, secrecy: Secrecy, who: set[str]
) -> None:
    unit = government.inspectorate if secrecy is Secrecy.OVERSIGHT else government.pupr
    made = put(account, secrecy=secrecy, unit=unit)
    url = reverse("delivery", args=[made.pk])
    assert {
        name for name in government.people if signed_in(government, name).get(url).status_code == 200
    } == who
    assert {name for name in government.people if shown(government, name)} == who


def test_who_speaks_sees_and_proves_an_answer_on_another_units_channel(
    government: Government, account: Channel
) -> None:
    made = put(account, unit=government.dukcapil)
    client = signed_in(government, "admin.dukcapil")
    assert client.post(reverse("prove", args=[made.pk]), {"link": LINK}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.state_by) == ("live", "Admin Dukcapil")


def test_an_uncleared_part_does_not_borrow_the_right_of_another(
    government: Government, account: Channel
) -> None:
    """An observer of the whole government who is an admin elsewhere sees an open delivery and cannot touch it."""
    made = put(account)
    person("admin.dan.pengamat", "Admin dan pengamat", government.dukcapil, RoleKind.ADMIN)
    both = Person.objects.get(username="admin.dan.pengamat")
    both.roles.create(unit=government.root, kind="observer", since="2020-01-01")
    client = Client()
    client.force_login(both)
    assert client.get(reverse("delivery", args=[made.pk])).status_code == 200
    assert client.post(act_url(made, "cancel")).status_code == 403


def test_a_case_that_becomes_oversight_takes_its_delivery_with_it(
    government: Government, account: Channel
) -> None:
    admin = government.person("admin.pupr")
    found = answered(account, admin)
    keep(
        case=found,
        secrecy=Secrecy.OVERSIGHT,
        concerns=government.pupr,
        reason="Menyangkut pegawai",
        by=admin,
        at=MONDAY,
    )
    url = reverse("delivery", args=[Reply.objects.get(case=found).delivery_id])
    statuses = {
        who: signed_in(government, who).get(url).status_code
        for who in ("admin.pupr", "koordinator", "inspektur")
    }
    assert statuses == {"admin.pupr": 404, "koordinator": 404, "inspektur": 200}


def test_what_is_kept_secret_has_no_words_in_the_list(government: Government, account: Channel) -> None:
    put(account, secrecy=Secrecy.SECRET)
    assert [row["title"] for row in shown(government, "admin.pupr")] == ["Confidential answer"]


# What a row says


@pytest.mark.parametrize(
    ("state", "columns", "said"),
    [
        (
            "waiting",
            {},
            "It leaves as soon as what stands before it on this channel is gone. Nobody needs to act.",
        ),
        (
            "pending",
            {},
            "The platform took it and does not show it yet; Mimin keeps looking. Nobody needs to act.",
        ),
        (
            "unsure",
            {"error_code": "worker_gone", "error": "x"},
            "Mimin was interrupted while it sent this. Nothing: it looks on the platform first whether it arrived, and"
            " sends no second copy. Nobody needs to act.",
        ),
        (
            "by_hand",
            {"instructions": "Post it."},
            "Post it. Who can do it: Social media admin of Dinas PUPR.",
        ),
        (
            "failed",
            {"error_code": "strange", "error": "The site said 418."},
            "The site said 418. Mend the cause, then retry: Mimin looks first whether it arrived. Who can do it:"
            " Social media admin of Dinas PUPR.",
        ),
        (
            "held",
            {},
            "After a restore nobody knows what left since; releasing it looks first. Who can do it: Social media admin"
            " of Dinas PUPR.",
        ),
        ("live", {}, ""),
        ("cancelled", {}, ""),
    ],
)
def test_a_row_says_what_it_waits_for_and_who_can_act(
    government: Government, account: Channel, state: str, columns: dict[str, str], said: str
) -> None:
    made = put(account, state, **columns)
    page = signed_in(government, "admin.pupr").get(reverse("delivery", args=[made.pk]))
    row = page.context["rows"][0]
    assert f"{row['trouble']} {row['who']}".strip() == said


def test_a_failure_that_the_platforms_table_knows_is_explained_by_it(government: Government) -> None:
    Person.objects.update(language="en")
    site = add_channel(
        pasted="pupr.contohkab.go.id", unit=government.pupr, name="", mode="assisted", by=BY, at=MONDAY,
        platform="wordpress",
    )  # fmt: skip
    put(site, "failed", error_code="comments_closed", error="raw")
    row = shown(government, "admin.pupr")[0]
    assert (row["trouble"], row["who"]) == (
        "Comments are closed under this post. Open comments under the post in WordPress, or answer the citizen another"
        " way.",
        "Who can do it: Social media admin of Dinas PUPR.",
    )


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("waiting", ["cancel"]),
        ("sending", []),
        ("pending", ["bukti"]),
        ("unsure", ["bukti"]),
        ("by_hand", ["bukti", "cancel"]),
        ("failed", ["retry", "cancel"]),
        ("held", ["release", "bukti", "cancel"]),
        ("live", []),
        ("cancelled", []),
    ],
)
def test_a_row_offers_what_the_flow_allows(
    government: Government, account: Channel, state: str, offered: list[str]
) -> None:
    made = put(account, state)
    page = signed_in(government, "admin.pupr").get(reverse("delivery", args=[made.pk]))
    assert steps(page.context["rows"][0]) == offered


def test_a_row_leads_to_the_case_that_it_answers(government: Government, account: Channel) -> None:
    found = answered(account, government.person("admin.pupr"))
    assert [row["url"] for row in shown(government, "admin.pupr")] == [reverse("case", args=[found.pk])]


# Steps


@pytest.mark.parametrize(
    ("verb", "state", "after", "kind"),
    [
        ("retry", "failed", "unsure", "delivery.retry"),
        ("release", "held", "unsure", "delivery.release"),
        ("cancel", "by_hand", "cancelled", "delivery.cancelled"),
    ],
)
def test_a_step_is_done_once_however_often_it_is_sent(
    government: Government, account: Channel, verb: str, state: str, after: str, kind: str
) -> None:
    made, client = put(account, state), signed_in(government, "admin.pupr")
    assert [client.post(act_url(made, verb)).status_code for _twice in range(2)] == [302, 302]
    made.refresh_from_db()
    assert (made.state, made.state_by) == (after, "Admin Dinas PUPR")
    assert Facts.objects.filter(kind=kind, subject_id=made.pk).count() == 1


@pytest.mark.parametrize(("verb", "status"), [("retry", 405), ("hapus", 405)])
def test_steps_answer_to_post_alone(government: Government, account: Channel, verb: str, status: int) -> None:
    client, made = signed_in(government, "admin.pupr"), put(account, "failed")
    assert client.get(act_url(made, verb)).status_code == status
    assert client.post(act_url(made, "hapus")).status_code == 404


def test_a_step_that_is_refused_says_why(government: Government, account: Channel) -> None:
    made, client = put(account, "live"), signed_in(government, "admin.pupr")
    page = client.post(act_url(made, "cancel"), follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


# Proof


def test_the_page_of_posting_by_hand_shows_the_text_and_the_way(
    government: Government, account: Channel
) -> None:
    made = put(account, instructions="Paste it there.")
    page = signed_in(government, "admin.pupr").get(reverse("prove", args=[made.pk]))
    assert page.status_code == 200
    assert [page.context[name] for name in ("text", "instructions", "open_url")] == [
        "Terima kasih, kami perbaiki.", "Paste it there.", "https://instagram.com/puprcontoh",
    ]  # fmt: skip


def test_a_proof_answers_the_case_and_sent_twice_leaves_one_record(
    government: Government, account: Channel
) -> None:
    admin = government.person("admin.pupr")
    found = answered(account, admin)
    made = Reply.objects.get(case=found).delivery
    assert made is not None
    Delivery.objects.filter(pk=made.pk).update(state="by_hand")
    client = signed_in(government, "admin.pupr")
    url = reverse("prove", args=[made.pk])
    assert [client.post(url, {"link": LINK}).status_code for _twice in range(2)] == [302, 302]
    made.refresh_from_db()
    found.refresh_from_db()
    assert (made.state, made.url, found.state) == ("live", LINK, "answered")
    assert Facts.objects.filter(kind="delivery.live", subject_id=made.pk).count() == 1
    assert Facts.objects.filter(kind="case.answered", subject_id=found.pk).count() == 1


@pytest.mark.parametrize(
    "link",
    [
        "",
        "bukan tautan",
        "https://www.instagram.com/puprcontoh/",
        "https://contoh.go.id/p/Cxyz123/",
        "https://www.tiktok.com/@puprcontoh/video/1",
        "javascript:alert(1)",
        "ftp://instagram.com/p/Cxyz123",
    ],
)
def test_a_link_that_proves_nothing_is_refused_and_stays_typed(
    government: Government, account: Channel, link: str
) -> None:
    made = put(account)
    page = signed_in(government, "admin.pupr").post(reverse("prove", args=[made.pk]), {"link": link})
    assert (page.status_code, [*page.context["form"].errors]) == (422, ["link"])
    assert page.context["form"]["link"].value() == link
    made.refresh_from_db()
    assert made.state == "by_hand"


def test_a_link_of_somebody_elses_account_is_refused(government: Government) -> None:
    made = put(channel(government.pupr, "tiktok.com/@puprcontoh"))
    client, url = signed_in(government, "admin.pupr"), reverse("prove", args=[made.pk])
    links = [f"https://www.tiktok.com/@{who}/video/7300000000000000000" for who in ("lain", "puprcontoh")]
    assert [client.post(url, {"link": link}).status_code for link in links] == [422, 302]


def test_a_notice_board_is_proven_by_a_note(government: Government) -> None:
    board = add_channel(
        pasted="Papan kantor",
        unit=government.pupr,
        name="",
        mode="assisted",
        by=BY,
        at=MONDAY,
        platform="offline",
    )
    made = put(board)
    client, url = signed_in(government, "admin.pupr"), reverse("prove", args=[made.pk])
    assert [field.name for field in client.get(url).context["form"]] == ["note", "photo"]
    assert client.post(url, {"note": "pendek"}).status_code == 422
    assert client.post(url, {"note": "Nota 12/2026, ditempel 16 Maret."}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.url) == ("live", "")


@pytest.mark.parametrize("state", ["waiting", "sending", "live", "failed", "cancelled"])
def test_there_is_nothing_to_prove_in_other_states(
    government: Government, account: Channel, state: str
) -> None:
    made, client = put(account, state), signed_in(government, "admin.pupr")
    for answer in (
        client.get(reverse("prove", args=[made.pk])),
        client.post(reverse("prove", args=[made.pk]), {"link": LINK}),
    ):
        assert (answer.status_code, answer.url) == (302, reverse("delivery", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == state


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def test_a_photo_proves_what_has_no_link_and_is_shown_to_who_may_see_it(
    government: Government, account: Channel, settings, tmp_path
) -> None:
    made = put(account)
    client, url = signed_in(government, "admin.pupr"), reverse("prove", args=[made.pk])
    shown = SimpleUploadedFile("bukti.png", PNG, content_type="text/html")
    assert client.post(url, {"link": "", "photo": shown}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.photo.sha256) == ("live", hashlib.sha256(PNG).hexdigest())
    answer = client.get(reverse("delivery_photo", args=[made.pk]))
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Facts.objects.get(kind="delivery.live").details["photo_sha256"] == made.photo.sha256
    stranger = signed_in(government, "admin.dukcapil").get(reverse("delivery_photo", args=[made.pk]))
    assert stranger.status_code == 404


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"%PDF-1.7"])
def test_what_is_no_photo_is_refused(government: Government, account: Channel, content: bytes) -> None:
    made = put(account)
    file = SimpleUploadedFile("bukti.png", content, content_type="image/png")
    page = signed_in(government, "admin.pupr").post(reverse("prove", args=[made.pk]), {"photo": file})
    assert page.status_code == 422
    made.refresh_from_db()
    assert made.state == "by_hand"
