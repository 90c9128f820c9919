"""The web application in a process that dies at the point named by KILL_AT; for a WSGI server to load."""

from __future__ import annotations

import os

from mimin.wsgi import application  # noqa: F401
from tests.drivers.points import arm

arm(os.environ["KILL_AT"])
