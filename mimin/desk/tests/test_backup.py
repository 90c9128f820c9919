"""Backups of real installations: taken while others write, verified, refused, and restored without sending twice."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mimin.desk import backup
from mimin.desk.backup_file import Manifest, read
from mimin.desk.tests.installation import VENDORS, Installation, copy_of, empty
from mimin.lib.crypto import Keyring
from mimin.outbox.rules import LOOK_FIRST

pytestmark = pytest.mark.xdist_group("installations")

WRITER = """
import time
from pathlib import Path
from tests.made import MONDAY, heard
from mimin.inbox.intake import receive
from mimin.registry.models import Channel
home, place, number = Path(os.environ["MIMIN_HOME"]), Channel.objects.get(), 0
while not (home / "stop").exists():
    receive([heard(f"banjir {number}", f"next-{number}")], channel=place, at=MONDAY, understand=None)
    number += 1
    (home / "written").touch()
    time.sleep(0.02)
print(number)
"""

YESTERDAY = """
from pathlib import Path
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.utils import timezone
from mimin.desk import notices, standing
from mimin.desk.models import Mailing, Notice
from mimin.evidence.models import Facts
from mimin.evidence.verify import verify
from mimin.inbox.intake import receive
from mimin.inbox.models import Alarm, Case
from mimin.lib.work import drain
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.people.models import Person, Unit
from mimin.people.rules import RoleKind
from mimin.platforms.base import Receipt
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, heard, person

class Platform:
    there, looked, sent = {"0"}, [], []
    def reply(self, to, text, *, key):
        self.sent.append(to)
        return Receipt("live", to)
    def settle_reply(self, to, text, *, key):
        self.looked.append(to)
        return Receipt("live" if to in self.there else "absent", to)

outbox.enqueue(
    channel=Channel.objects.get(), kind="reply", thread="3", body={"to": "3", "text": "Terima kasih"}, by=BY, at=MONDAY
)
by_a_person = outbox.connector_for
outbox.connector_for = lambda channel: Platform()
then = lambda delivery, at: None
told = {}
settings.MEDIA_ROOT.mkdir()
(settings.MEDIA_ROOT / "photo.jpg").write_bytes(b"as it was")
Session.objects.create(session_key="somebody", session_data="", expire_date=timezone.now())
outbox.move(Delivery.objects.get(thread="1"), outbox.DELIVERY, "claim", by="test", at=MONDAY)
who = person("penerima", "Penerima", Unit.objects.get(), RoleKind.COORDINATOR)
Person.objects.update(email="penerima@contoh.example")
case = Case.objects.order_by("pk")[0]
alarm = Alarm.objects.create(
    case=case, kind="banjir", raised_at=MONDAY, due_at=MONDAY, state="ringing", state_since=MONDAY, state_by="test"
)
notices.tell_of_alarm(alarm, [who], at=MONDAY)
notices.remind(who, "near", [case], at=MONDAY)
told["backup"] = said("backup")
(file,) = settings.BACKUP_DIR.iterdir()

outbox.move(Delivery.objects.get(thread="1"), outbox.DELIVERY, "doubt", by="test", at=MONDAY)
outbox.deliver(Delivery.objects.get(thread="0"), at=timezone.now(), then=then)
receive([heard("hari ini", "today")], channel=Channel.objects.get(), at=MONDAY, understand=None)
(settings.MEDIA_ROOT / "photo.jpg").write_bytes(b"as it is today")
(settings.MEDIA_ROOT / "new.jpg").write_bytes(b"new")
told["sent before"] = list(Platform.sent)
told["without replace"] = said("restore", str(file))
other = connection.copy("other")
with other.cursor() as cursor:
    cursor.execute("SELECT COUNT(*) FROM mimin_case")
told["while running"] = said("restore", str(file), replace=True)
told["cases unharmed"] = Case.objects.count()
other.close()
told["restore"] = said("restore", str(file), replace=True)

told["cases"] = Case.objects.count()
told["states"] = sorted(Delivery.objects.values_list("thread", "state"))
told["media"] = sorted((p.name, p.read_text()) for p in settings.MEDIA_ROOT.iterdir() if p.is_file())
told["aside"] = sorted((p.name, p.read_text()) for p in settings.MEDIA_ROOT.glob("replaced-*/*"))
told["sessions"] = Session.objects.count()
told["guards missing"] = standing.missing()
told["evidence"] = [problem.text for problem in verify(copies=settings.SEAL_DIR).problems]
told["recorded"] = Facts.objects.get(kind="system.restored").details["held"]
told["left over"] = sorted(p.name for p in settings.HOME.iterdir() if p.name.startswith(".backup-"))

