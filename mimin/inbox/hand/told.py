"""What is known of a file that came in, as it lies sealed beside it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from mimin.inbox.models import Attachment

WELL_READ, HARDLY_READ = 85, 50
"""From WELL_READ on the words of a picture are proposed as they are, from HARDLY_READ on with a warning. Measured on
screenshots: clear ones reach 94 and more, letters of six points 70 to 81, what cannot be read stays below 48."""


@dataclass
class FileTold:
    """``read``: how sure the reader was, 0 to 100; -1 where nobody tried, -2 where it was tried and did not succeed.
    ``lines`` are the words, each with where it begins; ``place`` is where a photo says that it was taken."""

    name: str
    read: int = -1
    lines: tuple[tuple[str, float], ...] = ()
    why: str = ""
    place: tuple[float, float] | None = None

    def __str__(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def text(self) -> str:
        return "\n".join(text for text, _left in self.lines)


def told(file: Attachment) -> FileTold:
    """What is known of a file."""
    kept = json.loads(file.told)
    kept["lines"] = tuple((text, left) for text, left in kept["lines"])
    kept["place"] = tuple(kept["place"]) if kept["place"] else None
    return FileTold(**kept)
