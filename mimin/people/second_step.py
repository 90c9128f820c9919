"""The sealed secrets of the second step: allauth keeps them as text within the JSON of its own table."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any

from mimin.lib.crypto import Tampered
from mimin.lib.sealed import keyring

TABLE = "mfa_authenticator.data"
PURPOSE = "second step"
SEALED = ("secret", "seed", "migrated_codes")
"""Where a secret can stand: the app's, the seed of the recovery codes, codes of another system."""


def sealed(text: str) -> str:
    """A secret as it is stored."""
    return base64.b64encode(keyring().seal(text.encode(), purpose=PURPOSE)).decode()


def opened(stored: str) -> str:
    """What a stored secret says; raises lib.crypto.KeyMissing or Tampered."""
    return keyring().open(token(stored), purpose=PURPOSE).decode()


def token(stored: str) -> bytes:
    """The sealed bytes of a stored secret; raises Tampered."""
    try:
        return base64.b64decode(stored, validate=True)
    except binascii.Error as error:
        raise Tampered from error


def secrets_in(data: dict[str, Any]) -> Iterator[str]:
    """The stored secrets of one row."""
    for name in SEALED:
        held = data.get(name, [])
        yield from [held] if isinstance(held, str) else held


def resealed(stored: str) -> str:
    """A stored secret, sealed again with the current key; raises KeyMissing or Tampered."""
    return base64.b64encode(keyring().rotate(token(stored), purpose=PURPOSE)).decode()


def changed(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The row's data with each stored secret changed."""
    return {
        name: held
        if name not in SEALED
        else change(held)
        if isinstance(held, str)
        else [change(one) for one in held]
        for name, held in data.items()
    }
