"""A real nginx on loopback, from the example that we give to who runs a server."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.database import free_port, wait_for

EXAMPLE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NAME = "mimin.contohkab.go.id"
MAIN = """
daemon off;
worker_processes 1;
pid {base}/nginx.pid;
error_log {base}/error.log warn;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {base}/body;
    proxy_temp_path {base}/proxy;
    fastcgi_temp_path {base}/fastcgi;
    uwsgi_temp_path {base}/uwsgi;
    scgi_temp_path {base}/scgi;
    include {base}/site.conf;
}}
"""


def program() -> str:
    """Where nginx stands; Debian keeps it out of an ordinary path."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""


def missing() -> str:
    """What a real nginx with https lacks here; "" for nothing."""
    lacks = [
        name for name, found in (("nginx", program()), ("openssl", shutil.which("openssl"))) if not found
    ]
    return ", ".join(lacks)


def certificate(base: Path) -> Path:
    """A certificate for the name of the example, signed by itself; the key lies beside it."""
    made = base / "fullchain.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={NAME}",
    ]
    command += [
        "-addext",
        f"subjectAltName=DNS:{NAME}",
        "-keyout",
        str(base / "privkey.pem"),
        "-out",
        str(made),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return made


@contextmanager
def nginx(base: Path, behind: int) -> Iterator[tuple[int, int]]:
    """The example before the port ``behind``; yields its port without and with https."""
    plain, secure = free_port(), free_port()
    certificate(base)
    site = EXAMPLE.read_text(encoding="utf-8")
    for ours, here in (
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"), ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl"), ("/etc/ssl/mimin", str(base)),
        ("/var/log/nginx", str(base)),
    ):  # fmt: skip
        assert ours in site, ours
        site = site.replace(ours, here)
    (base / "site.conf").write_text(site, encoding="utf-8")
    (base / "main.conf").write_text(MAIN.format(base=base), encoding="utf-8")
    command = [program(), "-p", str(base), "-c", str(base / "main.conf")]
    with (base / "nginx.log").open("wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(secure)
        yield plain, secure
    finally:
        running.terminate()
        running.wait(timeout=20)
