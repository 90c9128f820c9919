"""The page of hearing by hand: everything it prints, prepared."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.inbox import queries, receipt
from mimin.inbox.hand import attachments, chat, nearby, tray
from mimin.inbox.hand.forms import RecordForm
from mimin.inbox.hand.hearing import ZIP, Hearing
from mimin.inbox.hand.repeats import Repeat, repeats
from mimin.inbox.hand.told import HARDLY_READ, WELL_READ, FileTold, told
from mimin.inbox.models import Attachment, Case, Message
from mimin.lib import spoken
from mimin.people.models import Person
from mimin.platforms.assisted.links import linked

UNREAD: dict[str, str] = {
    "missing": gettext_noop(
        "This server cannot read pictures: the person who runs it must install tesseract-ocr and tesseract-ocr-ind. "
        "Type what it says; the picture is kept."
    ),
    "slow": gettext_noop(
        "Reading the words took too long and was ended. Type what it says; the picture is kept."
    ),
    "failed": gettext_noop("The words could not be read. Type what it says; the picture is kept."),
}
"""Why a picture was not read -> what the person is told."""


def context(
    here: Hearing,
    form: RecordForm,
    *,
    found: list[Repeat] | None = None,
    look: str = "",
    begin: int | None = None,
) -> dict[str, Any]:
    """What inbox/record.html takes."""
    values = {name: form[name].value() or "" for name in tray.FIELDS}
    files = [_file(one) for one in here.files]
    state = here.content.chat
    return {
        "form": form,
        "key": here.key,
        "kept": here.tray is not None,
        "action_url": reverse("record_tray", args=[here.key]),
        "text": values["text"],
        "choices": nearby.choices(
            here.person,
            platform=here.content.platform,
            link=values["link"],
            chosen=values["channel"],
            look=look,
        ),
        "look": look,
        "nobody_found": bool(look.strip()) and not nearby.found(here.person, look),
        "files": files,
        "remarks": here.content.remarks,
        "link_alone": bool(values["link"]) and not (values["text"].strip() or files or state.text),
        "repeats": found if found is not None else again(here, values),
        "into": str(form["into"].value() or ""),
        "chat": chat.page_of(state, begin=begin, now=here.now, zone=here.zone) if state.text else None,
        "details_open": any(values[name] for name in ("author", "sent_at", "link", "on_behalf"))
        or any(form[name].errors for name in ("author", "sent_at", "link", "on_behalf")),
        "waiting": [
            {"url": reverse("record_tray", args=[one.key]), "when_text": spoken.moment(one.at, here.zone)}
            for one in tray.waiting(here.person).exclude(key=here.key)[:3]
        ],
    }


def number(case: Case, person: Person, now: datetime) -> dict[str, Any]:
    """What inbox/recorded.html takes. A receipt is given where nobody else reads along; who may not see the case is not
    told by its words who handles it."""
    visible = Case.objects.filter(queries.seen(person), pk=case.pk).exists()
    message = ""
    if receipt.private(case.channel):
        plain = _("Thank you. We have received your complaint under the number %(number)s. Keep this number.")
        message = (receipt.words(case, now) if visible else "") or plain % {"number": case.number}
    return {
        "number": case.number,
        "message": message,
        "case_url": reverse("case", args=[case.pk]) if visible else "",
    }


def again(here: Hearing, values: dict[str, str]) -> list[Repeat]:
    """What was recorded already of what lies here, but for what another click of the same form has just recorded."""
    texts = [values["text"]]
    state = here.content.chat
    if state.text:
        texts = [one.text for one in chat.said_in(state, {}, now=here.now, zone=here.zone) if not one.ours][
            :5
        ]
    one = linked(values["link"])
    found = repeats(
        here.person, link=one.link if one else "", texts=[one for one in texts if one.strip()],
        given=[one.given for one in here.files], now=here.now,
    )  # fmt: skip
    of_found = Message.objects.filter(case__in=[one.row.id for one in found])
    just_now = of_found.filter(remote_id__startswith=f"hand:{here.key}").values_list("case_id", flat=True)
    return [one for one in found if one.row.id not in just_now]


def _file(one: Attachment) -> dict[str, Any]:
    known, kind = told(one), one.capture.kind
    image = kind.startswith("image/")
    return {
        "pk": one.pk,
        "name": known.name,
        "small_url": attachments.small_url(one) if image else "",
        "url": reverse("attachment", args=[one.pk]) if kind != ZIP else "",
        "sound": kind if kind.startswith("audio/") else "",
        "chat": kind == ZIP,
        "note": _read(known) if image else "",
        "tone": "ok" if known.read >= WELL_READ else "warn",
        "words": known.text if image else "",
        "place_text": attachments.place_text(known),
        "place_url": attachments.place_url(known),
    }


def _read(known: FileTold) -> str:
    """What became of the words in a picture; nothing where nobody asked."""
    if known.read == -2:
        return _(UNREAD[known.why])
    if known.read == -1:
        return ""
    if not known.lines:
        return _("No words were found in it.")
    if known.read < HARDLY_READ:
        return _("The words could hardly be read, as in a screenshot of a screenshot. Type what it says.")
    if known.read < WELL_READ:
        return _("The words are hard to read. Compare each with the picture.")
    return _("The words were read. Check them before you record.")
