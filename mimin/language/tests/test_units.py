"""Places of the unit tree are recognised as people write them, and shown with their words."""

import pytest

from mimin.language.playbook import PlaybookUnit, load, with_units
from mimin.language.understand import prepare, understand

DISTRICT = PlaybookUnit(1, "Kecamatan Cibungur", (), ("kewilayahan",), "Cibungur")
WARD = PlaybookUnit(2, "Kelurahan Suka Maju", ("Kel. Sukamaju Barat",), ("kewilayahan",), "Suka Maju")
VILLAGE = PlaybookUnit(3, "Desa Harapan", (), ("pmd",), "Harapan")
CLINIC = PlaybookUnit(4, "Puskesmas Cibungur", ("PKM Cibungur",), ("kesehatan",), "Cibungur")
MARKET = PlaybookUnit(5, "Pasar Baru", ("pasar anyar",), ("perdagangan",))
NAGARI = PlaybookUnit(6, "Nagari Koto Tuo", (), ("pmd",), "Koto Tuo")
ROADS = PlaybookUnit(7, "Dinas Pekerjaan Umum", ("PUPR",), ("pupr",))
PLAYBOOK = with_units(load(), [DISTRICT, WARD, VILLAGE, CLINIC, MARKET, NAGARI, ROADS])


def read(raw):
    return understand(prepare(raw).text, PLAYBOOK)


PLACES = [
    ("jalan rusak di Kec. Cibungur", [1]),
    ("kec cibungur", [1]),
    ("Kcmtn Cibungur gelap", [1]),
    ("lampu mati di cibungur", [4, 1]),
    ("warga kel. suka maju belum dapat bansos", [2]),
    ("kelurahan sukamaju", [2]),
    ("sampah di Sukamaju numpuk", [2]),
    ("kel sukamaju barat banjir", [2]),
    ("ds harapan belum ada air", [3]),
    ("desa Harapan", [3]),
    ("warga harapan antre air", [3]),
    ("jalan di Harapan putus", [3]),
    ("pak wali nagari koto tuo", [6]),
    ("di koto tuo ada longsor", [6]),
    ("puskesmas cibungur antre", [4]),
    ("harapan kami jalan diperbaiki", []),
    ("semoga harapan warga didengar", []),
    ("pasar baru bocor", []),
    ("jalan rusak", []),
]


@pytest.mark.parametrize(("raw", "ids"), PLACES)
def test_places_are_recognised_as_people_write_them(raw, ids):
    assert sorted(place.id for place in read(raw).places) == sorted(ids)


def test_a_place_named_with_its_kind_comes_first():
    found = read("di cibungur, tepatnya desa harapan")
    assert [(place.id, place.score) for place in found.places] == [(3, 1.0), (4, 0.5), (1, 0.5)]


def test_of_equals_the_smaller_place_comes_first():
    assert [place.id for place in read("di cibungur").places] == [4, 1]


SHOWN = [
    ("jalan berlubang di Kel. Suka Maju", ("unit", "2", "Kel. Suka Maju")),
    ("jalan berlubang di Cibungur", ("unit", "1", "Cibungur")),
    ("tolong PUPR ke pasar anyar", ("unit", "5", "pasar anyar")),
]


@pytest.mark.parametrize(("raw", "reason"), SHOWN)
def test_the_words_of_a_place_are_shown(raw, reason):
    text = prepare(raw).text
    shown = [(r.kind, r.value, text[r.start : r.end]) for r in understand(text, PLAYBOOK).reasons]
    assert [found for found in shown if found == reason] == [reason]


def test_a_place_that_is_no_suggestion_is_shown_as_a_place():
    units = [PlaybookUnit(n, f"Dinas {n}", (), ("pupr",)) for n in (11, 12, 13)]
    found = understand("jalan rusak dan aspal mengelupas di Cibungur", with_units(load(), [DISTRICT, *units]))
    assert [(r.kind, r.value) for r in found.reasons if r.kind in ("unit", "place")] == [("place", "1")]


def test_a_place_does_not_outweigh_the_matter():
    assert read("jalan rusak dan berlubang di sukamaju").units[0].id == 7


STREETS = [
    ("sampah menumpuk di Jl. Pasar Baru", ["lingkungan_hidup"], ["sampah menumpuk"]),
    ("jl melati", [], []),
    ("posisi jln anggrek 5", [], []),
    ("Gg. Mawar III", [], []),
    ("di jalan sudirman ada pungli", ["inspektorat"], ["pungli"]),
    ("pohon tumbang di Jalan Raya Cikole", ["trantibum"], ["pohon tumbang"]),
    ("jalan rusak di jl. Melati", ["pupr"], ["jalan rusak"]),
    ("Jl. Melati rusak parah", ["pupr"], ["Jl. Melati rusak parah"]),
    ("JL MELATI RUSAK", ["pupr"], ["JL MELATI RUSAK"]),
    ("lampu di jl anggrek 5 mati", ["perhubungan"], ["lampu di jl", "mati"]),
    ("jln rusak", ["pupr"], ["jln rusak"]),
    ("jln menuju sawah becek", ["pupr"], ["jln"]),
    ("jalan raya rusak", ["pupr"], ["jalan raya rusak"]),
]


@pytest.mark.parametrize(("raw", "affairs", "words"), STREETS)
def test_the_name_of_a_street_is_no_reason_but_its_state_is(raw, affairs, words):
    text = prepare(raw).text
    found = understand(text, load())
    shown = [text[r.start : r.end] for r in found.reasons if r.kind == "affair" and r.value == found.affair]
    assert ([s.id for s in found.affairs][:1], shown) == (affairs, words)
