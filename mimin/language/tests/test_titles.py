"""Titles for the list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.language.playbook import load
from mimin.language.titles import LONGEST_TITLE, title

GREETINGS = load().greetings

TITLES = [
    ("min jalan depan SDN 2 rusak parah", "Jalan depan SDN 2 rusak parah"),
    ("Assalamualaikum wr wb pak bupati, sampah di pasar menumpuk", "Sampah di pasar menumpuk"),
    ("Selamat pagi. Lampu jalan di Sukamaju mati. Tolong.", "Lampu jalan di Sukamaju mati"),
    ("Halo min!\n\nair PDAM mati 4 hari", "Air PDAM mati 4 hari"),
    ("Yth. Bapak Walikota\nGot depan rumah mampet", "Got depan rumah mampet"),
    ("Permisi kak, mau tanya syarat pindah KK?", "Mau tanya syarat pindah KK"),
    ("pak lurah Sukamaju minta uang", "Lurah Sukamaju minta uang"),
    ("KTP saya [NIK] belum jadi", "KTP saya [NIK] belum jadi"),
    ("<p>jalan <b>rusak</b> parah</p>", "Jalan rusak parah"),
    ("biaya Rp 1.500.000 kok mahal", "Biaya Rp 1.500.000 kok mahal"),
    ("jam 08.00 belum buka juga", "Jam 08.00 belum buka juga"),
    ("banjir!", "Banjir"),
    ("min", ""),
    ("Selamat siang bapak ibu", ""),
    ("👍👍", ""),
    ("", ""),
    ("ok. sip. jalan rusak", "Jalan rusak"),
]


@pytest.mark.parametrize(("text", "short"), TITLES)
def test_a_title_is_the_first_sentence_that_says_something(text, short):
    assert title(text, GREETINGS) == short


def test_a_long_sentence_is_cut_between_words():
    text = (
        "jalan rusak di depan pasar lama sampai ke jembatan baru yang belum selesai dibangun sejak tahun lalu"
    )
    short = "Jalan rusak di depan pasar lama sampai ke jembatan baru yang belum selesai…"
    assert title(text, GREETINGS) == short


def test_a_word_without_end_is_cut_inside():
    assert title("a" * 500, GREETINGS) == "A" + "a" * 78 + "…"


@given(st.text())
def test_any_text_has_a_title_of_one_short_line(text):
    short = title(text, GREETINGS)
    assert (len(short) <= LONGEST_TITLE, "\n" in short) == (True, False)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Fasum perumahan kami di Jl. Melati rusak. Tolong", "Fasum perumahan kami di Jl. Melati rusak"),
        ("lampu mati di Kec. Sukajaya No. 5! cepat", "Lampu mati di Kec. Sukajaya No. 5"),
        ("Jalan di RT. 03 berlubang. Bahaya", "Jalan di RT. 03 berlubang"),
        ("Kemarin sudah lapor. Belum ada kabar", "Kemarin sudah lapor"),
    ],
)
def test_a_short_form_with_a_dot_ends_no_sentence(text, short):
    assert title(text, GREETINGS) == short