told["rings"] = [list(Alarm.objects.values_list("state", "due_at")), Facts.objects.get(
    kind="system.restored").details["ringing"]]
told["unread"] = Notice.objects.filter(read_at=None).count()
told["to mail"] = [Notice.objects.filter(mailed_at=None).count(), Mailing.objects.exclude(due_at=None).count()]
told["drained"] = drain()
told["mailed"] = len(list(settings.HOME.glob("mail/*"))), Notice.objects.count()
for delivery in Delivery.objects.all():
    outbox.deliver(delivery, at=timezone.now(), then=then)
told["sent while held"] = list(Platform.sent), list(Platform.looked)
for delivery in Delivery.objects.order_by("pk")[:2]:
    outbox.release(delivery=delivery, by=BY, at=timezone.now())
    outbox.deliver(delivery, at=timezone.now(), then=then)
told["looked after release"] = list(Platform.looked)
told["sent after release"] = list(Platform.sent)
told["states after release"] = sorted(Delivery.objects.values_list("thread", "state"))
delivery = Delivery.objects.get(thread="3")
outbox.release(delivery=delivery, by=BY, at=timezone.now())
outbox.deliver(delivery, at=timezone.now(), then=then, connect=by_a_person)
told["by hand after release"] = delivery.state, delivery.instructions.splitlines()[0]
print(json.dumps(told))
"""

FULL = """
import resource
from django.conf import settings
from mimin.evidence.verify import verify
settings.MEDIA_ROOT.mkdir()
(settings.MEDIA_ROOT / "film.mp4").write_bytes(os.urandom(6_000_000))
told = {}
for name, room in (("while copying", 100_000), ("while sealing", 3_000_000)):
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    told[name] = said("backup")
    told[name + ", left"] = sorted(p.name for p in settings.BACKUP_DIR.iterdir())
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
told["left over"] = sorted(p.name for p in settings.HOME.iterdir() if p.name.startswith(".backup-"))
told["evidence"] = verify(copies=settings.SEAL_DIR).ok
print(json.dumps(told))
"""

DAMAGED = """
from django.conf import settings
from django.db import connection
from mimin.evidence.guards import GUARDS
from mimin.evidence.models import Record
from mimin.lib.guards import guards_down
with guards_down(connection, GUARDS):
    Record.objects.filter(pk=3).update(commitment=bytes(32))
told = {"said": said("backup"), "files": [p.name for p in settings.BACKUP_DIR.iterdir()]}
told["newest"] = said("doctor").splitlines()
print(json.dumps(told))
"""


NEW_MACHINE = """
from pathlib import Path
from django.conf import settings
from django.db import connection, connections
from mimin.desk import standing
from mimin.inbox.models import Message
(file,) = Path(os.environ["MIMIN_BACKUP_DIR"]).iterdir()
def stands():
    return Message.objects.count(), json.loads(Message.objects.order_by("pk")[0].raw)["text"], standing.missing()
told = {"without the key": said("restore", str(file))}
settings.KEYRING = os.environ["KEPT_KEY"]
told["with the key"] = said("restore", str(file))
told["stands"] = stands()
if connection.vendor == "postgresql":  # its files are not ours to wreck
    print(json.dumps(told))
    sys.exit()
connections.close_all()
live = Path(settings.DATABASES["default"]["NAME"])
for path in settings.HOME.glob(live.name + "*"):
    path.unlink()
