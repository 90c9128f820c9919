"""What can go wrong with a WordPress site, in plain words, and how its own codes come to ours.

WordPress answers an error as ``{"code": ..., "message": ..., "data": {"status": ...}}``; the codes below are
those of its source (``wp-includes/rest-api``, ``wp-includes/user.php``, ``wp-includes/comment.php``) and of
the common plugins that close the REST API.
"""

from __future__ import annotations

from mimin.platforms.base import Explained, PlatformError

_ENTER_ANEW = (
    "In WordPress open Users, Profile, make a new application password, and enter it at this channel."
)
_WAIT = "Nothing: it is tried again by itself."

ERRORS: dict[str, Explained] = {
    "no_credentials": Explained(
        "The user name or the application password of this website is not filled in.", _ENTER_ANEW, "admin"
    ),
    "not_https": Explained(
        "The address of this website begins with http://, so a password would travel in the open.",
        "Ask who runs the website to switch on https, then write the address with https://.",
        "admin",
    ),
    "bad_address": Explained(
        "The address of this website cannot be used.", "Correct the address at this channel.", "admin"
    ),
    "address_refused": Explained(
        "The address of this website lies inside a closed network, where Mimin does not go.",
        "Correct the address, or ask the coordinator to allow it.",
        "coordinator",
    ),
    "unreachable": Explained(
        "The website could not be reached. Nothing was sent.",
        "Open the website in a browser. If it does not open, tell who runs it. It is tried again by itself.",
        "admin",
    ),
    "bad_certificate": Explained(
        "The website's security certificate is not valid. Nothing was sent.",
        "Ask who runs the website to renew its certificate.",
        "admin",
    ),
    "no_answer": Explained(
        "The website took the request and gave no answer in time.",
        "Nothing: Mimin looks on the website first whether it arrived, and then goes on.",
        "platform",
    ),
    "redirected": Explained(
        "The website sends visitors on to another address.",
        "Write the address at this channel exactly as the browser shows it in the end.",
        "admin",
    ),
    "rest_off": Explained(
        "WordPress's REST API does not answer at this address.",
        "Check the address; if it is right, switch the REST API on again in the website's security plugin.",
        "admin",
    ),
    "blocked": Explained(
        "A firewall or a security plugin turned Mimin away.",
        "Ask who runs the website to let Mimin's server use the REST API.",
        "admin",
    ),
    "not_json": Explained(
        "The website answered with a page instead of data: a login page, a parked page or a broken plugin.",
        "Open the website in a browser and look. It is tried again by itself.",
        "admin",
    ),
    "too_large": Explained(
        "The website's answer is larger than Mimin takes in.",
        "Ask who runs the website which plugin swells the REST API's answers.",
        "admin",
    ),
    "maintenance": Explained("The website is being updated just now.", _WAIT, "platform"),
    "server_error": Explained(
        "The website itself broke while it worked on this.",
        "Tell who runs the website when it happens often. It is tried again by itself.",
        "admin",
    ),
    "wrong_password": Explained(
        "The application password was refused: it is wrong or was revoked.", _ENTER_ANEW, "admin"
    ),
    "unknown_user": Explained(
        "The website knows no user of this name.", "Correct the user name at this channel.", "admin"
    ),
    "passwords_off": Explained(
        "Application passwords are switched off on this website.",
        "Ask who runs the website to switch application passwords on; it needs https.",
        "admin",
    ),
    "not_signed_in": Explained(
        "WordPress did not recognise us: the application password is wrong, revoked or did not arrive.",
        "Make a new application password and enter it at this channel. If that does not help, ask who runs "
        "the website whether application passwords are on and the Authorization header reaches PHP.",
        "admin",
    ),
    "not_allowed": Explained(
        "The user of this connection may not do this.",
        "Give the user the role Editor, or any role that may moderate comments and publish.",
        "admin",
    ),
    "comment_gone": Explained(
        "The comment is no longer on the website, or was marked as spam.",
        "Look on the website. Close the case with a note, or restore the comment and answer again.",
        "admin",
    ),
    "comment_held": Explained(
        "The comment is not approved yet, so nobody would see what is answered.",
        "Approve the comment in WordPress, then send the answer again.",
        "admin",
    ),
    "comments_closed": Explained(
        "Comments are closed under this post.",
        "Open comments under the post in WordPress, or answer the citizen another way.",
        "admin",
    ),
    "post_gone": Explained(
        "The post is no longer published on the website.", "Look on the website what became of it.", "admin"
    ),
    "duplicate": Explained(
        "WordPress already has this very answer under this comment.",
        "Nothing: Mimin looks which one it is.",
        "platform",
    ),
    "said_already": Explained(
        "The same words already stand under this comment, as another answer of ours.",
        "Change the text if the citizen should read it again; otherwise withdraw this answer.",
        "admin",
    ),
    "answer_removed": Explained(
        "The answer had arrived, and lies in the website's spam or trash.",
        "Look in WordPress who put it there and why; restore it there if it should be seen.",
        "admin",
    ),
    "too_fast": Explained("WordPress asks for a pause between comments.", _WAIT, "platform"),
    "text_too_long": Explained(
        "The text is longer than the website takes.", "Shorten the text, then send it again.", "admin"
    ),
    "text_refused": Explained(
        "WordPress does not take this text: it is empty, or it looks empty once tags are removed.",
        "Correct the text, then send it again.",
        "admin",
    ),
    "refused": Explained(
        "The website refused, for a reason Mimin does not know.",
        "Read the website's own words in the log, and tell who runs the website.",
        "coordinator",
    ),
}

