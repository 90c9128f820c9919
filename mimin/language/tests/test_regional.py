"""Sundanese and Javanese mixed into messages, as citizens of these governments write, and what must be understood."""

import pytest

from mimin.language.playbook import load
from mimin.language.understand import prepare, understand

PLAYBOOK = load()
P, A, I, L = "pengaduan", "aspirasi", "permintaan_informasi", "lainnya"  # noqa: E741

# text, class, affair ("" where it does not matter), danger
MESSAGES = [
    ("Punten min, jalan di payuneun SD tos ruksak parah, seueur motor labuh", P, "pupr", ""),
    ("Min, kumaha ieu runtah di pasar teu diangkut-angkut, bau pisan", P, "lingkungan_hidup", ""),
    ("Lampu jalan di lembur kuring pareum geus dua minggu, poek pisan", P, "perhubungan", ""),
    ("Cai PDAM teu ngocor ti kamari, kumaha ieu min?", P, "air_minum", ""),
    ("Bade naros, syarat ngadamel KTP anyar naon wae nya?", I, "dukcapil", ""),
    ("Solokan mampet, mun hujan caah ka imah warga", P, "pupr", ""),
    ("Nuhun min, jalan tos dialusan, mantap", L, "", ""),
    ("Usul min, di taman kota pasang lampu meh teu poek teuing", A, "", ""),
    ("Abdi tos sabulan ngantosan KTP teu jadi-jadi wae", P, "dukcapil", ""),
    ("Kali di tukang imah caina hideung jeung bau limbah pabrik", P, "lingkungan_hidup", ""),
    ("Aya budak leungit ti isuk can balik, tulungan", P, "", "anak_hilang"),
    ("Imah tatangga kahuruan di kampung kaler, tulungan gancang", P, "", "kebakaran"),
    ("Dalan ngarep balai desa rusak nemen min, tulung didandani", P, "pupr", ""),
    ("Lampu dalan mati wis sesasi, peteng ndedet wedi liwat", P, "perhubungan", ""),
    ("Sampah numpuk neng pinggir kali ora dijupuk-jupuk, mambu banget", P, "lingkungan_hidup", ""),
    ("Nyuwun pirsa, syarat ngurus KK anyar nopo mawon nggih?", I, "dukcapil", ""),
    ("Banyu PDAM ora mili wis telung dina, piye iki min", P, "air_minum", ""),
    ("Pak tulung, ana omah kobongan neng kampung kulon, wong isih neng njero!", P, "", "kebakaran"),
    ("Matur nuwun min, dalane wis apik", L, "", ""),
    ("Bansos kok ora teka-teka, tanggane entuk kabeh aku ora", P, "sosial", ""),
    ("Puskesmas antri dawa banget, petugase galak", P, "kesehatan", ""),
]


@pytest.mark.parametrize(("raw", "klass", "affair", "danger"), MESSAGES)
def test_a_message_in_a_mixed_language_is_understood(raw: str, klass: str, affair: str, danger: str) -> None:
    found = understand(prepare(raw).text, PLAYBOOK)
    assert (found.klass, found.danger) == (klass, danger)
    assert affair in ("", found.affair)
