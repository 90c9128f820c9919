"""What citizens say, the case that grows around it, and what we answer."""

from mimin.inbox.models.answer import Note, Reply, SavedReply
from mimin.inbox.models.ask import Ask, Statement, StatementPhoto
from mimin.inbox.models.case import SEARCH, Case, CaseUnit, Likeness, Message, Transfer
from mimin.inbox.models.correction import CaseSeen, Correction, Taught
from mimin.inbox.models.duty import Alarm, Duty, Rung
from mimin.inbox.models.hand import Attachment, Tray
from mimin.inbox.models.promise import Pause, Promise, Proof, Recount

__all__ = [
    "SEARCH",
    "Alarm",
    "Ask",
    "Attachment",
    "Case",
    "CaseSeen",
    "CaseUnit",
    "Correction",
    "Duty",
    "Likeness",
    "Message",
    "Note",
    "Pause",
    "Promise",
    "Proof",
    "Recount",
    "Reply",
    "Rung",
    "SavedReply",
    "Statement",
    "StatementPhoto",
    "Taught",
    "Transfer",
    "Tray",
]
