"""What corrections teach, and how little of an understanding it may change."""

from dataclasses import replace

import pytest

from mimin.language.playbook import PlaybookUnit, load, with_units
from mimin.language.taught import LEAST, MOST, Lesson, learned_words, ranked, relearned, voices, words_of
from mimin.language.understand import prepare, understand
from mimin.language.units import Suggestion

ROADS = PlaybookUnit(7, "Dinas Pekerjaan Umum", ("PUPR",), ("pupr",))
TRAFFIC = PlaybookUnit(8, "Dinas Perhubungan", ("Dishub",), ("perhubungan",))
PLAYBOOK = with_units(load(), [ROADS, TRAFFIC])
OTHERS = [Lesson("lampu taman mati", "pupr", False)] * 60


def corrected(count, text="plengsengan ambrol", label="perhubungan"):
    return [Lesson(text, label, True)] * count


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Plengsengan AMBROL, 2 hari", {"plengsengan", "ambrol", "hari"}),
        ("hp [TELP] nik [NIK]", set()),
        ("di jl. 081 rt03", {"jalan"}),
        ("", set()),
    ],
)
def test_words_that_can_teach_are_whole_words_without_numbers_and_masks(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("lessons", "learned"),
    [
        ([], []),
        (corrected(LEAST) + OTHERS, ["ambrol", "plengsengan"]),
        (corrected(LEAST - 1) + OTHERS, []),
        ([Lesson("plengsengan ambrol", "perhubungan", False)] * 9 + OTHERS, []),
        (corrected(LEAST), []),
        (corrected(LEAST) + [Lesson("plengsengan ambrol", "pupr", False)] * LEAST + OTHERS, []),
        (corrected(LEAST) + [Lesson("plengsengan miring", "pupr", False)] * LEAST + OTHERS, ["ambrol"]),
    ],
    ids=["nothing", "enough", "too few", "not corrected", "nothing to tell apart", "in doubt", "one of two"],
)
def test_a_word_is_believed_after_enough_corrections_that_nearly_all_agree_on(lessons, learned):
    assert list(learned_words(lessons)) == learned


def test_a_voice_says_from_how_many_corrections_and_is_never_weighs_more_than_half():
    words = learned_words(corrected(50) + OTHERS)
    voice = voices("ada plengsengan yang ambrol", words)["perhubungan"]
    assert (voice.corrections, voice.words) == (50, {"plengsengan", "ambrol"})
    assert 0.45 < voice.strength <= MOST


def test_ranking_raises_what_was_learned_and_lets_in_only_what_is_known():
    said = voices("plengsengan ambrol", learned_words(corrected(5) + OTHERS))
    found = ranked(
        [Suggestion("pupr", "PU", 0.3)], said, {"perhubungan": Suggestion("perhubungan", "P", 0.0)}
    )
    assert [(one.id, one.score > 0.3) for one in found] == [("perhubungan", True), ("pupr", False)]
    assert ranked([Suggestion("pupr", "PU", 0.3)], said, {}) == (Suggestion("pupr", "PU", 0.3),)


TEXT = prepare("plengsengan jalan ambrol, mohon diperbaiki").text
WORDS = {
    "affair": learned_words(corrected(9) + OTHERS),
    "unit": learned_words(corrected(9, label="8") + [Lesson(t, "7", c) for t, _l, c in OTHERS]),
}


def test_what_was_learned_comes_first_and_says_why():
    before, after = understand(TEXT, PLAYBOOK), relearned(understand(TEXT, PLAYBOOK), TEXT, WORDS, PLAYBOOK)
    assert (before.affair, before.units[0].id) == ("pupr", 7)
    assert after.learned == 9
    reasons = {TEXT[r.start : r.end] for r in after.reasons if r.kind == "learned"}
    assert (reasons, {s.id for s in after.affairs} >= {"perhubungan"}) == ({"plengsengan", "ambrol"}, True)


def test_nothing_but_the_order_of_affairs_and_units_changes():
    before = understand(TEXT, PLAYBOOK)
    after = relearned(before, TEXT, WORDS, PLAYBOOK)
    same = {"affair": before.affair, "affairs": before.affairs, "units": before.units}
    assert replace(after, **same, reasons=before.reasons, learned=0) == before


@pytest.mark.parametrize(
    "change", [{"klass": "spam"}, {"confidentiality": "secret"}, {"confidentiality": "oversight"}]
)
def test_spam_and_what_must_be_kept_close_stay_as_they_are(change):
    found = replace(understand(TEXT, PLAYBOOK), **change)
    assert relearned(found, TEXT, WORDS, PLAYBOOK) is found


def test_a_text_without_a_learned_word_stays_as_it_is():
    found = understand("sampah menumpuk", PLAYBOOK)
    assert relearned(found, "sampah menumpuk", WORDS, PLAYBOOK) is found
