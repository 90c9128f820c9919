"""What Mimin tells a person: in the app, and by mail where the person has an address.

A notice holds no words: they are made where it is shown, from what the person may see then. One mail carries all that
a person has neither read nor been mailed; an alarm is mailed at once, the rest is gathered. A mail that is tried again
keeps its Message-ID, so that the two copies that a killed worker may cause are one in the mail box.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mimin.desk.models import Mailing, Notice
from mimin.desk.reminders import looks, reminder_words
from mimin.inbox import ladder
from mimin.inbox.danger import OPEN, title_of_danger
from mimin.inbox.models import Alarm, Ask, Case
from mimin.inbox.queries import seen
from mimin.lib import spoken
from mimin.lib.store import lock
from mimin.lib.work import nudge
from mimin.people.models import Person
from mimin.people.queries import root
from mimin.people.rules import Secrecy
from mimin.policy.queries import value

ALARM, TOLD, DECIDED = "alarm", "told", "decided"
DISK, BACKUP = "disk", "backup"
"""What the machine itself lacks (desk/watching.py): no case, and the page of work says more."""
JOINED = timedelta(hours=1)
"""So long after it was made, an unread notice takes in more of its kind."""
SIZE = 30
MAILED = 100
"""So many notices in one mail."""
CAP = 99

LOOKS = {
    ALARM: ("bad", "flame"),
    TOLD: ("info", "message-circle"),
    DECIDED: ("warn", "link"),
    DISK: ("bad", "activity"),
    BACKUP: ("bad", "rotate-ccw"),
    **looks(),
}
"""kind -> tone, icon."""


# --- Telling --------------------------------------------------------------------------------------------------------


def not_told(alarm: Alarm, people: Sequence[Person]) -> list[Person]:
    """Those of the people who were not told of the alarm yet."""
    told = set(alarm.notices.values_list("person", flat=True))
    return [person for person in people if person.pk not in told]


def tell_of_alarm(alarm: Alarm, people: Sequence[Person], *, at: datetime) -> None:
    """Tell people of an alarm, in the app and by mail, at once. In the transaction of the step."""
    Notice.objects.bulk_create(
        Notice(person=person, kind=ALARM, case=alarm.case, alarm=alarm, made_at=at) for person in people
    )
    for person in people:
        _mail_from(person, at)


def remind(person: Person, kind: str, cases: Sequence[Case], *, at: datetime) -> None:
    """Remind a person of cases: one line however many they are, also with what was told and not read this hour."""
    rows = Notice.objects.filter(
        person=person, kind=kind, read_at=None, mailed_at=None, made_at__gte=at - JOINED
    )
    if before := rows.first():
        Notice.objects.filter(pk=before.pk).update(count=before.count + len(cases), case=None)
    else:
        only = cases[0] if len(cases) == 1 else None
        Notice.objects.create(person=person, kind=kind, case=only, count=len(cases), made_at=at)
    _mail_from(person, at + timedelta(minutes=value(root(), "notice.mail_minutes")))


def warn(person: Person, kind: str, *, at: datetime) -> None:
    """Tell a person what the machine lacks; it takes the place of what was told of it before and not read."""
    Notice.objects.filter(person=person, kind=kind, read_at=None).update(read_at=at)
    Notice.objects.create(person=person, kind=kind, made_at=at)
    _mail_from(person, at + timedelta(minutes=value(root(), "notice.mail_minutes")))


def tell_of_link(ask: Ask, at: datetime) -> None:
    """Tell who asked, and who holds the case, that something came by their link; and a head of what was decided in
    their name, so that nobody decides in it unseen."""
    for person in {one for one in (ask.asked_by, ask.case.holder) if one and one != ask.person}:
        remind(person, TOLD, [ask.case], at=at)
    if ask.person:
        remind(ask.person, DECIDED, [ask.case], at=at)


def _mail_from(person: Person, due_at: datetime) -> None:
    """See to it that the person's next mail leaves at that moment or before."""
    if not person.email:
        return
    lock(f"mail {person.pk}")
    mailing, _made = Mailing.objects.get_or_create(person=person)
    if mailing.due_at is None or due_at < mailing.due_at:
        Mailing.objects.filter(pk=mailing.pk).update(due_at=due_at, tries=0)
    if due_at <= timezone.now():
        nudge("mail", mailing.pk)


# --- Reading --------------------------------------------------------------------------------------------------------


def own(person: Person) -> QuerySet[Notice]:
    """A person's notices, without those of cases that they may no longer see."""
    rows = Notice.objects.filter(Q(case=None) | seen(person, "case__"), person=person)
    return rows.select_related("case", "case__lead", "alarm")


def unread(person: Person) -> str:
    """How many notices wait for the person, for the bell; "" for none. Those that the page would show, in one count."""
    number = own(person).filter(read_at=None).order_by()[: CAP + 1].count()
    return f"{CAP}+" if number > CAP else str(number or "")


def page(person: Person, *, only_unread: bool, before: int = 0) -> tuple[list[Notice], int]:
    """One page of notices, the newest first, and the id to go on from (0 at the end)."""
    rows = own(person).filter(read_at=None) if only_unread else own(person)
    rows = rows.filter(pk__lt=before) if before else rows
    found = list(rows.order_by("-pk")[: SIZE + 1])
    return found[:SIZE], found[SIZE - 1].pk if len(found) > SIZE else 0


