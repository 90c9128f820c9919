"""The life of one delivery. Nothing may rest in ``sending``: a watchdog makes it ``unsure`` when its lease ends."""

from mimin.lib.flow import Flow, move

DELIVERY = Flow(
    "delivery",
    states=("waiting", "sending", "pending", "unsure", "by_hand", "live", "failed", "held", "cancelled"),
    moves={
        "claim": move("waiting", to="sending"),
        "accept": move("sending", "unsure", to="pending"),
        "hand": move("waiting", "sending", "unsure", "pending", to="by_hand"),
        "land": move("sending", "pending", "unsure", "by_hand", "held", to="live"),
        "doubt": move("sending", to="unsure"),
        "again": move("sending", "unsure", to="waiting"),
        "fail": move("sending", "pending", "unsure", to="failed"),
        "retry": move("failed", to="unsure"),
        "hold": move("waiting", "sending", "unsure", "pending", to="held"),
        "release": move("held", to="unsure"),
        "cancel": move("waiting", "by_hand", "failed", "held", to="cancelled"),
    },
    final=("live", "cancelled"),
)

OPEN = ("waiting", "sending", "pending", "unsure", "held")
