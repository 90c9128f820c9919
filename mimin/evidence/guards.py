"""What the database itself refuses on the tables of evidence."""

from __future__ import annotations

from mimin.lib.guards import Guard

# The one update that may pass: salt, canonical facts and labels go, the erasure is written, all else stays.
ERASURE = """
    OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.erased_in > OLD.record_id
    AND NEW.erased_by <> '' AND NEW.erased_why <> ''
    AND NEW.salt IS NULL AND NEW.canonical IS NULL AND NEW.actor_label = '' AND NEW.subject_label = ''
    AND NEW.record_id = OLD.record_id AND NEW.kind = OLD.kind AND NEW.at = OLD.at
    AND COALESCE(NEW.actor_id, -1) = COALESCE(OLD.actor_id, -1)
    AND NEW.subject_kind = OLD.subject_kind AND COALESCE(NEW.subject_id, -1) = COALESCE(OLD.subject_id, -1)
"""

GUARDS = (
    Guard("mimin_record"),
    Guard("mimin_facts", allow_update=ERASURE, unique=("record_id",)),
    Guard("mimin_leaf", unique=("position", "record_id")),
    Guard("mimin_seal", unique=("number", "size")),
)
