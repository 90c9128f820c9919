"""Measuring: rows told twice do not count, labels are found by name, figures are counted by hand."""

import json

import pytest
from django.core.management import CommandError, call_command

from mimin.language.evaluation import (
    EvaluationError,
    Labelled,
    affairs_named,
    cold,
    measure,
    measure_abuse,
    measure_learned,
    read_rows,
    split,
    without_repeats,
)
from mimin.language.learning import learn
from mimin.language.playbook import load

NAMED = [
    ("Sosial", {"sosial"}),
    ("pupr", {"pupr"}),
    ("Pekerjaan Umum dan Penataan Ruang", {"pupr"}),
    ("Dinas Bina Marga", {"pupr"}),
    ("Dinas Sumber Daya Air dan Bina Marga", {"pupr"}),
    ("Kewilayahan (kelurahan/kecamatan)", {"kewilayahan"}),
    ("KELURAHAN", {"kewilayahan"}),
    ("Satpol PP", {"trantibum"}),
    ("Dinas Pemadam Kebakaran dan Penyelamatan", {"trantibum"}),
    ("Penunjang: Keuangan", {"bapenda", "bpkad"}),
    ("Penunjang: Pengawasan", {"inspektorat"}),
    ("Penunjang: Perekonomian/BUMD (PDAM)", {"air_minum"}),
    ("Pangan / Pertanian", {"pangan", "pertanian"}),
    ("Kepemudaan dan Olahraga / Kebudayaan / Pariwisata", {"pora", "kebudayaan", "pariwisata"}),
    ("Dinas Kebudayaan dan Pariwisata", {"kebudayaan", "pariwisata"}),
    ("Dinas Perindustrian dan Perdagangan", {"perindustrian", "perdagangan"}),
    ("Disdukcapil", {"dukcapil"}),
    ("PLN", set()),
    ("Kepolisian", set()),
    ("", set()),
]


@pytest.mark.parametrize(("label", "affairs"), NAMED)
def test_labels_of_other_lists_are_found_by_their_names(label, affairs):
    assert affairs_named(label, load()) == affairs


def rows(*told):
    return [Labelled(text, label, at) for text, label, at in told]


def test_a_row_told_again_counts_once():
    told = rows(
        ("lampu jalan depan SD mati dua minggu", "a", ""),
        ("min lampu jalan dpn SD mati 2 minggu tolong", "a", ""),
        ("got mampet", "a", ""),
    )
    assert [row.text for row in without_repeats(told)] == [told[0].text, told[2].text]


def test_a_row_that_was_learned_from_is_not_measured():
    known = rows(("sampah menumpuk di pasar lama", "a", ""))
    fresh = rows(("Sampah menumpuk di pasar lama!", "a", ""), ("jalan berlubang", "b", ""))
    assert without_repeats(fresh, known) == fresh[1:]


def test_figures_are_counted():
    told = rows(("1", "a", ""), ("2", "a", ""), ("3", "b", ""), ("4", "c", ""), ("5", "c", ""))
    ranked = [[("a", 0.9)], [("b", 0.8), ("a", 0.1)], [("b", 0.7)], [("a", 0.2), ("b", 0.1), ("d", 0.1)], []]
    found = measure(told, ranked, others=7)
    assert (found.n, found.n_other, found.top1, found.top3) == (5, 7, 0.4, 0.6)
    assert (found.recall, found.macro_recall) == ({"a": 0.5, "b": 1.0, "c": 0.0}, 0.5)
    assert (found.coverage, found.precision, found.precision_at_60) == (0.8, 0.5, 0.6667)


def test_an_answer_may_be_right_for_a_label_of_two_affairs():
    found = measure(
        rows(("1", "Pangan / Pertanian", "")),
        [[("pertanian", 1.0)]],
        right={"Pangan / Pertanian": frozenset({"pangan", "pertanian"})},
    )
    assert found.top1 == 1.0


def test_no_rows_are_no_error():
    assert measure([], []).top1 == 0.0


def test_a_cold_start_counts_apart_what_the_playbook_does_not_name():
    told = rows(("jalan berlubang", "Pekerjaan Umum", ""), ("listrik padam", "PLN", ""))
    start = cold(told, load(), units=False)
    assert (start.rows, start.others, start.rank(told[0].text)[0][0]) == (told[:1], 1, "pupr")


def test_offices_are_units_that_handle_what_their_name_says():
    told = rows(
        ("jalan berlubang", "Dinas Bina Marga", ""), ("sampah menumpuk", "Dinas Lingkungan Hidup", "")
    )
    start = cold(told, load(), units=True)
    assert [start.rank(row.text)[0][0] for row in told] == [row.label for row in told]


