"""The same message told again is found; another matter in like words is not taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.language.clean import clean
from mimin.language.similar import BANDS, NEAR, bands, resemblance, signature

LAMP = "lampu jalan di depan SDN 2 Sukamaju mati sudah dua minggu, gelap sekali kalau malam"
ROAD = "jalan raya Cibungur km 5 berlubang besar, sudah banyak motor jatuh, mohon diperbaiki"
WASTE = "sampah di TPS belakang pasar lama menumpuk sudah seminggu tidak diangkut baunya sampai rumah"
WATER = "air PDAM di perumahan Griya Asri blok C mati dari kemarin pagi sampai sekarang"
AID = "nama ibu saya dicoret dari daftar PKH padahal janda tidak punya penghasilan"

TOLD_AGAIN = [
    (LAMP, "Assalamualaikum admin, " + LAMP + ". Terima kasih"),
    (LAMP, LAMP.upper() + "!!!"),
    (LAMP, "lampu jalan depan SDN 2 Sukamaju mati udah 2 minggu, gelap sekali kalo malam"),
    (LAMP, "lmpu jalan di dpn SDN 2 Sukamaju mati sdh dua mingguu, gelap skali kalau malam"),
    (LAMP, "lampu jalan di depan SDN 2 Sukamaju matii sudah dua mingu, gelap sekali kalau malam"),
    (LAMP, "Diteruskan: " + LAMP + " tolong dibantu share"),
    (ROAD, "Jln raya Cibungur km 5 bolong besar, udah banyak motor jatuh, mohon diperbaiki"),
    (ROAD, "Selamat pagi bapak bupati. " + ROAD),
    (ROAD, "jalan raya Cibungur km 5 berlubang besar, sudah banyak motor jatuh"),
    (ROAD, "jalan rayaa Cibungur km5 berlubang besarr , sudah bnyak motor jatuh mohon di perbaiki"),
    (WASTE, "yth DLH, " + WASTE + ", mohon segera diangkut, warga terganggu"),
    (WASTE, "sampah di TPS blkg pasar lama numpuk udh seminggu gak diangkut baunya sampe rumah"),
    (
        WASTE,
        "Sampah di TPS belakang pasar lama menumpuk, sudah seminggu tidak diangkut, baunya sampai rmh 😭😭",
    ),
    (WATER, "min air pdam di perumahan griya asri blok c mati dr kemarin pagi smp skrg"),
    (WATER, WATER + " kapan nyala lagi ya min, anak saya belum mandi"),
    (WATER, "[COPY] " + WATER),
    (AID, "nama ibu saya di coret dari daftar pkh pdahal janda tdk punya penghasilan"),
    (AID, "Pak Wali, " + AID + ". Mohon bantuannya."),
    (AID, "𝗻𝗮𝗺𝗮 𝗶𝗯𝘂 𝘀𝗮𝘆𝗮 dicoret dari daftar PKH, padahal janda, tidak punya penghasilan"),
    ("got mampet depan masjid", "min got mampet depan masjid tolong"),
    ("PPDB zonasi tidak adil", "ppdb zonasi tidak adil!!"),
]

ANOTHER_MATTER = [
    (LAMP, "lampu jalan di gang Melati RT 5 Sukarasa padam sejak lebaran, rawan begal"),
    (LAMP, "lampu kelas SDN 2 Sukamaju pecah, anak belajar gelap-gelapan"),
    (ROAD, "jalan desa Mekarjaya berlubang, aspal mengelupas, belum pernah diperbaiki"),
    (ROAD, "banyak motor parkir di jalan raya Cibungur, mohon ditertibkan"),
    (WASTE, "sampah di sungai dekat jembatan menumpuk, mohon dibersihkan sebelum banjir"),
    (WASTE, "bau pabrik tahu sampai rumah setiap pagi"),
    (WATER, "air PDAM di kampung Rawa keruh dan bau sudah tiga hari"),
    (WATER, "listrik di perumahan Griya Asri blok C padam"),
    (AID, "tetangga saya kaya tapi dapat PKH, yang janda malah tidak"),
    (AID, "ibu saya mau daftar BPJS gratis bagaimana caranya"),
    ("terima kasih min", "got mampet"),
    ("mohon segera ditindaklanjuti, terima kasih", "jalan rusak mohon segera ditindaklanjuti, terima kasih"),
    ("lampu merah mati", "lampu jalan mati"),
]


@pytest.mark.parametrize(("one", "other"), TOLD_AGAIN)
def test_a_message_told_again_resembles_the_first(one, other):
    assert resemblance(clean(one), clean(other)) >= NEAR


@pytest.mark.parametrize(("one", "other"), ANOTHER_MATTER)
def test_another_matter_in_like_words_does_not_resemble(one, other):
    assert resemblance(clean(one), clean(other)) < NEAR


def share_a_key(one, other):
    return not set(bands(signature(clean(one)))).isdisjoint(bands(signature(clean(other))))


def test_nearly_all_that_are_told_again_share_a_key():
    missed = [other for one, other in TOLD_AGAIN if not share_a_key(one, other)]
    assert len(missed) <= 1, missed


def test_few_other_matters_share_a_key():
    assert sum(share_a_key(one, other) for one, other in ANOTHER_MATTER) <= 3


def test_greetings_and_courtesies_change_no_key():
    plain = "got mampet depan masjid agung"
    assert bands(signature(f"selamat pagi admin, mohon {plain} terima kasih")) == bands(signature(plain))


def test_a_message_of_courtesies_alone_still_has_keys():
    assert len(bands(signature("terima kasih min"))) == BANDS


def test_a_text_without_words_has_no_keys_and_resembles_nothing():
    assert (signature("👍 !!"), bands(signature("👍 !!")), resemblance("👍", "👍")) == ((), (), 0.0)


def test_keys_fit_into_a_signed_column_of_four_bytes_and_tell_their_band():
    keys = bands(signature(ROAD))
    assert (all(0 <= key < 2**31 for key in keys), [key >> 28 for key in keys]) == (True, list(range(BANDS)))


FROZEN = (108694676, 400000682, 559790611, 991911687, 1296782060, 1495767094, 1740569760, 1965322658)


def test_signatures_are_the_same_on_every_machine():
    assert bands(signature("jalan rusak depan pasar")) == FROZEN


@given(st.text(), st.text())
def test_resemblance_is_a_measure(one, other):
    there = resemblance(one, other)
    assert (0.0 <= there <= 1.0, there == resemblance(other, one)) == (True, True)


@given(st.text(min_size=1))
def test_a_text_resembles_itself_and_shares_every_key(text):
    shown = clean(text)
    keys = bands(signature(shown))
    assert (resemblance(shown, shown), share_a_key(shown, shown)) == ((1.0, True) if keys else (0.0, False))
