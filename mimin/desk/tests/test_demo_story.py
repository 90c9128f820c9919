"""The files of the demonstration Pemda: they are rich enough, agree with each other, and name nobody."""

import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import mimin.language
from mimin.desk.demo.story import ENDINGS, Demo, Message, Transfer, load
from mimin.language.mask import mask
from mimin.language.verdicts import CLASSES, SECRECIES, URGENCIES

PLAYBOOK = json.loads(
    (Path(mimin.language.__file__).parent / "data" / "affairs.json").read_text(encoding="utf-8")
)
AFFAIRS = {affair["id"] for affair in PLAYBOOK["affairs"]}
BODIES = {body["id"] for body in PLAYBOOK["outside"]}
KINDS = {"kabupaten", "opd", "uptd", "kecamatan", "kelurahan", "desa", "puskesmas", "school", "bumd"}
ROLES = {
    "coordinator", "head", "admin", "officer", "ppid", "duty",
    "inspector", "secretary", "leader", "trainer", "observer", "auditor",
}  # fmt: skip
PLATFORMS = {
    "wordpress", "website", "instagram", "facebook", "tiktok", "youtube",
    "x", "threads", "whatsapp", "telegram", "offline",
}  # fmt: skip
HOSTS = {
    "instagram": {"instagram.com"},
    "facebook": {"facebook.com", "web.facebook.com", "m.facebook.com"},
    "tiktok": {"tiktok.com"},
    "youtube": {"youtube.com"},
    "x": {"x.com", "twitter.com", "mobile.twitter.com"},
    "threads": {"threads.net", "threads.com"},
    "whatsapp": {"wa.me", "api.whatsapp.com"},
    "telegram": {"t.me"},
}
OF_THE_PLACE = {"@kecamatan", "@desa"}
PLACE_SLOTS = {"desa", "kec", "tempat"}
ANSWERED = {"answered", "closed", "reopened", "referred", "waiting_approval"}
SLOT = re.compile(r"\{(\w+)\}")
NAMED = re.compile(
    r"\b(?:pak|bu|bapak|ibu|kang|mas|mbak|sdr|sdri|ustadz?|haji|hj|dr|bernama)\b\.? +([A-Z][a-z]+)"
)
TITLES = {"Bupati", "Direktur", "Camat", "Lurah", "Kadis"}


@pytest.fixture(scope="module")
def demo() -> Demo:
    return load()


def texts(message: Message) -> list[str]:
    later = [follow_up.text for follow_up in message.follow_ups]
    reasons = [transfer.reason for transfer in message.transfers]
    return [message.text, *later, *message.answers, *message.notes, *reasons]


