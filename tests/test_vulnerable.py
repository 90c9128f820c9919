"""What the check for known vulnerabilities makes of each answer."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests import vulnerable

CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
HOLED = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [
        {"id": "CVE-2000-0001", "fix_versions": ["1.1"], "description": "..."},
        {"id": "CVE-2000-0002", "fix_versions": [], "description": "..."},
    ],
}
UNKNOWN = {"name": "oneofours", "skip_reason": "Dependency not found"}


def answer(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(
    ("printed", "complained", "code", "lines"),
    [
        (answer(CLEAN), "", 0, ["1 packages were checked for known vulnerabilities."]),
        (
            answer(CLEAN, HOLED),
            "",
            1,
            [
                "pillow 1.0: CVE-2000-0001, mended in 1.1",
                "pillow 1.0: CVE-2000-0002, mended in no release yet",
                "2 packages were checked for known vulnerabilities.",
            ],
        ),
        (
            answer(CLEAN, UNKNOWN),
            "",
            0,
            [
                "1 packages were checked for known vulnerabilities.",
                "Not checked, unknown to the service: oneofours.",
            ],
        ),
        (
            answer(UNKNOWN),
            "No known vulnerabilities found",
            0,
            ["NOT CHECKED for known vulnerabilities: the service answers, but knows none of 1 packages."],
        ),
        (
            "",
            "Traceback\nrequests.exceptions.ConnectionError: no such name",
            0,
            [
                "NOT CHECKED for known vulnerabilities: the service cannot be reached "
                "(requests.exceptions.ConnectionError: no such name)."
            ],
        ),
        ("", "error: no such requirement file", 1, ["pip-audit failed: error: no such requirement file"]),
        ("", "", 1, ["pip-audit failed: it said nothing"]),
    ],
)
def test_every_answer_has_its_verdict(printed, complained, code, lines):
    assert vulnerable.judge(printed, complained) == (code, lines)


def test_a_service_that_never_answers_is_said_plainly_and_does_not_stop_the_check(monkeypatch, capsys):
    def never(requirements):
        raise subprocess.TimeoutExpired("pip_audit", vulnerable.SECONDS)

    monkeypatch.setattr(vulnerable, "ask", never)
    assert vulnerable.main() == 0
    assert capsys.readouterr().out == (
        "NOT CHECKED for known vulnerabilities: the service gave no answer within 60 seconds.\n"
    )


def test_a_found_vulnerability_stops_the_check(monkeypatch):
    monkeypatch.setattr(vulnerable, "ask", lambda requirements: (answer(HOLED), ""))
    assert vulnerable.main() == 1


def test_what_a_server_runs_is_what_is_asked_about():
    assert vulnerable.REQUIREMENTS.name == "base.txt"
    assert vulnerable.REQUIREMENTS.is_file()
