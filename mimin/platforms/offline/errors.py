"""A channel that is not on the internet raises no platform error."""

from __future__ import annotations

from mimin.platforms.base import Explained

ERRORS: dict[str, Explained] = {}
