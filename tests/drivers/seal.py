"""Seal every record that waits, as the worker's routine does."""

from __future__ import annotations

import django

django.setup()

from mimin.evidence.jobs import seal_now  # noqa: E402

if __name__ == "__main__":
    print(seal_now())
