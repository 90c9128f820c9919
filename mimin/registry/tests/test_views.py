"""The pages of the channels: who may open them, what they do, and what a stranger learns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from mimin.evidence.models import Facts
from mimin.inbox.hand.recording import Spoken, record_by_hand
from mimin.platforms.base import Health, PlatformError
from mimin.registry import actions
from mimin.registry.models import Assignment, Channel, Connection
from tests.made import BY, MONDAY, Government, channel

pytestmark = pytest.mark.django_db
READERS = ("pimpinan", "pengamat", "auditor")
KEY = {"username": "admin", "application_password": "kunci benar"}


class Door:
    """A platform that lets in whoever knows the key."""

    def __init__(self, opened: Channel) -> None:
        self.secrets = opened.connection.secrets

    def health(self) -> Health:
        if "benar" not in self.secrets:
            raise PlatformError("no", code="wrong_password", permanent=True)
        return Health("Admin Situs", frozenset({"listen"}))


@pytest.fixture
def site(government: Government, monkeypatch: pytest.MonkeyPatch) -> Channel:
    monkeypatch.setattr(actions, "connector_for", Door)
    return actions.add_channel(
        pasted="pupr.contohkab.go.id", unit=government.pupr, name="Situs PUPR", mode="assisted", by=BY, at=MONDAY,
        platform="wordpress",
    )  # fmt: skip


@pytest.fixture
def connected(site: Channel) -> Channel:
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    return site


def signed_in(government: Government, username: str) -> Client:
    client = Client()
    client.force_login(government.people[username])
    return client


def act_url(one: Channel, verb: str) -> str:
    return reverse("channel_act", args=[one.pk, verb])


def records(kind: str) -> int:
    return Facts.objects.filter(kind=kind).count()


def test_the_list_shows_the_channels_of_ones_own_units(government: Government, site: Channel) -> None:
    channel(government.dukcapil, "instagram.com/dukcapilcontoh")
    shown = {
        who: [row["name"] for row in signed_in(government, who).get(reverse("channels")).context["rows"]]
        for who in ("koordinator", "admin.pupr", "admin.dukcapil", "admin.marga", "tanpa.peran")
    }
    assert shown == {
        "koordinator": ["Situs PUPR", "dukcapilcontoh"],
        "admin.pupr": ["Situs PUPR"],
        "admin.dukcapil": ["dukcapilcontoh"],
        "admin.marga": [],
        "tanpa.peran": [],
    }


def test_the_list_is_narrowed_and_paged(government: Government) -> None:
    for number in range(55):
        channel(government.pupr, f"instagram.com/akun{number:02d}")
    channel(government.pupr, "tiktok.com/@lain")
    client = signed_in(government, "admin.pupr")
    first = client.get(reverse("channels"), {"platform": "instagram", "q": "akun"})
    second = client.get(first.context["older_url"])
    names = [row["name"] for page in (first, second) for row in page.context["rows"]]
    assert names == [f"akun{number:02d}" for number in range(55)]
    assert (second.context["older_url"], bool(second.context["newer_url"])) == ("", True)


@pytest.mark.parametrize(
    "query", [{"platform": "x\x00"}, {"mode": "raja"}, {"after": "-1"}, {"after": "9" * 40}]
)
def test_a_strange_filter_does_not_break_the_list(government: Government, query: dict[str, str]) -> None:
    assert signed_in(government, "koordinator").get(reverse("channels"), query).status_code == 200


@pytest.mark.parametrize("username", ["koordinator", "admin.pupr", "kepala.pupr", *READERS])
def test_a_channels_page_opens_for_whose_part_covers_it(
    government: Government, site: Channel, username: str
) -> None:
    page = signed_in(government, username).get(reverse("channel", args=[site.pk]))
    assert (page.status_code, page.context["channel"]["address"]) == (200, "pupr.contohkab.go.id")


@pytest.mark.parametrize("username", ["admin.dukcapil", "inspektur", "admin.marga", "tanpa.peran"])
def test_a_channel_is_not_there_for_a_stranger(
    government: Government, connected: Channel, username: str
) -> None:
    client = signed_in(government, username)
    urls = [reverse("channel", args=[connected.pk]), reverse("channel_connect", args=[connected.pk])]
    urls += [act_url(connected, verb) for verb in ("mode", "assign", "retire", "listen", "disconnect")]
    assert {client.get(url).status_code for url in urls} == {404}
    assert {client.post(url).status_code for url in urls} == {404}


@pytest.mark.parametrize("username", [*READERS, "sekda"])
def test_a_reader_cannot_change_a_channel(government: Government, connected: Channel, username: str) -> None:
    client = signed_in(government, username)
    urls = [reverse("channel_connect", args=[connected.pk]), reverse("channel_add")]
    urls += [
        act_url(connected, verb) for verb in ("mode", "assign", "retire", "revive", "listen", "disconnect")
    ]
    assert {client.post(url, {"step": "add"}).status_code for url in urls} == {403}
    assert client.get(reverse("channel", args=[connected.pk])).context["acts"] == []


@pytest.mark.parametrize("verb", ["disconnect", "retire", "revive"])
def test_an_admin_leaves_keys_and_the_end_of_a_channel_to_the_coordinator(
    government: Government, connected: Channel, verb: str
) -> None:
    client = signed_in(government, "admin.pupr")
    assert client.post(act_url(connected, verb)).status_code == 403
    assert client.post(reverse("channel_connect", args=[connected.pk]), KEY).status_code == 403
    assert Connection.objects.filter(channel=connected).count() == 1


def test_the_page_offers_what_state_and_rights_allow(government: Government, site: Channel) -> None:
    def offered(who: str) -> list[str]:
        acts = signed_in(government, who).get(reverse("channel", args=[site.pk])).context["acts"]
        return [act["url"].rstrip("/").rsplit("/", 1)[1] for act in acts]

    assert offered("koordinator") == ["connect", "mode", "assign", "correct", "move", "retire"]
    assert offered("admin.pupr") == ["mode", "assign", "correct"]
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    assert offered("koordinator") == [
        "connect",
        "listen",
        "assign",
        "correct",
        "move",
        "disconnect",
        "retire",
    ]
    assert offered("admin.pupr") == ["listen", "assign", "correct"]
    actions.retire(channel=site, by=BY, at=MONDAY)
    assert offered("koordinator") == ["revive"]


# Adding


def test_an_address_is_recognised_then_confirmed(government: Government) -> None:
    client, pasted = signed_in(government, "admin.pupr"), "https://www.instagram.com/PUPRContoh/?hl=id"
    second = client.post(reverse("channel_add"), {"url": pasted, "step": "look"})
    assert second.status_code == 200
    assert second.context["recognised"]["address"] == "instagram.com/puprcontoh"
    assert not Channel.objects.exists()
    typed = {
        "url": pasted,
        "name": "IG PUPR",
        "unit": government.pupr.pk,
        "mode": "assisted",
        "platform": "instagram",
    }
    done = client.post(reverse("channel_add"), {**typed, "step": "add"})
    made = Channel.objects.get()
    assert (done.status_code, done.url) == (302, reverse("channel", args=[made.pk]))
    assert (made.name, made.unit, made.platform, made.mode) == (
        "IG PUPR",
        government.pupr,
        "instagram",
        "assisted",
    )
    assert records("channel.added") == 1


def test_sent_twice_it_is_added_once_and_the_second_answer_says_where_it_stands(
    government: Government,
) -> None:
    client = signed_in(government, "admin.pupr")
    typed = {"url": "instagram.com/puprcontoh", "name": "IG", "unit": government.pupr.pk, "mode": "assisted"}
    answers = [client.post(reverse("channel_add"), {**typed, "step": "add"}) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert answers[1].context["duplicate"]["url"] == reverse("channel", args=[Channel.objects.get().pk])


def test_a_stranger_to_a_channel_learns_its_unit_and_nothing_more(government: Government) -> None:
    there = channel(government.dukcapil, "instagram.com/dukcapilcontoh")
    Channel.objects.filter(pk=there.pk).update(name="Akun rahasia Dukcapil")
    client = signed_in(government, "admin.pupr")
    for step in ("look", "add"):
        typed = {
            "url": "instagram.com/dukcapilcontoh",
            "unit": government.pupr.pk,
            "mode": "assisted",
            "step": step,
        }
        page = client.post(reverse("channel_add"), typed)
        assert page.status_code == 422
        assert page.context["duplicate"] == {
            "name": "instagram.com/dukcapilcontoh", "unit_name": government.dukcapil.name, "url": "",
        }  # fmt: skip
        assert "Akun rahasia" not in page.content.decode()


@pytest.mark.parametrize(
    "pasted", ["", "dinas contoh", "javascript:alert(1)", "<script>alert(1)</script>", "x" * 501]
)
def test_what_is_no_address_is_refused_and_stays_typed(government: Government, pasted: str) -> None:
    page = signed_in(government, "admin.pupr").post(reverse("channel_add"), {"url": pasted, "step": "look"})
    assert page.status_code == 422
    assert page.context["form"]["url"].value() == pasted
    assert "<script>alert" not in page.content.decode()


def test_an_admin_adds_no_channel_to_another_department(government: Government) -> None:
    typed = {"url": "instagram.com/baru", "name": "Baru", "unit": government.dukcapil.pk, "mode": "assisted"}
    page = signed_in(government, "admin.pupr").post(reverse("channel_add"), {**typed, "step": "add"})
    assert (page.status_code, [*page.context["form"].errors]) == (422, ["unit"])
    assert page.context["form"]["name"].value() == "Baru"
    assert not Channel.objects.exists()


@pytest.mark.parametrize("mode", ["connected", "asleep", ""])
def test_a_channel_does_not_begin_connected(government: Government, mode: str) -> None:
    typed = {"url": "instagram.com/baru", "unit": government.pupr.pk, "mode": mode, "step": "add"}
    page = signed_in(government, "admin.pupr").post(reverse("channel_add"), typed)
    assert (page.status_code, [*page.context["form"].errors]) == (422, ["mode"])


def test_a_website_may_be_said_to_run_on_wordpress_and_an_account_may_not(government: Government) -> None:
    client = signed_in(government, "admin.pupr")
    base = {"unit": government.pupr.pk, "mode": "assisted", "platform": "wordpress", "step": "add"}
    assert client.post(reverse("channel_add"), {**base, "url": "pupr.contohkab.go.id"}).status_code == 302
    assert client.post(reverse("channel_add"), {**base, "url": "instagram.com/puprcontoh"}).status_code == 422
    assert [one.platform for one in Channel.objects.all()] == ["wordpress"]


def test_a_bare_name_and_a_notice_board_are_added_with_their_platform_named(government: Government) -> None:
    client = signed_in(government, "admin.pupr")
    for typed in (
        {"url": "@PUPRContoh", "platform": "tiktok"},
        {"url": "Papan kantor", "platform": "offline"},
    ):
        look = client.post(reverse("channel_add"), {**typed, "step": "look"})
        assert look.status_code == 200
        more = {"unit": government.pupr.pk, "mode": "assisted", "step": "add"}
        assert client.post(reverse("channel_add"), {**typed, **more}).status_code == 302
    assert sorted(Channel.objects.values_list("platform", flat=True)) == ["offline", "tiktok"]


# Connecting


def test_the_right_key_connects_and_is_never_shown(government: Government, site: Channel) -> None:
    client, url = signed_in(government, "koordinator"), reverse("channel_connect", args=[site.pk])
    assert [field.name for field in client.get(url).context["form"]] == ["username", "application_password"]
    assert client.post(url, KEY).status_code == 302
    page = client.get(reverse("channel", args=[site.pk])).content.decode()
    assert ("Admin Situs" in page, "kunci benar" in page) == (True, False)
    assert records("channel.connected") == 1


def test_a_refused_key_is_explained_in_words_and_not_kept(government: Government, site: Channel) -> None:
    url = reverse("channel_connect", args=[site.pk])
    government.people["koordinator"].__class__.objects.update(language="en")
    page = signed_in(government, "koordinator").post(url, {**KEY, "application_password": "kunci salah"})
    assert page.status_code == 422
    assert page.context["test_text"] == (
        "The application password was refused: it is wrong or was revoked. In WordPress open Users, Profile, make a"
        " new application password, and enter it at this channel. Who can do it: the admin of the unit."
    )
    assert page.context["form"]["username"].value() == "admin"
    assert "kunci salah" not in page.content.decode()
    assert not Connection.objects.exists()


def test_an_empty_key_is_not_tried(government: Government, site: Channel) -> None:
    page = signed_in(government, "koordinator").post(
        reverse("channel_connect", args=[site.pk]), {"username": "admin"}
    )
    assert (page.status_code, [*page.context["form"].errors]) == (422, ["application_password"])


def test_what_cannot_be_connected_has_no_such_page(government: Government) -> None:
    account = channel(government.pupr)
    url = reverse("channel_connect", args=[account.pk])
    assert signed_in(government, "koordinator").get(url).status_code == 404


# Acts


@pytest.mark.parametrize(
    ("verb", "typed", "kind"),
    [
        ("listen", {}, "channel.asked"),
        ("disconnect", {}, "channel.disconnected"),
        ("retire", {}, "channel.retired"),
    ],
)
def test_an_act_on_a_connected_channel_asks_first_and_leaves_one_record(
    government: Government, connected: Channel, verb: str, typed: dict[str, str], kind: str
) -> None:
    client, url = signed_in(government, "koordinator"), act_url(connected, verb)
    asked = client.get(url)
    assert (asked.status_code, records(kind)) == (200, 0)
    assert client.post(url, typed).status_code == 302
    assert records(kind) == 1


@pytest.mark.parametrize("verb", ["disconnect", "retire"])
def test_an_act_sent_twice_is_done_once(government: Government, connected: Channel, verb: str) -> None:
    client, url = signed_in(government, "koordinator"), act_url(connected, verb)
    assert [client.post(url).status_code for _twice in range(2)] == [302, 302]
    assert (
        Facts.objects.filter(subject_kind="channel", subject_id=connected.pk, kind__contains=verb).count()
        == 1
    )
    assert Connection.objects.count() == 0


def test_listening_now_makes_the_connection_due(government: Government, connected: Channel) -> None:
    Connection.objects.update(due_at=timezone.now() + timedelta(hours=1))
    signed_in(government, "admin.pupr").post(act_url(connected, "listen"))
    assert Connection.objects.get().due_at <= timezone.now()


def test_the_way_changes_and_sent_twice_leaves_one_record(government: Government, site: Channel) -> None:
    client, typed = signed_in(government, "admin.pupr"), {"mode": "watched", "platform": "wordpress"}
    assert [client.post(act_url(site, "mode"), typed).status_code for _twice in range(2)] == [302, 302]
    assert (Channel.objects.get().mode, records("channel.mode_changed")) == ("watched", 1)


def test_a_refused_way_is_said_in_a_sentence(government: Government, connected: Channel) -> None:
    page = signed_in(government, "admin.pupr").post(
        act_url(connected, "mode"), {"mode": "watched", "platform": "wordpress"}
    )
    assert (page.status_code, len(page.context["form"].non_field_errors())) == (422, 1)


def test_somebody_is_assigned_and_the_end_is_kept(government: Government, site: Channel) -> None:
    client, admin = signed_in(government, "admin.pupr"), government.people["admin.pupr"]
    typed = {"person": admin.pk, "since": "2026-01-05"}
    assert [client.post(act_url(site, "assign"), typed).status_code for _twice in range(2)] == [302, 302]
    page = client.get(reverse("channel", args=[site.pk]))
    assert [one["name"] for one in page.context["runners"]] == ["Admin Dinas PUPR"]
    end = page.context["runners"][0]["end_url"]
    assert [client.post(end).status_code for _twice in range(2)] == [302, 302]
    page = client.get(reverse("channel", args=[site.pk]))
    assert ([*page.context["runners"]], len(page.context["former"])) == ([], 1)
    assert (records("channel.assigned"), records("channel.unassigned")) == (1, 1)


def test_only_who_plays_a_part_along_the_channels_unit_is_assigned(
    government: Government, site: Channel
) -> None:
    page = signed_in(government, "admin.pupr").post(
        act_url(site, "assign"), {"person": government.people["admin.dukcapil"].pk, "since": "2026-01-05"}
    )
    assert (page.status_code, [*page.context["form"].errors]) == (422, ["person"])
    assert not Assignment.objects.exists()


def test_an_end_answers_to_post_alone_and_to_its_own_channel(government: Government, site: Channel) -> None:
    admin, client = government.people["admin.pupr"], signed_in(government, "admin.pupr")
    kept = actions.assign(channel=site, person=admin, since=MONDAY.date(), by=BY, at=MONDAY)
    other = channel(government.pupr)
    assert client.get(reverse("assignment_end", args=[site.pk, kept.pk])).status_code == 405
    assert client.post(reverse("assignment_end", args=[other.pk, kept.pk])).status_code == 404
    assert (
        signed_in(government, "pimpinan").post(reverse("assignment_end", args=[site.pk, kept.pk])).status_code
        == 403
    )
    assert Assignment.objects.get().until is None


def test_a_verb_that_is_none_is_not_there(government: Government, site: Channel) -> None:
    assert signed_in(government, "koordinator").get(act_url(site, "bakar")).status_code == 404


# What the page says


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"last_fetch_at": None}, "Not asked yet"),
        ({"error_code": "unreachable", "error": "x"}, "Does not answer just now"),
        ({"error_code": "wrong_password", "error": "x", "healthy": False}, "Refused by the platform"),
    ],
)
def test_the_health_of_a_connection_in_words(
    government: Government, connected: Channel, changes: dict[str, Any], label: str
) -> None:
    Connection.objects.update(**changes)
    with translation.override("en"):
        government.people["admin.pupr"].__class__.objects.update(language="en")
        page = signed_in(government, "admin.pupr").get(reverse("channel", args=[connected.pk]))
    assert page.context["health"]["label"] == label
    assert bool(page.context["trouble"]) is ("error_code" in changes)


def test_the_page_tells_when_it_was_last_asked_and_heard(government: Government, connected: Channel) -> None:
    Connection.objects.update(last_heard_at=MONDAY, last_fetch_at=MONDAY)
    government.people["admin.pupr"].__class__.objects.update(language="en")
    page = signed_in(government, "admin.pupr").get(reverse("channel", args=[connected.pk]))
    facts = {fact["label"]: fact["value"] for fact in page.context["facts"]}
    assert (facts["Last heard"], facts["Last asked"]) == ("16 Mar 2026 10:00 WIB", "16 Mar 2026 10:00 WIB")


def test_the_page_shows_the_newest_cases_that_the_person_may_see(government: Government) -> None:
    account = channel(government.pupr)
    for number in range(7):
        said = [Spoken(f"Lampu jalan mati nomor {number}", "Warga", MONDAY)]
        by = government.people["admin.pupr"]
        record_by_hand(channel=account, said=said, understand=None, by=by, at=MONDAY)
    page = signed_in(government, "admin.pupr").get(reverse("channel", args=[account.pk]))
    assert [row.title for row in page.context["cases"]] == [
        f"Lampu jalan mati nomor {n}" for n in range(6, 1, -1)
    ]


def test_the_trail_of_a_channel_is_on_its_page(government: Government, connected: Channel) -> None:
    government.people["admin.pupr"].__class__.objects.update(language="en")
    page = signed_in(government, "admin.pupr").get(reverse("channel", args=[connected.pk]))
    assert [line["title"] for line in page.context["trail"]] == ["Connected", "Added"]


def test_the_list_costs_the_same_however_many_channels_there_are(
    government: Government, django_assert_max_num_queries: Any
) -> None:
    for number in range(50):
        one = channel(government.pupr, f"instagram.com/akun{number:02d}")
        actions.assign(
            channel=one, person=government.people["admin.pupr"], since=MONDAY.date(), by=BY, at=MONDAY
        )
    client = signed_in(government, "admin.pupr")
    with django_assert_max_num_queries(16):
        client.get(reverse("channels"))
