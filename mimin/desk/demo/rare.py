"""What happens seldom in Kabupaten Contoh, so that every state of everything can be seen once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from mimin.desk.demo import deeds, rare_files, rare_lines
from mimin.desk.demo.pemda import Pemda
from mimin.desk.demo.scene import DAY, HOUR, RECENT, Scene, photo
from mimin.inbox import actions, answering, approving, asking, closing, danger, holding, pausing, promising
from mimin.inbox.hand.recording import Spoken, record_by_hand
from mimin.inbox.hand.told import FileTold
from mimin.inbox.intake import Understand
from mimin.inbox.models import Ask, Attachment, Reply, Statement
from mimin.inbox.photos import kept
from mimin.people.actions import actor
from mimin.people.models import Person


def show(pemda: Pemda, *, until: datetime, understand: Understand) -> None:
    """Tell all of it."""
    scene = Scene(pemda, until, understand)
    _promises(scene)
    _ended(scene)
    _answers(scene)
    _links(scene)
    _told(scene)
    _alarms(scene)
    _people(scene)
    _seen(scene)
    rare_lines.cut(scene)
    rare_files.bring(pemda, until=until)


def _promises(scene: Scene) -> None:
    kept_one = scene.case(
        "pupr-instagram", "tutup gorong-gorong di Jalan Kenanga pecah, ban motor masuk", ago=6 * DAY
    )
    taken_back = scene.case(
        "dishub-instagram", "rambu dilarang parkir depan pasar kok dicopot min", ago=5 * DAY
    )
    put_off = scene.case(
        "pupr-instagram", "marka di Jalan Cendana sudah pudar min, kalau malam tidak kelihatan", ago=5 * DAY
    )
    for case, what in (
        (kept_one, "Tutup gorong-gorong diganti"),
        (taken_back, "Rambu dipasang lagi"),
        (put_off, "Marka dicat lagi"),
    ):
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
    promising.put_off(
        case=put_off, what="Marka dicat lagi", until=scene.until.date() + 10 * DAY, budget_year=None,
        who=put_off.lead.name, why="Cat termoplastik belum datang", by=scene.worker(put_off), at=scene.until - DAY,
    )  # fmt: skip
    _late(scene)


def _late(scene: Scene) -> None:
    """The citizen was told a day, and the day is over."""
    case = scene.case(
        "pupr-instagram", "pager pembatas jembatan Kali Contoh copot, bahaya nek peteng min", ago=9 * DAY
    )
    worker, at = scene.worker(case), case.opened_at + DAY
    promising.promise(
        case=case, what="Pagar jembatan dipasang lagi", until=(scene.until - 2 * DAY).date(), budget_year=None,
        who=case.lead.name, by=worker, at=at,
    )  # fmt: skip
    words = Reply.objects.filter(case=case, state="draft").latest("pk")
    deeds.let_go(scene.pemda, words, worker, at, after=deeds.AT_ONCE)


def _ended(scene: Scene) -> None:
    """A question was answered to its end, and somebody closed it."""
    case = scene.case("pupr-facebook", "min, izin potong trotoar buat garasi diurus di mana?", ago=4 * DAY)
    reply = scene.draft(
        case, "Di loket Mal Pelayanan Publik, bawa KTP dan denah; gratis.", kind=Reply.Kind.FINAL
    )
    worker, at = scene.worker(case), case.opened_at + 2 * HOUR
    deeds.let_go(scene.pemda, reply, worker, at, after=deeds.AT_ONCE)
    case.refresh_from_db()
    closing.close(case=case, because="answered", reason="", by=worker, at=at + DAY)


def _answers(scene: Scene) -> None:
    """One came back from the head with something to change, one was taken back by who wrote it."""
    returned = scene.case(
        "dinkes-instagram", "jadwal imunisasi di puskesmas berubah ya? kemarin tutup", ago=RECENT
    )
    reply = answering.submit(
        reply=scene.draft(returned), by=scene.worker(returned), at=scene.until - 5 * HOUR
    )
    approver = scene.pemda.approver(returned.lead_id, scene.worker(returned))
    answering.send_back(reply=reply, why="Sebutkan hari dan jamnya.", by=approver, at=scene.until - 4 * HOUR)
    taken_back = scene.case(
        "dlh-instagram", "kapan pohon trembesi depan sekolah dipangkas, dahannya kering", ago=RECENT
    )
    reply = answering.submit(
        reply=scene.draft(taken_back), by=scene.worker(taken_back), at=scene.until - 3 * HOUR
    )
    answering.withdraw(reply=reply, by=scene.worker(taken_back), at=scene.until - 2 * HOUR)


def _links(scene: Scene) -> None:
    """Officers who were asked without an account: one has not opened the link yet, one told, one need not any more, one
    let the link's time pass; and a head who approved on the phone."""
    _asked(scene, "pupr-facebook", "Min, talud sungai di RT 04 retak, mohon dicek")
    told = _asked(scene, "pupr-facebook", "Min, jalan dekat embung ambles, mohon dicek")
    _tell(scene, told, "scheduled", "Batu dan alat sudah disiapkan.", until=scene.until + 5 * DAY)
    off = _asked(scene, "pupr-facebook", "Min, trotoar depan RSUD pecah, mohon dicek")
    asking.withdraw(row=off, by=actor(scene.person("koordinator")), at=scene.until - 4 * HOUR)
    _asked(
        scene, "pupr-facebook", "Kreteg pring arah sawah wis lapuk Pak, nek udan lunyu medeni bocah sekolah",
        before=2 * DAY, hours=24,
    )  # fmt: skip
    case = scene.case(
        "dinkes-instagram", "apakah surat sehat bisa diurus di puskesmas hari sabtu?", ago=RECENT
    )
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


