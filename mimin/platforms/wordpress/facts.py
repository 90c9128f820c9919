"""What WordPress allows, and where that is written."""

from __future__ import annotations

from mimin.platforms.base import Fact

_CORE = "WordPress 6.1 source: "

FACTS = {
    "private": Fact(
        False,
        "official",
        _CORE + "wp-includes/comment-template.php, comments_template shows approved comments",
    ),
    "text_max": Fact(None, "official", _CORE + "wp-admin/includes/schema.php, post_content is longtext"),
    "text_format": Fact("plain or simple HTML", "official", "Mimin: mimin/platforms/html.py"),
    "reply_max_bytes": Fact(
        65525, "official", _CORE + "wp-includes/comment.php, wp_get_comment_fields_max_lengths"
    ),
    "flood_seconds": Fact(15, "official", _CORE + "wp-includes/comment.php, wp_throttle_comment_flood"),
    "duplicates_refused": Fact(True, "official", _CORE + "wp-includes/comment.php, wp_allow_comment"),
    "page_max": Fact(100, "official", _CORE + "wp-includes/rest-api/endpoints/class-wp-rest-controller.php"),
    "application_passwords_since": Fact(
        "5.6", "official", _CORE + "wp-includes/class-wp-application-passwords.php"
    ),
    "https_needed": Fact(
        True, "official", _CORE + "wp-includes/user.php, wp_is_application_passwords_supported"
    ),
    "settle_after_seconds": Fact(
        60, "memory", "a request whose answer was lost may still be running on the site"
    ),
}
