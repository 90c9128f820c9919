"""What holds for every channel that is not on the internet."""

from __future__ import annotations

from mimin.platforms.base import Fact

FACTS = {
    "private": Fact(
        True, "official", "Mimin: at a counter, by telephone and by letter the citizen alone is told"
    ),
    "proof": Fact(
        "photo or signed note", "official", "Mimin: what a person did by hand counts when it is shown"
    ),
    "settles_itself": Fact(False, "official", "Mimin: there is no place to look it up"),
}
