"""Sealing again with the current key: every column, in batches, after a stop too, and never over somebody's change."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from mimin.desk import rotate
from mimin.desk.rotate import Rotated, newest, sealed_columns, waiting
from mimin.desk.tests.installation import VENDORS, copy_of
from mimin.inbox.models import Message
from mimin.lib.crypto import key_id_of, new_key
from mimin.lib.sealed import SealedText
from mimin.people import second_step
from mimin.people.actions import add_person
from mimin.people.models import Person
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, channel, unit

pytestmark = pytest.mark.xdist_group("installations")
OLD, NEW = new_key("k1"), new_key("k2")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RAW = {str(column): column for column in sealed_columns()}["mimin_message.raw"]


@pytest.fixture
def messages(db, settings) -> list[Message]:
    """Seven messages sealed with the old key; the new one is in front now."""
    settings.KEYRING = OLD
    place = channel(unit(None, "Kabupaten Contoh", "Contoh", "kabupaten"))
    made = [message(place, number) for number in range(7)]
    settings.KEYRING = f"{NEW},{OLD}"
    return made


def message(place: Channel, number: int) -> Message:
    """A message whose sealed text tells its number."""
    return Message.objects.create(
        channel=place, remote_id=str(number), raw=f"laporan {number}", sent_at=MONDAY, received_at=MONDAY
    )


def keys() -> list[str]:
    """The key of every message's sealed text, oldest first."""
    return [key_id_of(token) for _pk, token in reversed(newest(RAW, 100))]


def rotated(tell=lambda what, done, total: None) -> Rotated:
    """Rotate the messages."""
    done = Rotated()
    rotate.rotate(RAW, into=done, tell=tell)
    return done


def test_every_sealed_column_of_every_table_is_known() -> None:
    fields = [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_app_config("mimin").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, SealedText)
    ]
    assert sorted(str(column) for column in sealed_columns()) == sorted(fields)
    assert len(fields) >= 7


def test_all_rows_are_sealed_with_the_current_key_and_read_as_before(messages, settings) -> None:
    assert keys() == ["k1"] * 7
    assert waiting(RAW) == 7
    assert rotated() == Rotated(7, {})
    assert keys() == ["k2"] * 7
    assert waiting(RAW) == 0
    settings.KEYRING = NEW
    assert [row.raw for row in Message.objects.order_by("pk")] == [f"laporan {n}" for n in range(7)]


def test_a_second_run_changes_nothing(messages) -> None:
    rotated()
    before = newest(RAW, 100)
    assert rotated() == Rotated(0, {})
    assert newest(RAW, 100) == before


def test_a_run_that_was_stopped_goes_on_where_it_was(messages, monkeypatch) -> None:
    monkeypatch.setattr(rotate, "BATCH", 3)

    def stop(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotated(stop)
    assert keys() == ["k2"] * 3 + ["k1"] * 4
    assert rotated() == Rotated(4, {})
    assert keys() == ["k2"] * 7


def test_progress_tells_the_column_and_how_far_it_is(messages, monkeypatch) -> None:
    monkeypatch.setattr(rotate, "BATCH", 3)
    told: list[tuple[str, int, int]] = []
    rotated(lambda *said: told.append(said))
    assert told == [("mimin_message.raw", 3, 7), ("mimin_message.raw", 6, 7), ("mimin_message.raw", 7, 7)]


def test_a_row_changed_meanwhile_keeps_what_was_written(messages, monkeypatch) -> None:
    write = rotate._write

    def somebody_first(column, rows) -> None:
        row = Message.objects.get(pk=messages[2].pk)
        row.raw = "diubah"
        row.save()
        write(column, rows)

    monkeypatch.setattr(rotate, "_write", somebody_first)
    rotated()
    assert Message.objects.get(pk=messages[2].pk).raw == "diubah"
    assert keys() == ["k2"] * 7


def test_rows_that_do_not_open_are_named_and_the_others_go_on(messages, settings) -> None:
    place = Channel.objects.get()
    settings.KEYRING = new_key("hilang")
    lost = message(place, 8)
    settings.KEYRING = f"{NEW},{OLD}"
    torn = message(place, 9)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE mimin_message SET raw = %s WHERE id = %s", [b"torn", torn.pk])
    assert rotated() == Rotated(
        7, {"key hilang": [f"mimin_message.raw {lost.pk}"], "changed": [f"mimin_message.raw {torn.pk}"]}
    )
    good = {row.pk for row in messages}
    assert [key_id_of(token) for pk, token in newest(RAW, 100) if pk in good] == ["k2"] * 7


def test_the_command_says_what_stays_closed_and_ends_with_code_1(messages, settings, capsys) -> None:
    settings.KEYRING = NEW
    with (
        translation.override("en"),
        pytest.raises(CommandError, match=r"^Some rows did not open. Put the missing keys back") as refused,
    ):
        call_command("rotate-keys")
    assert refused.value.returncode == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "closed" in line and "mimin_message" in line] == [
        "7 rows stay closed (key k1): " + ", ".join(f"mimin_message.raw {row.pk}" for row in messages[:5])
    ]


