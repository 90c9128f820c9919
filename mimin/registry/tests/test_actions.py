"""The verbs of the registry: one place on the net is one channel, and every change leaves one record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mimin.evidence.models import Facts
from mimin.lib.moving import Refused
from mimin.platforms.base import Health, PlatformError
from mimin.registry import actions, queries
from mimin.registry.models import Assignment, Channel, Connection
from tests.made import BY, MONDAY, Government, channel

pytestmark = pytest.mark.django_db
KEY = {"username": "admin", "application_password": "rahasia benar"}


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
    """A website on WordPress whose door is ours."""
    monkeypatch.setattr(actions, "connector_for", Door)
    return actions.add_channel(
        pasted="pupr.contohkab.go.id", unit=government.pupr, name="Situs PUPR", mode="assisted", by=BY, at=MONDAY,
        platform="wordpress",
    )  # fmt: skip


def records(kind: str) -> int:
    return Facts.objects.filter(kind=kind).count()


@pytest.mark.parametrize(
    "again",
    [
        "instagram.com/diskominfocontoh",
        "https://www.instagram.com/DiskominfoContoh/?hl=id",
        "instagr.am/diskominfocontoh",
        "https://www.instagram.com/stories/diskominfocontoh/337/",
    ],
)
def test_one_place_on_the_net_is_one_channel(government: Government, again: str) -> None:
    channel(government.kominfo)
    with pytest.raises(Refused) as refused:
        channel(government.pupr, again)
    assert Channel.objects.count() == 1
    assert government.kominfo.name in str(refused.value)


def test_one_website_is_not_added_again_as_another_platform(government: Government, site: Channel) -> None:
    with pytest.raises(Refused):
        channel(government.pupr, "https://pupr.contohkab.go.id/")
    assert Channel.objects.count() == 1


def test_a_duplicate_does_not_tell_how_a_strange_channel_is_called(
    government: Government, site: Channel
) -> None:
    with pytest.raises(Refused) as refused:
        channel(government.dukcapil, "pupr.contohkab.go.id")
    assert "Situs PUPR" not in str(refused.value)


def test_two_places_of_one_host_are_two_channels(government: Government) -> None:
    made = [channel(government.pupr, f"contohkab.go.id{path}") for path in ("", "/pupr", "/dukcapil")]
    assert [one.address for one in made] == [
        "contohkab.go.id",
        "contohkab.go.id/pupr",
        "contohkab.go.id/dukcapil",
    ]


def test_a_notice_board_has_no_address_on_the_net(government: Government) -> None:
    board = actions.add_channel(
        pasted="Papan pengumuman kantor", unit=government.pupr, name="", mode="assisted", by=BY, at=MONDAY,
        platform="offline",
    )  # fmt: skip
    assert (board.platform, board.address) == ("offline", f"{government.pupr.pk}/Papan pengumuman kantor")


def test_a_key_that_the_platform_accepts_is_kept_sealed_and_listening_begins(site: Channel) -> None:
    health = actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    kept = Connection.objects.get(channel=site)
    assert (health.account, site.mode, kept.due_at, kept.healthy) == (
        "Admin Situs",
        "connected",
        MONDAY,
        True,
    )
    assert "rahasia benar" in kept.secrets
    assert records("channel.connected") == 1


def test_a_key_that_the_platform_refuses_is_not_kept(site: Channel) -> None:
    with pytest.raises(PlatformError):
        actions.connect(channel=site, secrets={**KEY, "application_password": "salah"}, by=BY, at=MONDAY)
    site.refresh_from_db()
    assert (site.mode, Connection.objects.count(), records("channel.connected")) == ("assisted", 0, 0)


def test_a_wrong_new_key_leaves_the_old_one_in_force(site: Channel) -> None:
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    with pytest.raises(PlatformError):
        actions.connect(channel=site, secrets={**KEY, "application_password": "salah"}, by=BY, at=MONDAY)
    assert "rahasia benar" in Connection.objects.get(channel=site).secrets


def test_an_account_without_a_connector_is_not_connected(government: Government) -> None:
    with pytest.raises(Refused):
        actions.connect(channel=channel(government.pupr), secrets=KEY, by=BY, at=MONDAY)


def test_a_retired_channel_is_not_connected(site: Channel) -> None:
    actions.retire(channel=site, by=BY, at=MONDAY)
    with pytest.raises(Refused):
        actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)


def test_disconnecting_forgets_the_key_and_doing_it_twice_leaves_one_record(site: Channel) -> None:
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    for _twice in range(2):
        actions.disconnect(channel=site, by=BY, at=MONDAY)
    assert (site.mode, Connection.objects.count(), records("channel.disconnected")) == ("assisted", 0, 1)


def test_retiring_forgets_the_key_keeps_the_row_and_can_be_taken_back(site: Channel) -> None:
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    for _twice in range(2):
        actions.retire(channel=site, by=BY, at=MONDAY)
    assert (site.retired_at, Connection.objects.count(), records("channel.retired")) == (MONDAY, 0, 1)
    for _twice in range(2):
        actions.revive(channel=site, by=BY, at=MONDAY)
    assert (site.retired_at, site.mode, records("channel.revived")) == (None, "assisted", 1)


@pytest.mark.parametrize(
    ("mode", "platform", "accepted"),
    [
        ("watched", "wordpress", True),
        ("assisted", "website", True),
        ("connected", "wordpress", False),
        ("asleep", "wordpress", False),
        ("watched", "instagram", False),
    ],
)
def test_which_ways_are_a_choice(site: Channel, mode: str, platform: str, accepted: bool) -> None:
    try:
        actions.change_mode(channel=site, mode=mode, platform=platform, by=BY, at=MONDAY)
    except Refused:
        assert not accepted
    site.refresh_from_db()
    assert ((site.mode, site.platform) == (mode, platform)) is accepted
    assert records("channel.mode_changed") == int(accepted)


def test_the_way_of_a_connected_channel_does_not_change_by_itself(site: Channel) -> None:
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    with pytest.raises(Refused):
        actions.change_mode(channel=site, mode="watched", platform="wordpress", by=BY, at=MONDAY)
    assert Channel.objects.get(pk=site.pk).mode == "connected"


def test_the_way_that_it_is_leaves_no_record(site: Channel) -> None:
    actions.change_mode(channel=site, mode="assisted", platform="wordpress", by=BY, at=MONDAY)
    assert records("channel.mode_changed") == 0


def test_listening_now_makes_the_connection_due(site: Channel) -> None:
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    Connection.objects.update(due_at=MONDAY + timedelta(hours=1))
    actions.listen_now(channel=site, by=BY, at=MONDAY)
    assert (Connection.objects.get().due_at, records("channel.asked")) == (MONDAY, 1)


def test_there_is_nothing_to_listen_to_without_a_connection(site: Channel) -> None:
    with pytest.raises(Refused):
        actions.listen_now(channel=site, by=BY, at=MONDAY)


def test_an_assignment_is_one_however_often_it_is_made_or_ended(
    government: Government, site: Channel
) -> None:
    admin, day = government.people["admin.pupr"], date(2026, 3, 16)
    made = [actions.assign(channel=site, person=admin, since=day, by=BY, at=MONDAY) for _twice in range(2)]
    for one in made:
        actions.end_assignment(assignment=one, until=day, by=BY, at=MONDAY)
    assert [one.until for one in Assignment.objects.all()] == [day]
    assert (records("channel.assigned"), records("channel.unassigned")) == (1, 1)
    actions.assign(channel=site, person=admin, since=day, by=BY, at=MONDAY)
    assert Assignment.objects.count() == 2


def test_a_permanent_refusal_is_told_once_and_asked_again_hourly(site: Channel) -> None:
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    error = PlatformError("revoked", code="wrong_password", permanent=True)
    for _twice in range(2):
        actions.unheard(site.connection, error, at=MONDAY)
    kept = Connection.objects.get()
    assert (kept.healthy, kept.error_code, kept.due_at) == (
        False,
        "wrong_password",
        MONDAY + timedelta(hours=1),
    )
    assert records("channel.refused") == 1


def test_a_passing_trouble_is_asked_again_when_the_platform_says(site: Channel) -> None:
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    actions.unheard(site.connection, PlatformError("busy", code="too_fast", retry_after=15), at=MONDAY)
    kept = Connection.objects.get()
    assert (kept.healthy, kept.due_at, records("channel.refused")) == (
        True,
        MONDAY + timedelta(seconds=15),
        0,
    )


def test_being_heard_again_clears_the_trouble(site: Channel) -> None:
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    actions.unheard(
        site.connection, PlatformError("revoked", code="wrong_password", permanent=True), at=MONDAY
    )
    every = timedelta(minutes=2)
    actions.heard(site.connection, cursor="7", any_new=True, more=False, every=every, at=MONDAY)
    kept = Connection.objects.get()
    assert (kept.healthy, kept.error, kept.error_code, kept.cursor) == (True, "", "", "7")
    assert (kept.last_heard_at, kept.last_fetch_at, kept.due_at) == (MONDAY, MONDAY, MONDAY + every)


def test_when_it_last_answered_is_kept_apart_from_when_it_was_last_asked(site: Channel) -> None:
    actions.connect(channel=site, secrets=KEY, by=BY, at=MONDAY)
    later, every = MONDAY + timedelta(days=1), timedelta(minutes=2)
    actions.unheard(site.connection, PlatformError("gone", code="unreachable"), at=later)
    kept = Connection.objects.get()
    assert (kept.answered_at, kept.last_fetch_at) == (MONDAY, later)
    actions.heard(kept, cursor="7", any_new=False, more=False, every=every, at=later + every)
    assert Connection.objects.get().answered_at == later + every


def test_a_page_of_channels_goes_on_after_the_last_one(government: Government) -> None:
    made = [channel(government.pupr, f"instagram.com/akun{n:02d}").pk for n in range(7)]
    admin = government.person("admin.pupr")
    first, after = queries.page(admin, size=4)
    second, end = queries.page(admin, after=after, size=4)
    assert ([one.pk for one in [*first, *second]], end) == (made, 0)


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({}, 3),
        ({"text": "pupr"}, 2),
        ({"text": "tiktok"}, 1),
        ({"platform": "instagram"}, 1),
        ({"mode": "watched"}, 1),
        ({"mode": "retired"}, 1),
        ({"platform": "tiktok", "mode": "assisted"}, 0),
    ],
)
def test_channels_are_narrowed_by_words_platform_and_way(
    government: Government, narrowed: dict[str, str], found: int
) -> None:
    channel(government.kominfo, "instagram.com/kominfocontoh")
    channel(government.pupr, "tiktok.com/@dinas", mode="watched")
    old = channel(government.pupr, "pupr.contohkab.go.id")
    actions.retire(channel=old, by=BY, at=MONDAY)
    names = {"text": "Penataan Ruang"} if narrowed.get("text") == "pupr" else narrowed
    assert len(queries.page(government.person("koordinator"), **names)[0]) == found


# To another unit


def test_a_channel_is_given_to_another_unit_once(government: Government) -> None:
    given = channel(government.kominfo)
    for _twice in range(2):
        actions.move_channel(channel=given, unit=government.pupr, by=BY, at=MONDAY)
    given.refresh_from_db()
    assert (given.unit, records("channel.moved")) == (government.pupr, 1)
    assert Facts.objects.get(kind="channel.moved").details == {
        "from": government.kominfo.pk, "to": government.pupr.pk,
    }  # fmt: skip


def test_a_unit_that_has_ended_is_given_no_channel(government: Government) -> None:
    given = channel(government.kominfo)
    government.pupr.active = False
    with pytest.raises(Refused):
        actions.move_channel(channel=given, unit=government.pupr, by=BY, at=MONDAY)
    assert records("channel.moved") == 0


def test_an_heir_gets_every_channel_the_retired_ones_too(government: Government) -> None:
    kept = [channel(government.kominfo, f"instagram.com/kanal{n}") for n in range(3)]
    actions.retire(channel=kept[0], by=BY, at=MONDAY)
    other = channel(government.dukcapil, "instagram.com/lain")
    actions.inherit(government.kominfo, government.pupr, BY, MONDAY)
    assert set(Channel.objects.filter(unit=government.pupr)) == set(kept)
    assert (Channel.objects.get(pk=other.pk).unit, records("channel.moved")) == (government.dukcapil, 3)
