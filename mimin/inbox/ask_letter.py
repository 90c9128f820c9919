"""The message that carries a link: the same words for WhatsApp and e-mail, in Indonesian whoever sends it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from mimin.inbox.models import Ask
from mimin.inbox.rows import title_of
from mimin.lib import spoken
from mimin.platforms.addresses import international


@dataclass(frozen=True)
class Letter:
    """What whoever asks copies or sends: shown once, because nobody else knows the link."""

    who: str
    link: str
    text: str
    whatsapp_url: str
    mail_url: str
    until_text: str


def letter(ask: Ask, link: str) -> Letter:
    """The ready message of a question or of an answer to approve."""
    with translation.override(settings.LANGUAGE_CODE):
        until = spoken.moment(ask.expires_at, ask.zone, weekday=True)
        subject = _("Case %(number)s: your word is needed") % {"number": ask.case.number}
        text = _text(ask, link, until)
    mail = ask.reach if "@" in ask.reach else ""
    return Letter(
        who=ask.who,
        link=link,
        text=text,
        whatsapp_url=f"https://wa.me/{international(ask.reach)}?text={quote(text)}",
        mail_url=f"mailto:{quote(mail, safe='@')}?subject={quote(subject)}&body={quote(text)}",
        until_text=spoken.moment(ask.expires_at, ask.zone, weekday=True),
    )


def _text(ask: Ask, link: str, until: str) -> str:
    about = f"{ask.case.number}: {title_of(ask.case)}"
    if ask.kind == Ask.Kind.APPROVAL:
        asked = _("An answer to a citizen waits for your approval (%(about)s).") % {"about": about}
        how = _("Read it and decide here, without signing in, until %(until)s:") % {"until": until}
    else:
        asked = _("We ask for your help with a citizen's case (%(about)s).") % {"about": about}
        how = _("Answer here, without an account, until %(until)s:") % {"until": until}
    close = _(
        "The link is for you alone; please do not pass it on. You can check with us whether it is genuine."
    )
    lines = [_("To %(who)s") % {"who": ask.who}, "", asked]
    if ask.question:
        lines += ["", ask.question]
    return "\n".join([*lines, "", how, link, "", close, ask.unit.name])
