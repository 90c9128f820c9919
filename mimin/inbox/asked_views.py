"""The page behind a link: one case, for somebody without an account. Everything here is shown in Indonesian.

The address itself is the key: whoever has it needs no session and no CSRF token, and nobody else can send the form.
Nothing of a form is read before its token is known and its size is bearable.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mimin.inbox import approving, asking, queries
from mimin.inbox.ask_forms import MOST_BYTES, DecisionForm, StatementForm
from mimin.inbox.asking import LinkClosed, Then
from mimin.inbox.models import Ask, Attachment
from mimin.inbox.photos import kept
from mimin.inbox.rows import said, title_of
from mimin.lib import spoken
from mimin.lib.acting import whole
from mimin.lib.moving import Refused
from mimin.people.links import OVER, digest
from mimin.people.models import Person
from mimin.people.often import too_often

COOKIE, COOKIE_DAYS = "mimin_tautan", 31
A_MINUTE = 60
"""So often one address of the net may ask here in a minute. Guessing 256 bits needs no limit; a flood does."""
PREVIEW = re.compile(
    r"whatsapp|facebookexternalhit|facebot|telegrambot|twitterbot|slackbot|skypeuripreview|linkedinbot|discordbot",
    re.IGNORECASE,
)
"""Programs that open a link to draw a preview of it: they see no case, and do not count as an opening."""
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Content-Language": settings.LANGUAGE_CODE,
}

CLOSED: dict[str, tuple[int, str, str]] = {
    **OVER,
    "elsewhere": (
        410,
        gettext_noop("This link was used in another browser"),
        gettext_noop(
            "It belongs to the browser that answered first. If that was you, open it there. If it was not, tell "
            "whoever sent it, and ask for a link of your own."
        ),
    ),
    "decided": (
        410,
        gettext_noop("This answer has been decided on"),
        gettext_noop("The link works once. There is nothing left to do here."),
    ),
    "not_waiting": (
        410,
        gettext_noop("This answer does not wait for approval any more"),
        gettext_noop("Somebody else decided, or its author took it back. There is nothing left to do here."),
    ),
    "no_right": (
        403,
        gettext_noop("Answers in this case are not approved by this link any more"),
        gettext_noop("Your part in it has ended or changed. Ask whoever sent the link, or sign in."),
    ),
    "somebody_else": (
        403,
        gettext_noop("This link is for somebody else"),
        gettext_noop(
            "You are signed in as another person. Only the one before whom the answer was laid may decide."
        ),
    ),
    "wrong_digits": (
        410,
        gettext_noop("The digits were wrong too often"),
        gettext_noop("For safety the link is closed. Ask whoever sent it for a new one."),
    ),
    "kept": (
        410,
        gettext_noop("This case is not shown by links any more"),
        gettext_noop("It is kept more closely now. Speak to whoever sent the link."),
    ),
    "ended": (
        410,
        gettext_noop("This case is over"),
        gettext_noop("Nothing more needs to be told. Thank you."),
    ),
    "too_large": (
        413,
        gettext_noop("The photos are too large"),
        gettext_noop(
            "Nothing was sent. Go back and choose fewer photos, each of at most 10 MB; your words are still there."
        ),
    ),
}
"""Why the page does not open -> status, what happened, what to do."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, token: str, then: Then) -> HttpResponse:
    """The page behind a link. ``then`` is what a higher layer does when something was told or decided."""
    with translation.override(settings.LANGUAGE_CODE):
        answer = _answered(request, token, then)
    for name, value in HEADERS.items():
        answer.headers[name] = value
    return answer


def _answered(request: HttpRequest, token: str, then: Then) -> HttpResponse:
    if too_often(request, "asked", A_MINUTE):
        return _closed(request, None, "too_often")
    row = asking.by_token(token)
    if row is None:
        return _closed(request, None, "unknown")
    if whole(request.META.get("CONTENT_LENGTH")) > MOST_BYTES:
        return _closed(request, row, "too_large")
    if PREVIEW.search(request.headers.get("User-Agent", "")) and "buka" not in request.GET:
        return render(request, "inbox/ask/preview.html", {"unit": row.unit.name})
    browser = request.COOKIES.get(COOKIE, "")
    mark = browser or secrets.token_urlsafe(16)
    if request.method == "GET" and _signed_in(request) != row.asked_by:
        asking.opened(row, new_browser=not browser, at=timezone.now())
    try:
        answer = _approval(request, row, mark, then) if row.reply else _question(request, row, mark, then)
    except LinkClosed as over:
        answer = _closed(request, row, over.why)
    answer.set_cookie(
        COOKIE, mark, max_age=COOKIE_DAYS * 86_400, path=request.path, httponly=True, samesite="Lax",
        secure=settings.SECURE,
    )  # fmt: skip
    return answer


