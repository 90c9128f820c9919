"""Which values law or a Pemda sets, and what each is until somebody sets it. Pure.

The defaults are ours unless a source is named: a Pemda enters its own legal basis on the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mimin.lib.colour import DEFAULT as OUR_COLOUR
from mimin.policy.texts import (
    DONE,
    DROPPED,
    IMPOSSIBLE,
    INTERIM,
    PASSED_ON,
    PUT_OFF,
    RECEIPT,
    REFERRED,
    SCHEDULED,
    WITHDRAWN,
)


@dataclass(frozen=True)
class Key:
    """One value: its English label, its kind (which form edits and checks it), its default and where that is from.
    ``whole``: one value for the whole government, set at its top unit alone."""

    label: str
    kind: str
    default: Any
    source: str
    help: str = ""
    whole: bool = False


CLASSES = {
    "urgent": "Whatever is urgent or an emergency",
    "permintaan_informasi": "Request for information",
    "pengaduan": "Complaint",
    "aspirasi": "Aspiration",
}
"""What may be answered without approval -> its words, English for translation."""
LONGEST_TEXT = 2000

KEYS: dict[str, Key] = {
    "case.first_response": Key(
        "First answer to a citizen",
        "span",
        {"amount": 1, "unit": "working_days"},
        "practice on social media: within 24 hours or one working day",
        "How long after a message arrives the first answer is due.",
    ),
    "case.urgent_response": Key(
        "First answer to an emergency",
        "span",
        {"amount": 2, "unit": "hours"},
        "our proposal",
        "For messages that speak of danger; counted around the clock.",
    ),
    "case.approval": Key(
        "Answers need approval",
        "yes_no",
        False,
        "our proposal",
        "When on, an answer leaves only after somebody else with the right has approved it.",
    ),
    "case.auto_route": Key(
        "Route by itself from this score",
        "percent",
        0,
        "our proposal: 0 means that a person always decides",
        "When Mimin is at least this sure which unit is meant, it routes the case itself.",
    ),
    "case.near_percent": Key(
        "Remind when so much of the promised time has passed",
        "percent",
        80,
        "our proposal",
        "The unit's admins are reminded then and offered an interim answer; of the working time, where there is any.",
    ),
    "case.late_after": Key(
        "Tell the coordinator so long after the deadline",
        "span",
        {"amount": 4, "unit": "working_hours"},
        "our proposal",
        "At the deadline itself the head of the unit is told.",
    ),
    "case.interim_answer": Key(
        "Interim answer",
        "text",
        INTERIM,
        "our proposal",
        "Proposed to who writes the answer; a person sends it. Filled in: {number}, {unit}, {until}.",
    ),
    "case.words_receipt": Key(
        "Told when a report comes in",
        "text",
        RECEIPT,
        "our proposal",
        "Only where nobody else reads along. Filled in: {number}, {unit}, {until}.",
    ),
    "case.words_scheduled": Key(
        "Told when something is promised",
        "text",
        SCHEDULED,
        "our proposal",
        "Put into the draft of who promises. Filled in: {number}, {what}, {who}, {until}, {budget}, {unit}.",
    ),
    "case.words_put_off": Key(
        "Told when a promise is put off",
        "text",
        PUT_OFF,
        "our proposal",
        "Filled in: {number}, {what}, {who}, {until}, {budget}, {why}, {unit}.",
    ),
    "case.words_dropped": Key(
        "Told when a promise is taken back",
        "text",
        DROPPED,
        "our proposal",
        "Filled in: {number}, {why}, {unit}.",
    ),
    "case.words_done": Key(
        "Told when something is done", "text", DONE, "our proposal", "Filled in: {number}, {what}, {unit}."
    ),
    "case.words_referred": Key(
        "Told when it is another body's business",
        "text",
        REFERRED,
        "our proposal",
        "Filled in: {number}, {outside}, {outside_number}, {unit}.",
    ),
    "case.words_passed_on": Key(
        "Told when another unit takes over",
        "text",
        PASSED_ON,
        "our proposal",
        "Offered to the new unit where the citizen knows of another one. Filled in: {number}, {unit}, {until}.",
    ),
    "case.words_withdrawn": Key(
        "Told when it is closed because the citizen takes it back",
        "text",
        WITHDRAWN,
        "our proposal",
        "Filled in: {number}, {why}, {unit}.",
    ),
    "case.words_impossible": Key(
        "Told when it is closed because it cannot be done",
        "text",
        IMPOSSIBLE,
        "our proposal",
        "Filled in: {number}, {why}, {unit}.",
    ),
    "case.verify": Key(
        "A report is verified within",
        "span",
        {"amount": 3, "unit": "working_days"},
        "FAQ of LAPOR!: verification within 3 working days",
        "From when it came in until somebody decided which unit it is for.",
    ),
    "case.settle_information": Key(
        "Settled: request for information",
        "span",
        {"amount": 5, "unit": "working_days"},
        "KemenPANRB 2018: information and simple complaints within 5 days",
        "From when it came in until it is done, finally answered, or with the body whose business it is.",
    ),
    "case.settle": Key(
        "Settled: without a look in the field",
        "span",
        {"amount": 14, "unit": "working_days"},
        "KemenPANRB 2018: within 14 days; standar pelayanan count working days",
    ),
    "case.settle_field": Key(
        "Settled: with a look in the field",
        "span",
        {"amount": 60, "unit": "working_days"},
        "KemenPANRB 2018: within 60 days; Perpres 76/2013: 60 days after a complete file",
    ),
    "case.given_away": Key(
        "Units may give a case away so many times",
        "count",
        3,
        "our proposal",
        "Then it goes to the coordinator, who alone passes it on.",
    ),
    "case.silence": Key(
        "Close when the citizen stays silent for",
        "span",
        {"amount": 10, "unit": "working_days"},
        "LAPOR!: closed when 10 working days pass after the follow-up",
        "Only what is done or was answered finally, and only after the citizen was told.",
    ),
    "promise.remind_days": Key(
        "Remind of a promise so many days before",
        "count",
        7,
        "our proposal",
        "At the promised day itself the head is told.",
    ),
    "promise.late_days": Key(
        "Tell the coordinator so many working days after a promised day",
        "count",
        3,
        "our proposal",
        "Where the promise was neither kept, put off nor taken back by then.",
    ),
    "duty.acknowledge_minutes": Key(
        "Minutes to take on an alarm",
        "count",
        15,
        "our proposal",
        "After that the next in the chain is told: coordinator, head, secretary.",
    ),
    "duty.alarm_hours": Key(
        "Ring for messages not older than (hours)",
        "count",
        24,
        "our proposal",
        "What a newly connected channel brings of last week wakes nobody.",
    ),
    "duty.may_answer_unapproved": Key(
        "Answered on duty without approval",
        "classes",
        [],
        "our proposal: nothing",
        "What the person on duty may answer alone where answers otherwise need approval.",
    ),
    "duty.local_numbers": Key(
        "Local numbers on the danger card",
        "text",
        "",
        "the Pemda itself",
        "One a line, such as Damkar Kabupaten: 0263 555 113. They stand first on every danger card.",
    ),
    "notice.mail_minutes": Key(
        "Gather notices for one mail (minutes)", "count", 30, "our proposal", "Alarms are mailed at once."
    ),
    "ask.link_hours": Key(
        "A link for somebody without an account opens for (hours)",
        "count",
        72,
        "our proposal",
        "Counted around the clock; whoever asks may choose another time, up to 30 days.",
    ),
    "ask.approval_by_link": Key(
        "Answers may be approved by a link",
        "yes_no",
        True,
        "our proposal",
        "The link shows that somebody who had it and knew the last digits of the head's telephone approved. "
        "Turn it off where heads must sign in.",
    ),
    "lapor.information": Key(
        "SP4N-LAPOR!: request for information",
        "span",
        {"amount": 5, "unit": "working_days"},
        "KemenPANRB 2018: information and simple complaints within 5 days",
        "The second clock of a case that has a Tracking ID; it runs from when the report stood there.",
    ),
    "lapor.complaint": Key(
        "SP4N-LAPOR!: complaint or aspiration",
        "span",
        {"amount": 14, "unit": "working_days"},
        "KemenPANRB 2018: without a look in the field within 14 days; standar pelayanan count working days",
    ),
    "lapor.oversight": Key(
        "SP4N-LAPOR!: complaint that needs oversight",
        "span",
        {"amount": 60, "unit": "working_days"},
        "KemenPANRB 2018: with a look in the field within 60 days; standar pelayanan count working days",
    ),
    "listen.every_minutes": Key("Look for new messages every (minutes)", "count", 2, "our proposal"),
    "listen.first_days": Key(
        "Days of older messages to take in when a channel is connected",
        "count",
        14,
        "our proposal",
        "What citizens wrote longer ago stays on the platform alone.",
    ),
    "outbox.settle_after_seconds": Key(
        "Wait before looking for an unsure answer (seconds)",
        "count",
        60,
        "our proposal",
        "After a cut line the platform may still be working; looking too early would find nothing.",
    ),
    "outbox.stuck_after": Key(
        "Tell people when an answer is still on its way after",
        "span",
        {"amount": 4, "unit": "working_hours"},
        "our proposal",
        "It stands on their home page then, with what it waits for; Mimin goes on trying by itself.",
    ),
    "clock.hours": Key(
        "Office hours",
        "hours",
        [],
        "Perpres 21/2023: 37 h 30 min a week from 07.30",
        "Empty: Monday to Friday from 07.30, with the breaks of Perpres 21/2023.",
    ),
    "clock.ramadan": Key(
        "Ramadan (from and until)",
        "periods",
        [],
        "Perpres 21/2023: 32 h 30 min a week from 08.00",
        "The dates are set each year; without a row ordinary hours hold.",
    ),
    "clock.ramadan_hours": Key(
        "Office hours in Ramadan",
        "hours",
        [],
        "Perpres 21/2023: 32 h 30 min a week from 08.00",
        "Empty: Monday to Friday from 08.00, with the breaks of Perpres 21/2023.",
    ),
    "clock.open_on_holidays": Key(
        "Open on holidays",
        "yes_no",
        False,
        "our proposal",
        "For units that never close, such as a hospital or the fire brigade: promised times run on holidays too.",
    ),
    "machine.disk_percent": Key(
        "Tell when so much of the server's disk is in use",
        "percent",
        90,
        "our proposal",
        "Coordinators and auditors are told once a day, for as long as it lasts; at 0 nobody is.",
        whole=True,
    ),
    "machine.backup_days": Key(
        "Tell after so many days without a verified backup",
        "count",
        2,
        "our proposal: one backup each night, and one that failed",
        "Coordinators and auditors are told once a day, for as long as it lasts.",
        whole=True,
    ),
    "look.colour": Key(
        "Colour of the government",
        "colour",
        OUR_COLOUR,
        "the national design system: one colour, for what can be done",
        "Buttons, links and where you are take it, in light and dark. A colour that cannot be read is refused.",
        whole=True,
    ),
}


@dataclass(frozen=True)
class Row:
    """One stored value: the path of its unit, the day it begins, and what it says."""

    path: str
    valid_from: date
    value: Any


def nearest(rows: list[Row], paths: list[str], on: date) -> Row | None:
    """The row that holds for a unit on a day: the nearest ancestor first (``paths``), its newest row that has begun."""
    for path in paths:
        begun = [row for row in rows if row.path == path and row.valid_from <= on]
        if begun:
            return max(begun, key=lambda row: row.valid_from)
    return None
