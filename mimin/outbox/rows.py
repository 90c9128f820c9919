"""Deliveries as a screen prints them: what stands where, what it waits for, and who can act."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from mimin.lib import spoken
from mimin.outbox.models import Delivery
from mimin.outbox.queries import may_act, text_of
from mimin.outbox.rules import EXPLAINED, PROVABLE
from mimin.outbox.states import DELIVERY
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.registry.rows import told, trouble_text

STATES: dict[str, tuple[str, str, str]] = {
    "waiting": (noop("Waits its turn"), "info", "hourglass"),
    "sending": (noop("Is being sent"), "info", "send"),
    "pending": (noop("Accepted, not visible yet"), "info", "hourglass"),
    "unsure": (noop("Unsure"), "warn", "circle-question-mark"),
    "by_hand": (noop("By hand"), "warn", "hand"),
    "live": (noop("Stands on the platform"), "ok", "check"),
    "failed": (noop("Failed"), "bad", "circle-alert"),
    "held": (noop("Held"), "warn", "lock"),
    "cancelled": (noop("Cancelled"), "idle", "ban"),
}
"""state -> word, tone, icon."""

WAITS: dict[str, str] = {
    "waiting": noop(
        "It leaves as soon as what stands before it on this channel is gone. Nobody needs to act."
    ),
    "sending": noop("Mimin is talking to the platform. Nobody needs to act."),
    "pending": noop(
        "The platform took it and does not show it yet; Mimin keeps looking. Nobody needs to act."
    ),
    "unsure": noop(
        "Mimin looks on the platform whether it arrived, and sends no second copy. Nobody needs to act."
    ),
    "by_hand": noop("Who can do it: the admin of %(unit)s."),
    "failed": noop(
        "Mend the cause, then retry: Mimin looks first whether it arrived. Who can do it: the admin of %(unit)s."
    ),
    "held": noop(
        "After a restore nobody knows what left since; releasing it looks first. Who can do it: the coordinator."
    ),
}
"""state -> what it waits for and who can act, where no error says it better."""

ACTS: dict[str, tuple[str, str]] = {
    "retry": (noop("Retry"), "primary"),
    "release": (noop("Release"), "primary"),
    "cancel": (noop("Do not send"), ""),
}
"""verb of the flow -> its button and tone; "land" is the page that proves."""


def delivery_rows(deliveries: list[Delivery], person: Person) -> list[dict[str, Any]]:
    """The lines of one page."""
    return [_row(delivery, person) for delivery in deliveries]


def _row(delivery: Delivery, person: Person) -> dict[str, Any]:
    word, tone, icon = STATES[delivery.state]
    return {
        "title": title_of(delivery),
        "url": place_of(delivery),
        "channel": delivery.channel.name,
        "when_text": spoken.moment(delivery.state_since, delivery.channel.unit.zone),
        "state": {"label": _(word), "tone": tone, "icon": icon},
        "trouble": waits_for(delivery),
        "acts": acts(delivery) if may_act(person, delivery) else [],
    }


def title_of(delivery: Delivery) -> str:
    """The beginning of what is said; what is kept secret has no words in a list."""
    if delivery.secrecy >= Secrecy.SECRET:
        return _("Confidential answer")
    text = " ".join(text_of(delivery).split())
    return text if len(text) <= 90 else f"{text[:89]}…"


def place_of(delivery: Delivery) -> str:
    """The page of what the delivery belongs to, as its thread names it; else its own."""
    name, _space, number = delivery.thread.partition(" ")
    try:
        return reverse(name, args=[int(number)])
    except (NoReverseMatch, ValueError):
        return reverse("delivery", args=[delivery.pk])


def waits_for(delivery: Delivery) -> str:
    """What happened, what it waits for and who can act; "" once it rests."""
    if delivery.state not in WAITS:
        return ""
    waits = _(WAITS[delivery.state]) % {"unit": delivery.channel.unit.name}
    if delivery.state == "by_hand":
        return f"{' '.join(steps_of(delivery))} {waits}".strip()
    if delivery.error_code in EXPLAINED:
        return told(EXPLAINED[delivery.error_code])
    said = trouble_text(delivery.channel.platform, delivery.error_code, "")
    return said or (f"{_(delivery.error)} {waits}" if delivery.error else waits)


def steps_of(delivery: Delivery) -> list[str]:
    """What a person who posts it by hand does, step by step."""
    return [_(step) for step in delivery.instructions.splitlines() if step]


def acts(delivery: Delivery) -> list[dict[str, str]]:
    """The steps that the flow table allows here, as buttons."""
    verbs = DELIVERY.verbs_from(delivery.state)
    steps = [
        {
            "label": _(ACTS[verb][0]),
            "url": reverse("delivery_act", args=[delivery.pk, verb]),
            "tone": ACTS[verb][1],
            "method": "post",
        }
        for verb in verbs
        if verb in ACTS and not (delivery.state == "waiting" and delivery.attempted)
    ]
    if "land" in verbs and delivery.state in PROVABLE:
        label, tone = (
            (_("Post by hand"), "primary") if delivery.state == "by_hand" else (_("It stands there"), "")
        )
        steps.insert(
            0, {"label": label, "url": reverse("prove", args=[delivery.pk]), "tone": tone, "method": "get"}
        )
    if delivery.photo_id:
        photo = reverse("delivery_photo", args=[delivery.pk])
        steps.append({"label": _("See the photo"), "url": photo, "tone": "", "method": "get"})
    return steps


def outgoing_lines(deliveries: list[Delivery]) -> list[dict[str, Any]]:
    """Deliveries as lines of a channel's page."""
    lines = []
    for delivery in deliveries:
        word, tone, icon = STATES[delivery.state]
        lines.append(
            {
                "icon": icon,
                "title": title_of(delivery),
                "detail": spoken.moment(delivery.state_since, delivery.channel.unit.zone),
                "url": reverse("delivery", args=[delivery.pk]),
                "tag": {"label": _(word), "tone": tone, "icon": ""},
            }
        )
    return lines
