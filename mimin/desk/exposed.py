"""What must hold where others than this machine reach the web server; ``mimin doctor`` and ``mimin serve`` ask it.

Everything here is about settings and files: no check needs the database, so that ``mimin serve`` can ask before it
touches anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from mimin.desk.findings import OK, UNSAFE, WEAK, Check, Finding, Said, all_found, good

LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "testserver"}


def in_production() -> bool:
    """Whether others than this machine itself are served."""
    return settings.SECURE or bool(set(settings.ALLOWED_HOSTS) - LOOPBACK)


def _debug() -> Said:
    if settings.DEBUG:
        return UNSAFE, _("MIMIN_DEBUG is on: errors show data to strangers"), _("Remove MIMIN_DEBUG.")
    return good(_("errors tell strangers nothing"))


def _hosts() -> Said:
    mend = _("Name the hosts in MIMIN_HOSTS.")
    if any(host == "*" for host in settings.ALLOWED_HOSTS):
        return UNSAFE, _("MIMIN_HOSTS lets every name in"), mend
    if settings.SECURE and not set(settings.ALLOWED_HOSTS) - LOOPBACK:
        return WEAK, _("https stands in front, but MIMIN_HOSTS names this machine alone"), mend
    return good(_("served as %(hosts)s") % {"hosts": ", ".join(settings.ALLOWED_HOSTS)})


def _https() -> Said:
    if settings.SECURE:
        return good(_("only by https"))
    mend = _("Put https in front, then set MIMIN_HTTPS=1 and MIMIN_ORIGINS.")
    if address := hall():
        return (
            WEAK,
            _(
                "plain HTTP: “mimin serve --lan” serves %(address)s, and whoever is in that network can read along"
            )
            % {"address": address},
            _("Keep it to a hall and to a network of your own; end it afterwards."),
        )
    if in_production():
        return UNSAFE, _("passwords and citizens' words travel without https"), mend
    return WEAK, _("served to this machine alone, without https"), mend


def _proxies() -> Said:
    if settings.SECURE and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return (
            UNSAFE,
            _("https stands in front, but MIMIN_PROXIES is 0: wrong passwords of anybody lock everybody out"),
            _("Set MIMIN_PROXIES to the number of your own proxies before Mimin, such as 1."),
        )
    return good(
        _("%(count)s proxies of your own stand in front") % {"count": settings.ALLAUTH_TRUSTED_PROXY_COUNT}
    )


def _origins() -> Said:
    origins = [urlsplit(origin) for origin in settings.CSRF_TRUSTED_ORIGINS]
    mend = _("Set MIMIN_ORIGINS to the address that people open, such as https://mimin.contohkab.go.id.")
    if settings.SECURE and not origins:
        return WEAK, _("mail to people names no address that they could open"), mend
    if plain := [origin.geturl() for origin in origins if settings.SECURE and origin.scheme != "https"]:
        return (
            UNSAFE,
            _("forms are taken from pages without https: %(origins)s") % {"origins": ", ".join(plain)},
            mend,
        )
    return good(_("forms are taken from Mimin's own pages alone"))


def _keys() -> Said:
    loose = [
        str(path)
        for path in (settings.HOME / "keyring.key", settings.HOME / "secret.key")
        if path.exists() and path.stat().st_mode & 0o077
    ]
    if loose:
        files = " ".join(loose)
        return (
            UNSAFE,
            _("others on this machine can read the keys: %(files)s") % {"files": files},
            f"chmod 600 {files}",
        )
    return good(_("the keys are their owner's alone"))


def _network() -> Said:
    if not settings.NETWORK_ALLOW:
        return good(_("no inner address can be reached"))
    level = UNSAFE if in_production() else WEAK
    return (
        level,
        _("connectors may reach inner addresses: %(hosts)s") % {"hosts": ", ".join(settings.NETWORK_ALLOW)},
        _("Remove MIMIN_NETWORK_ALLOW."),
    )


LAN: dict[str, Check] = {"debug": _debug, "hosts": _hosts, "keys": _keys, "network": _network}
"""What must hold in a hall too, where there is no https."""
PUBLIC: dict[str, Check] = {**LAN, "https": _https, "proxies": _proxies, "origins": _origins}


def in_the_way(checks: dict[str, Check]) -> list[Finding]:
    """What forbids to serve others: whatever is not good, also what the doctor only calls weak."""
    return [finding for finding in all_found(checks) if finding.level != OK]


# --- A hall without https -------------------------------------------------------------------------------------------


def _sign() -> Path:
    return settings.HOME / "plain-http"


def hall() -> str:
    """The address that ``mimin serve --lan`` serves now; "" where it does not run."""
    try:
        pid, address = _sign().read_text(encoding="utf-8").split(maxsplit=1)
        os.kill(int(pid), 0)
    except PermissionError:  # of another user, and alive
        return address.strip()
    except (OSError, ValueError):
        return ""
    return address.strip()


@contextmanager
def in_a_hall(address: str) -> Iterator[None]:
    """Have the doctor say it as long as this process serves over plain HTTP."""
    _sign().write_text(f"{os.getpid()} {address}\n", encoding="utf-8")
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            _sign().unlink()
