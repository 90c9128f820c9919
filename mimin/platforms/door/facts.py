"""What holds for the citizen's door."""

from __future__ import annotations

from mimin.platforms.base import Fact

FACTS = {
    "private": Fact(
        True, "official", "Mimin: who has the code and the secret word reads the page, and nobody else"
    ),
    "text_max": Fact(10_000, "official", "Mimin: portal/forms.py"),
}
