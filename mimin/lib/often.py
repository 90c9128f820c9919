"""How often somebody asks: counted a minute in the cache. No row is written for a stranger."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache


def too_often(what: str, who: str, *, most: int, now: datetime) -> bool:
    """Count one more time that ``who`` does ``what``; whether that is more than ``most`` in this minute."""
    key = f"{what}:{who}:{int(now.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) > most
    except ValueError:  # it was emptied a moment ago
        return False