def test_abusive_words_are_measured():
    told = rows(
        ("goblok", "1", ""),
        ("jelek sekali kamu tolol", "1", ""),
        ("kurang sopan", "1", ""),
        ("baik", "0", ""),
    )
    assert measure_abuse(told, load()) == {"n": 4, "precision": 1.0, "recall": 0.6667, "f1": 0.8}


ROADS = [
    "jalan rusak",
    "aspal mengelupas",
    "lubang besar di jalan",
    "jembatan ambruk",
    "jalan berlubang parah",
]
WASTE = [
    "sampah menumpuk",
    "bau sampah",
    "sampah tidak diangkut",
    "truk sampah tidak lewat",
    "buang sampah di kali",
]


def learnable(at, *, extra=""):
    return [
        Labelled(f"{text} {word}{extra}", label, at)
        for label, texts in (("roads", ROADS), ("waste", WASTE))
        for text in texts
        for word in ("depan rumah", "dekat pasar", "sejak kemarin")
    ]


def test_a_model_learns_from_one_time_and_is_measured_on_the_next():
    found = measure_learned(learnable("2026-01-01"), rows(("lubang jalan sebelah masjid agung", "roads", "")))
    assert (found.n, found.top1) == (1, 1.0)


def test_scores_of_a_learned_model_add_up_to_one():
    told = learnable("")
    ranked = learn([row.text for row in told], [row.label for row in told]).rank(["jalan rusak", "xyz"])
    assert [round(sum(score for _, score in row), 6) for row in ranked] == [1.0, 1.0]


def test_one_label_alone_cannot_be_learned():
    with pytest.raises(ValueError, match="two labels"):
        learn(["a", "b"], ["x", "x"])


def test_rows_are_split_by_their_day():
    told = rows(("1", "a", "2026-01-31 10:00"), ("2", "a", "2026-02-01 08:00"))
    assert split(told, "2026-02-01") == (told[:1], told[1:])


def test_a_split_with_an_empty_side_says_so():
    with pytest.raises(EvaluationError, match="one side of 2030"):
        split(rows(("1", "a", "2026-01-31")), "2030-01-01")


def file(tmp_path, content):
    path = tmp_path / "rows.csv"
    path.write_text(content, "utf-8")
    return path


def test_rows_are_read_masked_and_empty_ones_left_out(tmp_path):
    path = file(
        tmp_path, "text,affair,received_at\nNIK 3201150505950001 hilang,Sosial,2026-01-01\n,Sosial,\nx,,\n"
    )
    assert read_rows(path, "affair") == [Labelled("NIK [NIK] hilang", "Sosial", "2026-01-01")]


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(EvaluationError) as refused:
        read_rows(file(tmp_path, "text,topic\na,b\n"), "affair")
    assert str(refused.value) == "rows.csv: the column affair is missing"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(EvaluationError, match=r"nothing\.csv"):
        read_rows(tmp_path / "nothing.csv", "affair")


SMALL = "text,affair,received_at\njalan berlubang,Pekerjaan Umum,2026-01-01\nlistrik padam,PLN,2026-01-02\n"


def test_the_command_ends_with_one_line_of_figures(tmp_path, capsys):
    call_command("evaluate", str(file(tmp_path, SMALL)), "--label", "affair", "--cold", "--json")
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (
        last["bench"],
        last["label"],
        last["figures"]["n"],
        last["figures"]["n_other"],
        last["figures"]["top1"],
    ) == (
        "evaluate",
        "affair",
        1,
        1,
        1.0,
    )


def test_the_command_shows_no_word_of_a_row(tmp_path, capsys):
    call_command("evaluate", str(file(tmp_path, SMALL)), "--label", "affair", "--cold", "--json")
    assert "berlubang" not in capsys.readouterr().out


REFUSED = [
    (["--label", "affair"], "Say how"),
    (["--label", "affair", "--split", "2040-01-01"], "one side"),
    (["--label", "nothing", "--cold"], "the column nothing is missing"),
]


@pytest.mark.parametrize(("options", "says"), REFUSED)
def test_the_command_says_what_it_lacks(tmp_path, options, says):
    with pytest.raises(CommandError, match=says):
        call_command("evaluate", str(file(tmp_path, SMALL)), *options)


def test_the_command_needs_both_files_to_learn(tmp_path):
    with pytest.raises(CommandError, match="both"):
        call_command("evaluate", "--train", str(file(tmp_path, SMALL)), "--label", "affair")


def test_the_command_learns_and_measures(tmp_path, capsys):
    lines = ["text,unit_group,received_at", *(f"{r.text},{r.label},{r.at}" for r in learnable("2026-01-01"))]
    path = file(tmp_path, "\n".join([*lines, "lubang jalan sebelah masjid agung,roads,2026-02-02"]))
    call_command("evaluate", str(path), "--label", "unit_group", "--split", "2026-02-01", "--json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]["top1"] == 1.0