#: WordPress's code -> ours.
SITE_CODES: dict[str, str] = {
    "incorrect_password": "wrong_password",
    "invalid_username": "unknown_user",
    "invalid_email": "unknown_user",
    "application_passwords_disabled": "passwords_off",
    "application_passwords_disabled_for_user": "passwords_off",
    "rest_not_logged_in": "not_signed_in",
    "rest_comment_login_required": "not_signed_in",
    "rest_forbidden": "not_allowed",
    "rest_forbidden_context": "not_allowed",
    "rest_forbidden_param": "not_allowed",
    "rest_cannot_read": "not_allowed",
    "rest_cannot_create": "not_allowed",
    "rest_cannot_edit": "not_allowed",
    "rest_cannot_publish": "not_allowed",
    "rest_comment_invalid_author": "not_allowed",
    "rest_comment_invalid_status": "not_allowed",
    "rest_no_route": "rest_off",
    "rest_disabled": "rest_off",
    "rest_cannot_access": "rest_off",
    "rest_login_required": "rest_off",
    "rest_comment_invalid_id": "comment_gone",
    "rest_comment_closed": "comments_closed",
    "rest_comment_invalid_post_id": "post_gone",
    "rest_comment_draft_post": "post_gone",
    "rest_comment_trash_post": "post_gone",
    "rest_cannot_read_post": "post_gone",
    "rest_post_invalid_id": "post_gone",
    "comment_duplicate": "duplicate",
    "comment_flood": "too_fast",
    "comment_content_column_length": "text_too_long",
    "rest_comment_content_invalid": "text_refused",
    "empty_content": "text_refused",
}

#: The guard's codes (mimin.lib.http) -> ours.
NETWORK_CODES: dict[str, str] = {
    "url": "bad_address",
    "address": "address_refused",
    "dns": "unreachable",
    "connect": "unreachable",
    "tls": "bad_certificate",
    "request": "bad_address",
    "timeout": "no_answer",
    "closed": "no_answer",
    "redirect": "redirected",
    "encoding": "not_json",
    "too_large": "too_large",
    "not_json": "not_json",
}

#: These pass without a person: seconds to wait before the next try.
PASSING: dict[str, float] = {
    "unreachable": 60.0,
    "no_answer": 60.0,
    "not_json": 300.0,
    "maintenance": 300.0,
    "server_error": 120.0,
    "duplicate": 0.0,
    "too_fast": 15.0,
}

#: After these the site may all the same have done what was asked, when something was asked to be written.
UNSURE = frozenset({"no_answer", "not_json", "too_large", "maintenance", "server_error"})


def error(code: str, detail: str = "", *, writing: bool = False, wait: float | None = None) -> PlatformError:
    """The error to raise for one of our codes; ``wait`` in seconds overrides the usual pause."""
    said = ERRORS[code].what + (f" [{detail}]" if detail else "")
    unknown = code == "duplicate" or (writing and code in UNSURE)
    pause = wait if wait is not None else PASSING.get(code)
    return PlatformError(
        said, code=code, permanent=code not in PASSING and not unknown, retry_after=pause, unknown=unknown
    )


def code_of(status: int, site_code: str) -> str:
    """Our code for an HTTP status and the code in WordPress's answer ("" where it had none)."""
    known = SITE_CODES.get(site_code, "")
    if status == 401 and (known == "not_allowed" or (site_code and not known)):
        return "not_signed_in"  # WordPress says 401 to strangers and 403 to those it knows
    if known:
        return known
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status in (401, 403):
        return "not_allowed" if site_code else "blocked"
    if status >= 500:
        return "server_error"
    if 200 <= status < 300:
        return "not_json"
    return "redirected" if 300 <= status < 400 else "refused"


_BY_STATUS = {404: "rest_off", 406: "blocked", 413: "text_too_long", 429: "too_fast", 503: "maintenance"}
