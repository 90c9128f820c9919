"""Reads: what happened to a subject, and a proof that a third party can check without Mimin."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mimin.evidence import merkle
from mimin.evidence.canonical import instant
from mimin.evidence.models import Facts, Leaf, Record, Seal

PROOF_FORMAT = "mimin-proof-1"


class NotSealed(LookupError):
    """There is no such record, or no seal holds it yet: a proof can be given after the next seal."""


def trail(subject_kind: str, subject_id: int | None) -> QuerySet[Facts]:
    """Everything recorded about a subject, newest first. Whoever shows it decides first who may see the
    subject."""
    return Facts.objects.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("-record_id")


def proof(record_id: int, *, seal: int | None = None) -> dict[str, Any]:
    """A proof that a record stands under a seal, as plain data for JSON; docs/evidence.md says how to check
    it.

    ``seal``: the number of the seal that the third party holds; by default the first that holds the record,
    which costs only that seal's leaves. Of erased facts it shows the erasure in their place. Raises
    NotSealed.
    """
    leaf = Leaf.objects.filter(record_id=record_id).first()
    if leaf is None:
        raise NotSealed(_("record %(n)s is in no seal") % {"n": record_id})
    top = _seal_over(leaf.position, seal)
    record = Record.objects.select_related("facts").get(pk=record_id)
    return {
        "format": PROOF_FORMAT,
        "record": {"id": record.pk, "version": record.version, "commitment": bytes(record.commitment).hex()},
        **_facts(record.facts),
        "position": leaf.position,
        "path": [side.hex() for side in _path(leaf.position, top.size)],
        "seal": {**top.line.body, "hash": bytes(top.hash).hex()},
    }


def growth(old: int, new: int) -> dict[str, Any]:
    """A proof that seal ``new`` only added to what seal ``old`` held, as plain data. Raises NotSealed where there is
    no such seal, or when ``old`` is the younger one."""
    before, after = _seal(old), _seal(new)
    if before.size > after.size:
        raise NotSealed(_("seal %(old)s is younger than seal %(new)s") % {"old": old, "new": new})
    part = _subtrees(before.edge, after.size)
    return {
        "format": "mimin-growth-1",
        "old": {**before.line.body, "hash": bytes(before.hash).hex()},
        "new": {**after.line.body, "hash": bytes(after.hash).hex()},
        "path": [side.hex() for side in merkle.consistency(before.size, after.size, part)],
    }


def _seal(number: int) -> Seal:
    found = Seal.objects.filter(number=number).first()
    if found is None:
        raise NotSealed(_("there is no seal %(n)s") % {"n": number})
    return found


def _seal_over(position: int, number: int | None) -> Seal:
    seals = Seal.objects.filter(size__gt=position)
    found = seals.order_by("size").first() if number is None else seals.filter(number=number).first()
    if found is None:
        if number is None:
            raise NotSealed(_("the leaf at position %(position)s is under no seal") % {"position": position})
        told = {"position": position, "seal": number}
        raise NotSealed(_("the leaf at position %(position)s is not under seal %(seal)s") % told)
    return found


def _path(position: int, size: int) -> list[bytes]:
    """The audit path, built on the frontier of the last seal before the leaf."""
    before = Seal.objects.filter(size__lte=position).order_by("-size").first()
    return merkle.inclusion(position, size, _subtrees(before.edge if before else merkle.EMPTY, size))


def _subtrees(edge: merkle.Frontier, size: int) -> merkle.Subtree:
    leaves = Leaf.objects.filter(position__gte=edge.size, position__lt=size).order_by("position")
    return merkle.subtrees(
        edge, [bytes(hashed) for hashed in leaves.values_list("hash", flat=True).iterator()]
    )


def _facts(held: Facts) -> dict[str, Any]:
    if held.erased_at is not None:
        told = {
            "at": instant(held.erased_at),
            "by": held.erased_by,
            "why": held.erased_why,
            "record": held.erased_in,
        }
        return {"facts": None, "salt": None, "erased": told}
    return {
        "facts": bytes(held.canonical or b"").decode(),
        "salt": bytes(held.salt or b"").hex(),
        "erased": None,
    }
