"""The connector of the citizen's door: what is answered there stands on the citizen's own page, in this database."""

from __future__ import annotations

from mimin.platforms.base import Access, Http, Receipt


class Door:
    """Answers a report that came in through the door. Nothing leaves the house, so nothing can get lost on the way."""

    def __init__(self, access: Access, http: Http) -> None:
        self.access = access

    def reply(self, to: str, text: str, *, key: str) -> Receipt:
        """The answer stands on the page as soon as it is kept."""
        return Receipt("live", remote_id=f"door:{key}")

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt:
        """It stands there: keeping it is all that there was to do."""
        return self.reply(to, text, key=key)
