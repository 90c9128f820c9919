"""How often one address of the net may ask at a door that opens without signing in."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone


def too_often(request: HttpRequest, door: str, a_minute: int) -> bool:
    """Count that an address asks at a door, and tell whether it has asked more than so often in this minute."""
    now = timezone.now()
    key = f"{door}:{get_adapter().get_client_ip(request)}:{int(now.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) > a_minute
    except ValueError:  # it was emptied a moment ago
        return False
