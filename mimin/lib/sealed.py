"""A text column that is sealed at rest: what lies in the database is unreadable without the keyring."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models

from mimin.lib.crypto import Keyring


@lru_cache(maxsize=4)
def _parsed(text: str) -> Keyring:
    return Keyring.parse(text)


def keyring() -> Keyring:
    """The keys of this installation, from the settings."""
    return _parsed(settings.KEYRING)


def unopened(column: str) -> models.ExpressionWrapper[Any]:
    """A sealed column as it lies in the database, for a list that one row which does not open shall not stop."""
    return models.ExpressionWrapper(models.F(column), output_field=models.BinaryField())


class SealedText(models.Field):  # type: ignore[type-arg]
    """Text in Python, sealed bytes in the database. The table and column are bound into the seal."""

    def get_internal_type(self) -> str:
        return "BinaryField"

    def _purpose(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        """Open what was stored; raises lib.crypto.KeyMissing or Tampered."""
        return None if value is None else self.opened(value)

    def opened(self, token: bytes | memoryview) -> str:
        """What a token of this column says; raises lib.crypto.KeyMissing or Tampered."""
        return keyring().open(token, purpose=self._purpose()).decode()

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Seal what is to be stored."""
        if value is None:
            return None
        return connection.Database.Binary(keyring().seal(value.encode(), purpose=self._purpose()))
