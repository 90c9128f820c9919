"""The home page: a list of what to do, the most pressing first. Everything prepared for the template.

The numbers below the list are made in ``desk/numbers.py``. The page asks the same number of queries whatever waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mimin.desk import numbers
from mimin.desk.importing import rows as importing
from mimin.desk.models import ImportJob
from mimin.desk.states import IMPORT
from mimin.evidence import leaving
from mimin.inbox import queries, register, todo
from mimin.inbox.duty_rows import on_home
from mimin.inbox.left import span
from mimin.inbox.models import Reply
from mimin.inbox.rows import title_of
from mimin.inbox.rules import deadline
from mimin.lib import spoken
from mimin.lib.work import QUEUES
from mimin.outbox.models import Delivery
from mimin.outbox.queries import deliveries, stuck
from mimin.outbox.rows import waits_for
from mimin.people.models import Person, Role, Unit
from mimin.people.queries import held
from mimin.people.rules import Held, RoleKind, may
from mimin.policy.queries import offices
from mimin.registry.models import Channel, Connection
from mimin.registry.queries import channels_for, unanswered
from mimin.registry.rows import HEALTH, health_of, icon_of, platform_label, tag, trouble_text

SHOWN = 6
APPROVALS = 3
"""Approvals have a line each, so that ten seconds are enough for a yes; beyond this many the rest is one line."""
ENDS_SOON = timedelta(days=60)
Line = dict[str, Any]


def context(person: Person, now: datetime) -> dict[str, Any]:
    """What desk/home.html takes."""
    roles = held(person)
    unit = Unit.objects.filter(pk=roles[0].unit_id).first() if roles else None
    zone = unit.zone if unit else "Asia/Jakarta"
    channels = _channels(person)
    lines = list(_lines(person, roles, now))
    return {
        "today": spoken.day(now, zone),
        "lead": _lead(unit, roles, len(lines)),
        "todo": lines,
        "empty": {} if lines else _empty(person, roles, bool(channels)),
        "channels": [_channel(one, now) for one in channels[:SHOWN]],
        "channels_more_url": reverse("channels") if len(channels) > SHOWN else "",
        "measured_at": spoken.moment(now, zone),
        **numbers.context(person, now, zone),
        "on_duty": on_home(person, now),
    }


def _lead(unit: Unit | None, roles: tuple[Held, ...], number: int) -> str:
    """Where the person works and how much waits; who only looks is asked nothing."""
    waits = ngettext("%(n)s thing waits for you", "%(n)s things wait for you", number) % {"n": number}
    if not may(roles, "case.answer"):
        waits = _("you look and change nothing") if roles else ""
    elif not number:
        waits = _("nothing waits for you")
    return " · ".join(filter(None, [unit.short if unit else "", waits]))


def _lines(person: Person, roles: tuple[Held, ...], now: datetime) -> Iterator[Line]:
    """What waits, the most pressing first. Who only looks is shown what is late and what waits, and asked nothing."""
    works = may(roles, "case.answer")
    yield from _overseen(person)
    yield from _late(person, now, works)
    yield from _owed(person, now)
    yield from _approvals(person) if may(roles, "case.approve") else ()
    yield from _drafts(person) if works else ()
    yield from _waiting(person, works)
    yield from _outgoing(person, now) if may(roles, "delivery.act") else ()
    yield from _connections(person, now) if may(roles, "channel.connect") else ()
    yield from _machine(now) if may(roles, "work.see") else ()
    yield from _seals(now) if may(roles, "evidence.see") else ()
    yield from _imports(person) if may(roles, "case.import") else ()
    yield from _ending(person, roles, now)


def _line(icon: str, title: str, detail: str, url: str, *, do: str, tone: str, mark: str = "") -> Line:
    return {
        "icon": icon, "title": title, "detail": detail, "url": url,
        "tag": {"label": do, "tone": tone, "icon": mark},
    }  # fmt: skip


def _number(text: str) -> int:
    """A count as words ("1000+") as the number that chooses between one and many."""
    return int(text.rstrip("+"))


def _overseen(person: Person) -> Iterator[Line]:
    number, unit = todo.overseen(person)
    if number:
        title = ngettext(
            "%(n)s report about our own staff waits", "%(n)s reports about our own staff wait", number
        ) % {"n": number}
        url = f"{reverse('inbox')}?unit={unit}"
        yield _line(
            "shield", title, _("Only overseers can see it."), url, do=_("Read"), tone="bad", mark="lock"
        )


def _late(person: Person, now: datetime, works: bool) -> Iterator[Line]:
    number = queries.counts(person, now=now)["late"]
    worst = todo.most_late(person, now) if number else None
    if worst is None or (until := deadline(worst.rank)) is None:
        return
    detail = _("Longest: %(title)s, late by %(span)s") % {
        "title": title_of(worst),
        "span": spoken.unbroken(span(until, now, offices()(worst.path, worst.zone))),
    }
    title = ngettext(
        "%(n)s case is past its first answer", "%(n)s cases are past their first answer", _number(number)
    ) % {"n": number}
    do = _("Answer now") if works else _("Look")
    yield _line(
        "clock-alert", title, detail, f"{reverse('inbox')}?view=late", do=do, tone="bad", mark="clock-alert"
    )


def _owed(person: Person, now: datetime) -> Iterator[Line]:
    """Promises whose day is over, and answered matters past their time for settling."""
    broken, unsettled = register.late(person, now)
    where = reverse("promises")
    if broken:
        title = ngettext("%(n)s promise is past its day", "%(n)s promises are past their day", broken)
        yield _line(
            "calendar-days", title % {"n": broken}, _("Show that it was done, put it off or take it back."),
            where, do=_("Look"), tone="bad", mark="clock-alert",
        )  # fmt: skip
    if unsettled:
        title = ngettext(
            "%(n)s answered case is not settled in its time",
            "%(n)s answered cases are not settled in their time",
            unsettled,
        )
        yield _line(
            "clock-alert", title % {"n": unsettled}, _("Finish it with proof, promise a day, or answer it finally."),
            f"{where}?view=unsettled", do=_("Look"), tone="warn", mark="clock-alert",
        )  # fmt: skip


def _approvals(person: Person) -> Iterator[Line]:
    found = todo.to_approve(person, size=APPROVALS + 1)
    for reply in found[:APPROVALS]:
        detail = _("Handed in by %(who)s, %(when)s") % {
            "who": reply.wrote.label,
            "when": spoken.unbroken(spoken.moment(reply.state_since, reply.unit.zone, year=False)),
        }
        title = _("Approve an answer: %(title)s") % {"title": title_of(reply.case)}
        yield _line("square-pen", title, detail, _case(reply), do=_("Review"), tone="info", mark="check")
    for reply in found[APPROVALS:]:
        more = todo.approvals(person) - APPROVALS
        title = ngettext("%(n)s more answer waits for approval", "%(n)s more answers wait for approval", more)
        detail = _("The oldest comes first.")
        yield _line(
            "square-pen", title % {"n": more}, detail, _case(reply), do=_("Review"), tone="info", mark="check"
        )


def _case(reply: Reply) -> str:
    return reverse("case", args=[reply.case_id])


def _drafts(person: Person) -> Iterator[Line]:
    """The person's own answers: what came back to be mended, and what was begun and lies."""
    for reply in todo.returned_to(person, size=APPROVALS):
        title = _("Mend your answer: %(title)s") % {"title": title_of(reply.case)}
        yield _line(
            "undo-2",
            title,
            reply.returned_because[:120],
            _case(reply),
            do=_("Mend"),
            tone="warn",
            mark="square-pen",
        )
    if begun := todo.begun_by(person):
        title = ngettext(
            "%(n)s answer of yours is still a draft", "%(n)s answers of yours are still drafts", len(begun)
        ) % {"n": len(begun)}
        yield _line(
            "square-pen",
            title,
            title_of(begun[0].case),
            _case(begun[0]),
            do=_("Go on"),
            tone="warn",
            mark="square-pen",
        )


