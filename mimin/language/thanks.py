"""Telling thanks from a demand: who only thanks says nothing against the answer that was given. Pure Python."""

from __future__ import annotations

from mimin.language.clean import clean
from mimin.language.words import WORD, normal

THANKS = frozenset(
    {
        "terima",
        "terimakasih",
        "kasih",
        "makasih",
        "trims",
        "tks",
        "thx",
        "thanks",
        "nuhun",
        "suwun",
        "syukron",
    }
)
"""Words of thanks; one of them must be there."""
BESIDE = frozenset(
    {
        "admin", "alhamdulillah", "atas", "bagus", "baik", "balasan", "balasannya", "banget", "bantuan",
        "bantuannya", "banyak", "bapak", "bu", "bunda", "cepat", "dan", "hatur", "ibu", "info", "infonya",
        "informasi", "informasinya", "jawaban", "jawabannya", "kak", "kakak", "kang", "keren", "lancar",
        "mantap", "mas", "matur", "mbak", "mimin", "min", "ok", "oke", "pak", "penjelasan", "penjelasannya",
        "ramah", "respon", "responnya", "sama", "sangat", "sekali", "semoga", "siap", "sip", "sudah", "sukses",
        "tanggapan", "tanggapannya", "top", "ya", "yang",
    }
)  # fmt: skip
"""Words that stand beside thanks and ask for nothing."""


def only_thanks(text: str) -> bool:
    """Whether a text thanks and asks for nothing: "Makasih min 🙏", "Terima kasih atas jawabannya"."""
    words = [normal(word) for word in WORD.findall(clean(text).lower())]
    return not THANKS.isdisjoint(words) and all(word in THANKS or word in BESIDE for word in words)
