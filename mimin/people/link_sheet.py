"""What a coordinator passes on: the link, the same words for WhatsApp and paper, and its QR code. The words are
Indonesian, whoever sends them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from mimin.lib import spoken
from mimin.lib.qr import QrDrawing, drawn
from mimin.people.models import Invitation, PasswordLink
from mimin.people.rows import kind_word


@dataclass(frozen=True)
class LinkSheet:
    """Shown once, because nobody else knows the link."""

    who: str
    what: str
    link: str
    text: str
    whatsapp_url: str
    until_text: str
    qr: QrDrawing


def invitation_sheet(row: Invitation, link: str) -> LinkSheet:
    """The ready message of an invitation."""
    with translation.override(settings.LANGUAGE_CODE):
        until = spoken.moment(row.expires_at, row.unit.zone, weekday=True)
        told = {"part": kind_word(row.kind), "unit": row.unit.name, "pemda": settings.PEMDA_NAME}
        lines = [
            _("To %(who)s") % {"who": row.post},
            "",
            _("You are invited to Mimin, the workbench of %(pemda)s: %(part)s, %(unit)s.") % told,
            "",
            _(
                "Open this link until %(until)s and choose your own user name and password. No e-mail is needed."
            )
            % {"until": until},
            link,
            "",
            _(
                "The link works once and is for you alone; please do not pass it on. You can check with us whether "
                "it is genuine."
            ),
            row.made_by.label,
        ]
    return _sheet(row.post, f"{kind_word(row.kind)}, {row.unit.name}", link, lines, until)


def password_sheet(row: PasswordLink, link: str) -> LinkSheet:
    """The ready message for somebody who chooses a new password."""
    with translation.override(settings.LANGUAGE_CODE):
        until = spoken.moment(row.expires_at, weekday=True)
        lines = [
            _("To %(who)s") % {"who": row.person.label},
            "",
            _("Your old sessions in Mimin have ended. Choose a new password by this link until %(until)s:")
            % {"until": until},
            link,
            "",
            _("Your user name stays %(name)s.") % {"name": row.person.username},
            _("The link works once. Whoever has it can sign in as you: please do not pass it on."),
            row.made_by.label,
        ]
    return _sheet(row.person.label, row.person.username, link, lines, until)


def _sheet(who: str, what: str, link: str, lines: list[str], until: str) -> LinkSheet:
    text = "\n".join(lines)
    return LinkSheet(who, what, link, text, f"https://wa.me/?text={quote(text)}", until, drawn(link))
