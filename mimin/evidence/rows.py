"""A record as a trail prints it, the erased one too."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mimin.evidence.models import Facts
from mimin.lib import spoken


def detail_of(fact: Facts, zone: str = "Asia/Jakarta", *, numbered: bool = False) -> str:
    """When it was, by whom, and (``numbered``) under which number; of erased facts when, by whom and why they were
    erased."""
    parts = [spoken.moment(fact.at, zone), fact.actor_label]
    if numbered:
        parts.append(_("record %(n)s") % {"n": fact.record_id})
    if fact.erased_at:
        told = {"when": spoken.moment(fact.erased_at, zone), "who": fact.erased_by, "why": fact.erased_why}
        parts.append(_("erased on %(when)s by %(who)s: %(why)s") % told)
    return " · ".join(filter(None, parts))
