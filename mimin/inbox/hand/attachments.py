"""Pictures and recordings beside a case: shown to who works on it, and to nobody who only looks.

What masks hide in the text stands open in a screenshot, so that a reader's role does not reach it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from mimin.evidence.captures import content_of
from mimin.inbox import queries
from mimin.inbox.hand.told import FileTold, told
from mimin.inbox.models import Attachment, Case, Message
from mimin.language.understand import prepare
from mimin.lib import spoken
from mimin.lib.pictures import small
from mimin.people.asking import person_of
from mimin.people.models import Person

RIGHT = "case.note"
"""Who works on a case, down to an officer of it, may look at what came with it."""


def beside(case: Case, rights: Collection[str]) -> dict[str, Any]:
    """What inbox/_attachments.html takes: the files of a case, and for whom the citizen spoke."""
    works = RIGHT in rights
    files = Attachment.objects.filter(message__case=case).select_related("capture", "message")
    return {
        "attachments": [_line(one, case) for one in files] if works else [],
        "attachments_hidden": not works and files.exists(),
        "on_behalf": _on_behalf(case) if works else "",
    }


def _line(one: Attachment, case: Case) -> dict[str, Any]:
    known, kind, message = told(one), one.capture.kind, one.message
    when = spoken.moment(message.sent_at, case.lead.zone) if message else ""
    return {
        "url": reverse("attachment", args=[one.pk]),
        "small_url": small_url(one) if kind.startswith("image/") else "",
        "sound": kind if kind.startswith("audio/") else "",
        "name": prepare(known.name).text,
        "when_text": when,
        "place_text": place_text(known),
        "place_url": place_url(known),
    }


def small_url(one: Attachment) -> str:
    """Where the small picture of an attachment is."""
    return f"{reverse('attachment', args=[one.pk])}?kecil=1"


def place_text(known: FileTold) -> str:
    """Where a photo says that it was taken; "" where it does not."""
    if known.place is None:
        return ""
    latitude, longitude = (f"{degrees:.5f}" for degrees in known.place)
    return f"{latitude}, {longitude}"


def place_url(known: FileTold) -> str:
    """The same for the map of the device: no service elsewhere learns of it."""
    return f"geo:{place_text(known).replace(' ', '')}" if known.place else ""


def _on_behalf(case: Case) -> str:
    spoken_for = Q(remote_id__startswith="hand:") | Q(remote_id__startswith="door:")
    first = Message.objects.filter(spoken_for, case=case, ours=False).order_by("pk").first()
    raw = json.loads(first.raw).get("raw", {}) if first else {}
    return prepare(str(raw.get("on_behalf", ""))).text


def _found(person: Person, pk: int) -> Attachment:
    """An attachment that the person may open: of a case that they work on, or in their own tray."""
    one = Attachment.objects.select_related("capture", "tray", "message__case").filter(pk=pk).first()
    if one is None:
        raise Http404
    case = one.message.case if one.message else None
    if case is None:
        if one.message is None and one.tray is not None and one.tray.person_id == person.pk:
            return one
        raise Http404
    seen = Case.objects.filter(queries.seen(person), pk=case.pk).exists()
    if not seen or RIGHT not in queries.standing(person, case).rights:
        raise Http404
    return one


@login_required
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture or recording itself; never run as anything else."""
    one = _found(person_of(request), pk)
    kind = one.capture.kind
    if not kind.startswith(("image/", "audio/")):
        raise Http404
    try:
        content = content_of(one.capture)
    except (ValueError, FileNotFoundError) as error:
        raise Http404(_("The file is gone or was changed.")) from error
    if request.GET.get("kecil") and kind == "image/jpeg":
        content = small(content)
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Content-Disposition": "inline"}
    return HttpResponse(content, content_type=kind, headers=headers)
