"""Why a file or a row was not taken in, in words for people: what happened, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

FILES: dict[str, str] = {
    "empty": gettext_noop("The file is empty. Save the table again and send that file."),
    "too_large": gettext_noop(
        "The file is larger than %(megabytes)s MB. Split it, for example by year, and send the parts."
    ),
    "too_much_inside": gettext_noop(
        "Unpacked, the file would be larger than %(megabytes)s MB. Nothing of it was read. Save the table as CSV, or "
        "split it by year."
    ),
    "too_many_rows": gettext_noop(
        "The file has more than %(rows)s rows. Split it, for example by year, and send the parts."
    ),
    "too_many_columns": gettext_noop(
        "A row has more than %(columns)s columns. Delete the empty columns at the right and save the table again."
    ),
    "old_excel": gettext_noop(
        "This is an old Excel file (.xls), or one with a password. Open it, save it as .xlsx without a password, and "
        "send that file."
    ),
    "broken": gettext_noop(
        "The file is broken or not complete. Open it in a spreadsheet, save it as .xlsx or CSV again, and send that."
    ),
    "no_table": gettext_noop("This is no table. Send a .xlsx or a CSV file."),
    "no_header": gettext_noop(
        "No header was found in the first rows. The first row must name the columns, at least two of them."
    ),
    "quotes": gettext_noop(
        "From row %(row)s on, a quotation mark is never closed, so that the rest cannot be told apart. Mend that row, "
        "or save the table as .xlsx."
    ),
    "columns_gone": gettext_noop(
        "The date or the text has no column. Choose them and let the file be checked again."
    ),
    "closed": gettext_noop(
        "The kept file can no longer be opened with the keys of this server. Send the file again."
    ),
    "unknown": gettext_noop(
        "The file could not be taken in, also not after several tries. What came in stays. Whoever runs this server "
        "finds the reason in its log."
    ),
}
"""Why a file cannot be read, by code."""

ROWS: dict[str, str] = {
    "no_text": gettext_noop("It holds no text of a report."),
    "no_number": gettext_noop("It has no Tracking ID."),
    "bad_number": gettext_noop("“%(text)s” is no Tracking ID: that is a number of seven digits."),
    "no_date": gettext_noop("It has no date."),
    "bad_date": gettext_noop("“%(text)s” is no date that can be read, such as 23 Sep 2024 and 00:41:43."),
    "future": gettext_noop("The date %(text)s lies in the future."),
    "too_early": gettext_noop("The date %(text)s lies before the year 2000."),
    "too_long": gettext_noop("It holds more than %(characters)s characters."),
    "elsewhere": gettext_noop("It is a report to %(government)s, not to this government."),
    "repeated": gettext_noop("Its number stands in row %(row)s already, and that row counts."),
}
"""Why a row is not taken in, by code."""


def why_not(trouble: Mapping[str, Any] | None) -> str:
    """Why a file stopped, in words; "" when nothing did."""
    return _(FILES[trouble["code"]]) % trouble["given"] if trouble else ""


def reason(code: str, given: Mapping[str, Any]) -> str:
    """Why a row was not taken in, in words."""
    return _(ROWS[code]) % given
