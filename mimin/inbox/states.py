"""The life of a case and of an answer."""

from mimin.lib.flow import Flow, move

CASE = Flow(
    "case",
    states=("new", "routed", "answered", "closed", "referred", "dismissed"),
    moves={
        "route": move("new", "routed", "answered", to="routed"),
        "return": move("routed", to="new"),
        "refer": move("new", "routed", to="referred"),
        "answer": move("new", "routed", "answered", to="answered"),
        "close": move("answered", "referred", to="closed"),
        "dismiss": move("new", "routed", to="dismissed"),
        "reopen": move("answered", "closed", "referred", "dismissed", to="routed"),
    },
    final=("closed", "dismissed"),
)

WORKING = ("new", "routed")
"""States in which a citizen waits for us."""

REPLY = Flow(
    "reply",
    states=("draft", "submitted", "leaving", "sent", "withdrawn"),
    moves={
        "submit": move("draft", to="submitted"),
        "return": move("submitted", to="draft"),
        "send": move("draft", "submitted", to="leaving"),
        "arrive": move("leaving", to="sent"),
        "withdraw": move("draft", "submitted", "leaving", to="withdrawn"),
    },
    final=("sent", "withdrawn"),
)
