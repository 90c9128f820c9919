"""The citizen's door is a part of Mimin and raises no platform error."""

from __future__ import annotations

from mimin.platforms.base import Explained

ERRORS: dict[str, Explained] = {}
