"""The connector of a WordPress site: hears comments, answers in their thread, publishes and updates posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mimin.platforms.base import Access, Batch, Health, Http, PlatformError, Post, Receipt
from mimin.platforms.html import plain_text
from mimin.platforms.wordpress import hearing, speaking
from mimin.platforms.wordpress.errors import error
from mimin.platforms.wordpress.hearing import Cursor
from mimin.platforms.wordpress.site import Site

#: What is asked of a comment. The citizen's e-mail and IP address are not: nothing here needs them.
HEARD_FIELDS = "id,post,parent,author,author_name,date_gmt,content,link,status,type"
SENT_FIELDS = "id,author_user_agent,content,link,status"
POST_FIELDS = "id,slug,status,link"
EVERY_STATUS = "publish,future,draft,pending,private,trash"

MAY = {
    "moderate_comments": frozenset({"listen", "answer"}),
    "publish_posts": frozenset({"publish"}),
    "edit_others_posts": frozenset({"update"}),
}
NO_MODERATION = (
    "This user may not moderate comments: Mimin hears nothing and cannot answer. Give it the role Editor."
)
NO_PUBLISHING = "This user may not publish posts. Mimin hears and answers, and cannot publish."


class WordPress:
    """Connects, Listens, Answers and Publishes for one site; raises only PlatformError."""

    def __init__(self, access: Access, http: Http) -> None:
        self._access = access
        self._site = Site(access, http)

    # Connects

    def health(self) -> Health:
        """Who we are on the site and what we may do there: listen, answer, publish, update."""
        user = self._site.get("users/me", context="edit", _fields="id,name,username,capabilities")
        capabilities = user.get("capabilities") or {}  # PHP writes an empty map as []
        may = frozenset().union(*(doing for name, doing in MAY.items() if capabilities.get(name)))
        note = "" if "listen" in may else NO_MODERATION
        if not note and "publish" not in may:
            note = NO_PUBLISHING
        return Health(str(user.get("name") or user.get("username") or user["id"]), may, note)

    def _me(self) -> int:
        me: int = self._site.get("users/me", _fields="id")["id"]
        return me

    # Listens

    def fetch(self, cursor: str) -> Batch:
        """The next comments, approved and held, in the order of their numbers; at most 100 a call.

        An empty cursor begins with the site's first comment. Spam and trash are not heard; a comment that
        comes back from there, or is approved, is heard (again) under the same ``remote_id`` while it is among
        the last few.
        """
        before = self._known_me(hearing.load(cursor))
        start, rows, total = self._page_after(before)
        new = hearing.new_rows(before, rows)
        end = start + len(rows) if total is None else min(start + hearing.PAGE, total)
        titles = self._titles({row["post"] for row in new if isinstance(row.get("post"), int)})
        staff = self._staff(hearing.strangers(new, me=before.me[1]))
        return Batch(
            tuple(hearing.heard(row, me=before.me[1], titles=titles, staff=staff) for row in new),
            hearing.advanced(before, rows, end).dump(),
            more=len(rows) == hearing.PAGE if total is None else end < total,
        )

    def _known_me(self, cursor: Cursor) -> Cursor:
        username = self._access.secrets.get("username", "")
        if cursor.me[0] == username and cursor.me[1]:
            return cursor
        return Cursor(cursor.position, cursor.known, (username, self._me()))

    def _page_after(self, cursor: Cursor) -> tuple[int, list[dict[str, Any]], int | None]:
        """Read from the cursor; further back each time removed rows have moved what follows out of sight."""
        start, step = cursor.start, hearing.PAGE - hearing.OVERLAP
        while True:
            rows, total = self._comments(start)
            if not hearing.missed(cursor, start, rows):
                return start, rows, total
            start, step = max(0, start - step), step * 2

    def _comments(self, offset: int) -> tuple[list[dict[str, Any]], int | None]:
        return self._rows(
            "comments",
            context="edit",
            status="all",
            orderby="id",
            order="asc",
            offset=offset,
            _fields=HEARD_FIELDS,
        )

    def _rows(self, route: str, **params: str | int) -> tuple[list[dict[str, Any]], int | None]:
        return self._site.rows(route, per_page=hearing.PAGE, **params)

    def _titles(self, posts: set[int]) -> dict[int, str]:
        """Titles of the posts and pages commented on. A title helps, so one not to be had is left out."""
        titles: dict[int, str] = {}
        for route in ("posts", "pages"):
            wanted = posts - titles.keys()
            if wanted:
                titles |= self._titles_from(route, wanted)
        return titles

    def _titles_from(self, route: str, posts: set[int]) -> dict[int, str]:
        include = ",".join(str(number) for number in sorted(posts))
        try:
            rows, _ = self._rows(route, include=include, _fields="id,title")
        except PlatformError:
            return {}
        return {row["id"]: plain_text(hearing.part(row, "title", "rendered")) for row in rows}

    def _staff(self, users: set[int]) -> set[int]:
        """Which of these users write for the site: an administrator is told what each may do, others only who has
        published something. A citizen may be registered too, and is neither.
        """
        if not users:
            return set()
        include = ",".join(str(number) for number in sorted(users))
        try:
            rows, _ = self._rows("users", include=include, context="edit", _fields="id,capabilities")
            return {row["id"] for row in rows if (row.get("capabilities") or {}).get("edit_posts")}
        except PlatformError:
            pass  # it takes the right to list users
        try:
            rows, _ = self._rows("users", include=include, _fields="id")
        except PlatformError:
            return set()
        return {row["id"] for row in rows}

    # Answers

    def reply(self, to: str, text: str, *, key: str) -> Receipt:
        """Answer under the comment ``to``, as plain text. The key goes along where visitors do not see it."""
        comment = self._answerable(to)
        sent = self._site.post(
            "comments",
            {
                "post": comment["post"],
                "parent": comment["id"],
                "content": speaking.as_comment(text),
                "author_user_agent": speaking.agent(key),
            },
            fields=SENT_FIELDS,
        )
        return speaking.reply_receipt(sent)

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt:
        """Look under the comment for our answer with this key: live, pending, or absent.

        Where the site strips the key, an answer of ours with the same text counts.
        """
        rows, _ = self._rows(
            "comments",
            context="edit",
            parent=speaking.number(to, "comment_gone"),
            author=self._me(),
            status="any",
            orderby="id",
            order="desc",
            _fields=SENT_FIELDS,
        )
        found = speaking.answer_among(rows, text, key)
        return speaking.reply_receipt(found) if found else Receipt("absent")

    def _answerable(self, to: str) -> Mapping[str, Any]:
        """The comment to answer; raises when an answer there would not be seen, since WordPress would take
        it.
        """
        route = f"comments/{speaking.number(to, 'comment_gone')}"
        comment: Mapping[str, Any] = self._site.get(route, context="edit", _fields="id,post,status")
        if comment.get("status") == "hold":
            raise error("comment_held")
        if comment.get("status") != "approved":
            raise error("comment_gone", str(comment.get("status"))[:20])
        return comment

    # Publishes

    def publish(self, post: Post, *, key: str) -> Receipt:
        """Publish, or update the post that ``post.remote_id`` names. Plain text or simple HTML.

        After an unknown outcome of an update, settle with a receipt that has its ``remote_id``.
        """
        body = speaking.post_body(post, key)
        route = f"posts/{speaking.number(post.remote_id, 'post_gone')}" if post.remote_id else "posts"
        return speaking.post_receipt(self._site.post(route, body, fields=POST_FIELDS))

    def settle(self, receipt: Receipt, *, key: str) -> Receipt:
        """Look whether the publication or update with this key is on the site: live, pending, or absent.

        With a ``remote_id`` that post is looked at; without, the newest hundred posts, whatever their status.
        """
        self._me()  # a stranger's question for drafts is refused as a wrong parameter, which says too little
        which: dict[str, str | int] = {"_fields": POST_FIELDS}
        if receipt.remote_id:
            wanted = speaking.number(receipt.remote_id, "post_gone")
            which = {"_fields": POST_FIELDS + ",content", "include": wanted}
        rows, _ = self._rows(
            "posts", context="edit", status=EVERY_STATUS, orderby="id", order="desc", **which
        )
        found = next((row for row in rows if speaking.carries(row, key)), None)
        return speaking.post_receipt(found) if found else Receipt("absent", remote_id=receipt.remote_id)
