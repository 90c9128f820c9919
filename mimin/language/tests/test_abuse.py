"""Abusive words are found in every spelling; animals, diseases of the mind and criticism are not abuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.language.abuse import abuse
from mimin.language.playbook import load
from mimin.language.understand import prepare, understand


def terms(raw):
    text = prepare(raw).text
    return [text[insult.start : insult.end] for insult in abuse(text, load().index.read(text))]


ABUSIVE = [
    ("goblok semua petugasnya", ["goblok"]),
    ("GOBLOOOK", ["GOBLOOOK"]),
    ("g0bl0k lo", ["g0bl0k"]),
    ("𝗴𝗼𝗯𝗹𝗼𝗸", ["goblok"]),
    ("dasar anj*ng", ["anj*ng"]),
    ("g****k banget", ["g****k"]),
    ("anjing lu min", ["anjing"]),
    ("pejabat kayak babi", ["babi"]),
    ("tolol dan bego", ["tolol", "bego"]),
    ("tololnya minta ampun", ["tololnya"]),
    ("kegoblokan apa lagi ini", ["kegoblokan"]),
    ("jancok macet terus", ["jancok"]),
    ("bacot doang", ["bacot"]),
    ("kamu gila ya", ["gila"]),
    ("dasar bodoh", ["bodoh"]),
    ("otak udang", ["otak udang"]),
]

CLEAN = [
    "anjing liar berkeliaran di pasar",
    "digigit anjing tetangga, ada vaksin rabies?",
    "kandang babi bau sampai rumah",
    "monyet turun dari hutan masuk kampung",
    "ada orang gila di terminal",
    "ODGJ mengamuk",
    "harga naik terus, menaikkan pajak lagi",
    "perkampungan kumuh",
    "sarapan di puskesmas",
    "sekolah dasar jelek bangunannya",
    "lokalisasi dan pelacuran di dekat terminal",
    "kinerja buruk, lambat, tidak becus, mengecewakan",
    "pejabat korup harus dipecat",
    "mata air kering",
    "mbah saya belum dapat bansos",
    "kerja bakti ****",
    "E. coli di air sumur",
    "cokelat panas",
    "asuransi tani",
    "terima kasih",
    "",
]


@pytest.mark.parametrize(("raw", "words"), ABUSIVE)
def test_abusive_words_are_found_with_their_place(raw, words):
    assert terms(raw) == words


@pytest.mark.parametrize("raw", CLEAN)
def test_words_that_insult_nobody_are_left_alone(raw):
    assert terms(raw) == []


def test_an_abusive_complaint_is_still_a_complaint_and_names_the_words():
    text = "goblok, jalan rusak gak dibenerin"
    found = understand(text, load())
    shown = [text[r.start : r.end] for r in found.reasons if r.kind == "abusive"]
    assert (found.klass, found.affair, found.abusive, shown) == ("pengaduan", "pupr", ("goblok",), ["goblok"])


def test_a_word_said_twice_is_named_once():
    assert understand("goblok goblok", load()).abusive == ("goblok",)


@given(st.text(alphabet=st.sampled_from("anjing*#% goblk\n")))
def test_insults_lie_in_the_text(raw):
    text = prepare(raw).text
    found = abuse(text, load().index.read(text))
    assert [insult for insult in found if not 0 <= insult.start < insult.end <= len(text)] == []
