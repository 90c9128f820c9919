"""Class, urgency and secrecy one by one, with the words that must and must not decide."""

import pytest

from mimin.language.playbook import load
from mimin.language.understand import prepare, understand
from mimin.language.verdicts import klass, outside, secrecy, urgency


def reading(raw):
    return load().index.read(prepare(raw).text)


OVERSIGHT = [
    "ada pungli di terminal oleh oknum dishub",
    "petugas minta uang rokok biar cepat",
    "pegawai kecamatan minta imbalan urus surat",
    "kades selewengkan dana desa, ada penyelewengan",
    "bidan puskesmas minta bayaran padahal gratis",
    "satpol PP menampar pedagang saat penertiban",
    "kabid main proyek dan jual beli jabatan",
    "kepala sekolah menggelapkan dana BOS",
    "lurah jarang masuk, tidak pernah ngantor",
    "PNS itu selingkuh sama stafnya",
    "guru olahraga meraba siswi",
    "perangkat desa memanipulasi data bansos",
    "bantuan dipotong 50 ribu tiap orang",
    "tes honorer harus nyogok 50 juta",
    "mark up anggaran pengadaan laptop",
    "ASN tidak netral waktu pilkada",
    "pejabat pakai mobil dinas untuk liburan, mobil dinas dipakai keluarga",
    "oknum TKSK intimidasi penerima bansos",
    "sopir dimintai uang petugas dishub",
    "petugas minta uang ke sopir dan pedagang",
    "pedagang ditampar satpol PP",
    "ada pungli, warga dipersulit petugas kelurahan",
]

NOT_OVERSIGHT = [
    "preman pungli ke pedagang",
    "debt collector mengancam saya",
    "tetangga memaki saya",
    "preman minta uang di depan kantor kelurahan",
    "lurah di sini baik tapi tetangga mengancam saya",
    "dipalak dan dimintai uang preman dekat kantor desa",
    "calo tiket minta uang",
    "petugas ramah dan cepat",
    "guru bagus mengajarnya",
    "lurah turun ke lapangan, terima kasih",
    "mohon petugas datang",
    "saya ditipu toko online",
    "KPK anti korupsi mampir ke sekolah",
    "camat hadir di acara warga",
]

SECRET = [
    "suami memukul saya dan anak",
    "istri disiksa suami tiap hari",
    "saya korban pelecehan di kos",
    "anak SD dibully sampai tidak mau sekolah",
    "bayi ditelantarkan ibunya",
    "siswi diperkosa pacarnya",
    "foto telanjang saya disebar mantan",
    "saya ODHA butuh obat",
    "saya mau mati saja, depresi",
    "kakak saya dijual ke luar negeri, korban TPPO",
    "laporan rahasia soal bos saya",
    "jangan dipublikasikan ya min",
]

ANONYMOUS = [
    "anonim saja ya",
    "tolong rahasiakan nama saya, got mampet",
    "jangan sebut identitas saya, parkir liar depan toko",
    "mohon identitas pelapor dirahasiakan",
    "dari hamba allah, jalan rusak",
    "saya takut ketahuan lapor soal sampah ini",
    "laporan ini mohon dirahasiakan ya",
]


def test_accusations_of_the_pemdas_people_go_to_oversight():
    assert [raw for raw in OVERSIGHT if secrecy(reading(raw)).level != "oversight"] == []


def test_misdeeds_of_strangers_and_praise_are_no_oversight():
    assert [raw for raw in NOT_OVERSIGHT if secrecy(reading(raw)).level == "oversight"] == []


def test_victims_health_and_whistle_blowers_are_secret():
    assert [raw for raw in SECRET if secrecy(reading(raw)).level != "secret"] == []


def test_who_asks_to_stay_unnamed_is_anonymous():
    assert [raw for raw in ANONYMOUS if secrecy(reading(raw)).level != "anonymous"] == []


def test_the_gravest_secrecy_wins():
    assert secrecy(reading("jangan sebut nama saya, oknum petugas pungli dan pelecehan")).level == "oversight"


def test_an_accusation_far_from_any_official_is_none():
    between = "kata " * 20
    assert secrecy(reading(f"petugas datang {between} tetangga minta uang")).level == "open"


