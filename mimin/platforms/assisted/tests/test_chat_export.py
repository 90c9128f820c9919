"""Chat exports as phones write them: every date form, every mark, and what is no message at all."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import pytest

from mimin.platforms.assisted.chat_export import (
    DAY_FIRST,
    DELETED,
    MEDIA,
    MONTH_FIRST,
    SAID,
    SYSTEM,
    YEAR_FIRST,
    Chat,
    ChatLine,
    decoded,
    parse,
)

TODAY = date(2026, 11, 20)


def read(text: str, order: str = "") -> Chat:
    return parse(text, today=TODAY, order=order)


AT = datetime(2026, 10, 31, 14, 5)
HEADS = {
    "Android, dots": ("31/10/26 14.05 - Warga RT 3: Lampu mati", AT),
    "Android, four digits of the year": ("31/10/2026 14.05 - Warga RT 3: Lampu mati", AT),
    "Android, comma and colon": ("31/10/26, 14:05 - Warga RT 3: Lampu mati", AT),
    "Android, one digit": ("1/2/26 4.05 - Warga RT 3: Lampu mati", datetime(2026, 2, 1, 4, 5)),
    "Android, American": ("10/31/26, 2:05 PM - Warga RT 3: Lampu mati", AT),
    "Android, American with a narrow space": ("10/31/26, 2:05\u202fPM - Warga RT 3: Lampu mati", AT),
    "Android, British": ("31/10/2026, 2:05 pm - Warga RT 3: Lampu mati", AT),
    "Android, midnight": ("10/31/26, 12:05 AM - Warga RT 3: Lampu mati", datetime(2026, 10, 31, 0, 5)),
    "Android, noon": ("10/31/26, 12:05 PM - Warga RT 3: Lampu mati", datetime(2026, 10, 31, 12, 5)),
    "Android, a.m.": ("31/10/2026, 9:05 a.m. - Warga RT 3: Lampu mati", datetime(2026, 10, 31, 9, 5)),
    "Android, dots in the date": ("31.10.26, 14:05 - Warga RT 3: Lampu mati", AT),
    "Android, year first": ("2026-10-31, 14:05 - Warga RT 3: Lampu mati", AT),
    "iOS, dots": ("[31/10/26 14.05.33] Warga RT 3: Lampu mati", AT.replace(second=33)),
    "iOS, comma and colons": ("[31/10/26, 14:05:33] Warga RT 3: Lampu mati", AT.replace(second=33)),
    "iOS, American": ("[10/31/26, 2:05:33\u202fPM] Warga RT 3: Lampu mati", AT.replace(second=33)),
    "iOS, mark before the bracket": ("\u200e[31/10/26 14.05.33] Warga RT 3: Lampu mati", AT.replace(second=33)),
    "iOS, somebody unknown": ("[31/10/26 14.05.33] ~\u202fWarga RT 3: Lampu mati", AT.replace(second=33)),
    "copied on a computer": ("[14.05, 31/10/2026] Warga RT 3: Lampu mati", AT),
    "copied on a phone, without a year": ("[31/10 14.05] Warga RT 3: Lampu mati", AT),
    "copied on a phone, of last year": ("[31/12 14.05] Warga RT 3: Lampu mati", datetime(2025, 12, 31, 14, 5)),
    "byte order mark": ("\ufeff31/10/26 14.05 - Warga RT 3: Lampu mati", AT),
}  # fmt: skip


@pytest.mark.parametrize(("text", "at"), HEADS.values(), ids=HEADS)
def test_every_form_of_head_is_read(text: str, at: datetime) -> None:
    assert read(text).lines == (ChatLine(at, "Warga RT 3", "Lampu mati"),)


NO_CHAT = {
    "ordinary words": "Lampu jalan di depan masjid mati sejak 31/10/26 14.05",
    "a list of hours": "08.00 - apel\n10.30 - rapat: laporan bulanan",
    "empty": "",
    "a date alone": "31/10/26\n14.05",
}


@pytest.mark.parametrize("text", NO_CHAT.values(), ids=NO_CHAT)
def test_what_is_no_chat_has_no_line(text: str) -> None:
    assert read(text).lines == ()


def said(*rests: str) -> list[tuple[str, str, str, str, bool]]:
    """Author, text, kind, file and edited of messages written one minute after another."""
    lines = [f"31/10/26 14.{n:02d} - {rest}" for n, rest in enumerate(rests)]
    return [(one.author, one.text, one.kind, one.file, one.edited) for one in read("\n".join(lines)).lines]


WORDS = {
    "Warga: Lampu mati": ("Warga", "Lampu mati", SAID, "", False),
    "Warga: Pak: tolong": ("Warga", "Pak: tolong", SAID, "", False),
    "+62 812-0000-0000: Lampu mati": ("+62 812-0000-0000", "Lampu mati", SAID, "", False),
    "\u202a+62\u00a0812-0000-0000\u202c: Lampu": ("+62\u00a0812-0000-0000", "Lampu", SAID, "", False),
    "Warga: Pesan ini dihapus": ("Warga", "", DELETED, "", False),
    "Warga: Pesan ini telah dihapus": ("Warga", "", DELETED, "", False),
    "Warga: This message was deleted": ("Warga", "", DELETED, "", False),
    "Warga: Anda menghapus pesan ini": ("Warga", "", DELETED, "", False),
    "Warga: You deleted this message.": ("Warga", "", DELETED, "", False),
    "Warga: Pesan ini dihapus oleh admin": ("Warga", "", DELETED, "", False),
    "Warga: pesan ini dihapus saja ya": ("Warga", "pesan ini dihapus saja ya", SAID, "", False),
    "Warga: <Media tidak disertakan>": ("Warga", "", MEDIA, "", False),
    "Warga: <Media omitted>": ("Warga", "", MEDIA, "", False),
    "Warga: \u200eimage omitted": ("Warga", "", MEDIA, "", False),
    "Warga: \u200egambar tidak disertakan": ("Warga", "", MEDIA, "", False),
    "Warga: surat.pdf • 2 halaman dokumen tidak disertakan": ("Warga", "", MEDIA, "", False),
    "Warga: IMG-20261031-WA0001.jpg (file terlampir)": ("Warga", "", MEDIA, "IMG-20261031-WA0001.jpg", False),
    "Warga: \u200ePTT-20261031-WA0002.opus (file attached)": ("Warga", "", MEDIA, "PTT-20261031-WA0002.opus", False),
    "Warga: IMG-1.jpg (file terlampir)\nini lubangnya": ("Warga", "ini lubangnya", MEDIA, "IMG-1.jpg", False),
    "Warga: \u200e<terlampir: 00000012-PHOTO.jpg>": ("Warga", "", MEDIA, "00000012-PHOTO.jpg", False),
    "Warga: \u200esurat.pdf • 7 halaman \u200e<attached: 006-surat.pdf>": ("Warga", "", MEDIA, "006-surat.pdf", False),
    "Warga: Lampu mati <Pesan ini diedit>": ("Warga", "Lampu mati", SAID, "", True),
    "Warga: Lampu mati \u200e<This message was edited>": ("Warga", "Lampu mati", SAID, "", True),
    "Warga: aku keluar rumah, jalan rusak": ("Warga", "aku keluar rumah, jalan rusak", SAID, "", False),
    "Warga: ": ("Warga", "", SAID, "", False),
    "Warga: 🙏🏽👨‍👩‍👧": ("Warga", "🙏🏽👨‍👩‍👧", SAID, "", False),
}  # fmt: skip


BY_THE_APP = (
    "Pesan dan panggilan dienkripsi secara end-to-end.",
    "Warga menambahkan Anda",
    'Warga mengubah subjek menjadi "RT 03: warga"',
    'Warga changed the subject to "RT 03: warga"',
)


@pytest.mark.parametrize("rest", BY_THE_APP)
def test_what_the_app_wrote_is_nobodys(rest: str) -> None:
    assert said(rest) == [("", rest, SYSTEM, "", False)]


@pytest.mark.parametrize(("rest", "expected"), WORDS.items(), ids=WORDS)
def test_what_was_written_is_told_from_what_the_app_wrote(
    rest: str, expected: tuple[str, str, str, str, bool]
) -> None:
    assert said(rest) == [expected]


def test_words_of_the_app_are_known_on_ios_by_their_mark() -> None:
    text = (
        "[31/10/26 14.05.33] Grup RT 3: \u200ePesan dan panggilan dienkripsi secara end-to-end.\n"
        "[31/10/26 14.06.00] Grup RT 3: \u200eWarga menambahkan Anda\n"
        "[31/10/26 14.07.00] Warga: \u200eLokasi: https://maps.google.com/?q=-6.2,106.8"
    )
    assert [(one.kind, one.author) for one in read(text).lines] == [
        (SYSTEM, ""),
        (SYSTEM, ""),
        (SAID, "Warga"),
    ]


def test_a_message_of_many_lines_is_one_message() -> None:
    text = (
        "31/10/26 14.05 - Warga: Lokasi:\n- Jl. Melati\n\n10.30 - Jl. Mawar\n31/10/26 14.06 - Warga: Tolong"
    )
    assert [one.text for one in read(text).lines] == ["Lokasi:\n- Jl. Melati\n\n10.30 - Jl. Mawar", "Tolong"]


def test_lines_before_the_first_head_belong_to_nobody() -> None:
    assert [one.text for one in read("ekspor chat\n31/10/26 14.05 - Warga: Tolong").lines] == ["Tolong"]


def days(*dates: str, clock: str = "14.05") -> str:
    return "\n".join(f"{day} {clock} - Warga: pesan" for day in dates)


ORDERS = {
    "a day above twelve": (days("1/2/26", "13/2/26"), DAY_FIRST, True, date(2026, 2, 13)),
    "a month second": (days("2/1/26", "2/13/26"), MONTH_FIRST, True, date(2026, 2, 13)),
    "only the order in time tells, day first": (
        days("1/2/26", "12/2/26", "1/3/26"), DAY_FIRST, True, date(2026, 3, 1),
    ),
    "only the order in time tells, month first": (
        days("2/1/26", "2/12/26", "3/1/26"), MONTH_FIRST, True, date(2026, 3, 1),
    ),
    "nothing is written in the future": (days("5/12/26"), MONTH_FIRST, True, date(2026, 5, 12)),
    "nothing tells": (days("3/4/26", "4/4/26"), DAY_FIRST, False, date(2026, 4, 4)),
    "nothing tells, but the phone is American": (
        days("3/4/26,", "3/5/26,", clock="2:05 PM"), MONTH_FIRST, False, date(2026, 3, 5),
    ),
    "nothing tells, and the phone is British": (
        days("3/4/2026,", clock="2:05 pm"), DAY_FIRST, False, date(2026, 4, 3),
    ),
    "both are the same": (days("4/4/26"), DAY_FIRST, True, date(2026, 4, 4)),
    "the year first": (days("2026/03/04"), YEAR_FIRST, True, date(2026, 3, 4)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "order", "sure", "last"), ORDERS.values(), ids=ORDERS)
def test_the_whole_file_decides_whether_day_or_month_comes_first(
    text: str, order: str, sure: bool, last: date
) -> None:
    chat = read(text)
    assert (chat.order, chat.sure, chat.lines[-1].at.date()) == (order, sure, last)


def test_a_person_may_turn_the_order_round() -> None:
    chat = read(days("3/4/26"), MONTH_FIRST)
    assert (chat.lines[0].at.date(), chat.sure) == (date(2026, 3, 4), True)


def test_one_odd_date_is_read_as_it_can_be_and_one_impossible_is_no_message() -> None:
    chat = read(days("1/2/26", "13/2/26", "2/14/26", "31/31/26"))
    assert [one.at.date() for one in chat.lines] == [date(2026, 2, 1), date(2026, 2, 13), date(2026, 2, 14)]


def test_who_wrote_is_counted_the_most_first() -> None:
    assert read(
        "31/10/26 14.05 - Warga: a\n31/10/26 14.05 - Admin: b\n31/10/26 14.05 - Warga: c"
    ).authors == {"Warga": 2, "Admin": 1}


@pytest.mark.parametrize(
    ("content", "text", "sure"),
    [
        ("pagi é".encode(), "pagi é", True),
        ("pagi é".encode("utf-8-sig"), "pagi é", True),
        ("pagi é".encode("utf-16"), "pagi é", True),
        ("pagi é".encode("cp1252"), "pagi é", False),
    ],
)
def test_an_encoding_is_found_or_told_as_a_guess(content: bytes, text: str, sure: bool) -> None:
    assert decoded(content) == (text, sure)


def test_a_binary_file_is_no_text() -> None:
    with pytest.raises(ValueError, match="binary"):
        decoded(b"PK\x03\x04\x00\x00")


def test_twenty_thousand_lines_of_another_phones_form_are_read_in_a_moment() -> None:
    start = datetime(2025, 1, 1)
    rows = []
    for n in range(20_000):
        at = start + timedelta(minutes=40 * n)
        rest = "This message was deleted" if n % 50 == 0 else f"pesan ke-{n}\nbaris kedua"
        half = "PM" if at.hour > 11 else "AM"
        head = f"{at.month}/{at.day}/{at:%y}, {at.hour % 12 or 12}:{at:%M} {half}"
        rows.append(f"{head} - Warga {n % 30}: {rest}")
    began = time.process_time()
    chat = read("\n".join(rows))
    spent = time.process_time() - began
    assert (len(chat.lines), chat.order, chat.sure) == (20_000, MONTH_FIRST, True)
    assert sum(one.kind == DELETED for one in chat.lines) == 400
    assert chat.lines[-1].at == start + timedelta(minutes=40 * 19_999)
    assert spent < 5  # about a third of a second; a busy machine is no defect
