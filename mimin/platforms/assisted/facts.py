"""What holds for every channel that is worked by hand."""

from __future__ import annotations

from mimin.platforms.base import Fact

FACTS = {
    "private": Fact(
        False, "official", "Mimin: of a platform that it does not know it cannot know who reads along"
    ),
    "proof": Fact("link or photo", "official", "Mimin: what a person did by hand counts when it is shown"),
    "settles_itself": Fact(False, "official", "Mimin: nothing can be looked up without a connector"),
}
