"""Deliveries as a screen prints them: what stands where, what it waits for, and who can act."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from mimin.lib import spoken
from mimin.lib.crypto import KeyMissing, Tampered
from mimin.outbox.doers import Doer, Doers, doers
from mimin.outbox.models import Delivery
from mimin.outbox.queries import may_act, text_of
from mimin.outbox.rules import EXPLAINED, PROVABLE
from mimin.outbox.states import DELIVERY
from mimin.people.models import Person
from mimin.people.rows import kind_word
from mimin.people.rules import RoleKind, Secrecy
from mimin.registry.rules import explained

LOOKS: dict[str, tuple[str, str]] = {
    "waiting": ("info", "hourglass"),
    "sending": ("info", "send"),
    "pending": ("info", "hourglass"),
    "unsure": ("warn", "circle-question-mark"),
    "by_hand": ("warn", "hand"),
    "live": ("ok", "check"),
    "failed": ("bad", "circle-alert"),
    "held": ("warn", "lock"),
    "cancelled": ("idle", "ban"),
}
"""state -> tone, icon; its word stands in the flow."""

WAITS: dict[str, str] = {
    "waiting": noop("It leaves as soon as what stands before it on this channel is gone."),
    "sending": noop("Mimin is talking to the platform."),
    "pending": noop("The platform took it and does not show it yet; Mimin keeps looking."),
    "unsure": noop("Mimin looks on the platform whether it arrived, and sends no second copy."),
    "failed": noop("Mend the cause, then retry: Mimin looks first whether it arrived."),
    "held": noop("After a restore nobody knows what left since; releasing it looks first."),
}
"""state -> what it waits for, where no error says it better."""
FOR_A_PERSON = ("failed", "held")
NOBODY = noop("Nobody needs to act.")

ACTS: dict[str, tuple[str, str]] = {
    "retry": (noop("Retry"), "primary"),
    "release": (noop("Release"), "primary"),
    "cancel": (noop("Do not send"), ""),
}
"""verb of the flow -> its button and tone; "land" is the page that proves."""


def delivery_rows(deliveries: list[Delivery], person: Person) -> list[dict[str, Any]]:
    """The lines of one page."""
    able = doers(deliveries)
    return [_row(delivery, person, able[delivery.pk]) for delivery in deliveries]


def _row(delivery: Delivery, person: Person, able: Doers) -> dict[str, Any]:
    trouble, who = _waits_for(delivery, able)
    return {
        "title": title_of(delivery),
        "url": place_of(delivery),
        "channel": delivery.channel.name,
        "when_text": spoken.moment(delivery.state_since, delivery.zone),
        "state": _state(delivery),
        "trouble": trouble,
        "who": who,
        "acts": [*(acts(delivery) if may_act(person, delivery) else []), *_proofs(delivery)],
    }


def _state(delivery: Delivery) -> dict[str, str]:
    tone, icon = LOOKS[delivery.state]
    return {"label": _(DELIVERY.states[delivery.state]), "tone": tone, "icon": icon}


def title_of(delivery: Delivery) -> str:
    """The beginning of what is said; what is kept secret has no words in a list."""
    if delivery.secrecy >= Secrecy.SECRET:
        return _("Confidential answer")
    text = " ".join(_text(delivery).split())
    return text if len(text) <= 90 else f"{text[:89]}…"


def said(delivery: Delivery) -> str:
    """Everything that is said, on the delivery's own page; what is kept secret stands in its case alone."""
    return title_of(delivery) if delivery.secrecy >= Secrecy.SECRET else _text(delivery)


def _text(delivery: Delivery) -> str:
    """What is said, or that it does not open: one row whose key is lost shall not take the list with it."""
    try:
        return text_of(delivery)
    except (KeyMissing, Tampered):
        return _("A sealed text that does not open")


def place_of(delivery: Delivery) -> str:
    """The page of what the delivery belongs to, as its thread names it; else its own."""
    name, _space, number = delivery.thread.partition(" ")
    try:
        return reverse(name, args=[int(number)])
    except (NoReverseMatch, ValueError):
        return reverse("delivery", args=[delivery.pk])


def waits_for(delivery: Delivery) -> str:
    """What happened, what it waits for and who can act; "" once it rests."""
    return " ".join(filter(None, _waits_for(delivery, doers([delivery])[delivery.pk])))


def _waits_for(delivery: Delivery, able: Doers) -> tuple[str, str]:
    """What happened and what it waits for; and who can act."""
    if delivery.state == "by_hand":
        return " ".join(steps_of(delivery)), _who(able["admin"])
    if delivery.state not in WAITS:
        return "", ""
    known = EXPLAINED.get(delivery.error_code) or explained(delivery.channel.platform, delivery.error_code)
    if known:
        return f"{_(known.what)} {_(known.do)}", _who(able[known.who]) if known.who in able else _(NOBODY)
    waits = " ".join(filter(None, (_(delivery.error) if delivery.error else "", _(WAITS[delivery.state]))))
    return waits, _who(able["admin"]) if delivery.state in FOR_A_PERSON else _(NOBODY)


def _who(able: tuple[Doer, ...]) -> str:
    if not able:
        return _("Nobody holds a part that can do it. The coordinator can give one.")
    units: dict[RoleKind, list[str]] = {}
    for one in able:
        units.setdefault(one.kind, []).append(one.unit)
    either = _(" or ")
    parts = [
        _("%(part)s of %(unit)s") % {"part": kind_word(kind), "unit": either.join(names)}
        for kind, names in units.items()
    ]
    return _("Who can do it: %(who)s.") % {"who": either.join(parts)}


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
        prove = reverse("prove", args=[delivery.pk])
        steps.insert(0, {"label": label, "url": prove, "tone": tone, "method": "get"})
    return sorted(steps, key=lambda step: step["tone"] != "primary")


def _proofs(delivery: Delivery) -> list[dict[str, str]]:
    """The ways to what stands there, for everybody who may see the delivery."""
    ways = []
    if delivery.url.startswith(("https://", "http://")):
        ways.append((_("See it there"), delivery.url))
    if delivery.photo_id:
        ways.append((_("See the photo"), reverse("delivery_photo", args=[delivery.pk])))
    return [{"label": label, "url": url, "tone": "", "method": "open"} for label, url in ways]


def outgoing_lines(deliveries: list[Delivery]) -> list[dict[str, Any]]:
    """Deliveries as lines of a channel's page."""
    lines = []
    for delivery in deliveries:
        state = _state(delivery)
        lines.append(
            {
                "icon": state["icon"],
                "title": title_of(delivery),
                "detail": spoken.moment(delivery.state_since, delivery.zone),
                "url": reverse("delivery", args=[delivery.pk]),
                "tag": {**state, "icon": ""},
            }
        )
    return lines
