"""``mimin icons``: draw the sprite ``static/icons.svg`` anew from the lucide package. For developers."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.core.management.base import BaseCommand
from lucide import _load_icon

# fmt: off
NAMES = [
    "activity", "archive", "arrow-down", "arrow-left", "arrow-right", "arrow-right-left", "arrow-up",
    "ban", "bell", "building-2", "calendar-days", "chart-column", "check", "check-check", "chevron-down",
    "chevron-left", "chevron-right", "circle-alert", "circle-check", "circle-question-mark",
    "circle-user", "clipboard-list", "clock", "clock-alert", "copy", "corner-up-left", "download",
    "ellipsis", "external-link", "eye", "fingerprint-pattern", "flame", "globe", "hand", "history",
    "hourglass", "house", "inbox", "info", "key-round", "keyboard", "landmark", "languages", "laptop",
    "link", "list-filter", "lock", "log-out", "mail", "map-pin", "megaphone", "merge", "message-circle", "mic", "minus",
    "monitor", "moon", "pencil", "phone", "plug", "plug-zap", "plus", "printer", "radio-tower", "refresh-cw",
    "rotate-ccw",
    "scroll-text", "search", "send", "settings", "shield", "shield-check", "smartphone", "split", "square-pen",
    "sticky-note", "sun", "trash-2", "triangle-alert", "undo-2", "unplug", "user", "user-plus", "users",
    "wifi-off", "x",
]
# fmt: on
"""Every icon that a template or a prepared row may name; a test looks for names that are missing here."""


def sprite(names: list[str]) -> str:
    """One SVG file with a symbol a name. Colour and width of the strokes are left to whoever uses the symbol."""
    symbols = []
    for name in sorted(set(names)):
        shapes = "".join(ElementTree.tostring(part, encoding="unicode").strip() for part in _load_icon(name))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes.replace(" />", "/>")}</symbol>\n')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "".join(symbols) + "</svg>\n"


class Command(BaseCommand):
    """Write the sprite; its licence (ISC) stands in the lucide package."""

    help = "Draw static/icons.svg anew from the lucide package."

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(settings.BASE) / "static" / "icons.svg"
        target.write_text(sprite(NAMES), encoding="utf-8")
        self.stdout.write(f"{target.name}: {len(set(NAMES))} icons, {target.stat().st_size} bytes")
