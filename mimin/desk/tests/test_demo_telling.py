"""The story told over time: exact, repeatable, believable, and fast enough for a million."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimin.desk.demo.story import ENDINGS, Demo, Message, Told, load, stretch
from mimin.desk.demo.telling import ending_at

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
WIB = timezone(timedelta(hours=7))
DEMO = load()


def tell(count: int = 700, seed: int = 1, days: int = 90) -> list[Told]:
    return list(stretch(DEMO, until=NOW, days=days, count=count, seed=seed))


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return tell()


@pytest.fixture(scope="module")
def many() -> list[Told]:
    return tell(20_000)


def message(ending: str, *, answers: tuple[str, ...] = ("Baik.",), unit: str = "pupr") -> Message:
    return Message("k", "t", "pengaduan", "pupr", ("x",), ending, unit=unit, answers=answers)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 400), st.integers(1, 120), st.integers(0, 9))
def test_exactly_as_many_as_asked_within_the_days_and_in_order(count: int, days: int, seed: int) -> None:
    told = tell(count, seed, days)
    assert len(told) == count
    assert [one for one in told if not NOW - timedelta(days=days) <= one.sent_at <= NOW] == []
    assert [later for earlier, later in pairwise(told) if later.sent_at < earlier.sent_at] == []


def test_the_same_seed_tells_the_same_and_another_seed_does_not(told: list[Told]) -> None:
    assert tell() == told
    assert tell(seed=2) != told


def test_the_zone_of_until_does_not_matter(told: list[Told]) -> None:
    assert list(stretch(DEMO, until=NOW.astimezone(WIB), count=700)) == told


@pytest.mark.parametrize(
    ("until", "days", "count"),
    [(NOW.replace(tzinfo=None), 90, 10), (NOW, 0, 10), (NOW, 90, -1)],
    ids=["naive", "no days", "negative"],
)
def test_senseless_arguments_are_refused(until: datetime, days: int, count: int) -> None:
    with pytest.raises(ValueError, match="until must be aware"):
        stretch(DEMO, until=until, days=days, count=count)


def test_seven_hundred_tell_every_message_and_every_state_and_platform(told: list[Told]) -> None:
    assert {one.message.key for one in told} == {message.key for message in DEMO.messages}
    assert {one.ending for one in told} == set(ENDINGS)
    assert {one.platform for one in told} == {platform for m in DEMO.messages for platform in m.platforms}


def test_a_message_is_told_as_it_was_written_the_first_time(told: list[Told]) -> None:
    first: dict[str, Told] = {}
    for one in told:
        if one.position == 0:
            first.setdefault(one.message.key, one)
    assert [one.text for one in first.values() if one.text != one.message.text.format_map(one.fills)] == []


def test_keys_are_unique(many: list[Told]) -> None:
    assert len({one.key for one in many}) == 20_000


def test_no_slot_stays_open_anywhere(told: list[Told]) -> None:
    said = [text for one in told for text in (one.text, *one.answers, *one.notes)]
    said += [way.reason for one in told for way in one.transfers]
    assert [text for text in said if re.search(r"[{}]", text)] == []


def test_every_message_is_written_where_somebody_listens(many: list[Told]) -> None:
    heard = {c.key: c.platform for c in DEMO.channels if c.mode != "watched" and not c.retired}
    assert [one.channel for one in many if heard.get(one.channel) != one.platform] == []
    assert [one.key for one in many if one.platform not in one.message.platforms] == []


def test_units_of_the_place_are_real_units(many: list[Told]) -> None:
    kinds = {unit.key: unit.kind for unit in DEMO.units} | {"": ""}
    assert [one.key for one in many if one.unit not in kinds or one.accused not in kinds] == []
    assert {kinds[one.unit] for one in many if one.message.unit == "@kecamatan"} == {"kecamatan"}
    assert {kinds[one.accused] for one in many if one.message.accused == "@desa"} == {"desa"}
    hand_overs = [way for one in many[:2000] for way in one.transfers]
    assert {end for way in hand_overs for end in (way.was, way.to)} - set(kinds) == set()


def test_an_answer_speaks_of_the_same_street_as_the_complaint(told: list[Told]) -> None:
    ones = [one for one in told if one.message.key == "jalan-lubang-motor"]
    assert [
        one.fills["jalan"] in one.answers[0] and one.fills["tempat"] in one.answers[0] for one in ones
    ] == [True] * len(ones)
    assert len(ones) >= 1


def test_follow_ups_come_from_the_same_person_in_the_same_thread_later(many: list[Told]) -> None:
    first = {one.thread: one for one in many if one.position == 0}
    later = [one for one in many if one.position]
    assert len(later) > 500
    for one in later:
        start = first[one.thread]
        hours = start.message.follow_ups[one.position - 1].after_hours
        assert one.sent_at - start.sent_at == timedelta(hours=hours)
        assert (one.author, one.channel, one.ending) == (start.author, start.channel, start.ending)
        assert one.text == start.message.follow_ups[one.position - 1].text.format_map(start.fills)


def test_people_write_in_the_morning_and_evening_more_than_at_night(many: list[Told]) -> None:
    calm = [one.sent_at.astimezone(WIB) for one in many if one.message.when == "any"]
    hours = Counter(moment.hour for moment in calm)
    morning, evening, night = (
        sum(hours[h] for h in span) for span in (range(7, 11), range(18, 22), range(4))
    )
    assert morning > 5 * night
    assert evening > 4 * night
    days = Counter(moment.weekday() for moment in calm)
    assert min(days[day] for day in range(5)) > 0.9 * max(days[5], days[6])


def test_night_messages_come_at_night_and_floods_in_three_bursts(many: list[Told]) -> None:
    night = {one.sent_at.astimezone(WIB).hour for one in many if one.message.when == "night"}
    assert night - {21, 22, 23, 0, 1, 2, 3, 4} == set()
    floods = sorted(one.sent_at for one in many if one.message.when == "flood" and one.position == 0)
    gaps = [later - earlier for earlier, later in pairwise(floods) if later - earlier > timedelta(days=3)]
    assert len(gaps) == 2
    assert 0.04 < len(floods) / len(many) < 0.12


@pytest.mark.parametrize(
    ("ending", "hours", "now"),
    [
        ("closed", 1, "new"),
        ("closed", 20, "routed"),
        ("closed", 40, "waiting_approval"),
        ("closed", 60, "closed"),
        ("waiting_approval", 60, "waiting_approval"),
        ("waiting_approval", 100, "answered"),
        ("new", 70, "new"),
        ("new", 80, "routed"),
        ("routed", 1, "new"),
        ("routed", 2000, "routed"),
        ("returned", 2, "new"),
        ("returned", 60, "returned"),
        ("dismissed", 1, "dismissed"),
    ],
)
def test_how_far_a_message_has_come_depends_on_its_age(ending: str, hours: int, now: str) -> None:
    assert ending_at(message(ending), timedelta(hours=hours)) == now


def test_without_a_draft_nothing_waits_for_approval() -> None:
    assert ending_at(message("routed", answers=()), timedelta(hours=40)) == "routed"
    assert ending_at(message("referred", unit=""), timedelta(hours=40)) == "referred"


def test_nothing_is_left_unread_for_days_but_some_work_is_late(many: list[Told]) -> None:
    old = [one for one in many if NOW - one.sent_at > timedelta(days=14)]
    assert {one.ending for one in old} == set(ENDINGS) - {"new", "waiting_approval"}
    assert 0.1 < sum(one.ending == "routed" for one in old) / len(old) < 0.35


def test_the_first_answer_takes_time_but_not_longer_than_the_message_is_old(many: list[Told]) -> None:
    assert [one.key for one in many if one.position == 0 and one.waited > NOW - one.sent_at] == []
    waited = [one.waited for one in many if one.waited]
    within_a_day = sum(wait <= timedelta(days=1) for wait in waited) / len(waited)
    assert 0.6 < within_a_day < 0.9
    silent = {one.ending for one in many if not one.waited}
    assert silent == {"new", "routed", "returned", "waiting_approval", "dismissed"}


def test_authors_are_handles_and_never_persons(many: list[Told]) -> None:
    assert [one.author for one in many if not re.fullmatch(r"[a-z.]+_[a-z]+\d{1,3}", one.author)] == []


def test_texts_vary_in_words_and_length(many: list[Told]) -> None:
    texts = Counter(
        one.text
        for one in many
        if one.message.klass == "pengaduan" and one.message.secrecy == "open" and not one.position
    )
    assert len(texts) / texts.total() > 0.85
    words = Counter(word for text in texts for word in re.findall(r"\w+", text.lower()))
    ranked = [times for _, times in words.most_common()]
    assert len(ranked) > 4000
    assert ranked[9] > 10 * ranked[499] > 0
    assert sum(len(text) > 400 for text in texts) > 300


def test_spam_praise_and_cries_for_help_are_never_reworded(many: list[Told]) -> None:
    fixed = {m.key for m in DEMO.messages if m.plain or m.praise or m.secrecy == "secret"}
    kept = [one for one in many if one.message.key in fixed and one.position == 0]
    assert {one.message.key for one in kept} == fixed
    assert [one.text for one in kept if one.text != one.message.text.format_map(one.fills)] == []


def test_it_streams_so_that_the_first_of_a_million_comes_at_once() -> None:
    first = list(islice(stretch(DEMO, until=NOW, count=1_000_000), 3))
    assert [one.thread for one in first] == [0, 1, 2]


def test_two_tellings_at_once_do_not_disturb_each_other() -> None:
    one, other = stretch(DEMO, until=NOW, count=300), stretch(DEMO, until=NOW, count=300)
    assert list(zip(one, other, strict=True)) == [(same, same) for same in tell(300)]


def test_another_government_can_be_told(told: list[Told]) -> None:
    small = Demo(
        units=DEMO.units, channels=DEMO.channels, staff=(), places=DEMO.places[:1],
        messages=tuple(m for m in DEMO.messages if not m.place and "@" not in m.unit + m.accused),
        variations=DEMO.variations,
    )  # fmt: skip
    assert {one.place for one in stretch(small, until=NOW, count=300)} == {"", "kec-contoh-kota"}
