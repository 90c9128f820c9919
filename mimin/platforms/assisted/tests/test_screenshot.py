"""What screenshots propose, from lines as the reader of pictures gives them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mimin.platforms.assisted.screenshot import Seen, ShotLine, seen

OTHER, OURS, MIDDLE = 0.06, 0.24, 0.4


def lines(*given: str | tuple[str, float]) -> list[ShotLine]:
    return [ShotLine(one, OTHER) if isinstance(one, str) else ShotLine(*one) for one in given]


SHOTS = {
    "a chat with our own answer": (
        lines(
            "Ibu Warga RW 03", "online", "Assalamualaikum min, lampu jalan", "di Jl. Melati mati. 19.42",
            "Mohon diperbaiki 19.43", ("Waalaikumsalam, kami teruskan", OURS), ("ke Dishub 20.01 vv", OURS),
        ),
        Seen("Assalamualaikum min, lampu jalan di Jl. Melati mati.\nMohon diperbaiki", "Ibu Warga RW 03", "whatsapp"),
    ),
    "a chat with a status bar, a day and the place to write": (
        lines(
            "19.45 4G 87%", "< Warga RT 3", "terakhir dilihat hari ini 19.40", ("Hari ini", MIDDLE),
            "Jalan bolong 19.42", "Tolong pak 7:43 PM", ("Ketik pesan", 0.1),
        ),
        Seen("Jalan bolong\nTolong pak", "Warga RT 3", "whatsapp"),
    ),
    "a chat cut without its head": (
        lines("Lampu mati 19.42", "Sudah seminggu 19.43"), Seen("Lampu mati\nSudah seminggu", "", "whatsapp"),
    ),
    "a comment": (
        lines(
            ("Komentar", MIDDLE), "warga mekarsari 2 j", "Min sampah di TPS Pasar Baru sudah", "tidak diangkut", "&",
            "Balas Lihat terjemahan", "anak.contoh 1 h", "iya bener bau banget", "Balas",
        ),
        Seen("Min sampah di TPS Pasar Baru sudah tidak diangkut", "warga mekarsari", "", timedelta(hours=2)),
    ),
    "a comment of three days ago with likes": (
        lines("@warga3 3 hari", "Kapan diaspal?", "12 suka Balas"),
        Seen("Kapan diaspal?", "@warga3", "", timedelta(days=3)),
    ),
    "an age that tells nothing": (
        lines("warga3 1 h", "Kapan diaspal?", "Balas"), Seen("Kapan diaspal?", "warga3", "", None),
    ),
    "a letter": (
        lines("Yth. Kepala Dinas", "Lampu di gang kami mati sudah 2 minggu"),
        Seen("Yth. Kepala Dinas\nLampu di gang kami mati sudah 2 minggu"),
    ),
    "a letter that names a clock": (
        lines("Rapat warga pukul 19.30", "Jalan rusak"), Seen("Rapat warga pukul 19.30\nJalan rusak"),
    ),
    "nothing": ([], Seen("")),
}  # fmt: skip


@pytest.mark.parametrize(("given", "proposed"), SHOTS.values(), ids=SHOTS)
def test_a_screenshot_proposes_who_wrote_and_what(given: list[ShotLine], proposed: Seen) -> None:
    assert seen(given) == proposed
