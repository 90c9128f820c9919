"""A real WordPress on loopback: started in seconds under a temporary directory, gone afterwards.

    with real_wordpress(Path("/some/empty/dir")) as site:
        post = site.new_post("Jadwal pelayanan KTP")
        site.comment(post, "Kapan blanko KTP ada lagi?", "Warga Sukamaju")

Needs Debian's packages ``wordpress wordpress-theme-twentytwentythree php-cli php-mysql mariadb-server``.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import database

SOURCE = Path("/usr/share/wordpress")
HERE = Path(__file__).parent
CONSOLE = "console-for-tests.php"
TITLE = "Diskominfo Kabupaten Contoh"
SWITCHES = ("rest-blocked", "rest-removed", "agent-stripped", "passwords-off")

CONFIG = """<?php
define('DB_NAME', '{db.name}');
define('DB_USER', '{db.user}');
define('DB_PASSWORD', '{db.password}');
define('DB_HOST', '127.0.0.1:{db.port}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', '{url}');
define('WP_SITEURL', '{url}');
define('WP_ENVIRONMENT_TYPE', 'local'); // application passwords without https
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('AUTH_SALT', '{salt}');
define('NONCE_SALT', '{salt}');
define('LOGGED_IN_SALT', '{salt}');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {{
    define('ABSPATH', __DIR__ . '/');
}}
require_once ABSPATH . 'wp-settings.php';
"""


def missing() -> str:
    """Name what is not installed, or say nothing: a test skips with this text."""
    lacks = [name for name in ("php", "mariadb") if not shutil.which(name)]
    if not (SOURCE / "wp-load.php").exists():
        lacks.append("wordpress")
    if not (SOURCE / "wp-content/themes/twentytwentythree").exists():
        lacks.append("wordpress-theme-twentytwentythree")
    if shutil.which("php") and "mysqli" not in _php_modules():
        lacks.append("php-mysql")
    if not database.shared_is_usable() and not database.can_start_own():
        lacks.append("mariadb-server")
    return ", ".join(lacks)


def _php_modules() -> list[str]:
    listed = subprocess.run(["php", "-m"], check=True, capture_output=True, text=True, timeout=30)
    return listed.stdout.split()


@dataclass
class WordPress:
    """A running site and what its owner and its visitors can do to it."""

    url: str
    username: str
    application_password: str
    pid: int
    directory: Path
    _close: ExitStack = field(repr=False)
    _visitors: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)

    def comment(self, post_id: int, text: str, author: str, parent: int = 0, approved: bool = True) -> int:
        """Comment as an anonymous visitor through the site's own form; returns the comment's id.

        Every visitor comes from another loopback address, because WordPress holds one address for 15 seconds.
        """
        number = next(self._visitors)
        form = {
            "comment_post_ID": post_id,
            "comment_parent": parent,
            "comment": text,
            "author": author,
            "email": f"warga{number}@contoh.example",
        }
        address = f"127.{number // 65025 % 255 + 1}.{number // 255 % 255}.{number % 255 + 1}"
        return self._submit(form, from_address=address, held=not approved)

    def _submit(self, form: dict[str, Any], *, from_address: str, held: bool) -> int:
        host = urllib.parse.urlsplit(self.url).netloc
        line = http.client.HTTPConnection(host, timeout=30, source_address=(from_address, 0))
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Peramban Warga"}
        if held:
            headers["X-Hold-Comment"] = "1"
        line.request("POST", "/wp-comments-post.php", urllib.parse.urlencode(form), headers)
        answer = line.getresponse()
        body = answer.read().decode("utf-8", "replace")
        line.close()
        found = re.search(r"#comment-(\d+)", answer.headers.get("Location", ""))
        if not found:
            raise AssertionError(f"WordPress refused the visitor's comment: {answer.status} {body[:300]}")
        return int(found[1])

    def comments(self) -> list[dict[str, Any]]:
        """What anybody sees: the approved comments, oldest first (at most 100)."""
        return self.public("comments", per_page=100, orderby="id", order="asc")

    def public(self, route: str, **params: Any) -> list[dict[str, Any]]:
        """Rows of the REST API as a stranger gets them."""
        query = urllib.parse.urlencode({"rest_route": f"/wp/v2/{route}", **params})
        found: list[dict[str, Any]] = json.loads(self._ask("GET", f"/?{query}")[1])
        return found

    def page(self, path: str) -> str:
        """A page as a stranger's browser gets it."""
        return self._ask("GET", path)[1]

    def new_post(self, title: str, content: str = "Informasi layanan untuk warga.") -> int:
        """Publish a post as the site's owner; returns its id."""
        return int(self.console("new_post", title=title, content=content))

    def new_user(self, login: str, role: str) -> int:
        """Another user of the site; gone again after ``reset``."""
        return int(self.console("new_user", login=login, role=role))

    def insert_comments(self, rows: list[dict[str, Any]]) -> list[int]:
        """Put many comments straight into the tables (a back-log, or several within one second)."""
        return [int(number) for number in self.console("insert_comments", rows=rows)]

    def close_comments(self, post_id: int) -> None:
        """Switch comments off under one post."""
        self.console("set_comments_open", post_id=post_id, open=False)

    def revoke_password(self) -> None:
        """Withdraw every application password, as an administrator does on the profile page."""
        self.console("revoke_passwords")

    def new_password(self) -> str:
        """Make a fresh application password, and keep it as ``application_password``."""
        self.application_password = str(self.console("new_password"))
        return self.application_password

    def disable_rest(self, how: str = "rest-removed") -> None:
        """Close the REST API: ``rest-removed`` (no routes) or ``rest-blocked`` (a plugin says no)."""
        self.switch(how, on=True)

    def switch(self, name: str, *, on: bool) -> None:
        """Turn one of SWITCHES on or off; it acts from the next request."""
        flag = self.directory / "site/wp-content/mu-plugins" / name
        if on:
            flag.touch()
        else:
            flag.unlink(missing_ok=True)

    def maintenance(self, *, on: bool) -> None:
        """Put the site in the mode that WordPress shows while it updates itself (503 and an HTML page)."""
        flag = self.directory / "site/.maintenance"
        if on:
            flag.write_text("<?php $upgrading = time();")
        else:
            flag.unlink(missing_ok=True)

    def console(self, verb: str, **arguments: Any) -> Any:
        """Run one verb of ``wordpress_console.php``; returns what it printed."""
        asked = json.dumps({"verb": verb, "arguments": arguments})
        status, body = self._ask("POST", f"/{CONSOLE}", asked)
        try:
            return json.loads(body)
        except ValueError:
            raise AssertionError(f"WordPress {verb} failed: {status} {body[-500:]}") from None

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        line = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=60)
        line.request(method, path, body)
        answer = line.getresponse()
        said = answer.read().decode("utf-8", "replace")
        line.close()
        return answer.status, said

    def reset(self) -> None:
        """Undo what tests do to a shared site: switches off, comments gone, an editor with a new password."""
        for name in SWITCHES:
            self.switch(name, on=False)
        self.maintenance(on=False)
        self.application_password = str(self.console("reset", role="editor"))

    def stop(self) -> None:
        """End the server, drop the database and remove the files; a second call does nothing."""
        self._close.close()