def tidied(address: str) -> str:
    """What is left of an address when everything is gone that does not tell two channels apart."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    query = parts.query if "phone=" in parts.query else ""
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}{query}".lower()


# Units


def test_the_government_has_the_units_of_a_real_one(demo: Demo) -> None:
    kinds = Counter(unit.kind for unit in demo.units)
    assert kinds == {
        "kabupaten": 1, "opd": 28, "bumd": 2, "uptd": 7, "puskesmas": 2,
        "school": 2, "kecamatan": 8, "kelurahan": 4, "desa": 8,
    }  # fmt: skip


def test_every_unit_hangs_below_one_named_before_it(demo: Demo) -> None:
    seen = {""}
    orphans = []
    for unit in demo.units:
        if unit.parent not in seen:
            orphans.append(unit.key)
        seen.add(unit.key)
    assert orphans == []
    assert [unit.key for unit in demo.units if unit.parent == ""] == ["kab"]


@pytest.mark.parametrize("field", ["key", "name", "short"])
def test_no_two_units_share_a_name(demo: Demo, field: str) -> None:
    assert [
        value for value, times in Counter(getattr(unit, field) for unit in demo.units).items() if times > 1
    ] == []


def test_no_alias_means_two_units_of_the_same_kind(demo: Demo) -> None:
    aliases = Counter((unit.kind, alias.lower()) for unit in demo.units for alias in unit.aliases)
    assert [alias for alias, times in aliases.items() if times > 1] == []


def test_villages_stand_in_a_kecamatan_and_schools_below_education(demo: Demo) -> None:
    kind = {unit.key: unit.kind for unit in demo.units}
    parents = {(unit.kind, kind.get(unit.parent, "")) for unit in demo.units}
    assert parents == {
        ("kabupaten", ""), ("opd", "kabupaten"), ("bumd", "kabupaten"), ("kecamatan", "kabupaten"),
        ("uptd", "opd"), ("puskesmas", "opd"), ("school", "opd"), ("kelurahan", "kecamatan"), ("desa", "kecamatan"),
    }  # fmt: skip


def test_units_handle_affairs_that_the_playbook_knows_and_no_affair_is_orphaned(demo: Demo) -> None:
    assert {affair for unit in demo.units for affair in unit.affairs} == AFFAIRS


def test_some_official_names_are_as_long_as_in_reality(demo: Demo) -> None:
    assert max(len(unit.name) for unit in demo.units) == 93


def test_all_units_keep_western_indonesian_time(demo: Demo) -> None:
    assert {unit.zone for unit in demo.units} == {"WIB"}


# Channels


def test_there_are_180_channels_on_every_platform_in_every_mode(demo: Demo) -> None:
    assert len(demo.channels) == 180
    assert {channel.platform for channel in demo.channels} == PLATFORMS
    assert Counter(channel.mode for channel in demo.channels) == {
        "assisted": 121,
        "watched": 54,
        "connected": 5,
    }


def test_every_channel_belongs_to_a_unit(demo: Demo) -> None:
    assert {channel.unit for channel in demo.channels} - {unit.key for unit in demo.units} == set()


def test_only_wordpress_is_connected_and_a_retired_account_is_only_watched(demo: Demo) -> None:
    assert {channel.platform for channel in demo.channels if channel.mode == "connected"} == {"wordpress"}
    assert Counter(channel.mode for channel in demo.channels if channel.retired) == {"watched": 7}


def test_no_channel_is_registered_twice_even_when_pasted_differently(demo: Demo) -> None:
    assert len({channel.key for channel in demo.channels}) == 180
    addresses = Counter((channel.platform, tidied(channel.address)) for channel in demo.channels)
    assert [address for address, times in addresses.items() if times > 1] == []


def test_addresses_are_untidy_like_reality(demo: Demo) -> None:
    addresses = [channel.address for channel in demo.channels]
    untidy = {
        "no scheme": any(re.match(r"\w+\.\w+/", address) for address in addresses),
        "tracking": any("igsh=" in address for address in addresses),
        "mobile host": any("//m.facebook" in address for address in addresses),
        "old host": any("twitter.com" in address for address in addresses),
        "a bare handle": any(address.startswith("@") for address in addresses),
        "capitals": any(address.isupper() for address in addresses),
        "a path for a unit": any("contohkab.example/opd/" in address for address in addresses),
        "plain http": any(address.startswith("http://") for address in addresses),
    }
    assert [what for what, found in untidy.items() if not found] == []


def test_every_web_address_is_on_the_host_of_its_platform(demo: Demo) -> None:
    wrong = []
    for channel in demo.channels:
        if channel.platform == "offline" or channel.address.startswith("@"):
            continue
        host = tidied(channel.address).split("/")[0].split("phone=")[0]
        fits = (
            host in HOSTS[channel.platform]
            if channel.platform in HOSTS
            else host.endswith("contohkab.example")
        )
        if not fits:
            wrong.append(channel.address)
    assert wrong == []


# Staff


def test_staff_hold_known_roles_at_known_units(demo: Demo) -> None:
    held = {role for person in demo.staff for role, _ in person.roles}
    assert held == ROLES
    assert {unit for person in demo.staff for _, unit in person.roles} - {
        unit.key for unit in demo.units
    } == set()


def test_about_seventy_people_each_sign_in_with_their_own_name(demo: Demo) -> None:
    assert len(demo.staff) == len({person.username for person in demo.staff}) == 79
    assert len({person.label for person in demo.staff}) == 79


@pytest.mark.parametrize(
    ("username", "role"),
    [
        ("koordinator", ("coordinator", "kab")),
        ("admin.pupr", ("admin", "pupr")),
        ("kepala.pupr", ("head", "pupr")),
        ("inspektur", ("inspector", "kab")),
        ("sekda", ("secretary", "kab")),
        ("pimpinan", ("leader", "kab")),
        ("auditor", ("auditor", "kab")),
    ],
)
def test_the_people_to_try_first_have_easy_names(demo: Demo, username: str, role: tuple[str, str]) -> None:
    assert next(person.roles[0] for person in demo.staff if person.username == username) == role


# Messages


def test_there_are_more_than_300_different_messages(demo: Demo) -> None:
    assert len(demo.messages) == len({message.key for message in demo.messages}) == 343
    assert len({message.text for message in demo.messages}) == 343


def test_every_class_secrecy_urgency_ending_and_platform_occurs_and_no_other(demo: Demo) -> None:
    assert {message.klass for message in demo.messages} == set(CLASSES)
    assert {message.secrecy for message in demo.messages} == set(SECRECIES)
    assert {message.urgency for message in demo.messages} == set(URGENCIES)
    assert {message.ending for message in demo.messages} == set(ENDINGS)
    assert {platform for message in demo.messages for platform in message.platforms} == PLATFORMS
    assert {message.when for message in demo.messages} == {"any", "flood", "night"}


def test_messages_are_about_known_affairs_for_known_units_or_bodies(demo: Demo) -> None:
    units = {unit.key for unit in demo.units} | OF_THE_PLACE | {""}
    assert {message.affair for message in demo.messages} - AFFAIRS == {""}
    assert {message.body for message in demo.messages} - BODIES == {""}
    assert {message.unit for message in demo.messages} - units == set()
    assert {message.accused for message in demo.messages} - units == set()
    ways = [way for message in demo.messages for way in message.transfers]
    assert {end for way in ways for end in (way.was, way.to)} - units == set()


def test_nearly_every_affair_is_complained_or_asked_about(demo: Demo) -> None:
    assert AFFAIRS - {message.affair for message in demo.messages} == set()


def test_what_is_not_ours_is_referred_to_the_body_and_nothing_else_is(demo: Demo) -> None:
    assert [m.key for m in demo.messages if (m.ending == "referred") != bool(m.body)] == []
    assert [m.key for m in demo.messages if bool(m.unit) == bool(m.body)] == []


def test_accused_staff_never_handle_the_case_themselves(demo: Demo) -> None:
    accusing = [message for message in demo.messages if message.secrecy == "oversight"]
    assert {message.unit for message in accusing} == {"inspektorat"}
    assert [message.key for message in accusing if message.accused in ("", "inspektorat")] == []
    assert [
        message.key for message in demo.messages if message.accused and message.secrecy != "oversight"
    ] == []
    assert len(accusing) == 18


def test_who_was_answered_has_answers_and_who_was_not_has_none(demo: Demo) -> None:
    assert [m.key for m in demo.messages if (m.ending in ANSWERED) != bool(m.answers)] == []


def test_a_reopened_case_has_a_citizen_who_came_back_and_two_answers(demo: Demo) -> None:
    reopened = [message for message in demo.messages if message.ending == "reopened"]
    assert [message.key for message in reopened if not message.follow_ups or len(message.answers) < 2] == []


def test_the_last_hand_over_leads_to_the_unit_that_handles_it(demo: Demo) -> None:
    last = {m.key: ([w.to for w in m.transfers if w.kind == "to"] or [m.unit])[-1] for m in demo.messages}
    assert [message.key for message in demo.messages if last[message.key] != message.unit] == []


def test_a_returned_case_says_who_returned_it_and_why(demo: Demo) -> None:
    returned = [message for message in demo.messages if message.ending == "returned"]
    assert [message.key for message in returned if message.transfers[-1].kind != "return"] == []
    ways = [way for message in demo.messages for way in message.transfers]
    assert [way for way in ways if not way.was or len(way.reason) < 15] == []
    assert [way for way in ways if (way.kind == "return") != (way.to == "")] == []


def test_spam_is_dismissed_and_praise_needs_no_work(demo: Demo) -> None:
    assert {message.ending for message in demo.messages if message.klass == "spam"} == {"dismissed"}
    assert {message.ending for message in demo.messages if message.praise} == {"closed"}


def test_answers_say_what_happens_next_without_particles_or_emoji(demo: Demo) -> None:
    careless = re.compile(r"\b(dong|deh|sih|kok|nih|loh|gak|nggak|min)\b|[\U0001f300-\U0001faff]")
    answers = [answer for message in demo.messages for answer in message.answers]
    assert [answer for answer in answers if careless.search(answer)] == []
    assert [answer for answer in answers if not answer.endswith((".", "id"))] == []


def test_texts_are_of_every_length(demo: Demo) -> None:
    lengths = [len(message.text) for message in demo.messages]
    assert min(lengths) == 1
    assert max(lengths) > 1200
    assert sum(length > 200 for length in lengths) >= 30


def test_every_slot_has_a_list_to_fill_it(demo: Demo) -> None:
    used = {slot for message in demo.messages for text in texts(message) for slot in SLOT.findall(text)}
    assert used - PLACE_SLOTS - set(demo.variations.slots) == set()
    assert {"jalan", "tempat", "rt", "desa", "nik", "hp"} - used == set()
    assert re.findall(r"[{}]", SLOT.sub("", "".join(map("".join, map(texts, demo.messages))))) == []


def test_no_person_is_named_anywhere(demo: Demo) -> None:
    said = [text for message in demo.messages for text in texts(message)]
    said += [*demo.variations.asides, *demo.variations.openers, *(person.label for person in demo.staff)]
    named = {name for text in said for name in NAMED.findall(text)}
    assert named - TITLES == set()


@pytest.mark.parametrize(("slot", "kind"), [("nik", "nik"), ("hp", "phone"), ("plat", "plate")])
def test_made_up_personal_numbers_look_real_enough_to_be_masked(demo: Demo, slot: str, kind: str) -> None:
    values = demo.variations.slots[slot]
    kinds = Counter(found.kind for value in values for found in mask(f"nomor saya {value} ya").found)
    assert kinds == {kind: len(values)}


def test_places_are_the_kecamatan_and_villages_of_the_tree(demo: Demo) -> None:
    parent = {unit.key: unit.parent for unit in demo.units}
    assert {place.unit for place in demo.places} == {
        unit.key for unit in demo.units if unit.kind == "kecamatan"
    }
    villages = [
        (village.unit, place.unit) for place in demo.places for village in place.villages if village.unit
    ]
    assert [village for village, kecamatan in villages if parent[village] != kecamatan] == []
    assert {message.place for message in demo.messages} - {place.unit for place in demo.places} == {""}


def test_the_rhythm_of_the_week_knows_every_hour(demo: Demo) -> None:
    assert {day: len(hours) for day, hours in demo.variations.rhythm.items()} == {
        "weekday": 24,
        "weekend": 24,
    }


def test_loading_twice_gives_equal_and_unchangeable_stories(demo: Demo) -> None:
    assert load() == demo
    with pytest.raises(AttributeError):
        demo.units[0].name = "another"  # type: ignore[misc]
    assert demo.messages[0].transfers == ()
    assert isinstance(next(m.transfers[0] for m in demo.messages if m.transfers), Transfer)