EMERGENCY = [
    "rumah terbakar di gang melati",
    "ada orang tenggelam di sungai",
    "anak kesetrum di lapangan",
    "ibu saya mau melahirkan, butuh ambulans",
    "banjir bandang datang",
    "anak hilang sejak siang",
    "gas bocor bau sekali",
    "orang dibacok di pertigaan",
    "warga tertimbun longsor",
    "keracunan massal hajatan",
]

URGENT = [
    "banjir selutut di perumahan",
    "pohon tumbang di jalan",
    "kabel menjuntai bahaya",
    "tembok mau roboh",
    "lubang memakan korban",
    "digigit anjing takut rabies",
    "tolong gawat ini urgent",
    "lansia belum makan dua hari",
    "sering kecelakaan di tikungan",
]

CALM = [
    "lampu mati",
    "sampah belum diangkut",
    "kapan bansos cair",
    "pemadam kebakaran buka lowongan?",
    "mencegah kebakaran hutan",
    "pencegahan banjir dianggarkan berapa",
    "bapak meninggal mau urus akta kematian",
    "pajak jatuh tempo kapan",
    "jam pelayanan unit gawat darurat",
]


@pytest.mark.parametrize(
    ("level", "messages"),
    [("darurat", EMERGENCY), ("mendesak", URGENT), ("biasa", CALM)],
    ids=["now", "soon", "calm"],
)
def test_danger_now_danger_soon_and_none_are_told_apart(level, messages):
    assert [raw for raw in messages if urgency(reading(raw)).level != level] == []


SPAM = [
    "gacor hari ini link alternatif di bio",
    "slot online terpercaya bonus new member",
    "maxwin x1000 anti rungkad",
    "kakek zeus kasih jackpot scatter",
    "jual followers aktif order sekarang",
    "dana cair 5 menit tanpa jaminan",
    "open BO daerah sini cek profil",
    "join telegram profit harian t.me/xx",
    "promo obat kuat https://contoh.id",
]

NOT_SPAM = [
    "slot parkir di RSUD habis",
    "promo wisata ada gak min",
    "situs judi muncul di website dinas, tolong ditindak",
    "anak saya kecanduan slot online, mohon bantuan blokir, meresahkan",
    "bandar togel meresahkan kampung kami, sudah lapor polisi tidak ada tindakan",
    "ikan hias murah di pasar mana",
    "dukun cabul meresahkan warga",
    "diskon PBB masih ada?",
]


def test_spam_is_recognised_by_two_signs():
    assert [raw for raw in SPAM if understand(prepare(raw).text, load()).klass != "spam"] == []


def test_citizens_who_use_a_spammers_word_are_no_spammers():
    assert [raw for raw in NOT_SPAM if understand(prepare(raw).text, load()).klass == "spam"] == []


def test_a_message_about_an_affair_without_any_sign_is_a_complaint():
    assert klass("trotoar", reading("trotoar"), about_an_affair=True).level == "pengaduan"


def test_a_message_about_nothing_is_other():
    assert klass("xyz", reading("xyz"), about_an_affair=False).level == "lainnya"


def test_a_question_mark_tips_an_undecided_message():
    verdicts = [
        klass(text, reading(text), about_an_affair=True).level for text in ("ke mana ya", "bansos bulan ini?")
    ]
    assert verdicts == ["permintaan_informasi", "permintaan_informasi"]


def test_a_wish_with_a_broken_thing_in_it_follows_the_stronger_signs():
    assert understand("usul saya sebaiknya lampu yang mati diganti", load()).klass == "aspirasi"


def test_thanks_at_the_end_do_not_make_a_complaint_praise():
    assert understand("air mati dari kemarin, terima kasih", load()).klass == "pengaduan"


def test_another_body_is_named_only_when_it_outweighs_our_own_affairs():
    found = reading("tiang listrik di jalan rusak")
    assert [outside(found, scores)[0] for scores in ({}, {"pupr": 9.0})] == ["pln", ""]


def test_nothing_outside_without_words_of_an_outside_body():
    assert outside(reading("jalan rusak"), {}) == ("", ())
