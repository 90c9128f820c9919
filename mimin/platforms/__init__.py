"""Every platform Mimin knows, one line each. A new one is a folder and a line here."""

from __future__ import annotations

from mimin.platforms import catalogue
from mimin.platforms.assisted import connector as assisted
from mimin.platforms.assisted import errors as assisted_errors
from mimin.platforms.assisted import facts as assisted_facts
from mimin.platforms.base import Access, Credential, Http, Platform
from mimin.platforms.door import connector as door
from mimin.platforms.door import errors as door_errors
from mimin.platforms.door import facts as door_facts
from mimin.platforms.offline import connector as offline
from mimin.platforms.offline import errors as offline_errors
from mimin.platforms.offline import facts as offline_facts
from mimin.platforms.wordpress import connector as wordpress
from mimin.platforms.wordpress import errors as wordpress_errors
from mimin.platforms.wordpress import facts as wordpress_facts

WORDPRESS = Platform(
    key="wordpress",
    label="WordPress",
    facts=wordpress_facts.FACTS,
    errors=wordpress_errors.ERRORS,
    connector=wordpress.WordPress,
    credentials=(
        Credential("username", "text", "User name"),
        Credential("application_password", "secret", "Application password"),
    ),
    addresses=("{host}/*",),
    proofs=("{host}/*",),
)
ASSISTED = Platform(
    key="assisted",
    label="Worked by hand",
    facts=assisted_facts.FACTS,
    errors=assisted_errors.ERRORS,
    connector=assisted.Assisted,
)
OFFLINE = Platform(
    key="offline",
    label="Not on the internet",
    facts=offline_facts.FACTS,
    errors=offline_errors.ERRORS,
    connector=offline.Offline,
    placed=True,
)
DOOR = Platform(
    key="door",
    label="Citizen's door",
    facts=door_facts.FACTS,
    errors=door_errors.ERRORS,
    connector=door.Door,
    placed=True,
)

PLATFORMS: dict[str, Platform] = {
    platform.key: platform for platform in (WORDPRESS, ASSISTED, OFFLINE, DOOR, *catalogue.KINDS)
}


def connector(platform: str, access: Access, http: Http) -> object:
    """Build the connector of a platform by its key.

    A platform that has none yet is worked by hand, so it gets the assisted connector. Raises KeyError for a
    key that is not in PLATFORMS. What the result can do is asked with ``isinstance`` and the protocols of
    ``base``.
    """
    return (PLATFORMS[platform].connector or assisted.Assisted)(access, http)