@pytest.fixture
def secured(db, settings) -> Person:
    """Somebody with a second step and recovery codes, sealed with the old key; the new one is in front now."""
    settings.KEYRING = OLD
    admin = add_person(username="admin", label="Admin", password="lampu-jalan", by=BY, at=MONDAY)
    TOTP.activate(admin, SECRET)
    RecoveryCodes.activate(admin)
    settings.KEYRING = f"{NEW},{OLD}"
    return admin


def step_keys() -> list[str]:
    """The key of each secret of a second step."""
    steps = Authenticator.objects.order_by("pk")
    return [key_id_of(second_step.token(s)) for step in steps for s in second_step.secrets_in(step.data)]


def test_a_second_step_opens_with_the_new_key_alone(secured: Person, settings) -> None:
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    assert step_keys() == ["k1", "k1"]
    call_command("rotate-keys")
    assert step_keys() == ["k2", "k2"]
    settings.KEYRING = NEW
    steps = {step.type: step for step in Authenticator.objects.all()}
    assert second_step.opened(steps["totp"].data["secret"]) == SECRET
    assert RecoveryCodes(steps["recovery_codes"]).get_unused_codes() == codes
    assert list(rotate.closed_second_steps(10)) == []


def test_codes_brought_from_another_system_are_sealed_again_each(secured: Person, settings) -> None:
    settings.KEYRING = OLD
    brought = {"migrated_codes": [second_step.sealed(code) for code in ("123", "456")]}
    Authenticator.objects.filter(type="recovery_codes").update(data=brought)
    settings.KEYRING = f"{NEW},{OLD}"
    done = Rotated()
    rotate.rotate_second_steps(into=done, tell=lambda *said: None)
    assert (done.done, step_keys()) == (3, ["k2"] * 3)
    rotate.rotate_second_steps(into=done, tell=lambda *said: None)
    assert done.done == 3


def test_a_second_step_that_stays_closed_is_named(secured: Person, settings) -> None:
    settings.KEYRING = NEW
    totp = Authenticator.objects.get(type="totp")
    Authenticator.objects.filter(type="recovery_codes").update(data={"seed": "bukan base64!", "used_mask": 0})
    codes = Authenticator.objects.get(type="recovery_codes")
    done = Rotated()
    rotate.rotate_second_steps(into=done, tell=lambda *said: None)
    assert done.closed == {
        "key k1": [f"mfa_authenticator.data {totp.pk}"],
        "changed": [f"mfa_authenticator.data {codes.pk}"],
    }
    assert sorted(rotate.closed_second_steps(10)) == [(totp.pk, "key k1"), (codes.pk, "changed")]


INSTALLED = """
from mimin.desk.rotate import newest, sealed_columns
from mimin.inbox.models import Message
from mimin.lib.crypto import key_id_of
from mimin.outbox.models import Delivery
def keys():
    return sorted({key_id_of(token) for column in sealed_columns() for pk, token in newest(column, 1000)})
told = {"before": keys(), "said": said("rotate-keys"), "after": keys()}
told["read"] = json.loads(Message.objects.order_by("pk")[0].raw)["text"], Delivery.objects.order_by("pk")[0].body
print(json.dumps(told))
"""


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_installation_is_freed_of_its_old_key(vendor: str) -> None:
    made = copy_of(vendor)
    old = (made.home / "keyring.key").read_text().strip()
    made.more["MIMIN_KEYRING"] = f"{NEW},{old}"
    told = made.run(INSTALLED)
    assert told["before"] == ["k1"]
    assert "mimin_message.raw: 20 sealed again" in told["said"].splitlines()
    assert "mimin_delivery.body: 3 sealed again" in told["said"].splitlines()
    assert told["after"] == ["k2"]
    assert told["read"] == ["lampu mati 0", '{"to": "0", "text": "Terima kasih"}']
