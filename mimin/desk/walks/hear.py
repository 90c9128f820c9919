"""hear: what a citizen wrote on a connected channel comes in, is understood and opens a case."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.utils import timezone

from mimin.inbox import receipt
from mimin.inbox.arriving import kept
from mimin.inbox.intake import Received, note_held, receive
from mimin.inbox.understanding import understanding
from mimin.platforms.base import Listens, PlatformError
from mimin.policy.queries import value
from mimin.registry.actions import heard, unheard
from mimin.registry.models import Connection
from mimin.registry.queries import connector_for


def hear(connection: Connection) -> Received:
    """Ask the platform what is new and take it in; what went wrong is kept on the connection's row."""
    channel, at = connection.channel, timezone.now()
    every = timedelta(minutes=value(channel.unit, "listen.every_minutes"))
    connector = connector_for(channel)
    if not isinstance(connector, Listens):
        Connection.objects.filter(pk=connection.pk).update(due_at=None)
        return Received((), (), ())
    try:
        batch = connector.fetch(connection.cursor)
    except PlatformError as error:
        unheard(connection, error, at=timezone.now())
        return Received((), (), ())
    new = [
        one for one in batch.heard if connection.since is None or kept(one, at=at).sent_at >= connection.since
    ]
    note_held(new, channel=channel)
    then = partial(receipt.acknowledge, channel=channel, at=at) if receipt.private(channel) else None
    received = receive(new, channel=channel, at=at, understand=understanding(), then=then)
    heard(
        connection, cursor=batch.cursor, any_new=bool(received.messages), more=batch.more, every=every, at=at
    )
    return received


def listen(pk: int) -> None:
    """A worker's entry point: one connection, one round of hearing."""
    hear(Connection.objects.select_related("channel", "channel__unit").get(pk=pk))
