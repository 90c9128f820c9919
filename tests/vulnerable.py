"""``make check``: do the packages that a server runs have known vulnerabilities?

Exit code 1 where one is found. Where the vulnerability service cannot be asked, that is said plainly and the code is 0:
a machine without the internet must be able to check everything else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements" / "base.txt"
SECONDS = 60
UNREACHED = (
    "ConnectionError",
    "Failed to resolve",
    "Max retries",
    "timed out",
    "Could not connect",
    "ServiceError",
)


def ask(requirements: Path) -> tuple[str, str]:
    """What pip-audit printed, and what it complained of. Raises TimeoutExpired after ``SECONDS``."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--require-hashes"]
    command += ["--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.stdout, done.stderr


def judge(printed: str, complained: str) -> tuple[int, list[str]]:
    """The exit code and the lines to say."""
    try:
        packages = json.loads(printed)["dependencies"]
    except (ValueError, KeyError):
        last = (complained.strip().splitlines() or ["it said nothing"])[-1]
        if any(sign in complained for sign in UNREACHED):
            return 0, [
                f"NOT CHECKED for known vulnerabilities: the service cannot be reached ({last[:200]})."
            ]
        return 1, [f"pip-audit failed: {last[:500]}"]
    found = [line for package in packages for line in _vulnerabilities(package)]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    lines = [*found, *_asked(len(packages), unknown)]
    return (1 if found else 0), lines


def _vulnerabilities(package: dict[str, Any]) -> list[str]:
    return [
        f"{package['name']} {package['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no release yet'}"
        for hole in package.get("vulns", [])
    ]


def _asked(count: int, unknown: list[str]) -> list[str]:
    if len(unknown) == count:
        return [
            f"NOT CHECKED for known vulnerabilities: the service answers, but knows none of {count} packages."
        ]
    told = [f"{count - len(unknown)} packages were checked for known vulnerabilities."]
    return told + ([f"Not checked, unknown to the service: {', '.join(unknown)}."] if unknown else [])


def main() -> int:
    """Ask, say, and return the exit code."""
    try:
        code, lines = judge(*ask(REQUIREMENTS))
    except subprocess.TimeoutExpired:
        code = 0
        lines = [
            f"NOT CHECKED for known vulnerabilities: the service gave no answer within {SECONDS} seconds."
        ]
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
