"""Hiding personal numbers before anybody reads a message. Pure Python.

Hidden: NIK and KK (16 digits), telephone numbers, e-mail addresses, vehicle plates, and other numbers of nine
digits and more (accounts, NIP, BPJS cards). Dates, times, years, sums of money, post codes, coordinates, ticket
numbers and the digits of web links stay, because a complaint is useless without them. Where it is not sure, it
hides.

Every pattern is bounded and the numbers are read once from left to right: time grows with length alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from mimin.language.plates import plates

NIK, KK, PHONE, EMAIL, PLATE, NUMBER = "nik", "kk", "phone", "email", "plate", "number"

LABELS = {NIK: "[NIK]", KK: "[KK]", PHONE: "[TELP]", EMAIL: "[SUREL]", PLATE: "[PELAT]", NUMBER: "[NOMOR]"}
"""What stands in the masked text instead of a finding, by kind."""

_SHORTEST_NUMBER = 9
_PHONE_DIGITS = range(9, 15)
_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufe0f\ufeff\u20e3"
_RUN = re.compile(rf"\+?\d+(?:[ \u00a0.\-–_()*{_INVISIBLE}]{{1,4}}\+?\d+)*")
_GROUP = re.compile(r"\+?\d+")
# A cheap first look: most messages have no long number at all.
_LONG = re.compile(rf"\d(?:[ \u00a0.\-–_()*+{_INVISIBLE}]{{0,5}}\d){{8}}")
_EMAIL = re.compile(
    r"(?<![\w.%+-])[\w.%+-]{1,64}(?:@|\s?[(\[](?:at|@)[)\]]\s?)[a-z0-9-]{1,63}"
    r"(?:(?:\.|\s?[(\[](?:dot|\.)[)\]]\s?)[a-z0-9-]{2,63}){1,4}"
    r"|(?<![\w.%+-])[\w.%+-]{1,64} ?@ ?(?:gmail|yahoo|ymail|hotmail|outlook|icloud)\b"
    r"(?: ?\. ?(?:com|co\.id|id))?",
    re.IGNORECASE,
)
_AT = re.compile(r"@|[(\[][aA][tT][)\]]")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PHONE_LINK = re.compile(r"wa\.me/|api\.whatsapp|tel:|t\.me/\+|[?&](?:phone|nik|kk|hp|telp)=", re.IGNORECASE)
_PLACE = re.compile(r"-?\d{1,2}[.]\d{4,15} ?, ?-?\d{2,3}[.]\d{4,15}(?!\d)")
_TICKET = re.compile(
    r"(?<![^\W\d_])(?!BCA|BRI|BNI|BSI|BJB|BTN|REK|VA|HP|WA|NIK|KK|KTP|TELP|NIP)[A-Z]{2,6}-\d{2,4}-\d{3,7}(?![\d-])"
)
_DATE = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])([-.])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?![\d])"
    r"|(?:19|20)\d\d([-.])(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12]\d|3[01])(?!\d)"
)
_HOURS = re.compile(r"(?:[01]?\d|2[0-4])\.[0-5]\d(?:[ –-]{1,3}(?:[01]?\d|2[0-4])\.[0-5]\d)+(?![.\d])")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[ /–-]{1,3}(?:19|20)\d\d)*(?!\d)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){1,5}(?![\d.]\d|\d)")
# "12.345 678 90123" is a number in disguise; after a sum there may be another sum, a year, a telephone number or
# a last small number.
_GOES_ON = re.compile(
    r"[ .\-–]{1,4}(?!(?:19|20)\d\d(?!\d)|0|62|[1-9]\d{0,2}(?:\.\d{3})+(?!\d)|\d{1,2}(?![ .\-–]{0,4}\d))\d"
)
_PLAIN_SUM = re.compile(r"[1-9]\d{0,14}(?!\d)")
_RUPIAH_BEFORE = re.compile(r"(?:\brp|\bidr)[. ]{0,3}$", re.IGNORECASE)
_RUPIAH_AFTER = re.compile(r" ?(?:,- ?)?(?:rb|ribu|jt|juta|miliar|milyar|m|rupiah|perak)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"(?<![\[\w])(?:(kk|kartu keluarga)|(nik|ktp)|(rek|rekening|norek|hp|no hp|wa|whatsapp|telp?|tlp|telepon"
    r"|kontak|hubungi|call|akun|va|nip|bpjs))\b[^\w\n\[]{0,4}"
    r"(?:(?:no|nomor|nomer|saya|sy|ini|adalah|nya)\b[^\w\n\[]{0,4}){0,3}$",
    re.IGNORECASE,
)
# Kemendagri's province codes, also of the provinces of 2012 and 2022.
_PROVINCES = frozenset(
    [
        *range(11, 20),
        21,
        *range(31, 37),
        *range(51, 54),
        *range(61, 66),
        *range(71, 77),
        81,
        82,
        *range(91, 97),
    ]
)


@dataclass(frozen=True)
class Finding:
    """Something personal: its kind (a key of :data:`LABELS`) and where it stands in the given text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Masked:
    """The text with labels instead of personal data, and what was found, in order."""

    text: str
    found: tuple[Finding, ...]