def _told(scene: Scene) -> None:
    """What officers told through a link leads on: to an answer that was begun with it, to passing the case on."""
    lamp = _asked(scene, "dishub-facebook", "Kang, lampu PJU Gang Melati paeh deui, poek pisan upami wengi")
    done = _tell(scene, lamp, "handled", "Lampu dan kabelnya sudah diganti tadi pagi.")
    asking.as_draft(statement=done, by=scene.worker(lamp.case), at=scene.until - 3 * HOUR)
    road = _asked(scene, "pupr-facebook", "Jalan raya depan terminal lama bergelombang, banyak yang jatuh")
    _tell(scene, road, "not_ours", "Ruas ini jalan nasional, pemeliharaannya di balai jalan.")


def _asked(scene: Scene, channel: str, text: str, *, before: timedelta = 7 * HOUR, hours: int = 72) -> Ask:
    """Who works in the field is asked about a new case, some time ago, by a link that opens for so many hours."""
    case = scene.case(channel, text, ago=before + HOUR)
    return asking.ask(
        case=case, who="Pengawas lapangan", reach="0812 0000 0001", question="Bagaimana keadaannya di lapangan?",
        hours=hours, key="demo", by=scene.worker(case), at=scene.until - before,
    ).ask  # fmt: skip


def _tell(scene: Scene, ask: Ask, verdict: str, text: str, *, until: datetime | None = None) -> Statement:
    at = scene.until - 5 * HOUR
    asking.opened(ask, new_browser=True, at=at)
    return asking.tell(
        row=ask, browser="demo", key="demo", author="", verdict=verdict, until=until.date() if until else None,
        text=text, photos=[kept(photo("LOKASI"), at)], at=at,
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
    """Somebody holds a case; of two units that help one has done its part and one is late; the clock of one case
    stands still, and one went back with a reason."""
    top = scene.person("koordinator")
    case = scene.case("pupr-instagram", "jalan baru tergenang tiap hujan, got-nya lebih tinggi", ago=4 * DAY)
    holding.hold(case=case, holder=scene.worker(case), by=scene.worker(case), at=case.opened_at + 2 * HOUR)
    asked = case.opened_at + 3 * HOUR
    helper = scene.pemda.units["dlh"]
    actions.involve(case=case, unit=helper, part="helper", by=top, at=asked)
    late, day = scene.pemda.units["perkim"], (asked + DAY).date()
    actions.involve(case=case, unit=late, part="helper", until=day, by=top, at=asked)
    holding.finish_part(
        case=case, unit=helper.pk, text="Saluran sudah dibersihkan dari sampah.", by=scene.pemda.worker(helper.pk),
        at=case.opened_at + DAY,
    )  # fmt: skip
    still = scene.case(
        "pupr-instagram", "galian pipa belum diuruk, tos saminggu jalan jadi sempit", ago=3 * DAY
    )
    pausing.pause(
        case=still, reason="body", note="Menunggu izin galian dari balai jalan nasional.", by=scene.worker(still),
        at=still.opened_at + DAY,
    )  # fmt: skip
    again = scene.case(
        "dishub-facebook", "kabel melintang rendah di Gang Anggrek, nyaris kena kepala", ago=RECENT
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
