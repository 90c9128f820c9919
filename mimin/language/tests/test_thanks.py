"""Thanks are told from demands: only thanks leave the figure of an answered case as it is."""

from __future__ import annotations

import pytest

from mimin.language.thanks import only_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Terima kasih min",
        "makasih admin 🙏🙏",
        "Oke siap, terimakasih atas jawabannya ya kak",
        "Hatur nuhun pak, mantap responnya cepat",
        "matur suwun bu",
        "𝗧𝗲𝗿𝗶𝗺𝗮 𝗸𝗮𝘀𝗶𝗵 banyak",
        "Alhamdulillah sudah, terima kasih",
    ],
)
def test_who_thanks_asks_for_nothing(text: str) -> None:
    assert only_thanks(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok min",
        "Terima kasih, tapi lampunya masih mati",
        "terima kasih kapan diperbaiki?",
        "sudah tiga hari belum ada yang datang",
        "makasih sudah ditambal tapi rusak lagi",
        "siap",
        "Mohon ditindaklanjuti lagi, terima kasih",
        "🙏",
    ],
)
def test_whoever_asks_for_more_does_not_only_thank(text: str) -> None:
    assert only_thanks(text) is False
