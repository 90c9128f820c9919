"""Finding phrases: whole words, affixes, fillers, leftmost and longest."""

import sys

import pytest

from mimin.language.phrases import Meaning, PhraseIndex, split

TERMS = [
    ("affair", "roads", "jalan rusak"),
    ("affair", "roads", "jalan"),
    ("affair", "lamps", "lampu jalan"),
    ("affair", "lamps", "lampu jalan mati"),
    ("affair", "waste", "sampah diangkut"),
    ("affair", "waste", "bakar sampah"),
    ("affair", "waste", "membakar sampah"),
    ("affair", "market", "pasar"),
    ("affair", "parking", "parkir"),
    ("affair", "trees", "pohon"),
    ("urgency", "now", "jalan putus"),
    ("unit", "7", "Kelurahan Sukamaju"),
    ("unit", "8", "Sukamaju"),
]

INDEX = PhraseIndex(
    [Meaning(family, value, 1.0, term) for family, value, term in TERMS],
    words=["rusak", "angkut"],
    whole=["kelurahan"],
    fillers=["yang", "di", "sudah", "tidak", "pernah"],
)


def read(text):
    hits = INDEX.read(text).hits
    return {
        family: [(hit.meaning.value, text[hit.start : hit.end]) for hit in found]
        for family, found in hits.items()
    }


FOUND = [
    ("jalan rusak", {"affair": [("roads", "jalan rusak")]}),
    ("Jalannya rusaaak!", {"affair": [("roads", "Jalannya rusaaak")]}),
    ("jln yg rusak", {"affair": [("roads", "jln yg rusak")]}),
    ("jalan di sini rusak", {"affair": [("roads", "jalan")]}),
    ("jalan baru lalu rusak", {"affair": [("roads", "jalan")]}),
    ("lampu jalan rusak", {"affair": [("lamps", "lampu jalan")]}),
    ("lampu jalan yang sudah mati", {"affair": [("lamps", "lampu jalan yang sudah mati")]}),
    ("lampu jalan yang", {"affair": [("lamps", "lampu jalan")]}),
    ("sampah yang tidak pernah diangkut", {"affair": [("waste", "sampah yang tidak pernah diangkut")]}),
    ("sampah mengangkut", {"affair": [("waste", "sampah mengangkut")]}),
    ("dia bakar sampah", {"affair": [("waste", "bakar sampah")]}),
    ("pembakaran sampah", {"affair": [("waste", "pembakaran sampah")]}),
    ("mohon", {}),
    ("pasaran", {"affair": [("market", "pasaran")]}),
    ("pa sar", {}),
    ("diparkirkan", {"affair": [("parking", "diparkirkan")]}),
    ("jalan putus", {"affair": [("roads", "jalan")], "urgency": [("now", "jalan putus")]}),
    ("Kelurahan Sukamaju", {"unit": [("7", "Kelurahan Sukamaju")]}),
    ("di sukamaju", {"unit": [("8", "sukamaju")]}),
    ("jalan [NIK] rusak", {"affair": [("roads", "jalan [NIK] rusak")]}),
    ("", {}),
    ("👍 !!", {}),
    ("jalan jalan", {"affair": [("roads", "jalan"), ("roads", "jalan")]}),
]


@pytest.mark.parametrize(("text", "found"), FOUND)
def test_phrases_are_found_where_they_stand(text, found):
    assert read(text) == found


def test_phrases_that_become_the_same_count_once_with_the_greater_weight():
    index = PhraseIndex(
        [Meaning("affair", "waste", 1.0, "bakar sampah"), Meaning("affair", "waste", 2.0, "membakar sampah")],
        words=["bakar"],
    )
    assert [hit.meaning.weight for hit in index.read("bakar sampah").hits["affair"]] == [2.0]


def test_a_phrase_of_two_affairs_speaks_for_both():
    index = PhraseIndex(
        [Meaning("affair", "a", 1.0, "pohon tumbang"), Meaning("affair", "b", 1.0, "pohon tumbang")]
    )
    assert [hit.meaning.value for hit in index.read("pohon tumbang").hits["affair"]] == ["a", "b"]


def test_words_that_no_phrase_knows_are_empty():
    assert INDEX.read("jalan antah berantah").words == ["jalan", "", ""]


SPELLED = [
    ("j4lan rus4k", "j4lan rus4k"),
    ("jallan russak", "jallan russak"),
    ("JALANNN RUSAAAK", "JALANNN RUSAAAK"),
]


@pytest.mark.parametrize(("text", "words"), SPELLED)
def test_words_in_disguise_are_found_where_they_stand(text, words):
    assert read(text) == {"affair": [("roads", words)]}


def test_a_filler_may_also_be_a_word_of_a_phrase():
    index = PhraseIndex(
        [Meaning("affair", "a", 1.0, "anak saya hilang"), Meaning("affair", "b", 1.0, "anak sakit")],
        fillers=["saya", "yang"],
    )
    texts = ("anak saya hilang", "anak yang saya hilang", "anak saya sakit")
    found = [[hit.meaning.value for hit in index.read(text).hits.get("affair", ())] for text in texts]
    assert found == [["a"], ["a"], ["b"]]


def test_words_that_stand_alone_are_no_roots_of_others():
    free = PhraseIndex([Meaning("affair", "a", 1.0, "sarap")])
    alone = PhraseIndex([Meaning("affair", "a", 1.0, "sarap")], alone=["sarap"])
    assert [bool(index.read("sarapan").hits) for index in (free, alone)] == [True, False]


def test_a_phrase_is_split_into_normal_words():
    assert split("Jln. yg rusak") == ["jalan", "yang", "rusak"]


def test_a_phrase_without_words_is_never_found():
    assert PhraseIndex([Meaning("affair", "a", 1.0, "!!")]).read("!!").hits == {}


def lines_run(text):
    count = 0

    def trace(frame, event, arg):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        INDEX.read(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "piece", ["jalan ", "lampu jalan yang ", "sampah tidak ", "yang ", "kata ", "[NIK]", "_"]
)
def test_work_grows_no_faster_than_the_text(piece):
    INDEX.read(piece)
    assert lines_run(piece * 2_000) <= 4.5 * lines_run(piece * 500) + 200
