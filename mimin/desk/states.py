"""The life of a file that comes in."""

from mimin.lib.flow import Flow, move

IMPORT = Flow(
    "import",
    states={
        "mapping": "Columns to choose",
        "checking": "Being checked",
        "checked": "Checked",
        "running": "Coming in",
        "done": "Done",
        "failed": "Stopped",
        "cancelled": "Cancelled",
    },
    moves={
        "check": move("mapping", to="checking"),
        "report": move("checking", to="checked"),
        "change": move("checked", to="mapping"),
        "run": move("checked", to="running"),
        "finish": move("running", to="done"),
        "fail": move("checking", "running", to="failed"),
        "cancel": move("mapping", "checking", "checked", "running", to="cancelled"),
    },
    final=("done", "failed", "cancelled"),
)

WORKING = ("checking", "running")
"""States in which a worker is at it."""
