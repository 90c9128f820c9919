"""The same addresses for a case that is kept closely, and allauth's own at the door: who may come in."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from mimin.inbox.actions import keep
from mimin.inbox.models import Case
from mimin.people import door
from mimin.people.rules import Secrecy
from tests.doors import DOORS, Door
from tests.made import Government, every_role
from tests.scene import Scene, client_of, scene
from tests.test_stranger import PEOPLE, cell_of, lists, quiet, read, table

__all__ = ["quiet"]
pytestmark = pytest.mark.django_db

OF_THE_CASE = {
    "case", "case_here", "case_saved", "disposition", "case_lapor",
    "statement_photo", "proof_photo", "attachment", "case_act", "case_interim",
    "alarm_take", "delivery", "delivery_photo", "prove",
}  # fmt: skip
"""Addresses at which the case itself, or what belongs to it, is asked for."""
SEEN_BY: dict[Secrecy, dict[str, str]] = {
    Secrecy.SECRET: {
        name: name
        for name in (
            "koordinator", "admin.pupr", "kepala.pupr", "sekda", "petugas.pupr", "ppid.pupr", "piket.pupr"
        )
    },
    Secrecy.OVERSIGHT: {"inspektur": "sekda"},
}  # fmt: skip
"""Who may see a case that is kept so closely -> whose column of the table then holds: an inspector handles what the
overseers keep as the secretary handles an open case."""
STRANGER = "admin.dukcapil"


@pytest.fixture(params=SEEN_BY, ids=lambda secrecy: secrecy.name)
def kept(request: pytest.FixtureRequest, government: Government) -> tuple[Scene, Secrecy]:
    """The case of the table, kept closely by its head."""
    here = scene(every_role(government))
    head = government.person("kepala.pupr")
    keep(
        case=here.case, secrecy=request.param, concerns=government.pupr, reason="Menyebut nama", by=head,
        at=timezone.now(),
    )  # fmt: skip
    here.case = Case.objects.get(pk=here.case.pk)
    return here, request.param


def column(person: str, secrecy: Secrecy, one: Door) -> str:
    """Whose cell holds for this person at this door."""
    if person == "" or one.name not in OF_THE_CASE:
        return person
    return SEEN_BY[secrecy].get(person, STRANGER)


def told(here: Scene, person: str) -> tuple[str, ...]:
    """The words of the case that this person may not read; who gave something by hand keeps what they gave."""
    own = ("titipan-seruni", here.case.number) if person == "admin.pupr" else ()
    return tuple(mark for mark in here.marks if mark not in own and not mark.startswith("riwayat"))


@pytest.mark.parametrize("person", PEOPLE)
def test_a_case_that_is_kept_closely_is_there_for_who_may_see_it_alone(
    kept: tuple[Scene, Secrecy], person: str
) -> None:
    here, secrecy = kept
    client, cells = client_of(here.government, person), table()
    found, expected, leaks = {}, {}, []
    for one in DOORS:
        answer = client.get(one.url(here))
        found[one.key] = cell_of(answer)
        expected[one.key] = cells["GET", one.key, column(person, secrecy, one)]
        if person not in SEEN_BY[secrecy]:
            leaks += [(one.key, mark) for mark in read(answer, told(here, person))]
    assert found == expected
    assert leaks == []


@pytest.mark.parametrize("person", PEOPLE)
def test_no_list_shows_a_word_of_it_to_anybody_else(kept: tuple[Scene, Secrecy], person: str) -> None:
    here, secrecy = kept
    client, leaks = client_of(here.government, person), []
    for name, query in lists(here) if person not in SEEN_BY[secrecy] else []:
        marks = tuple(mark for mark in told(here, person) if mark not in query)
        leaks += [(name, query, mark) for mark in read(client.get(f"{reverse(name)}?{query}"), marks)]
    assert leaks == []


# The door

ENTRANCE = """
                            nobody somebody
door                        302    302
account_login               200    302
account_logout              302    200
account_inactive            200    200
account_reauthenticate      L      200
account_change_password     L      200
mfa_index                   L      200
mfa_authenticate            L      302
mfa_reauthenticate          L      302
mfa_activate_totp           L      302
mfa_deactivate_totp         L      404
mfa_view_recovery_codes     L      404
mfa_generate_recovery_codes L      302
mfa_download_recovery_codes L      404
usersessions_list           L      200
"""
"""Name -> what nobody and what somebody who signed in gets; L must sign in. A second step that is not there cannot be
taken away; one that is made anew asks for the password first."""


def entrance() -> list[tuple[str, ...]]:
    """(name, cell of nobody, cell of somebody), a line each."""
    return [tuple(line.split()) for line in ENTRANCE.strip().splitlines()[1:]]


def test_every_address_at_the_door_stands_in_its_table() -> None:
    assert [name for name, *_cells in entrance()] == [pattern.name for pattern in door.urlpatterns]


@pytest.mark.parametrize(("name", "nobody", "somebody"), entrance())
def test_the_door_asks_for_a_sign_in_where_the_table_says_so(
    government: Government, name: str, nobody: str, somebody: str
) -> None:
    found = []
    for person, cell in (("", nobody), ("tanpa.peran", somebody)):
        answer = client_of(government, person).get(reverse(name))
        sent_on = answer.headers.get("Location", "").startswith(reverse("account_login"))
        signs_in = cell == "L" and sent_on and answer.status_code == 302
        found.append("L" if signs_in else str(answer.status_code))
    assert found == [nobody, somebody]
