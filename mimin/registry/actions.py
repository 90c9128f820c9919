"""The verbs of the registry: adding, connecting, assigning and retiring a channel."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, Subject, record
from mimin.lib.moving import Refused
from mimin.lib.work import back_off, nudge
from mimin.people.models import Person, Unit
from mimin.platforms import PLATFORMS
from mimin.platforms.base import Connects, Health, PlatformError
from mimin.policy.queries import value
from mimin.registry.models import AddressRule, Assignment, Channel, Connection
from mimin.registry.queries import address_rules, connectable, connector_for, standing_at
from mimin.registry.rules import NAMED, BadTemplate, NotAnAddress, Recognised, alike, recognise, template_of


def _about(channel: Channel) -> Subject:
    return Subject("channel", channel.pk, channel.name)


def recognised(pasted: str, platform: str = "") -> Recognised:
    """What a pasted address is; Refused in words for the person when it is none."""
    try:
        return recognise(pasted, address_rules(), platform)
    except NotAnAddress as error:
        raise Refused(
            _("“%(text)s” is not an address. Paste it from the browser, such as instagram.com/dinascontoh.")
            % {"text": pasted[:80]}
        ) from error


def add_channel(
    *, pasted: str, unit: Unit, name: str, mode: str, by: Actor, at: datetime, platform: str = ""
) -> Channel:
    """Register a channel from a pasted address; a duplicate is refused with the place where it stands."""
    found = (
        recognised(pasted, platform)
        if not _placed(platform)
        else Recognised(platform, f"{unit.pk}/{pasted.strip()[:200]}")
    )
    chosen = platform or found.platform
    try:
        with transaction.atomic():
            channel = Channel.objects.create(
                unit=unit, platform=chosen, name=name.strip() or found.handle or found.address,
                address=found.address, handle=found.handle, mode=mode, added_at=at, added_by=by.label,
            )  # fmt: skip
            facts = {"platform": chosen, "address": found.address, "unit": unit.pk, "mode": mode}
            record("channel.added", subject=_about(channel), by=by, at=at, facts=facts)
    except IntegrityError as error:
        raise Refused(_taken(found.address)) from error
    return channel


def _placed(platform: str) -> bool:
    """Whether a channel of this platform is a place of its unit, and no address on the net."""
    return platform in PLATFORMS and PLATFORMS[platform].placed


def _taken(address: str) -> str:
    """Where an address stands already. The unit's name is all that a stranger to it learns."""
    there = standing_at(address)
    unit = there.unit.name if there else ""
    return _("%(address)s is registered already, under %(unit)s. Ask the coordinator to move it.") % {
        "address": address,
        "unit": unit,
    }


@transaction.atomic
def correct(*, channel: Channel, pasted: str, name: str, by: Actor, at: datetime) -> None:
    """Follow a channel that was renamed on its platform: another address or name, the same channel with its history.

    Nothing changes where both are as they were. Refused for an address of another platform, where another channel
    stands already, and for another address while Mimin holds a key: it was given for the old one.
    """
    found = _corrected(channel, pasted)
    named, was = name.strip()[:160] or channel.name, channel.address
    if (found.address, named) == (was, channel.name):
        return
    if found.address != was and channel.mode == Channel.Mode.CONNECTED:
        raise Refused(
            _("Mimin holds a key for the old address. Disconnect the channel, correct it, connect it again.")
        )
    changes = {"address": found.address, "handle": found.handle, "name": named}
    try:
        with transaction.atomic():
            Channel.objects.filter(pk=channel.pk, address=was).update(**changes)
    except IntegrityError as error:
        raise Refused(_taken(found.address)) from error
    channel.refresh_from_db()
    facts = {"from": was, "to": found.address, "name": named}
    record("channel.corrected", subject=_about(channel), by=by, at=at, facts=facts)


def _corrected(channel: Channel, pasted: str) -> Recognised:
    """What the channel's new address is; the old one as it stands. Refused where it is of another platform."""
    if pasted.strip() in ("", channel.address, channel.address.partition("/")[2]):
        return Recognised(channel.platform, channel.address, channel.handle)
    if _placed(channel.platform):
        return Recognised(channel.platform, f"{channel.address.split('/')[0]}/{pasted.strip()[:200]}")
    found = recognised(pasted, channel.platform)
    if found.platform not in alike(channel.platform) and PLATFORMS[channel.platform].addresses:
        raise Refused(_("That is an address of another platform. Add it as a channel of its own."))
    return found


