"""What happens seldom in Kabupaten Contoh, so that every state of everything can be seen once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from mimin.desk.demo import rare_files
from mimin.desk.demo.pemda import Pemda
from mimin.evidence.actions import Subject, record
from mimin.inbox import actions, answering, approving, asking, closing, danger, holding, promising
from mimin.inbox.hand.recording import Spoken, record_by_hand
from mimin.inbox.hand.told import FileTold
from mimin.inbox.intake import Understand, receive
from mimin.inbox.models import Attachment, Case, Reply
from mimin.inbox.photos import kept
from mimin.lib.moving import move
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.outbox.states import DELIVERY
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.platforms.base import Heard, PlatformError, Receipt

NUMBERED = 9_000_000
"""Comments of websites have numbers; theirs begin here."""
NOT_ASKED = timedelta(days=30)
"""The websites of the demonstration stand nowhere: for so long no worker looks what became of an answer there."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
THANKS = "Terima kasih, laporan Anda sudah kami terima dan sedang kami periksa di lapangan."


class Scene:
    """Kabupaten Contoh at one moment, and cases in it that are there for one thing."""

    def __init__(self, pemda: Pemda, until: datetime, understand: Understand) -> None:
        self.pemda, self.until, self._understand = pemda, until, understand
        self._number = 0

    def case(self, channel: str, text: str, *, ago: timedelta, held: bool = False) -> Case:
        """A citizen wrote on a channel, some time ago, and the unit of the channel works on it."""
        self._number += 1
        there, at = self.pemda.channels[channel], self.until - ago
        one = Heard(str(NUMBERED + self._number), text, f"Warga {self._number}", at, held=held)
        opened = receive([one], channel=there, at=at, understand=self._understand).opened
        case = Case.objects.select_related("lead", "channel__unit").get(pk=opened[0])
        if case.state == "new":
            to = there.unit
            case = actions.transfer(
                case=case, to=to, reason="", by=self.person("koordinator"), at=at + HOUR / 2
            )
        return case

    def person(self, name: str) -> Person:
        """One of the staff."""
        return self.pemda.people[name]

    def worker(self, case: Case) -> Person:
        """Who works on the cases of a unit."""
        return self.pemda.worker(case.lead_id)

    def draft(self, case: Case, text: str = THANKS, *, after: timedelta = HOUR) -> Reply:
        """An answer that was begun."""
        message = case.messages.filter(ours=False).latest("pk")
        by, at = self.worker(case), case.opened_at + after
        return answering.draft(case=case, message=message, text=text, by=by, at=at)


def show(pemda: Pemda, *, until: datetime, understand: Understand) -> None:
    """Tell all of it."""
    scene = Scene(pemda, until, understand)
    _promises(scene)
    _answers(scene)
    _deliveries(scene)
    _links(scene)
    _alarms(scene)
    _people(scene)
    _seen(scene)
    rare_files.bring(pemda, until=until)


def _promises(scene: Scene) -> None:
    kept_one = scene.case(
        "pupr-instagram", "tutup gorong-gorong di Jalan Kenanga pecah, ban motor masuk", ago=6 * DAY
    )
    taken_back = scene.case(
        "dishub-instagram", "rambu dilarang parkir depan pasar kok dicopot min", ago=5 * DAY
    )
    for case, what in ((kept_one, "Tutup gorong-gorong diganti"), (taken_back, "Rambu dipasang lagi")):
        promising.promise(
            case=case, what=what, until=scene.until.date() + DAY, budget_year=None, who=case.lead.name,
            by=scene.worker(case), at=case.opened_at + DAY,
        )  # fmt: skip
    closing.finish(
        case=kept_one, text="Tutup baru dari beton sudah dipasang", photos=[kept(photo("TUTUP BARU"), scene.until)],
        url="", by=scene.worker(kept_one), at=scene.until - 2 * DAY,
    )  # fmt: skip
    promising.drop(
        case=taken_back, why="Lokasi itu jalan provinsi", by=scene.worker(taken_back), at=scene.until - DAY
    )


