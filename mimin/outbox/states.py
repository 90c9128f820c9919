"""The life of one delivery. Nothing may rest in ``sending``: a watchdog makes it ``unsure`` when its lease ends."""

from mimin.lib.flow import Flow, move

DELIVERY = Flow(
    "delivery",
    states={
        "waiting": "Waits its turn",
        "sending": "Is being sent",
        "pending": "Accepted, not visible yet",
        "unsure": "Unsure",
        "by_hand": "By hand",
        "live": "Stands on the platform",
        "failed": "Failed",
        "held": "Held",
        "cancelled": "Cancelled",
    },
    moves={
        "claim": move("waiting", to="sending"),
        "accept": move("sending", "unsure", to="pending"),
        "hand": move("waiting", "sending", "unsure", "pending", to="by_hand"),
        "land": move("sending", "pending", "unsure", "by_hand", "held", to="live"),
        "doubt": move("sending", to="unsure"),
        "again": move("sending", "unsure", to="waiting"),
        "fail": move("sending", "pending", "unsure", to="failed"),
        "retry": move("failed", to="unsure"),
        "hold": move("waiting", "sending", "unsure", "pending", "by_hand", to="held"),
        "release": move("held", to="unsure"),
        "cancel": move("waiting", "by_hand", "failed", "held", to="cancelled"),
    },
    final=("live", "cancelled"),
)

OPEN = ("waiting", "sending", "pending", "unsure", "held")
BEFORE = ("waiting", "unsure", "held")
"""States in which an older delivery of a thread makes a newer one wait."""

UNDER_WAY = ("waiting", "pending", "unsure")
"""States in which Mimin goes on by itself, and in which something may hang for days."""
