"""A pilot that others reach: nothing unsafe is served, https stands in front as our example says, a hall has none."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mimin.desk.tests.installation import ROOT, Installation, copy_of
from mimin.desk.tests.test_start import until
from mimin.lib.own_addresses import own_addresses
from tests.servers.database import free_port, wait_for
from tests.servers.nginx import NAME, missing, nginx

pytestmark = pytest.mark.xdist_group("start")

PUBLIC = {
    "MIMIN_HTTPS": "1", "MIMIN_HOSTS": NAME, "MIMIN_ORIGINS": f"https://{NAME}", "MIMIN_PROXIES": "1",
    "MIMIN_LOG": "json",
}  # fmt: skip
DEPLOY = ROOT / "deploy"


@contextmanager
def serving(place: Installation, *options: str, **settings: str) -> Iterator[tuple[int, Path]]:
    """``mimin serve`` on a port of its own; yields the port, and where it writes what it says and logs."""
    port, said = free_port(), place.home / "said.log"
    command = [sys.executable, "-m", "mimin.program", "serve", *options, "--port", str(port)]
    with said.open("wb") as log:
        environment = {**place.environment, **settings}
        running = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_for(port)
        yield port, said
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)


@dataclass
class Door:
    """Where https answers, and whose name it has."""

    port: int
    certificate: Path

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        """Ask as a browser that trusts this one certificate; status, headers by small name (cookies joined), body."""
        trust = ssl.create_default_context(cafile=str(self.certificate))
        line = http.client.HTTPSConnection(NAME, self.port, timeout=20, context=trust)
        line.sock = trust.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), timeout=20), server_hostname=NAME
        )
        line.request("GET", path, headers={"Host": NAME, **headers})
        answer = line.getresponse()
        kept: dict[str, str] = {}
        for name, value in answer.getheaders():
            kept[name.lower()] = f"{kept[name.lower()]}\n{value}" if name.lower() in kept else value
        got = answer.status, kept, answer.read().decode()
        line.close()
        return got


@dataclass
class Pilot:
    """A Mimin for others: its door, its port past the proxy, nginx without https, and its log."""

    door: Door
    behind: int
    plain: int
    said: Path

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.said.read_text().splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pilot]:
    if lacks := missing():
        pytest.skip(f"https in front needs: {lacks}")
    base = tmp_path_factory.mktemp("nginx")
    with (
        serving(copy_of("sqlite"), "--public", **PUBLIC) as (behind, said),
        nginx(base, behind) as (plain, secure),
    ):
        yield Pilot(Door(secure, base / "fullchain.pem"), behind, plain, said)


# --- Behind https ---------------------------------------------------------------------------------------------------


@pytest.mark.nginx
def test_a_browser_reaches_it_by_https_and_is_told_to_stay_there(pilot: Pilot) -> None:
    status, headers, body = pilot.door.get("/sehat/")
    assert (status, json.loads(body)) == (200, {"ok": True})
    assert headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.nginx
def test_the_door_sets_cookies_for_https_alone(pilot: Pilot) -> None:
    status, headers, body = pilot.door.get("/masuk/login/")
    cookies = headers["set-cookie"].split("\n")
    assert (status, 'id="id_login"' in body) == (200, True)
    assert [cookie for cookie in cookies if "; Secure" not in cookie] == []
    assert headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.nginx
def test_who_comes_without_https_is_led_to_it(pilot: Pilot) -> None:
    line = http.client.HTTPConnection("127.0.0.1", pilot.plain, timeout=20)
    line.request("GET", "/masuk/login/?next=/", headers={"Host": NAME})
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/masuk/login/?next=/")
    line.close()


def past_the_proxy(pilot: Pilot, path: str) -> int:
    """The status that a monitor on the machine itself gets."""
    line = http.client.HTTPConnection("127.0.0.1", pilot.behind, timeout=20)
    line.request("GET", path, headers={"Host": NAME})
    status = line.getresponse().status
    line.close()
    return status


@pytest.mark.nginx
def test_past_the_proxy_only_health_and_readiness_answer_without_https(pilot: Pilot) -> None:
    assert until(30, lambda: past_the_proxy(pilot, "/siap/") == 200), "its worker never gave a sign"
    assert past_the_proxy(pilot, "/sehat/") == 200
    assert past_the_proxy(pilot, "/masuk/login/") == 301


@pytest.mark.nginx
def test_another_name_is_refused_and_a_missing_page_shows_its_code(pilot: Pilot) -> None:
    assert pilot.door.get("/sehat/", Host="lain.contohkab.go.id")[0] == 400
    status, headers, body = pilot.door.get("/tidak-ada/")
    (code,) = re.findall(r"M-[0-9A-F]{6}", body)
    assert (status, headers["strict-transport-security"]) == (404, "max-age=31536000")
    assert [(line["path"], line["status"]) for line in pilot.lines() if line.get("code") == code] == [
        ("/?", 404)
    ]


@pytest.mark.nginx
def test_neither_log_holds_what_was_searched_or_a_token(pilot: Pilot) -> None:
    pilot.door.get("/cari/?q=kata-yang-dicari")
    pilot.door.get("/tanya/tautan-rahasia-1/")
    paths = [line.get("path") for line in pilot.lines()]
    assert ("/cari/" in paths, "/tanya/<token>/" in paths) == (True, True)
    written = "".join(
        file.read_text(errors="replace")
        for file in (pilot.said, *pilot.door.certificate.parent.glob("*.log"))
    )
    assert [word for word in ("kata-yang-dicari", "tautan-rahasia") if word in written] == []


# --- What is refused ------------------------------------------------------------------------------------------------


def refused(*options: str, **settings: str) -> str:
    """What ``mimin serve`` says where it does not begin; an error where it does."""
    place = copy_of("sqlite")
    command = [sys.executable, "-m", "mimin.program", "serve", *options, "--port", str(free_port())]
    done = subprocess.run(
        command, env={**place.environment, **settings}, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def test_a_machine_as_it_was_installed_is_not_served_to_others() -> None:
    said = refused("--public")
    assert ("MIMIN_HTTPS=1" in said, len(said.splitlines())) == (True, 2)


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("MIMIN_HTTPS", "", "MIMIN_HTTPS"),
        ("MIMIN_HOSTS", "", "MIMIN_HOSTS"),
        ("MIMIN_HOSTS", "*", "MIMIN_HOSTS"),
        ("MIMIN_ORIGINS", "", "MIMIN_ORIGINS"),
        ("MIMIN_ORIGINS", f"http://{NAME}", "MIMIN_ORIGINS"),
        ("MIMIN_PROXIES", "0", "MIMIN_PROXIES"),
        ("MIMIN_DEBUG", "1", "MIMIN_DEBUG"),
        ("MIMIN_NETWORK_ALLOW", "127.0.0.1:80", "MIMIN_NETWORK_ALLOW"),
    ],
)
def test_one_unsafe_setting_is_enough_and_is_named_with_its_mending(name: str, value: str, mend: str) -> None:
    _why, *each = refused("--public", **{**PUBLIC, name: value}).splitlines()
    assert [line.split(" > ")[1].count(mend) for line in each] == [1]


def test_everything_that_is_wrong_is_named_at_once() -> None:
    _why, *each = refused("--public", **{**PUBLIC, "MIMIN_PROXIES": "0", "MIMIN_DEBUG": "1"}).splitlines()
    assert len(each) == 2


def test_one_must_say_for_whom() -> None:
    command = [sys.executable, "-m", "mimin.program", "serve"]
    done = subprocess.run(
        command, env=copy_of("sqlite").environment, cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, "--public" in done.stderr) == (2, True)


# --- A hall ---------------------------------------------------------------------------------------------------------


def test_a_hall_is_not_opened_with_the_settings_of_https_or_with_debugging() -> None:
    assert "MIMIN_HTTPS" in refused("--lan", **PUBLIC)
    assert "MIMIN_DEBUG" in refused("--lan", MIMIN_DEBUG="1")


@pytest.mark.skipif(not own_addresses(), reason="this machine is in no network")
def test_phones_in_a_hall_open_what_is_printed_and_the_doctor_says_plain_http() -> None:
    place = copy_of("sqlite")
    address = own_addresses()[0]
    with serving(place, "--lan") as (port, said):
        told = said.read_text()
        assert (f"  http://{address}:{port}/" in told, "HTTP" in told.splitlines()[-1]) == (True, True)
        line = http.client.HTTPConnection(address, port, timeout=20)
        line.request("GET", "/masuk/login/")
        assert line.getresponse().status == 200
        line.close()
        assert f"http://{address}:{port}/" in found(place, "https")["text"]
    assert "plain HTTP" not in found(place, "https")["text"]


def found(place: Installation, name: str) -> dict[str, str]:
    """What the doctor says of one thing, in English."""
    script = "import json\nout = said('doctor', '--json')\n"
    script += "from mimin.desk import doctor\nfrom dataclasses import asdict\n"
    script += f"print(json.dumps([asdict(f) for f in doctor.examine() if f.name == {name!r}][0]))"
    return place.run(script)  # type: ignore[no-any-return]


# --- What we give to who runs a server ------------------------------------------------------------------------------


def test_every_setting_of_the_example_is_one_that_docs_explain() -> None:
    named = re.findall(r"^([A-Z_]+)=", (DEPLOY / "mimin.env.example").read_text(), re.MULTILINE)
    explained = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert [name for name in named if name not in explained] == []
    assert set(PUBLIC) - set(named) == set()


@pytest.mark.parametrize("unit", ["mimin-web.service", "mimin-worker.service", "mimin-backup.service"])
def test_every_unit_is_kept_to_its_own_folders(unit: str) -> None:
    lines = (DEPLOY / unit).read_text().splitlines()
    wanted = {
        "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "User=mimin",
        "ReadWritePaths=/var/lib/mimin /var/backups/mimin", "EnvironmentFile=/etc/mimin/mimin.env",
    }  # fmt: skip
    assert wanted - set(lines) == set()


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("the units are looked at by: systemd-analyze")
    files = []
    for unit in sorted(DEPLOY.glob("mimin-*.*")):
        if unit.suffix in (".service", ".timer"):
            files.append(tmp_path / unit.name)
            files[-1].write_text(
                unit.read_text().replace("/srv/mimin/.venv/bin/mimin", shutil.which("true") or "")
            )
    done = subprocess.run(["systemd-analyze", "verify", *map(str, files)], capture_output=True, text=True)
    assert (len(files), done.returncode, done.stderr) == (4, 0, "")