@transaction.atomic
def set_address_rule(
    *, platform: str, template: str, order: int, by: Actor, at: datetime, rule: AddressRule | None = None
) -> AddressRule:
    """Add a rule by which addresses are recognised, or change one; nothing changes where it says the same."""
    if platform not in NAMED:
        raise Refused(_("Addresses of this platform are recognised without a rule. Choose another platform."))
    try:
        said = {"platform": platform, "template": template_of(template), "order": order}
    except BadTemplate as error:
        raise Refused(_(str(error))) from error
    if rule and {name: getattr(rule, name) for name in said} == said:
        return rule
    try:
        with transaction.atomic():
            kept = AddressRule(pk=rule.pk if rule else None, **said)
            kept.save()
    except IntegrityError as error:
        raise Refused(_("There is a rule for %(template)s already. Change that one.") % said) from error
    record(
        "address_rule.set", subject=Subject("address_rule", kept.pk, kept.template), by=by, at=at, facts=said
    )
    return kept


@transaction.atomic
def forget_address_rule(*, rule: AddressRule, by: Actor, at: datetime) -> None:
    """Remove a rule; what was recognised by it stays. Nothing changes when it is gone already."""
    subject = Subject("address_rule", rule.pk, rule.template)
    facts = {"platform": rule.platform, "template": rule.template}
    if AddressRule.objects.filter(pk=rule.pk).delete()[0]:
        record("address_rule.forgotten", subject=subject, by=by, at=at, facts=facts)


def connect(*, channel: Channel, secrets: Mapping[str, str], by: Actor, at: datetime) -> Health:
    """Keep the credentials, sealed, once the platform has accepted them; listening begins at once.

    Raises PlatformError when the platform refuses them: nothing is kept then.
    """
    if channel.retired_at:
        raise Refused(_("This channel is retired. Take it up again before you connect it."))
    if not connectable(channel.platform):
        raise Refused(_("Mimin cannot be connected to this platform yet. Keep the channel assisted."))
    trial = Channel(platform=channel.platform, address=channel.address, mode=Channel.Mode.CONNECTED)
    trial.connection = Connection(secrets=json.dumps(dict(secrets)))
    asked = connector_for(trial)
    health = asked.health() if isinstance(asked, Connects) else Health("")
    with transaction.atomic():
        Connection.objects.update_or_create(
            channel=channel,
            defaults={
                "secrets": json.dumps(dict(secrets)), "healthy": True, "account": health.account, "error": "",
                "error_code": "", "answered_at": at, "due_at": at, "tries": 0, "lease_until": None, "cursor": "",
                "since": at - timedelta(days=value(channel.unit, "listen.first_days")),
            },
        )  # fmt: skip
        Channel.objects.filter(pk=channel.pk).update(mode=Channel.Mode.CONNECTED)
        channel.refresh_from_db()
        record("channel.connected", subject=_about(channel), by=by, at=at, facts={"account": health.account})
        nudge("listen", channel.connection.pk)
    return health


@transaction.atomic
def change_mode(*, channel: Channel, mode: str, platform: str, by: Actor, at: datetime) -> None:
    """Say whether a channel is only watched or worked by hand, and what it runs on where addresses do not tell.

    Connected is no choice here: it begins with credentials and ends by forgetting them.
    """
    if mode not in (Channel.Mode.WATCHED, Channel.Mode.ASSISTED):
        raise Refused(_("A channel is connected by entering its credentials. Choose “Connect”."))
    if platform not in alike(channel.platform):
        raise Refused(_("The address does not fit that platform. Add the channel anew with its own address."))
    if (mode, platform) == (channel.mode, channel.platform):
        return
    rows = Channel.objects.filter(pk=channel.pk, retired_at=None).exclude(mode=Channel.Mode.CONNECTED)
    if not rows.update(mode=mode, platform=platform):
        raise Refused(_("This channel is connected or retired. Disconnect it or take it up again first."))
    channel.refresh_from_db()
    facts = {"mode": mode, "platform": platform}
    record("channel.mode_changed", subject=_about(channel), by=by, at=at, facts=facts)


@transaction.atomic
def move_channel(*, channel: Channel, unit: Unit, by: Actor, at: datetime) -> None:
    """Let another unit own a channel; its cases stay where they are, and what is heard from now on is that unit's.

    Nothing changes when the channel is the unit's already. Raises Refused where the unit has ended.
    """
    if not unit.active:
        raise Refused(
            _("%(unit)s no longer exists. Choose the unit that took over its work.") % {"unit": unit.name}
        )
    was = channel.unit_id
    if not Channel.objects.filter(pk=channel.pk, unit=was).exclude(unit=unit).update(unit=unit):
        return
    channel.unit = unit
    record("channel.moved", subject=_about(channel), by=by, at=at, facts={"from": was, "to": unit.pk})


