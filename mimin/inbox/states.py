"""The life of a case and of an answer."""

from mimin.lib.flow import Flow, move, stay

CASE = Flow(
    "case",
    states={
        "new": "New",
        "routed": "Routed",
        "answered": "Answered",
        "scheduled": "Scheduled",
        "done": "Done",
        "referred": "Referred elsewhere",
        "closed": "Closed",
        "dismissed": "Nothing to do",
        "merged": "Merged",
    },
    moves={
        "route": move("new", "routed", "answered", to="routed"),
        "return": move("routed", to="new"),
        "refer": move("new", "routed", "answered", to="referred"),
        "answer": move("new", "routed", "answered", to="answered"),
        "schedule": move("new", "routed", "answered", "scheduled", to="scheduled"),
        "finish": move("new", "routed", "answered", "scheduled", to="done"),
        "tell": stay("scheduled", "done", "referred"),
        "explain": stay("closed"),
        "drop": move("routed", "answered", "scheduled", to="routed"),
        "close": move("answered", "done", "referred", to="closed"),
        "dismiss": move("new", "routed", to="dismissed"),
        "reopen": move("answered", "scheduled", "done", "referred", "closed", "dismissed", to="routed"),
        "merge": move("new", "routed", "answered", to="merged"),
        "split": move("merged", to="routed"),
    },
    final=("closed", "dismissed"),
)

WORKING = ("new", "routed")
"""States in which a citizen waits for us."""

GATHERING = ("new", "routed", "answered", "scheduled")
"""States of a case into which others can be merged: somebody works on it."""

TELLING = CASE.moves["tell"].sources
"""States that a citizen must be told of: they wait until an answer said so."""

ANSWERING = ("answer", "tell")
"""The verbs by which a case moves when an answer stands on the channel; no state allows both."""

SPEAKING = (*ANSWERING, "explain")
"""The verbs in whose states there is something to say to a citizen; what is closed is explained, and stays closed."""

PROMISE = Flow(
    "promise",
    states={"open": "Stands", "kept": "Kept", "moved": "Put off", "dropped": "Taken back"},
    moves={
        "keep": move("open", to="kept"),
        "put_off": move("open", to="moved"),
        "drop": move("open", to="dropped"),
    },
    final=("kept", "moved", "dropped"),
)
"""A promise is never rewritten: one that is put off stays as it was given, and another stands in its place."""

REPLY = Flow(
    "reply",
    states={
        "draft": "Draft",
        "submitted": "Waits for approval",
        "leaving": "On its way",
        "sent": "Sent",
        "withdrawn": "Taken back",
    },
    moves={
        "submit": move("draft", to="submitted"),
        "return": move("submitted", to="draft"),
        "send": move("draft", "submitted", to="leaving"),
        "arrive": move("leaving", to="sent"),
        "withdraw": move("draft", "submitted", "leaving", to="withdrawn"),
    },
    final=("sent", "withdrawn"),
)

ALARM = Flow(
    "alarm",
    states={
        "ringing": "Waits to be taken on",
        "unheard": "Nobody took it on",
        "acknowledged": "Taken on",
        "over": "The case was dealt with",
    },
    moves={
        "acknowledge": move("ringing", "unheard", to="acknowledged"),
        "give_up": move("ringing", to="unheard"),
        "end": move("ringing", "unheard", to="over"),
    },
    final=("acknowledged", "over"),
)
"""Words of danger. ``unheard``: everybody in the chain was told, and nobody answered; it stays in sight."""

ASK = Flow(
    "ask",
    states={
        "open": "Waits for an answer",
        "told": "Has told",
        "decided": "Decided",
        "withdrawn": "Link withdrawn",
    },
    moves={
        "tell": move("open", "told", to="told"),
        "decide": move("open", to="decided"),
        "withdraw": move("open", "told", to="withdrawn"),
    },
    final=("decided", "withdrawn"),
)
"""A link to one case. A question may be told about again until its time is over; an approval is decided once."""
