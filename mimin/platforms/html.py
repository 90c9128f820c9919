"""HTML to the plain text a person reads, and plain text to the simple HTML a website takes. Pure."""

from __future__ import annotations

import html as entities
import re
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlsplit

SILENT = frozenset({"script", "style"})
BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "dl", "dd", "dt", "table", "tr", "blockquote", "pre", "section", "article", "hr"}
) | frozenset({"figure", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6"})
BREAKS = BLOCKS | {"br", "li"}
ALLOWED = frozenset(
    {"p", "br", "strong", "b", "em", "i", "u", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "a"}
)
LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_TAG = re.compile(rf"</?(?:{'|'.join(sorted(ALLOWED))})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_HIDDEN_TAG = re.compile(rf"</?(?:{'|'.join(sorted(SILENT))})\b[^<>]*>|<[!?][^<>]*>", re.IGNORECASE)
_TAG_START = re.compile(r"<(?![a-zA-Z/][^<>]*>)")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")


class Token(NamedTuple):
    """One step through a document. ``kind``: open, close or text; ``value``: the tag's name or the text."""

    kind: str
    value: str
    link: str = ""


class _Reader(HTMLParser):
    """Turns the parser's callbacks into a list of tokens."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.handle_data(dict(attrs).get("alt") or "")
        else:
            self.tokens.append(Token("open", tag, dict(attrs).get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        self.tokens.append(Token("close", tag))

    def handle_data(self, data: str) -> None:
        self.tokens.append(Token("text", data))


def _tokens(text: str) -> list[Token]:
    """Read a document of any quality; a script that is never closed hides nothing of what follows."""
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _cut(text, "<!--", "-->")
    for tag in sorted(SILENT):
        text = _cut(text, f"<{tag}", f"</{tag}>")
    reader = _Reader()
    # A "<" that opens no tag is text: the parser would swallow what follows it, or raise.
    reader.feed(_TAG_START.sub("&lt;", _HIDDEN_TAG.sub("", text)))
    reader.close()
    return reader.tokens


def _cut(text: str, start: str, end: str) -> str:
    """Remove every stretch from ``start`` to ``end`` in letters of any case; linear in the length."""
    low, kept, here = text.lower(), [], 0
    if len(low) != len(text):  # a letter whose small form is longer: positions would not agree
        low = text
    while (begins := low.find(start, here)) >= 0 and (ends := low.find(end, begins)) >= 0:
        kept.append(text[here:begins])
        here = ends + len(end)
    return "".join([*kept, text[here:]])


def plain_text(text: str) -> str:
    """The text of an HTML fragment as a person reads it: blocks on lines of their own, entities resolved.

    A link's address is kept in brackets where the visible words do not show it. Never raises.
    """
    pieces: list[str] = []
    links: list[tuple[str, int]] = []
    before = ""
    for token in _tokens(text):
        if token.kind == "text":
            pieces.append(token.value.lstrip() if before in BREAKS else token.value)
        elif token.value == "a":
            _note_link(token, pieces, links)
        elif token.kind == "open" and token.value == "br":
            pieces.append("\n")
        elif token.kind == "open" and token.value == "li":
            pieces.append("\n- ")
        elif token.value in BLOCKS:
            pieces.append("\n\n")
        before = "" if token.kind == "text" else token.value
    return _tidy("".join(pieces))


def _note_link(token: Token, pieces: list[str], links: list[tuple[str, int]]) -> None:
    if token.kind == "open":
        links.append((token.link, len(pieces)))
    elif links:
        address, began = links.pop()
        if address and address not in "".join(pieces[began:]):
            pieces.append(f" ({address})")


def _tidy(text: str) -> str:
    lines = (line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()


def simple_html(text: str) -> str:
    """HTML that is safe to publish from what an editor wrote: plain text, or simple HTML.

    Text that holds one of the ALLOWED tags is HTML: other tags and all attributes but a link's address fall
    away. Anything else is plain text: escaped, a paragraph for each blank line, a break for each line.
    """
    if not _TAG.search(text):
        paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
        escaped = (entities.escape(part.strip(), quote=False) for part in paragraphs if part.strip())
        return "\n".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in escaped)
    return "".join(_allowed(token) for token in _tokens(text))


def _allowed(token: Token) -> str:
    if token.kind == "text":
        return entities.escape(token.value, quote=False)
    if token.value not in ALLOWED or (token.kind == "close" and token.value == "br"):
        return ""
    if token.kind == "close":
        return f"</{token.value}>"
    if token.value == "a":
        return f'<a href="{entities.escape(_safe_link(token.link))}">'
    return f"<{token.value}>"


def _safe_link(address: str) -> str:
    """The address when its scheme is one to click on; "#" otherwise (javascript:, data:, unreadable)."""
    try:
        scheme = urlsplit(address.strip()).scheme.lower()
    except ValueError:
        return "#"
    return address.strip() if scheme in LINK_SCHEMES else "#"
