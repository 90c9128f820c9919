"""Words as they are normally written, and what they may be built from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.language.words import Cached, normal, respelled, roots, slang, unleet

NORMAL = [
    ("gak", "tidak"),
    ("GK", "tidak"),
    ("jln", "jalan"),
    ("rusaaaak", "rusak"),
    ("parahhhh", "parah"),
    ("anak2", "anak"),
    ("jalan2nya", "jalannya"),
    ("saat", "saat"),
    ("maaf", "maaf"),
    ("RT2", "rt2"),
    ("É", "e"),
    ("İstanbul", "istanbul"),
    ("2024", "2024"),
    ("1111", "1111"),
]

BUILT_FROM = [
    ("jalannya", "jalan"),
    ("rusaklah", "rusak"),
    ("apakah", "apa"),
    ("mengangkut", "angkut"),
    ("diangkut", "angkut"),
    ("angkutkan", "angkut"),
    ("pengangkutan", "angkut"),
    ("membuang", "buang"),
    ("pembuangan", "buang"),
    ("memotong", "potong"),
    ("membakar", "bakar"),
    ("menumpuk", "tumpuk"),
    ("numpuk", "tumpuk"),
    ("menyapu", "sapu"),
    ("nyapu", "sapu"),
    ("mengirim", "kirim"),
    ("pengeringan", "kering"),
    ("berjualan", "jual"),
    ("terganggu", "ganggu"),
    ("kerusakan", "rusak"),
    ("kemacetan", "macet"),
    ("diperbaiki", "baik"),
    ("memperbaiki", "baik"),
    ("sekampung", "kampung"),
    ("matiin", "mati"),
    ("dijalan", "jalan"),
]

NOT_BUILT_FROM = [
    ("mohon", "pohon"),
    ("marah", "parah"),
    ("menular", "ular"),
    ("becek", "cek"),
    ("berkas", "kas"),
    ("bekas", "kas"),
]


@pytest.mark.parametrize(("word", "form"), NORMAL)
def test_a_word_has_one_normal_form(word, form):
    assert normal(word) == form


@pytest.mark.parametrize(("word", "root"), BUILT_FROM)
def test_an_affixed_word_leads_to_its_root(word, root):
    assert [found for found in roots(word) if found == root][:1] == [root]


@pytest.mark.parametrize(("word", "root"), NOT_BUILT_FROM)
def test_a_chance_likeness_is_no_root(word, root):
    assert [found for found in roots(word) if found == root] == []


RESPELLED = [
    ("j4lan", ["jalan", "jalan"]),
    ("t0l0ng", ["tolong", "tolong"]),
    ("g0bl0k", ["goblok", "goblok"]),
    ("s1ot", ["siot", "slot"]),
    ("tollong", ["tolong"]),
    ("rusaak", ["rusak"]),
    ("jalan", []),
    ("rt05", []),
    ("2024", []),
    ("a4", []),
]


@pytest.mark.parametrize(("word", "meant"), RESPELLED)
def test_digits_for_letters_and_doubled_letters_are_guessed(word, meant):
    assert list(respelled(word)) == meant


def test_a_word_without_digits_is_no_disguise():
    assert [unleet(word) for word in ("slot", "5l0t", "g4c0r")] == ["slot", "slot", "gacor"]


def test_what_was_found_of_a_word_is_found_once():
    asked = []
    found = Cached(lambda word: asked.append(word) or len(word))
    assert ([found["satu"], found["satu"]], asked) == ([4, 4], ["satu"])


def test_a_very_long_word_is_left_as_it_is():
    assert normal("A" * 10_000 + "2") == "a" * 10_000 + "2"


def test_slang_stands_for_one_word_that_is_no_slang_itself():
    assert {
        short: word for short, word in slang().items() if word in slang() or " " in word or " " in short
    } == {}


@given(st.text(min_size=1))
def test_any_word_has_a_form_and_roots(word):
    assert [root for root in roots(normal(word)) if not isinstance(root, str)] == []