def _signed_in(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _closed(request: HttpRequest, row: Ask | None, why: str) -> HttpResponse:
    status, what, how = CLOSED[why]
    context = {"what": _(what), "how": _(how), "unit": row.unit.name if row else ""}
    return render(request, "inbox/ask/closed.html", context, status=status)


def _page(row: Ask, form: Form, mark: str) -> dict[str, Any]:
    """What both pages take: who asks whom, and the masked case without notes, drafts and names."""
    case, zone = row.case, row.zone
    newest, more = queries.turns(case)
    turns = [said(m, case, told=queries.told(m), marks=()) for m in newest if not m.held]
    return {
        "unit": row.unit.name,
        "ask": {"who": row.who, "question": row.question, "unit": row.unit.name, "by": row.asked_by.label},
        "until_text": spoken.moment(row.expires_at, zone, weekday=True),
        "case": {
            "number": case.number,
            "title": title_of(case),
            "when_text": spoken.moment(case.opened_at, zone),
        },
        "turns": turns,
        "more": bool(more),
        "form": form,
        "files": Attachment.objects.filter(message__case=case).count(),
        "draft": f"{row.kind}-{row.pk}",
        "mine": [
            {"text": one.text, "when_text": spoken.moment(one.at, zone), "photos": one.photos.count()}
            for one in row.statements.all()
            if row.browser == digest(mark)
        ],
    }


def _question(request: HttpRequest, row: Ask, mark: str, then: Then) -> HttpResponse:
    """What is asked, and the form to tell; after sending, what arrived."""
    again = request.method == "POST" and row.statements.filter(key=request.POST.get("key", "")).exists()
    if not again and (why := asking.closed(row, browser=mark, at=timezone.now())):
        raise LinkClosed(why)  # before anything is shown
    if request.method != "POST":
        form = StatementForm(initial={"author": row.who})
        return render(request, "inbox/ask/question.html", _page(row, form, mark))
    form = StatementForm(request.POST, request.FILES)
    if again or (form.is_valid() and _tried(form, lambda: _tell(request, row, mark, form, then))):
        return render(request, "inbox/ask/thanks.html", {"unit": row.unit.name, "again_url": request.path})
    return render(request, "inbox/ask/question.html", _page(row, form, mark), status=422)


def _tell(request: HttpRequest, row: Ask, mark: str, form: Form, then: Then) -> None:
    data, now = dict(form.cleaned_data), timezone.now()
    files = data.pop("photos")
    words = {name: data[name] for name in ("verdict", "until", "text")}
    asking.check_whole(row, photos=len(files), **words)  # before any photo is kept
    photos = [kept(one.read(), now) for one in files]
    asking.tell(
        row=row, browser=mark, photos=photos, at=now, signed_in=_signed_in(request), then=then, **data
    )


def _approval(request: HttpRequest, row: Ask, mark: str, then: Then) -> HttpResponse:
    """The answer that waits, and the two things that a head can say to it."""
    who = _signed_in(request)
    if why := approving.barred(row, browser=mark, signed_in=who, at=timezone.now()):
        raise LinkClosed(why)
    reply, _person = approving.laid(row)
    context = {
        "answer": reply.text,
        "author": reply.wrote.label,
        "others": row.case.merged.count() if reply.also else 0,
    }
    if request.method != "POST":
        form = DecisionForm(initial={"seen": approving.fingerprint(reply)})
        return render(request, "inbox/ask/approval.html", {**_page(row, form, mark), **context})
    form = DecisionForm(request.POST)
    if form.is_valid() and _tried(form, lambda: _decide(row, mark, form, who, then)):
        approved = form.cleaned_data["do"] == "approve"
        return render(request, "inbox/ask/decided.html", {"unit": row.unit.name, "approved": approved})
    form.data = {**request.POST.dict(), "seen": approving.fingerprint(reply)}  # the words are shown anew
    return render(request, "inbox/ask/approval.html", {**_page(row, form, mark), **context}, status=422)


def _decide(row: Ask, mark: str, form: Form, who: Person | None, then: Then) -> None:
    data = form.cleaned_data
    approving.decide(
        row=row, approve=data["do"] == "approve", why=data["why"], digits=data["digits"], seen=data["seen"],
        browser=mark, signed_in=who, at=timezone.now(), then=then,
    )  # fmt: skip


def _tried(form: Form, act: Callable[[], None]) -> bool:
    """Do it; a refusal is said on the form. A link that closed meanwhile closes the page."""
    try:
        act()
    except LinkClosed:
        raise
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True