def read(person: Person, at: datetime, *, pk: int = 0) -> int:
    """Mark one notice, or all of a person's, as read; returns how many were not."""
    rows = Notice.objects.filter(person=person, read_at=None)
    return (rows.filter(pk=pk) if pk else rows).update(read_at=at)


def leads_to(notice: Notice, person: Person) -> str:
    """Where a notice leads: to its case, or to the list in which its cases stand."""
    if notice.case_id and Case.objects.filter(seen(person), pk=notice.case_id).exists():
        return reverse("case", args=[notice.case_id])
    if notice.case_id is not None:
        return reverse("notices")
    if notice.kind in (DISK, BACKUP):
        return reverse("work")
    if notice.kind.startswith("p_"):
        return reverse("promises")
    view = (
        "late" if notice.kind in (ladder.DUE, ladder.LATE) else "new" if notice.kind[:2] == "v_" else "mine"
    )
    return f"{reverse('inbox')}?view={view}"


def line(notice: Notice) -> dict[str, Any]:
    """A notice as parts/lines.html prints it; of a case it tells the number, never a word of what was said."""
    tone, icon = LOOKS[notice.kind]
    return {
        "icon": icon,
        "title": _title(notice),
        "detail": _detail(notice),
        "url": reverse("notice", args=[notice.pk]),
        "tag": None if notice.read_at else {"label": _("New"), "tone": tone, "icon": ""},
    }


def _title(notice: Notice) -> str:
    if notice.kind == ALARM:
        if notice.alarm is None or notice.case is None or notice.case.secrecy >= Secrecy.SECRET:
            return _("Danger in a confidential case")
        return _("Danger: %(danger)s") % {"danger": title_of_danger(notice.alarm.kind)}
    if notice.kind == DISK:
        return _("The server's disk is nearly full")
    if notice.kind == BACKUP:
        return _("No backup of the server was made for too long")
    number = {"n": notice.count}
    if notice.kind == TOLD:
        words = ngettext(
            "Somebody told what you had asked", "%(n)s times somebody told what you had asked", notice.count
        )
    elif notice.kind == DECIDED:
        words = ngettext(
            "An answer was decided on in your name, by a link",
            "%(n)s answers were decided on in your name, by links",
            notice.count,
        )
    else:
        words = reminder_words(notice.kind, notice.count)
    return words % number


def _detail(notice: Notice) -> str:
    zone = notice.case.zone if notice.case else settings.TIME_ZONE
    parts = [notice.case.number, notice.case.lead.short] if notice.case else []
    parts.append(spoken.moment(notice.made_at, zone))
    if notice.alarm and notice.alarm.state not in OPEN:
        parts.append(_("taken on by %(who)s") % {"who": notice.alarm.state_by})
    return " · ".join(parts)


# --- Mail -----------------------------------------------------------------------------------------------------------


def send_mail(pk: int) -> None:
    """A worker's entry point: one person's mail. Where the mail server refuses, the row is tried again later."""
    mailing = Mailing.objects.select_related("person").get(pk=pk)
    person = mailing.person
    waiting = list(_to_mail(person)[:MAILED])
    if waiting and person.is_active and person.email:
        _mail(person, waiting).send()
    _mailed(mailing, waiting, timezone.now())


def _to_mail(person: Person) -> QuerySet[Notice]:
    """What a person has neither read nor been mailed; an alarm that somebody took on wakes nobody any more."""
    rows = own(person).filter(read_at=None, mailed_at=None)
    return rows.filter(Q(alarm=None) | Q(alarm__state__in=OPEN)).order_by("pk")


def hush(*, at: datetime) -> int:
    """Mail nobody anew after a restore: people had their mail, and alarms climbed, before it. In a transaction.

    What was told stays unread in the app, and an alarm goes on ringing there. Returns how many alarms do.
    """
    Mailing.objects.update(due_at=None, lease_until=None)
    Notice.objects.filter(read_at=None, mailed_at=None).update(mailed_at=at)
    Alarm.objects.update(due_at=None, lease_until=None)
    return Alarm.objects.filter(state__in=OPEN).count()


@transaction.atomic
def _mailed(mailing: Mailing, sent: Sequence[Notice], at: datetime) -> None:
    lock(f"mail {mailing.person_id}")
    Notice.objects.filter(pk__in=[notice.pk for notice in sent]).update(mailed_at=at)
    more = at if _to_mail(mailing.person).exists() else None
    Mailing.objects.filter(pk=mailing.pk).update(due_at=more, tries=0)


def _mail(person: Person, notices: Sequence[Notice]) -> EmailMessage:
    with translation.override(person.language):
        alarms = any(notice.kind == ALARM for notice in notices)
        subject = (
            _("Mimin: danger, please take it on now")
            if alarms
            else ngettext("Mimin: %(n)s notice", "Mimin: %(n)s notices", len(notices)) % {"n": len(notices)}
        )
        lines = [f"- {_title(notice)} ({_detail(notice)})" for notice in notices]
        where = _("Open Mimin: %(address)s") % {"address": address("notices")}
        why = _("You get this mail because you have a part in Mimin. It holds no personal data of citizens.")
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    once = f"<notice-{person.pk}-{notices[-1].pk}@{domain}>"
    body = "\n".join([*lines, "", where, "", why, ""])
    return EmailMessage(subject, body, to=[person.email], headers={"Message-ID": once})


def address(name: str) -> str:
    """The whole address of a page, for mail; its path alone where no origin is set (docs/settings.md)."""
    origin: str = next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    return origin + reverse(name)
