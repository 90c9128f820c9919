"""The packaged playbook and a Pemda's own units."""

import json

import pytest

from mimin.language.playbook import Playbook, PlaybookError, PlaybookUnit, load, with_units
from mimin.language.understand import understand

MANDATORY_BASIC = ("pendidikan", "kesehatan", "pupr", "perkim", "trantibum", "sosial")


def packaged_data():
    from importlib import resources

    return json.loads(resources.files("mimin.language").joinpath("data/affairs.json").read_text("utf-8"))


def count(group):
    return len([affair for affair in load().affairs if affair.group == group])


def test_the_packaged_playbook_has_the_affairs_of_law_23_of_2014():
    groups = ("wajib_pelayanan_dasar", "wajib_non_pelayanan_dasar", "pilihan", "penunjang")
    assert [count(group) for group in groups] == [6, 18, 8, 10]


def test_the_six_basic_services_come_first():
    assert tuple(sorted(a.id for a in load().affairs if a.group == "wajib_pelayanan_dasar")) == tuple(
        sorted(MANDATORY_BASIC)
    )


def test_affair_ids_are_unique():
    ids = [affair.id for affair in load().affairs]
    assert len(ids) == len(set(ids))


def test_every_affair_has_an_office_and_enough_phrases():
    spoken = {affair.id: 0 for affair in load().affairs}
    for meaning in load().meanings:
        if meaning.family == "affair":
            spoken[meaning.value] += 1
    assert [id for id, phrases in spoken.items() if phrases < 15] == []


def test_every_affair_of_law_names_its_article():
    lawful = [affair for affair in load().affairs if affair.group != "penunjang"]
    assert [affair.id for affair in lawful if not affair.legal_ref.startswith("UU 23/2014")] == []


def test_every_outside_body_has_a_name_and_phrases():
    named = {meaning.value for meaning in load().meanings if meaning.family == "outside"}
    assert sorted(body.id for body in load().outside if body.name) == sorted(named)


def test_every_weight_is_positive():
    assert [meaning for meaning in load().meanings if meaning.weight <= 0.0] == []


def test_a_longer_phrase_weighs_more_than_a_shorter_one():
    weight = {
        m.term: m.weight for m in load().meanings if m.family == "affair" and m.value == "lingkungan_hidup"
    }
    assert weight["sampah"] < weight["bau sampah"] < weight["buang sampah sembarangan"]


def test_a_phrase_that_affairs_share_weighs_less_than_one_of_a_single_affair():
    weight = {m.term: m.weight for m in load().meanings if m.family == "affair"}
    assert weight["pohon tumbang"] <= weight["pohon kering"]


def test_the_playbook_is_read_once():
    assert load() is load()


def test_a_playbook_file_is_read_like_the_packaged_one(tmp_path):
    file = tmp_path / "affairs.json"
    file.write_text(json.dumps(packaged_data()), "utf-8")
    assert load(file) == load()


def test_a_pemdas_own_phrase_is_understood(tmp_path):
    data = packaged_data()
    next(row for row in data["affairs"] if row["id"] == "perhubungan")["strong"].append("kereta gantung")
    file = tmp_path / "affairs.json"
    file.write_text(json.dumps(data), "utf-8")
    assert understand("kereta gantung", load(file)).affair == "perhubungan"


BROKEN = [
    ("{}", "affairs.json: the field 'affairs' is missing"),
    ('{"affairs": [{}]}', "affairs.json: the field 'id' is missing"),
    ("[]", "affairs.json: list indices must be integers or slices, not str"),
    ("not json", "affairs.json: Expecting value: line 1 column 1 (char 0)"),
]


@pytest.mark.parametrize(("content", "message"), BROKEN)
def test_a_broken_playbook_file_says_what_is_wrong(tmp_path, content, message):
    file = tmp_path / "affairs.json"
    file.write_text(content, "utf-8")
    with pytest.raises(PlaybookError) as refused:
        load(file)
    assert str(refused.value) == message


def test_a_missing_playbook_file_says_so(tmp_path):
    with pytest.raises(PlaybookError) as refused:
        load(tmp_path / "nothing.json")
    assert str(refused.value)[:13] == "nothing.json:"


def suggested(text, *units):
    return [suggestion.id for suggestion in understand(text, with_units(load(), units)).units]


ROADS = PlaybookUnit(1, "Dinas Pekerjaan Umum dan Penataan Ruang", ("DPUPR", "PUPR"), ("pupr",))
WARD = PlaybookUnit(2, "Kelurahan Sukamaju", (), ("kewilayahan",), "Sukamaju")
OTHER_WARD = PlaybookUnit(3, "Kelurahan Sukamundur", (), ("kewilayahan",), "Sukamundur")
DISTRICT = PlaybookUnit(4, "Kecamatan Cibungur", ("Kec. Cibungur",), ("kewilayahan",), "Cibungur")
VILLAGE = PlaybookUnit(5, "Desa Harapan", (), ("pmd",), "Harapan")

NAMED = [
    ("tolong PUPR perbaiki", [1]),
    ("dinas pekerjaan umum dan penataan ruang lambat", [1]),
    ("kantor kelurahan sukamaju", [2, 3]),
    ("lurah Sukamaju tidak ada di tempat", [2, 3]),
    ("kel. Sukamundur pelayanan surat pengantar lama", [3, 2]),
    ("pak camat cibungur jarang masuk", [4]),
    ("kec cibungur", [4]),
    ("kades Harapan", [5]),
    ("jalan rusak di Sukamaju", [1, 2]),
    ("halo", []),
]


@pytest.mark.parametrize(("text", "units"), NAMED)
def test_units_are_found_by_their_names_heads_and_affairs(text, units):
    found = suggested(text, ROADS, WARD, OTHER_WARD, DISTRICT, VILLAGE)
    assert found[: len(units)] == units


def test_a_place_alone_is_weaker_than_the_affair():
    first, second = understand(
        "jalan rusak dan berlubang di Sukamaju", with_units(load(), [ROADS, WARD])
    ).units
    assert (first.id, second.id, first.score > second.score) == (1, 2, True)


def test_a_kind_of_unit_without_a_name_names_no_unit():
    kind_only = PlaybookUnit(9, "Kelurahan", (), (), "Sukamaju")
    assert suggested("di kelurahan mana", kind_only) == []


def test_units_replace_earlier_units_and_leave_the_playbook_as_it_was():
    bound = with_units(with_units(load(), [ROADS]), [WARD])
    assert (bound.units, load().units) == ((WARD,), ())


def test_a_playbook_cannot_be_changed():
    with pytest.raises(AttributeError):
        load().units = (WARD,)


def test_a_playbook_is_a_value():
    assert isinstance(load(), Playbook) and with_units(load(), [WARD]) == with_units(load(), [WARD])
