"""``make test``: everything, on SQLite and, where it answers, on PostgreSQL; it names what it skipped.

With MIMIN_CI=1 a skip is a failure.
"""

import os
import socket
import subprocess
import sys


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def run(name: str, env: dict[str, str], marks: str) -> int:
    print(f"== {name}", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-m", marks, "-rs"]
    return subprocess.run([*command, *sys.argv[1:]], env={**os.environ, **env}).returncode


def main() -> int:
    strict = os.environ.get("MIMIN_CI") == "1"
    codes = [run("SQLite", {"DATABASE_URL": ""}, "not heavy")]
    if answers(5432):
        url = os.environ.get("MIMIN_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/test")
        # Screens and processes have databases of their own: once is enough.
        codes.append(
            run("PostgreSQL", {"DATABASE_URL": url}, "not heavy and not browser and not redis and not nginx")
        )
    elif strict:
        print("PostgreSQL does not answer on 127.0.0.1:5432; in CI that is a failure.")
        codes.append(1)
    else:
        print("skipped: the suite on PostgreSQL (nothing answers on 127.0.0.1:5432)")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
