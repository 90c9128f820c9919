"""Finding Indonesian vehicle plates (B 1234 CDE) without taking house numbers and laws for plates."""

from __future__ import annotations

import re

# Area letters of the national police's registration offices.
_AREAS = frozenset(
    re.findall(
        r"\w+",
        "A AA AB AD AE AG B BA BB BD BE BG BH BK BL BM BN BP D DA DB DC DD DE DG DH DK DL DM DN DP DR DS "
        "DT DW E EA EB ED F G H K KB KH KT KU L M N P PA PB PG PS PT PY R S T W Z",
    )
)
_DIGITS_AND_ENDING = re.compile(r"(?<!\d)(\d{1,4}) ?[-.]? ?([A-Za-z]{1,3})(?![^\W_])")
# Not just behind a mask label: what no plate was before masking is none after it.
_AREA_BEFORE = re.compile(r"(?<![^\W_])(?<!\])([A-Za-z]{1,2}) ?[-.]? ?$")
_VEHICLE_BEFORE = re.compile(
    r"\b(?:plat|pelat|nopol|no pol|polisi|mobil|motor|truk|truck|angkot|bus|bis|taksi|kendaraan|pick ?up|sedan|avanza"
    r"|xenia|innova|vario|beat|scoopy|dump|container|kontainer|ambulans)\b[^\n\d]{0,25}$",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:blok|blk|block|no|nomor|gang|gg|kelas|kls|pasal|ayat|perda|perwal|perbup|gedung|tower|kamar|lantai|jalur"
    r"|gate|pintu|sektor|tipe|type|km|kav|kavling)[ .:]{0,3}$",
    re.IGNORECASE,
)
# Words that follow a number in addresses, dates and sums.
_NOT_ENDINGS = frozenset(
    re.findall(
        r"\w+",
        "RT RW NO KM KEL KEC GG JL JLN DAN DI KE LT DR INI ITU ADA YG DGN DG TH THN TGL JAM HR HRI RB JT "
        "M CM MM KG GR TON X XX ORG KK WIB SD PAK BU UTK OK KAB DES BLM GAK GA TDK GB MB TV HA PCS BH BLN "
        "MLM NYA",
    )
)
_YEARS = range(1945, 2060)


def _is_plate(before: str, area: str, digits: str, ending: str) -> bool:
    if area.upper() not in _AREAS or ending.upper() in _NOT_ENDINGS or digits[0] == "0":
        return False
    if _VEHICLE_BEFORE.search(before):
        return True
    if _PLACE_BEFORE.search(before) or len(digits) < 3 or not (area + ending).isupper():
        return False
    return not (int(digits) in _YEARS and len(ending) == 1)


def plates(text: str) -> list[tuple[int, int]]:
    """Where plates stand in a text, in ASCII digits.

    Capitals and three digits are enough; anything less needs a word such as "motor" before.
    """
    found = []
    for number in _DIGITS_AND_ENDING.finditer(text):
        area = _AREA_BEFORE.search(text, max(0, number.start() - 6), number.start())
        if area:
            before = text[max(0, area.start() - 40) : area.start()]
            if _is_plate(before, area[1], number[1], number[2]):
                found.append((area.start(), number.end()))
    return found
