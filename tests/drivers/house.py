"""Set up a small government with one connected website in an empty database, and print how to sign in.

python -m tests.drivers.house SITE_URL USER PASSWORD
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from mimin.people.models import Person  # noqa: E402
from mimin.policy.models import Policy  # noqa: E402
from mimin.registry.actions import connect  # noqa: E402
from mimin.registry.models import Channel  # noqa: E402
from tests.made import BY, MONDAY, channel, government  # noqa: E402


def session_of(person: Person) -> str:
    """The key of a session in which this person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def main(url: str, username: str, password: str) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    made = government()
    site = channel(made.pupr, url)
    Channel.objects.filter(pk=site.pk).update(platform="wordpress")
    site.refresh_from_db()
    Policy.objects.create(
        key="outbox.settle_after_seconds", unit=made.root, value=1, valid_from="2020-01-01",
        set_by="test", set_at=MONDAY,
    )  # fmt: skip
    secrets = {"username": username, "application_password": password}
    connect(channel=site, secrets=secrets, by=BY, at=timezone.now())
    print(json.dumps({"session": session_of(made.people["admin.pupr"]), "channel": site.pk}))


if __name__ == "__main__":
    main(*sys.argv[1:])
