"""The connector of a notice board, a loudspeaker or a meeting: a person does it, a photo or a signed note
proves it.
"""

from __future__ import annotations

from mimin.platforms.base import Access, Http, Post, Receipt

ANSWER_IN_PERSON = (
    "Tell the citizen the prepared answer in person or by letter, then bring a photo or a signed note."
)
ANNOUNCE_IN_PERSON = "Put up or read out the prepared text at the place, then bring a photo of it."


class Offline:
    """Answers and publishes by telling a person what to do, away from any screen."""

    def __init__(self, access: Access, http: Http) -> None:
        self.access = access

    def reply(self, to: str, text: str, *, key: str) -> Receipt:
        """Ask a person to carry the answer."""
        return Receipt("by_hand", instructions=ANSWER_IN_PERSON)

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt:
        """Still by hand, until a person brings proof."""
        return self.reply(to, text, key=key)

    def publish(self, post: Post, *, key: str) -> Receipt:
        """Ask a person to put the text up."""
        return Receipt("by_hand", remote_id=post.remote_id, instructions=ANNOUNCE_IN_PERSON)

    def settle(self, receipt: Receipt, *, key: str) -> Receipt:
        """Still by hand, until a person brings proof."""
        return Receipt("by_hand", receipt.remote_id, receipt.url, receipt.instructions or ANNOUNCE_IN_PERSON)