def inherit(
    unit: Unit, heir: Unit, by: Actor, at: datetime, *, channels: Collection[int] | None = None
) -> None:
    """Give the heir every channel of a unit that ends, the retired ones too: they may be taken up again; of a unit that
    goes on those ``channels`` alone, by their ids."""
    owned = Channel.objects.filter(unit=unit)
    for channel in owned if channels is None else owned.filter(pk__in=channels):
        move_channel(channel=channel, unit=heir, by=by, at=at)


@transaction.atomic
def listen_now(*, channel: Channel, by: Actor, at: datetime) -> None:
    """Let the platform be asked at once what is new, instead of at the next turn."""
    connection = Connection.objects.filter(channel=channel).first()
    if connection is None:
        raise Refused(_("This channel is not connected, so there is nothing to ask. Connect it first."))
    Connection.objects.filter(pk=connection.pk).update(due_at=at)
    record("channel.asked", subject=_about(channel), by=by, at=at, facts={})
    nudge("listen", connection.pk)


@transaction.atomic
def disconnect(*, channel: Channel, by: Actor, at: datetime) -> None:
    """Forget the credentials; the channel goes on assisted. Nothing changes when it is not connected."""
    Connection.objects.filter(channel=channel).delete()
    rows = Channel.objects.filter(pk=channel.pk, mode=Channel.Mode.CONNECTED)
    if not rows.update(mode=Channel.Mode.ASSISTED):
        return
    channel.refresh_from_db()
    record("channel.disconnected", subject=_about(channel), by=by, at=at, facts={})


@transaction.atomic
def retire(*, channel: Channel, by: Actor, at: datetime) -> None:
    """Say that a channel is no longer used; its history stays. Nothing changes when it is retired already."""
    Connection.objects.filter(channel=channel).delete()
    rows = Channel.objects.filter(pk=channel.pk, retired_at=None)
    if not rows.update(retired_at=at, mode=Channel.Mode.WATCHED):
        return
    channel.refresh_from_db()
    record("channel.retired", subject=_about(channel), by=by, at=at, facts={})


@transaction.atomic
def revive(*, channel: Channel, by: Actor, at: datetime) -> None:
    """Use a retired channel again, worked by hand at first. Nothing changes when it is in use."""
    rows = Channel.objects.filter(pk=channel.pk, retired_at__isnull=False)
    if not rows.update(retired_at=None, mode=Channel.Mode.ASSISTED):
        return
    channel.refresh_from_db()
    record("channel.revived", subject=_about(channel), by=by, at=at, facts={})


@transaction.atomic
def assign(*, channel: Channel, person: Person, since: date, by: Actor, at: datetime) -> Assignment:
    """Say who runs a channel from a day on; nothing changes when the person runs it already."""
    row, made = Assignment.objects.get_or_create(
        channel=channel, person=person, until=None, defaults={"since": since}
    )
    if made:
        facts = {"person": person.pk, "since": since.isoformat()}
        record("channel.assigned", subject=_about(channel), by=by, at=at, facts=facts)
    return row


@transaction.atomic
def end_assignment(*, assignment: Assignment, until: date, by: Actor, at: datetime) -> None:
    """Say that a person no longer runs a channel. Nothing changes when it has ended already."""
    if not Assignment.objects.filter(pk=assignment.pk, until=None).update(until=until):
        return
    facts = {"person": assignment.person_id, "until": until.isoformat()}
    record("channel.unassigned", subject=_about(assignment.channel), by=by, at=at, facts=facts)


def heard(
    connection: Connection, *, cursor: str, any_new: bool, more: bool, every: timedelta, at: datetime
) -> None:
    """Note on the row that the platform answered, and when to ask again (at once when there is more)."""
    changes = {
        "cursor": cursor,
        "healthy": True,
        "error": "",
        "error_code": "",
        "last_fetch_at": at,
        "answered_at": at,
        "tries": 0,
    }
    if any_new:
        changes["last_heard_at"] = at
    Connection.objects.filter(pk=connection.pk).update(due_at=at if more else at + every, **changes)


@transaction.atomic
def unheard(connection: Connection, error: PlatformError, *, at: datetime) -> None:
    """Note that the platform did not answer; a permanent refusal is told in the trail once, and asked again hourly."""
    wait = (
        timedelta(hours=1)
        if error.permanent
        else timedelta(seconds=error.retry_after or 0) or back_off(connection.tries)
    )
    changed = Connection.objects.filter(pk=connection.pk).exclude(error_code=error.code)
    if error.permanent and changed.update(healthy=False, error_code=error.code):
        record(
            "channel.refused",
            subject=_about(connection.channel),
            by=Actor(None, "Mimin"),
            at=at,
            facts={"code": error.code},
        )
    Connection.objects.filter(pk=connection.pk).update(
        error=error.message[:500], error_code=error.code, last_fetch_at=at, due_at=at + wait
    )