def _answers(scene: Scene) -> None:
    """One came back from the head with something to change, one was taken back by who wrote it."""
    returned = scene.case(
        "dinkes-instagram", "jadwal imunisasi di puskesmas berubah ya? kemarin tutup", ago=DAY
    )
    reply = answering.submit(
        reply=scene.draft(returned), by=scene.worker(returned), at=scene.until - 5 * HOUR
    )
    approver = scene.pemda.approver(returned.lead_id, scene.worker(returned))
    answering.send_back(reply=reply, why="Sebutkan hari dan jamnya.", by=approver, at=scene.until - 4 * HOUR)
    taken_back = scene.case(
        "dlh-instagram", "kapan pohon trembesi depan sekolah dipangkas, dahannya kering", ago=DAY
    )
    reply = answering.submit(
        reply=scene.draft(taken_back), by=scene.worker(taken_back), at=scene.until - 3 * HOUR
    )
    answering.withdraw(reply=reply, by=scene.worker(taken_back), at=scene.until - 2 * HOUR)


class _Line:
    """Stands for a website that does one thing."""

    def __init__(self, does: Callable[[], Receipt]) -> None:
        self._does = does

    def reply(self, to: str, text: str, *, key: str) -> Receipt:
        return self._does()

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt:
        return self._does()


def _cut() -> Receipt:
    raise PlatformError("The line was cut after the text was sent.", code="timeout", unknown=True)


def _deliveries(scene: Scene) -> None:
    """On the websites: one of which nobody knows whether it arrived, one that is not shown yet, one held after a
    restore with another waiting behind it; and one on paper that was not needed any more."""
    lines = {"unsure": _cut, "pending": lambda: Receipt("pending", "demo-rare", "")}
    for n, line in enumerate(lines.values()):
        case = scene.case(
            "pupr-wordpress", f"Drainase Griya Asri blok {'CD'[n]} tersumbat lagi, Pak", ago=DAY
        )
        _sent(scene, case, connect=_Line(line))
    case = scene.case("pupr-wordpress", "Jembatan gantung Kampung Kulon papannya lepas tiga", ago=2 * DAY)
    first = _sent(scene, case)
    move(first, DELIVERY, "hold", by="Mimin", at=scene.until - 6 * HOUR, due_at=None, lease_until=None)
    about = Subject("delivery", first.pk, first.key)
    record(
        "delivery.held",
        subject=about,
        by=actor(scene.person("koordinator")),
        at=scene.until - 6 * HOUR,
        facts={},
    )
    _sent(scene, case, text="Papan jembatan sudah dipesan, mohon berhati-hati.", ago=5 * HOUR)
    case = scene.case("dishub-whatsapp", "lampu merah perempatan pasar kedip terus sejak pagi", ago=DAY)
    outbox.cancel(delivery=_sent(scene, case), by=actor(scene.worker(case)), at=scene.until - 3 * HOUR)


def _sent(
    scene: Scene, case: Case, *, text: str = THANKS, ago: timedelta = 8 * HOUR, connect: _Line | None = None
) -> Delivery:
    """An answer that was handed over to its channel; ``connect``: and tried once."""
    draft = scene.draft(case, text, after=scene.until - ago - case.opened_at)
    reply = answering.submit(reply=draft, by=scene.worker(case), at=scene.until - ago)
    delivery = reply.delivery
    if delivery is None:
        raise RuntimeError(f"nobody lets the answer in {case.number} leave")
    if connect:
        outbox.deliver(
            delivery, at=scene.until - HOUR, then=answering.arrived, connect=lambda _channel: connect
        )
        Delivery.objects.filter(pk=delivery.pk).update(due_at=scene.until + NOT_ASKED)
        delivery.refresh_from_db()
    return delivery


