"""The connector of a channel that a person works by hand: it prepares, a person does, a proof closes it."""

from __future__ import annotations

from mimin.platforms.base import Access, Http, Post, Receipt

ANSWER_BY_HAND = (
    "Open the channel, paste the prepared answer under the citizen's message, then bring its link."
)
PUBLISH_BY_HAND = "Open the channel, paste the prepared text and media, publish it, then bring its link."
UPDATE_BY_HAND = "Open the published post, replace its text with the prepared text, then bring its link."


class Assisted:
    """Answers and publishes by telling a person what to do; it looks nothing up, so a settle tells the same
    again.
    """

    def __init__(self, access: Access, http: Http) -> None:
        self.access = access

    def reply(self, to: str, text: str, *, key: str) -> Receipt:
        """Ask a person to answer."""
        return Receipt("by_hand", instructions=ANSWER_BY_HAND)

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt:
        """Still by hand, until a person brings proof."""
        return self.reply(to, text, key=key)

    def publish(self, post: Post, *, key: str) -> Receipt:
        """Ask a person to publish, or to change what ``post.remote_id`` names."""
        instructions = UPDATE_BY_HAND if post.remote_id else PUBLISH_BY_HAND
        return Receipt("by_hand", remote_id=post.remote_id, instructions=instructions)

    def settle(self, receipt: Receipt, *, key: str) -> Receipt:
        """Still by hand, until a person brings proof."""
        return Receipt("by_hand", receipt.remote_id, receipt.url, receipt.instructions or PUBLISH_BY_HAND)