def _waiting(person: Person, works: bool) -> Iterator[Line]:
    counts = queries.counts(person)
    inbox = reverse("inbox")
    if counts["new"] and works:
        title = ngettext(
            "%(n)s case has no unit yet", "%(n)s cases have no unit yet", _number(counts["new"])
        ) % {"n": counts["new"]}
        yield _line(
            "arrow-right", title, _("Mimin proposes one for each."), f"{inbox}?view=new", do=_("Pass on"),
            tone="warn", mark="arrow-right",
        )  # fmt: skip
    if counts["mine"]:
        title = ngettext(
            "%(n)s citizen waits for an answer", "%(n)s citizens wait for an answer", _number(counts["mine"])
        ) % {"n": counts["mine"]}
        do = _("Open it") if works else _("Look")
        yield _line(
            "inbox", title, _("The most overdue stands first."), inbox, do=do, tone="info", mark="inbox"
        )


def _outgoing(person: Person, now: datetime) -> Iterator[Line]:
    """What stopped on its way out or hangs there, with where the oldest stands."""
    for state, number, oldest in _stopped(person):
        icon, title, do, tone = {
            "failed": (
                "circle-alert",
                ngettext("%(n)s answer did not leave", "%(n)s answers did not leave", number),
                _("Mend"),
                "bad",
            ),
            "by_hand": (
                "hand",
                ngettext(
                    "%(n)s answer waits to be posted by hand",
                    "%(n)s answers wait to be posted by hand",
                    number,
                ),
                _("Post"),
                "warn",
            ),
            "held": (
                "lock",
                ngettext("%(n)s answer is held", "%(n)s answers are held", number),
                _("Look"),
                "warn",
            ),
        }[state]
        detail = waits_for(oldest) if state == "failed" else _since(oldest, oldest.state_since)
        yield _line(
            icon,
            title % {"n": number},
            detail,
            f"{reverse('outbox')}?view=stopped",
            do=do,
            tone=tone,
            mark=icon,
        )
    if late := stuck(deliveries(person), now):
        title = ngettext(
            "%(n)s answer is on its way for too long",
            "%(n)s answers are on their way for too long",
            len(late),
        ) % {"n": len(late)}
        detail = f"{_since(late[0], late[0].made_at)}. {waits_for(late[0])}"
        url = f"{reverse('outbox')}?view=moving"
        yield _line("hourglass", title, detail, url, do=_("Look"), tone="warn", mark="hourglass")