def _install(site: Path, role: str) -> None:
    asked = json.dumps({"verb": "install", "arguments": {"title": TITLE, "role": role}})
    command = ["php", "-d", "sendmail_path=/bin/true", str(site / CONSOLE)]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"WordPress could not be installed: {done.stdout[-500:]} {done.stderr[-500:]}")


@contextmanager
def _site_files(directory: Path, url: str, db: database.Database) -> Iterator[Path]:
    site = directory / "site"
    shutil.copytree(SOURCE, site, symlinks=False, ignore_dangling_symlinks=True)
    (site / "wp-config.php").unlink(missing_ok=True)
    (site / "wp-config.php").write_text(CONFIG.format(db=db, url=url, salt=secrets.token_hex(32)))
    plugins = site / "wp-content/mu-plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "wordpress_switches.php", plugins)
    shutil.copy(HERE / "wordpress_console.php", site / CONSOLE)
    try:
        yield site
    finally:
        shutil.rmtree(site, ignore_errors=True)


@contextmanager
def _web_server(directory: Path, site: Path, port: int) -> Iterator[int]:
    command = ["php", "-d", "sendmail_path=/bin/true", "-d", "opcache.enable=1", "-d", "display_errors=0"]
    command += ["-S", f"127.0.0.1:{port}", "-t", str(site)]
    environment = {**os.environ, "PHP_CLI_SERVER_WORKERS": "4"}
    with (directory / "php.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        database.wait_for(port)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # its workers are children in the same session
        process.wait(timeout=10)


def start(base_dir: Path, *, role: str = "editor", own_database: bool = False) -> WordPress:
    """Start a site under ``base_dir``; the caller must ``stop()`` it. Raises AssertionError naming what
    failed.
    """
    base_dir.mkdir(parents=True, exist_ok=True)
    port = database.free_port()
    url, name = f"http://127.0.0.1:{port}", f"mimin_wp_{secrets.token_hex(6)}"
    with ExitStack() as stack:
        db_port = stack.enter_context(database.server(base_dir, own=own_database))
        db = stack.enter_context(database.database(db_port, name))
        site = stack.enter_context(_site_files(base_dir, url, db))
        _install(site, role)
        pid = stack.enter_context(_web_server(base_dir, site, port))
        running = WordPress(url, "mimin", "", pid, base_dir, stack)
        running.new_password()
        running._close = stack.pop_all()
        return running


@contextmanager
def real_wordpress(
    base_dir: Path, *, role: str = "editor", own_database: bool = False
) -> Iterator[WordPress]:
    """A site for the length of a ``with``; everything it made is removed at the end."""
    site = start(base_dir, role=role, own_database=own_database)
    try:
        yield site
    finally:
        site.stop()