def _links(scene: Scene) -> None:
    """Officers who were asked without an account, and a head who approved on the phone."""
    asked = []
    places = ("talud sungai di RT 04 retak", "jalan dekat embung ambles", "trotoar depan RSUD pecah")
    for n, text in enumerate(places):
        case = scene.case("pupr-facebook", f"Min, {text}, mohon dicek", ago=DAY)
        made = asking.ask(
            case=case, who="Mandor jalan UPTD", reach="0812 0000 0001", question="Bagaimana keadaannya di lapangan?",
            hours=72, key=f"demo-{n}", by=scene.worker(case), at=scene.until - 7 * HOUR,
        )  # fmt: skip
        asked.append(made.ask)
    asking.opened(asked[1], new_browser=True, at=scene.until - 5 * HOUR)
    asking.tell(
        row=asked[1], browser="demo", key="demo", author="Mandor jalan UPTD", verdict="scheduled",
        until=scene.until.date() + 5 * DAY, text="Batu dan alat sudah disiapkan.",
        photos=[kept(photo("LOKASI AMBLES"), scene.until)], at=scene.until - 5 * HOUR,
    )  # fmt: skip
    asking.withdraw(row=asked[2], by=actor(scene.person("koordinator")), at=scene.until - 4 * HOUR)
    case = scene.case("dinkes-instagram", "apakah surat sehat bisa diurus di puskesmas hari sabtu?", ago=DAY)
    reply = answering.submit(reply=scene.draft(case), by=scene.worker(case), at=scene.until - 6 * HOUR)
    head = scene.pemda.approver(case.lead_id, scene.worker(case))
    Person.objects.filter(pk=head.pk).update(phone_hint="0812 0000 0002")
    head.refresh_from_db()
    laid = approving.ask_approval(
        reply=reply, person=head, hours=24, key="demo", by=scene.worker(case), at=scene.until - 5 * HOUR
    )
    approving.decide(
        row=laid.ask, approve=True, why="", digits="0002", seen=approving.fingerprint(reply), browser="demo",
        signed_in=None, at=scene.until - 4 * HOUR,
    )  # fmt: skip


def _alarms(scene: Scene) -> None:
    """Of two cries for help one was dealt with before anybody took it on, and one nobody took on."""
    for verb, text in (
        ("end", "tolong, rumah di Kampung Wetan kebakaran, apinya sudah membesar"),
        ("give_up", "anak tetangga hilang sejak magrib di sekitar Pasar Lama, belum pulang"),
    ):
        case = scene.case("kab-instagram", text, ago=30 * HOUR)
        if alarm := danger.open_alarm(case):
            danger.conclude(alarm, verb, at=case.opened_at + HOUR)


def _people(scene: Scene) -> None:
    """Somebody holds a case, a unit has done its part of one, and one went back with a reason."""
    top = scene.person("koordinator")
    case = scene.case("pupr-instagram", "jalan baru tergenang tiap hujan, got-nya lebih tinggi", ago=2 * DAY)
    holding.hold(case=case, holder=scene.worker(case), by=scene.worker(case), at=case.opened_at + 2 * HOUR)
    helper = scene.pemda.units["dlh"]
    actions.involve(case=case, unit=helper, part="helper", by=top, at=case.opened_at + 3 * HOUR)
    holding.finish_part(
        case=case, unit=helper.pk, text="Saluran sudah dibersihkan dari sampah.", by=scene.pemda.worker(helper.pk),
        at=case.opened_at + DAY,
    )  # fmt: skip
    again = scene.case(
        "dishub-facebook", "kabel melintang rendah di Gang Anggrek, nyaris kena kepala", ago=DAY
    )
    actions.hand_back(
        case=again, reason="Kabel milik penyedia internet, bukan kewenangan Dishub.", by=scene.worker(again),
        at=again.opened_at + 3 * HOUR,
    )  # fmt: skip


def _seen(scene: Scene) -> None:
    """A screenshot that somebody brought, and a comment that the website still holds back."""
    scene.case(
        "diskominfo-wordpress",
        "Bimteknya bagus, kapan untuk karang taruna desa?",
        ago=3 * HOUR,
        held=True,
    )
    content = photo("TANGKAPAN LAYAR")
    file = Attachment.objects.create(
        capture=kept(content, scene.until), given=hashlib.sha256(content).hexdigest(),
        told=str(FileTold("Screenshot.jpg")),
    )  # fmt: skip
    at = scene.until - 2 * HOUR
    said = Spoken(
        "pju depan posyandu Melati mati, gelap waktu pulang pengajian", "ibu.posyandu", at, files=(file,)
    )
    record_by_hand(
        channel=scene.pemda.channels["dishub-instagram"], said=[said], understand=None,
        by=scene.pemda.worker(scene.pemda.units["dishub"].pk), at=at + HOUR / 6, key="demo-rare",
    )  # fmt: skip


def photo(words: str) -> bytes:
    """A drawn picture that stands for a photo."""
    image = Image.new("RGB", (640, 400), (196, 206, 216))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 260, 640, 400), fill=(120, 124, 130))
    draw.rectangle((250, 220, 390, 330), fill=(88, 92, 98))
    draw.text((20, 20), f"{words}\nKabupaten Contoh", fill=(20, 24, 32))
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