def _since(delivery: Delivery, when: datetime) -> str:
    return _("Oldest: %(channel)s, since %(when)s") % {
        "channel": delivery.channel.name,
        "when": spoken.unbroken(spoken.moment(when, delivery.zone, year=False)),
    }


def _stopped(person: Person) -> Iterator[tuple[str, int, Delivery]]:
    for state in ("failed", "by_hand", "held"):
        rows = deliveries(person).filter(state=state)
        if oldest := rows.order_by("pk").first():
            yield state, rows[: queries.CAP].count(), oldest


def _connections(person: Person, now: datetime) -> Iterator[Line]:
    """The channels that refuse us, and those that have not answered for a day: nobody is heard there."""
    rows = Connection.objects.filter(channel__in=channels_for(person), channel__retired_at=None)
    rows = rows.filter(Q(healthy=False) | unanswered(now)).select_related("channel")
    for one in rows.order_by("healthy", "pk")[:APPROVALS]:
        title, do, tone = _("%(channel)s cannot be reached"), _("Connect again"), "bad"
        told = {"channel": one.channel.name}
        if one.healthy and one.answered_at:
            title, do, tone = _("%(channel)s has not answered for %(span)s"), _("Look"), "warn"
            told["span"] = spoken.unbroken(spoken.span(now - one.answered_at))
        detail = trouble_text(one.channel.platform, one.error_code, one.error)
        url = reverse("channel", args=[one.channel_id])
        yield _line(
            "plug", title % told, detail or _("The machine is behind with its work"), url,
            do=do, tone=tone, mark="unplug",
        )  # fmt: skip


def _machine(now: datetime) -> Iterator[Line]:
    late = [_(q.label) for q in QUEUES.values() if q.rows.filter(due_at__lt=now - q.late_after).exists()]
    if late:
        yield _line(
            "activity", _("The machine is behind with its work"), ", ".join(late), reverse("work"),
            do=_("Look"), tone="bad", mark="clock-alert",
        )  # fmt: skip


