"""A small government for tests: a tree, people by role, channels. Every name is a role or an invented place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from mimin.evidence.actions import Actor
from mimin.people.actions import add_person, add_unit, give_role
from mimin.people.models import Person, Unit
from mimin.people.rules import RoleKind
from mimin.platforms.base import Heard
from mimin.registry.actions import add_channel
from mimin.registry.models import Channel

MONDAY = datetime(2026, 3, 16, 3, 0, tzinfo=UTC)
"""Monday 16 March 2026, 10.00 WIB: an ordinary working hour."""
BY = Actor(None, "test")


@dataclass
class Government:
    """Kabupaten Contoh with three departments and one unit below one of them."""

    root: Unit
    kominfo: Unit
    pupr: Unit
    marga: Unit
    dukcapil: Unit
    inspectorate: Unit
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, username: str) -> Person:
        """The person, fetched anew so that roles are not remembered from before."""
        return Person.objects.get(pk=self.people[username].pk)


def unit(
    parent: Unit | None, name: str, short: str, kind: str, *affairs: str, aliases: tuple[str, ...] = ()
) -> Unit:
    return add_unit(
        parent=parent, name=name, short=short, kind=kind, by=BY, at=MONDAY, affairs=affairs, aliases=aliases
    )


def person(username: str, label: str, unit: Unit, kind: RoleKind, until: date | None = None) -> Person:
    made = add_person(username=username, label=label, password="rahasia-sekali", by=BY, at=MONDAY)
    give_role(person=made, unit=unit, kind=kind, since=date(2020, 1, 1), until=until, by=BY, at=MONDAY)
    return made


def government() -> Government:
    root = unit(None, "Kabupaten Contoh", "Contoh", "kabupaten")
    kominfo = unit(root, "Dinas Komunikasi dan Informatika", "Diskominfo", "opd", "kominfo")
    pupr = unit(
        root, "Dinas Pekerjaan Umum dan Penataan Ruang", "Dinas PUPR", "opd", "pupr", aliases=("PUPR",)
    )
    marga = unit(pupr, "UPTD Bina Marga Wilayah Utara", "UPTD Bina Marga", "uptd")
    dukcapil = unit(root, "Dinas Kependudukan dan Pencatatan Sipil", "Dukcapil", "opd", "dukcapil")
    inspectorate = unit(root, "Inspektorat Daerah", "Inspektorat", "opd", "inspektorat")
    made = Government(root, kominfo, pupr, marga, dukcapil, inspectorate)
    for username, label, at, kind in (
        ("koordinator", "Koordinator Diskominfo", root, RoleKind.COORDINATOR),
        ("admin.pupr", "Admin Dinas PUPR", pupr, RoleKind.ADMIN),
        ("kepala.pupr", "Kepala Dinas PUPR", pupr, RoleKind.HEAD),
        ("admin.marga", "Admin UPTD Bina Marga", marga, RoleKind.ADMIN),
        ("admin.dukcapil", "Admin Dukcapil", dukcapil, RoleKind.ADMIN),
        ("inspektur", "Inspektur Pembantu", inspectorate, RoleKind.INSPECTOR),
        ("sekda", "Sekretaris Daerah", root, RoleKind.SECRETARY),
        ("pimpinan", "Pimpinan", root, RoleKind.LEADER),
        ("pengamat", "Pengamat", root, RoleKind.OBSERVER),
    ):
        made.people[username] = person(username, label, at, kind)
    made.people["auditor"] = person("auditor", "Auditor", root, RoleKind.AUDITOR, until=date(2099, 12, 31))
    made.people["tanpa.peran"] = add_person(
        username="tanpa.peran", label="Tanpa peran", password="rahasia-sekali", by=BY, at=MONDAY
    )
    return made


def every_role(made: Government) -> Government:
    """The same government with the parts that few tests need, all at the PUPR."""
    for username, label, kind in (
        ("petugas.pupr", "Petugas Dinas PUPR", RoleKind.OFFICER),
        ("ppid.pupr", "PPID Dinas PUPR", RoleKind.PPID),
        ("piket.pupr", "Piket Dinas PUPR", RoleKind.DUTY),
        ("pelatih.pupr", "Pelatih Dinas PUPR", RoleKind.TRAINER),
    ):
        made.people[username] = person(username, label, made.pupr, kind)
    return made


def channel(unit: Unit, address: str = "instagram.com/diskominfocontoh", mode: str = "assisted") -> Channel:
    return add_channel(pasted=address, unit=unit, name="", mode=mode, by=BY, at=MONDAY)


def heard(
    text: str, remote_id: str = "1", *, at: datetime = MONDAY, parent: str = "", author: str = "Warga"
) -> Heard:
    return Heard(remote_id=remote_id, text=text, author=author, sent_at=at, parent_id=parent)
