"""The canonical encoding of facts: one value, one string of bytes, for ever. Pure Python.

A subset of JSON that is also canonical under RFC 8785, so that any language can make and check it:

* ``null``, ``true``, ``false``, whole numbers from -(2**53 - 1) to 2**53 - 1, text, lists, and objects;
* an object's keys are printable ASCII, not empty, and stand in the order of their code points;
* no white space; only ``"``, ``\\`` and control characters are escaped, the short way where JSON has one;
* UTF-8, text exactly as it was given: nothing is normalised, because evidence keeps what was said.

Fractions are refused, because they round differently; so are dates, which go through :func:`instant`. The
format is frozen by ``tests/vectors.json``: a change that breaks a vector would break every proof that was
ever given out.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring as _quote
from typing import Any

LARGEST = 2**53 - 1  # the whole numbers that every JSON reader keeps exactly (RFC 7493)
DEEPEST = 32


class NotCanonical(ValueError):
    """A value that the encoding refuses; the text says where it stands and why."""


def encode(value: Any) -> bytes:
    """The canonical bytes of ``value``. Raises NotCanonical for anything the format does not hold."""
    return utf8(text(value))


def text(value: Any) -> str:
    """The canonical text of ``value``, to be put into a larger one and then through :func:`utf8`."""
    try:
        return _write(value, 0)
    except NotCanonical as refused:
        raise NotCanonical(f"{_place(value)}: {refused}") from None


def utf8(written: str) -> bytes:
    """The bytes of a canonical text. Raises NotCanonical for text that UTF-8 cannot carry."""
    try:
        return written.encode()
    except UnicodeEncodeError:
        raise NotCanonical("text holds half of a surrogate pair, which UTF-8 cannot carry") from None


def decode(data: bytes) -> Any:
    """The value of canonical bytes. Raises NotCanonical where the bytes are not exactly what ``encode``
    gives."""
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not JSON in UTF-8: {error}") from None
    if encode(value) != data:
        raise NotCanonical("JSON, but not in its canonical form")
    return value


def instant(at: datetime) -> str:
    """A moment as the text that facts hold: UTC, microseconds, ``Z``. Raises NotCanonical without a time
    zone."""
    if at.tzinfo is not UTC:
        if at.utcoffset() is None:
            raise NotCanonical(f"a moment without a time zone: {at.isoformat()}")
        at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")[:-6] + "Z"  # in the place of +00:00


def _write(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return _quote(value)
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return _number(value)
    if depth == DEEPEST:
        raise NotCanonical(f"more than {DEEPEST} levels deep")
    if type(value) is dict:
        keys = sorted([(key, _key(key)) for key in value])
        return "{" + ",".join([written + _write(value[key], depth + 1) for key, written in keys]) + "}"
    if type(value) is list:
        return "[" + ",".join([_write(item, depth + 1) for item in value]) + "]"
    raise NotCanonical(
        f"{type(value).__name__} has no canonical form; give text, a whole number, a list or a dict"
    )


def _number(value: int) -> str:
    if not -LARGEST <= value <= LARGEST:
        raise NotCanonical(f"the number {value} is beyond 2**53 - 1; give it as text")
    return int.__repr__(value)


@lru_cache(maxsize=4096)
def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise NotCanonical(f"the key {key!r} is not text")
    if not key or not key.isascii() or not key.isprintable():
        raise NotCanonical(f"the key {key!r} is not printable ASCII")
    return _quote(key) + ":"


def _place(value: Any, depth: int = 0) -> str:
    """Where the first refused part stands, such as ``facts.units[2]``; the slow way, only for the message."""
    if depth == DEEPEST or type(value) not in (dict, list):
        return "value"
    for key, child in value.items() if type(value) is dict else enumerate(value):
        try:
            _write(child, depth + 1)
        except NotCanonical:
            step = f"[{key}]" if type(value) is list else str(key)
            rest = _place(child, depth + 1)
            return step if rest == "value" else step + ("" if rest.startswith("[") else ".") + rest
    return "value"
