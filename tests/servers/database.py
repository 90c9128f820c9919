"""The database under the throw-away WordPress: MariaDB on 127.0.0.1:3306 where it answers, else one of our
own.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SHARED_PORT = 3306
PATIENCE_SECONDS = 30.0


def free_port() -> int:
    """A TCP port on loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether something listens on this loopback port."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def run_sql(port: int, statement: str) -> str:
    """Run SQL as root with an empty password; raises CalledProcessError."""
    command = ["mariadb", "--no-defaults", "-h127.0.0.1", f"-P{port}", "-uroot", "-N", "-e", statement]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def shared_is_usable() -> bool:
    """Whether the machine's own MariaDB lets root in without a password."""
    if not answers(SHARED_PORT) or not shutil.which("mariadb"):
        return False
    try:
        run_sql(SHARED_PORT, "SELECT 1")
    except subprocess.SubprocessError:
        return False
    return True


@contextmanager
def own_mariadb(base: Path) -> Iterator[int]:
    """A MariaDB of our own under ``base``; yields its port."""
    data, port = base / "mariadb", free_port()
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--user=root"]
    install += ["--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    command = [
        _mariadbd(),
        "--no-defaults",
        f"--datadir={data}",
        f"--socket={base}/mariadb.sock",
        "--user=root",
    ]
    command += [f"--pid-file={base}/mariadb.pid", "--bind-address=127.0.0.1", f"--port={port}"]
    with (base / "mariadb.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)
        shutil.rmtree(data, ignore_errors=True)


def _mariadbd() -> str:
    return shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin") or "mariadbd"


def can_start_own() -> bool:
    """Whether the programs for a MariaDB of our own are installed."""
    return bool(
        shutil.which("mariadb-install-db") and Path(_mariadbd()).is_absolute() and shutil.which("mariadb")
    )


def wait_for(port: int) -> None:
    """Wait until a loopback port answers; raises TimeoutError after PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answers(port):
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing answered on 127.0.0.1:{port}")
        time.sleep(0.05)


@contextmanager
def server(base: Path, *, own: bool = False) -> Iterator[int]:
    """The port of a MariaDB whose root has no password: the shared one unless ``own`` is asked or it is not
    there.
    """
    if not own and shared_is_usable():
        yield SHARED_PORT
        return
    with own_mariadb(base) as port:
        yield port


@dataclass(frozen=True)
class Database:
    """Where a site keeps its rows."""

    port: int
    name: str
    user: str
    password: str


@contextmanager
def database(port: int, name: str) -> Iterator[Database]:
    """A database and a user of the same name, dropped at the end."""
    found = Database(port, name, name, "sandi-uji")
    users = [f"'{name}'@'{host}'" for host in ("localhost", "127.0.0.1")]
    run_sql(port, f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
    try:
        for user in users:
            run_sql(port, f"CREATE USER {user} IDENTIFIED BY '{found.password}'")
            run_sql(port, f"GRANT ALL ON `{name}`.* TO {user}")
        yield found
    finally:
        run_sql(port, f"DROP DATABASE IF EXISTS `{name}`; DROP USER IF EXISTS {', '.join(users)}")