def nik_shaped(digits: str) -> bool:
    """Whether 16 digits can be a NIK: a known province, a birth day (women's plus 40) and month, a number.

    Form of the number: Permendagri on population administration; district, birth date, four serial digits.
    """
    day, month = int(digits[6:8]), int(digits[8:10])
    known = int(digits[:2]) in _PROVINCES and digits[2:4] != "00" and digits[4:6] != "00"
    return known and (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12 and digits[12:] != "0000"


def _plain_digits(text: str) -> str:
    """The same length with every styled digit as an ASCII one."""
    if text.isascii():
        return text
    styled = {c: unicodedata.digit(c, None) for c in set(text) if not c.isascii()}
    return text.translate({ord(c): str(digit) for c, digit in styled.items() if digit is not None})


def _kept(text: str) -> list[tuple[int, int]]:
    """Spans that no number rule may touch, in order."""
    spans = [found.span() for pattern in (_PLACE, _TICKET) for found in pattern.finditer(text)]
    spans += [found.span() for found in _LINK.finditer(text) if not _PHONE_LINK.search(found.group())]
    return sorted(spans)


def _money_end(text: str, start: int, name: str) -> int:
    """Where a sum of money that begins here ends, or ``start``."""
    before = _RUPIAH_BEFORE.search(text, max(0, start - 8), start)
    thousands = _THOUSANDS.match(text, start)
    if thousands and (before or not (name or _GOES_ON.match(text, thousands.end()))):
        return thousands.end()
    plain = _PLAIN_SUM.match(text, start)
    if plain and (before or _RUPIAH_AFTER.match(text, plain.end())):
        return plain.end()
    return start


def _innocent_end(text: str, start: int, name: str) -> int:
    """Where a date, opening hours, years or a sum of money that begins here ends, or ``start``."""
    for pattern in (_DATE, _HOURS, _YEARS):
        found = pattern.match(text, start)
        if found:
            return found.end()
    return _money_end(text, start, name)


def _size(group: str) -> int:
    return len(group.lstrip("+"))


def _phone_end(groups: list[str], at: int) -> int:
    """The index after a telephone number (08.., 021.., 62.., +62..) that begins at ``at``, or ``at``."""
    first = groups[at]
    begins = "".join(groups[at : at + 2])[:2]
    if not (first.startswith(("+62", "62")) or (begins[0] == "0" and begins[1:] > "1")):
        return at
    end, digits = at, 0
    for index in range(at, min(at + _PHONE_DIGITS[-1], len(groups))):
        digits += _size(groups[index])
        if digits > _PHONE_DIGITS[-1] or (end > at and groups[index].startswith(("+", "08"))):
            break
        if digits in _PHONE_DIGITS:
            end = index + 1
        if _size(groups[index]) >= 10:
            break
    return end


def _sixteen_end(groups: list[str], at: int) -> int:
    """The index after the groups that have sixteen digits together, or ``at``."""
    digits = 0
    for index in range(at, min(at + 16, len(groups))):
        digits += _size(groups[index])
        if digits >= 16:
            return index + 1 if digits == 16 else at
    return at


def _number_end(groups: list[str], at: int) -> int:
    """The index after a long number, up to the next telephone number or the end; ``at`` if too short."""
    digits = 0
    for index in range(at, len(groups)):
        if index > at and _size(groups[index]) > 3 and groups[index].startswith(("+", "08")):
            return index if digits >= _SHORTEST_NUMBER else at
        digits += _size(groups[index])
    return len(groups) if digits >= _SHORTEST_NUMBER else at


def _personal(groups: list[str], at: int, name: str) -> tuple[str, int]:
    """The kind of number that begins at ``at`` and the index after it; ``at`` for none."""
    end = _phone_end(groups, at) if groups[at][0] in "0+" else at
    if end > at:
        return PHONE, end
    end = _sixteen_end(groups, at)
    if end > at:
        shaped = nik_shaped("".join(groups[at:end]).replace("+", ""))
        return (KK if name == KK or (name != NIK and not shaped) else NIK), end
    end = _phone_end(groups, at)
    return (PHONE, end) if end > at else (NUMBER, _number_end(groups, at))


def _name_before(text: str, start: int) -> str:
    """What the words just before a number call it: ``kk``, ``nik``, ``number`` or nothing."""
    found = _NAMED.search(text, max(0, start - 40), start)
    return (KK if found[1] else NIK if found[2] else NUMBER) if found else ""


def _in_run(text: str, begin: int, end: int) -> list[Finding]:
    """The personal numbers in one run of digits and separators."""
    found: list[Finding] = []
    spans = [m.span() for m in _GROUP.finditer(text, begin, end)]
    groups = [text[a:b] for a, b in spans]
    at, name = 0, _name_before(text, begin)
    while at < len(groups):
        start = spans[at][0]
        innocent = start if name in (KK, NIK) else _innocent_end(text, start, name)
        kind, after = (NUMBER, at) if innocent > start else _personal(groups, at, name)
        if after > at:
            found.append(Finding(kind, start, spans[after - 1][1]))
        at, name = max(after, at + 1), ""
        while at < len(spans) and spans[at][0] < innocent:
            at += 1
    return found


def _numbers(text: str) -> list[Finding]:
    if not _LONG.search(text):
        return []
    readable = _blanked(text, _kept(text))
    return [found for run in _RUN.finditer(readable) for found in _in_run(readable, *run.span())]


def _emails(text: str) -> list[Finding]:
    if not _AT.search(text):
        return []
    return [Finding(EMAIL, *found.span()) for found in _EMAIL.finditer(text)]


def _plates(text: str) -> list[Finding]:
    return [Finding(PLATE, *span) for span in plates(text)]


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The same length with line ends, which no pattern crosses, in place of the spans."""
    parts, at = [], 0
    for start, end in sorted(spans):
        if end > at:
            parts += [text[at:start], "\n" * (end - max(start, at))]
            at = end
    return "".join(parts) + text[at:]


def _labelled(text: str, found: list[Finding]) -> Masked:
    parts, at = [], 0
    for finding in found:
        parts += [text[at : finding.start], LABELS[finding.kind]]
        at = finding.end
    return Masked("".join(parts) + text[at:], tuple(found))


def mask(text: str) -> Masked:
    """Replace personal data with the labels of :data:`LABELS`; ``mask(mask(x).text).text == mask(x).text``.

    Any string is accepted. Numbers in styled digits and with spaces, dots or dashes inside are found too. The
    positions of the findings count in the text that was given.
    """
    plain = _plain_digits(text)
    found: list[Finding] = []
    for read in (_emails, _plates, _numbers):
        found += read(plain)
        plain = _blanked(plain, [(f.start, f.end) for f in found])
    return _labelled(text, sorted(found, key=lambda finding: finding.start))