live.write_bytes(b"wrecked" * 1000)
told["wrecked"] = said("restore", str(file))
told["wrecked, replaced"] = said("restore", str(file), replace=True)
told["stands again"] = stands()
told["kept"] = [path.read_bytes()[:7].decode() for path in settings.HOME.glob(live.name + ".replaced-*")]
print(json.dumps(told))
"""


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    give_up = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def opened(made: Installation, file: Path) -> Manifest:
    """The manifest of a backup, opened with the installation's keys."""
    ring = Keyring.parse((made.home / "keyring.key").read_text().strip())
    with file.open("rb") as sealed:
        return read(sealed, ring, accept=lambda manifest: None, take=lambda name: None)[0]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_backup_taken_while_others_write_is_one_moment_and_verifies(vendor: str) -> None:
    made = copy_of(vendor)
    writer = made.begin(WRITER)
    try:
        wait_for(made.home / "written")
        said = made.run('print(json.dumps(said("backup")))')
        (made.home / "stop").touch()
        written = int(writer.communicate(timeout=60)[0])
    finally:
        writer.kill()
    assert "Verified: restored to a temporary place" in said
    assert "The keys are NOT in it." in said
    (file,) = made.backups.iterdir()
    assert backup.NAME.fullmatch(file.name)
    manifest = opened(made, file)
    tables = manifest.contents.tables
    assert manifest.vendor == vendor
    assert 20 < tables["mimin_case"] < 20 + written
    assert tables["mimin_case"] == tables["mimin_message"] == tables["mimin_caseunit"]
    assert tables["mimin_record"] == tables["mimin_facts"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_restore_from_yesterday_sends_nothing_until_a_person_releases_it(vendor: str) -> None:
    told = copy_of(vendor).run(YESTERDAY)
    assert told["sent before"] == ["0"]
    assert told["without replace"] == (
        "refused: Nothing was restored. The database holds cases already. With --replace they give way to the "
        "backup; what stands now is kept aside."
    )
    assert told["while running"].startswith("refused: Nothing was restored. Mimin still runs (")
    assert told["cases unharmed"] == 21
    assert told["restore"].startswith("Restored: the state of ")
    assert "4 answers were on their way and are held" in told["restore"]
    assert told["cases"] == 20
    assert told["states"] == [["0", "held"], ["1", "held"], ["2", "held"], ["3", "held"]]
    assert told["media"] == [["photo.jpg", "as it was"]]
    assert told["aside"] == [["new.jpg", "new"], ["photo.jpg", "as it is today"]]
    assert told["sessions"] == 0
    assert told["guards missing"] == []
    assert told["evidence"] == []
    assert told["recorded"] == 4
    assert told["left over"] == []
    assert told["rings"] == [[["ringing", None]], 1]
    assert told["unread"] == 2
    assert told["to mail"] == [0, 0]
    assert told["drained"] == 0
    assert told["mailed"] == [0, 2]
    assert told["sent while held"] == [["0"], []]
    assert told["looked after release"] == ["0", "1"]
    assert told["sent after release"] == ["0"]
    assert told["states after release"] == [["0", "live"], ["1", "waiting"], ["2", "held"], ["3", "held"]]
    assert told["by hand after release"] == ["by_hand", LOOK_FIRST]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_new_machine_needs_the_backup_and_the_key_and_a_wrecked_database_gives_way(vendor: str) -> None:
    lost = copy_of(vendor)
    lost.run('print(json.dumps(said("backup")))')
    kept = (lost.home / "keyring.key").read_text().strip()
    told = empty(vendor, MIMIN_BACKUP_DIR=str(lost.backups), KEPT_KEY=kept).run(NEW_MACHINE)
    assert told["without the key"].startswith(
        "refused: Nothing was restored. The keyring holds another key under the name “k1”: the backup needs"
    )
    assert told["with the key"].startswith("Restored: the state of ")
    assert told["stands"] == [20, "lampu mati 0", []]
    if vendor == "postgresql":
        return
    assert told["wrecked"].startswith("refused: Nothing was restored. The database holds cases already.")
    assert told["wrecked, replaced"].startswith("Restored: the state of ")
    assert told["stands again"] == [20, "lampu mati 0", []]
    assert told["kept"] == ["wrecked"]


@pytest.mark.parametrize(
    ("vendor", "why"), [("sqlite", "The disk refused: disk I/O error."), ("postgresql", "pg_dump failed: ")]
)
def test_a_full_disk_leaves_no_file_under_a_backups_name_and_harms_nothing(vendor: str, why: str) -> None:
    told = copy_of(vendor).run(FULL)
    assert told["while copying"] == f"refused: No backup was made. {why}"
    assert told["while copying, left"] == []
    assert told["while sealing"].startswith("refused: No backup was made. There is no room left in ")
    assert told["while sealing, left"] == []
    assert told["left over"] == []
    assert told["evidence"] is True


def test_a_backup_whose_evidence_does_not_verify_is_kept_as_unverified() -> None:
    told = copy_of("sqlite").run(DAMAGED)
    (name,) = told["files"]
    assert backup.NAME.fullmatch(name.removesuffix(".unverified"))
    assert told["said"].startswith(
        f"refused: This backup did not verify and is kept as {name}: the evidence in it"
    )
    assert "Catatan 3 diubah" in told["said"]