def _seals(now: datetime) -> Iterator[Line]:
    """Seals that stay on this machine: whoever owns it could rewrite what they prove."""
    if place := leaving.staying(settings.SEAL_MAIL_TO, now):
        told = {"where": place.name, "span": spoken.unbroken(spoken.span(now - (place.since or now)))}
        yield _line(
            "fingerprint-pattern", _("The seals of the evidence do not leave this machine"),
            _("Not to %(where)s for %(span)s. Whoever runs the server can mend it.") % told, reverse("evidence"),
            do=_("Look"), tone="bad", mark="clock-alert",
        )  # fmt: skip


def _imports(person: Person) -> list[Line]:
    """The files that the person sent and that are not done: what they must choose, and how far a worker is."""
    rows = ImportJob.objects.filter(person=person).exclude(state__in=IMPORT.final)
    return [importing.line(job) for job in rows.select_related("channel__unit", "person")[:APPROVALS]]


def _ending(person: Person, roles: tuple[Held, ...], now: datetime) -> Iterator[Line]:
    """Who is let in for a limited time knows when it ends."""
    if not any(role.kind is RoleKind.AUDITOR for role in roles):
        return
    until = Role.objects.filter(person=person, kind=RoleKind.AUDITOR).order_by("-until").first()
    if until and until.until and until.until <= (now + ENDS_SOON).date():
        title = _("You may look until %(day)s") % {"day": spoken.weekday_date(until.until)}
        detail = _("Check the evidence before then; a coordinator can give you more time.")
        yield _line(
            "fingerprint-pattern", title, detail, reverse("evidence"), do=_("Look"), tone="idle", mark="eye"
        )


def _empty(person: Person, roles: tuple[Held, ...], has_channels: bool) -> dict[str, str]:
    """What is said to whom nothing waits for: why, and the one thing to do next."""
    if not roles and not Unit.objects.exists():
        return {
            "what": _("This installation is empty"),
            "how": _("Run “mimin set-up” on the server: it makes the government and its first coordinator."),
            "url": reverse("me"),
            "start": _("See my account"),
        }
    if not roles:
        people = Person.objects.filter(is_active=True, roles__kind=RoleKind.COORDINATOR).order_by("pk")
        asked = ", ".join(dict.fromkeys(person.label for person in people[:3]))
        return {
            "what": _("You have no part yet"),
            "how": _("A coordinator says at which unit you work and as what. Ask: %(names)s.")
            % {"names": asked},
            "url": reverse("me"),
            "start": _("See my account"),
        }
    what = _("Nothing waits for you")
    if not has_channels and may(roles, "channel.add"):
        how = _(
            "Your unit has no channel here yet. What citizens write on one comes in by itself or by hand."
        )
        return {"what": what, "how": how, "url": reverse("channel_add"), "start": _("Add a channel")}
    if may(roles, "evidence.see") and not may(roles, "case.answer"):
        how = _("What is late or waits in the units you look at stands here.")
        return {"what": what, "how": how, "url": reverse("evidence"), "start": _("Check the evidence")}
    how = _("What comes in for your unit, and what asks for your approval, stands here.")
    return {"what": what, "how": how, "url": reverse("inbox"), "start": _("See the inbox")}


def _channels(person: Person) -> list[Channel]:
    """Those in use, first what cannot be reached, then what Mimin hears by itself; one more than is shown."""
    rows = channels_for(person).filter(retired_at=None).select_related("connection")
    return list(rows.order_by(F("connection__healthy").asc(nulls_last=True), "name", "pk")[: SHOWN + 1])


def _channel(channel: Channel, now: datetime) -> Line:
    health, connection = health_of(channel, now), getattr(channel, "connection", None)
    state = tag(HEALTH[health])
    said = state["label"].lower()
    if connection and connection.last_heard_at:
        said = _("heard %(span)s ago") % {"span": spoken.span(now - connection.last_heard_at)}
    return {
        "icon": icon_of(channel.platform), "title": channel.name,
        "detail": f"{platform_label(channel.platform)} · {said}",
        "url": reverse("channel", args=[channel.pk]), "tag": state if state["tone"] in {"bad", "warn"} else None,
    }  # fmt: skip
