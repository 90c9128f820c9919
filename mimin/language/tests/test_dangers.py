"""People in danger are recognised with the kind of danger; idioms, drills, fears and old stories are not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.language.dangers import danger, kinds
from mimin.language.playbook import load
from mimin.language.understand import prepare, understand


def kind_of(raw):
    return danger(load().index.read(prepare(raw).text)).kind


IN_DANGER = [
    ("teman saya mau bunuh diri tolong", "bunuh_diri"),
    ("aku capek hidup, pengen mati aja", "bunuh_diri"),
    ("ada orang mau loncat dari jembatan layang", "bunuh_diri"),
    ("adik saya minum racun serangga setelah kalah judi", "bunuh_diri"),
    ("saya takut dia bunuh diri min", "bunuh_diri"),
    ("sudah gak kuat hidup, lebih baik saya mati", "bunuh_diri"),
    ("tetangga ditemukan gantung diri", "bunuh_diri"),
    ("anak saya hilang sejak pulang sekolah", "anak_hilang"),
    ("mohon info, anak perempuan umur 5 tahun belum pulang dari sore, anak belum pulang", "anak_hilang"),
    ("min anak saya blm pulang dari kemarin", "anak_hilang"),
    ("keponakan saya hilang di alun-alun", "anak_hilang"),
    ("ada anak nyasar nangis di depan minimarket", "anak_hilang"),
    ("anak tetangga diculik orang pakai mobil putih", "anak_hilang"),
    ("menemukan bayi di depan mushola", "anak_hilang"),
    ("bayi dibuang di kebun", "anak_hilang"),
    ("nenek saya pikun belum pulang dari pagi", "orang_hilang"),
    ("bapak saya hilang di pasar tadi siang", "orang_hilang"),
    ("orang hilang, ciri-ciri baju merah", "orang_hilang"),
    ("suami memukul saya tiap malam", "kekerasan"),
    ("istri tetangga dipukuli suaminya sekarang", "kekerasan"),
    ("ada tawuran bawa celurit di depan stasiun", "kekerasan"),
    ("anak saya dikeroyok kakak kelas", "kekerasan"),
    ("siswi diperkosa pacarnya", "kekerasan"),
    ("saya diancam mau dibunuh mantan", "kekerasan"),
    ("ada yang dibacok di pertigaan", "kekerasan"),
    ("korban KDRT butuh tempat aman", "kekerasan"),
    ("ODGJ ngamuk bawa pisau di pasar", "kekerasan"),
    ("ayah tiri mencabuli anaknya", "kekerasan"),
    ("pembantu disekap majikan", "kekerasan"),
    ("kebakaran di gang mawar rt 3 tolong kirim damkar sekarang", "kebakaran"),
    ("rumah terbakar di belakang pasar", "kebakaran"),
    ("api membesar di gudang kapuk", "kebakaran"),
    ("KEBAKARAN!!! kampung rawa", "kebakaran"),
    ("lahan terbakar dekat perumahan, asap tebal", "kebakaran"),
    ("tolong damkar ke jalan kenanga nomor 4", "kebakaran"),
    ("kami terjebak banjir di lantai dua, ada bayi", "banjir_terjebak"),
    ("butuh perahu karet di perumahan griya", "banjir_terjebak"),
    ("air sudah sedada, tolong evakuasi kami", "banjir_terjebak"),
    ("lansia belum dievakuasi, banjir setinggi leher", "banjir_terjebak"),
    ("banjir bandang datang", "banjir_terjebak"),
    ("tanggul jebol air masuk kampung", "banjir_terjebak"),
    ("ada anak tenggelam di kolam bekas galian", "tenggelam"),
    ("orang hanyut di sungai dekat bendung", "tenggelam"),
    ("bocah tercebur ke saluran deras", "tenggelam"),
    ("kakek jatuh ke sumur", "tenggelam"),
    ("anak kesetrum tiang lampu taman", "tersengat_listrik"),
    ("tiang PJU nyetrum, ada yang kena setrum", "tersengat_listrik"),
    ("kabel listrik jatuh di jalan masih menyala", "tersengat_listrik"),
    ("gas bocor bau sekali di rumah sebelah", "gas_bocor"),
    ("pipa gas pecah di galian depan ruko", "gas_bocor"),
    ("kebocoran amonia dari pabrik es warga lemas", "gas_bocor"),
    ("warga tertimbun longsor di dusun atas", "tertimpa"),
    ("pengendara tertimpa pohon di jalan utama", "tertimpa"),
    ("ada yang terjebak di lift mall pelayanan publik", "tertimpa"),
    ("bapak saya pingsan sesak napas kirim ambulans", "darurat_medis"),
    ("istri saya mau melahirkan butuh ambulans", "darurat_medis"),
    ("puluhan warga keracunan makanan hajatan", "darurat_medis"),
    ("ada korban kecelakaan tergeletak di jalan lingkar", "darurat_medis"),
    ("kejang kejang anak saya tolong min", "darurat_medis"),
    ("digigit ular tadi pagi puskesmas tutup", "darurat_medis"),
]

CALM = [
    "cuma buat bunuh waktu baca berita pemkot",
    "gol bunuh diri lawan bikin tim kita menang",
    "pejabat kebakaran jenggot gara-gara berita itu",
    "mati lampu dari sore kapan nyala",
    "lampu mati di gang",
    "air mati tiga hari",
    "warga mati gaya kalau internet putus",
    "kapan simulasi kebakaran di sekolah?",
    "dinas pemadam kebakaran buka lowongan relawan?",
    "sosialisasi pencegahan kebakaran di RW 4",
    "kabel semrawut takut kebakaran, mohon dirapikan",
    "kalau dibiarkan bisa kebakaran",
    "tidak ada kebakaran kok damkar lewat terus",
    "korban kebakaran bulan lalu belum dapat bantuan",
    "kebakaran tahun lalu di pasar belum ada ganti rugi",
    "saya terbakar semangat ikut upacara",
    "kulit terbakar matahari antre bansos",
    "bakar sampah tiap sore",
    "kereta api lewat jam berapa",
    "kembang api malam tahun baru di mana",
    "banjir promo di pasar murah",
    "banjir komentar di postingan bupati",
    "jangan sampai ada yang tenggelam, pagari kolam itu",
    "takut anak-anak tenggelam di embung tanpa pagar",
    "aspirasi kami tenggelam begitu saja",
    "matahari tenggelam indah di pantai kita",
    "sandal hanyut terbawa banjir kemarin",
    "terjebak macet dua jam di perempatan",
    "terjebak kemacetan pasar tumpah",
    "tolong evakuasi ular masuk rumah",
    "evakuasi sarang tawon di plafon SD",
    "pukul rata saja iurannya",
    "pukul 10 loket sudah tutup",
    "anak-anak memukul bedug takbiran",
    "jalan rusak ini menyiksa pengendara",
    "pedagang kecil dihajar panas dan hujan tanpa atap",
    "seminar anti kekerasan di sekolah bagus",
    "stop kekerasan pada anak, kampanye yang baik",
    "data kekerasan anak tahun ini berapa?",
    "pelatihan pencegahan kekerasan seksual kapan",
    "akta anak hilang, cara urusnya gimana",
    "KTP ibu saya hilang",
    "sepeda anak hilang di parkiran",
    "ijazah anak hilang kena banjir",
    "anak kucing hilang di perumahan",
    "anak saya hilang semangat sekolah karena zonasi, anak hilang semangat",
    "anak hilang kemarin sudah ditemukan, alhamdulillah terima kasih",
    "gas melon langka lagi",
    "gas elpiji habis di pangkalan",
    "bau gas buang angkot mengganggu",
    "orang setrum ikan di sungai, rusak ekosistem",
    "sudah jatuh tertimpa tangga, bansos dicoret pula",
    "got tertimbun sampah",
    "hampir pingsan lihat tagihan PBB",
    "lahan kritis perlu ditanami",
    "biaya melahirkan ditanggung BPJS tidak?",
    "asap pabrik bikin sesak napas",
    "rawan kecelakaan di tikungan itu",
    "UGD rumah sakit daerah ramah",
    "SIM tembak masih ada di sana?",
    "membunuh jentik nyamuk pakai abate gratis di mana",
    "kebijakan ini membunuh pedagang kecil",
    "harga mati, tolak penggusuran",
    "tagihan listrik bikin kesetrum harga",
    "jalan tergenang",
    "terima kasih",
    "",
]


@pytest.mark.parametrize(("raw", "kind"), IN_DANGER)
def test_danger_is_recognised_with_its_kind(raw, kind):
    assert kind_of(raw) == kind


@pytest.mark.parametrize("raw", CALM)
def test_harmless_words_raise_no_alarm(raw):
    assert kind_of(raw) == ""


@pytest.mark.parametrize("raw", CALM)
def test_harmless_words_make_no_emergency_either(raw):
    animals = "evakuasi" in raw
    assert animals or understand(prepare(raw).text, load()).urgency != "darurat"


def test_a_danger_that_is_feared_is_urgent():
    found = understand("takut anak-anak tenggelam di embung tanpa pagar", load())
    assert (found.danger, found.urgency) == ("", "mendesak")


FRAMED = [
    ("rumah kebakaran", "kebakaran"),
    ("bukan rumah kebakaran, tapi kantornya", ""),
    ("takut rumah kebakaran", ""),
    ("dulu rumah kebakaran", ""),
    ("rumah kebakaran sudah padam", ""),
    ("dulu suami memukul, sekarang dipukuli lagi", "kekerasan"),
    ("takut suami memukul lagi", "kekerasan"),
    ("tidak ada kekerasan di sini", ""),
    (
        "tahun lalu banjir bandang. sekarang rumah terbakar di gang lain jauh dari sana semua orang lari",
        "kebakaran",
    ),
]


@pytest.mark.parametrize(("raw", "kind"), FRAMED)
def test_denied_feared_and_past_dangers_are_told_apart_by_kind(raw, kind):
    assert kind_of(raw) == kind


def test_the_gravest_of_several_dangers_is_named_and_all_words_are_shown():
    text = "rumah terbakar, anak saya hilang, ada yang pingsan"
    found = understand(text, load())
    shown = [(r.value, text[r.start : r.end]) for r in found.reasons if r.kind == "danger"]
    assert (found.danger, shown) == (
        "anak_hilang",
        [
            ("kebakaran", "rumah terbakar"),
            ("anak_hilang", "anak saya hilang"),
            ("darurat_medis", "pingsan"),
        ],
    )


def test_danger_and_urgency_are_two_things():
    calm, urgent = (understand(raw, load()) for raw in ("suami memukul saya", "pohon tumbang di jalan"))
    assert ((calm.danger, calm.urgency), (urgent.danger, urgent.urgency)) == (
        ("kekerasan", "mendesak"),
        ("", "mendesak"),
    )


def test_every_kind_has_names_in_both_languages_and_is_met_in_the_table():
    met = {kind for _, kind in IN_DANGER}
    assert [id for id, kind in kinds().items() if not (kind.name_id and kind.name_en and id in met)] == []


def test_every_frame_that_undoes_a_kind_is_known():
    known = {m.value for m in load().meanings if m.family == "frame"}
    assert [kind for kind in kinds().values() if not known.issuperset(kind.undone_by)] == []


@given(st.text())
def test_any_text_is_in_a_known_danger_or_none(raw):
    assert kind_of(raw) in {"", *kinds()}


ROUGH = [
    "anak hilang " * 1_600,
    "mati lampu kebakaran jenggot " * 600,
    "tidak takut kebakaran " * 900,
    "dulu api " * 2_000,
]


@pytest.mark.parametrize("raw", ROUGH, ids=range(len(ROUGH)))
def test_rough_input_is_judged_in_good_time(raw):
    text = prepare(raw).text
    began = time.process_time()
    understand(text, load())
    assert time.process_time() - began < 2.0
