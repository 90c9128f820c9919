"""Hearing by hand without its pages: what is recorded, and what is proposed from what was given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db.models import ProtectedError

from mimin.evidence.captures import content_of, forget, keep, place
from mimin.evidence.models import Capture, Facts
from mimin.evidence.queries import trail
from mimin.inbox.hand import nearby, tray
from mimin.inbox.hand.proposing import begun, from_pictures, from_words
from mimin.inbox.hand.recording import Spoken, record_by_hand
from mimin.inbox.hand.told import FileTold, told
from mimin.inbox.models import Attachment, Case, Message
from mimin.inbox.understanding import understanding
from mimin.lib.moving import Refused
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.registry.models import Channel
from tests.made import MONDAY, Government, channel
from tests.pictures import photo

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(hours=3)
ROAD = "jalan depan pasar bolong sudah dua bulan, tolong diperbaiki"


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


@pytest.fixture
def admin(government: Government) -> Person:
    return government.person("admin.pupr")


def hear(site: Channel, by: Person, *said: Spoken, key: str = "k1", into: Case | None = None) -> Case:
    return record_by_hand(
        channel=site, said=said, understand=understanding(), by=by, at=LATER, key=key, into=into
    )


def said(text: str, minutes: int = 0, *, ours: bool = False, files: tuple[Attachment, ...] = ()) -> Spoken:
    return Spoken(
        text, "Admin" if ours else "Warga", MONDAY + timedelta(minutes=minutes), ours=ours, files=files
    )


def turns(case: Case) -> list[tuple[str, bool]]:
    return list(Message.objects.filter(case=case).order_by("sent_at", "pk").values_list("text", "ours"))


# Recording


def test_what_is_recorded_by_hand_is_a_case_like_any_other(site: Channel, admin: Person) -> None:
    case = hear(site, admin, Spoken(ROAD, "Warga", MONDAY, link="https://contoh.go.id/1"))
    message = case.messages.get()
    assert (message.remote_id, message.url, case.klass) == ("hand:k1", "https://contoh.go.id/1", "pengaduan")
    assert trail("case", case.pk)[0].actor_label == "Admin Dinas PUPR"


def test_a_chat_is_one_case_in_its_order_with_our_words_marked(site: Channel, admin: Person) -> None:
    case = hear(
        site,
        admin,
        said("Ada yang bisa dibantu?", ours=True),
        said("Assalamualaikum"),
        said(ROAD),
        said("Baik", ours=True),
    )
    assert turns(case) == [
        ("Ada yang bisa dibantu?", True), ("Assalamualaikum", False), (ROAD, False), ("Baik", True),
    ]  # fmt: skip
    assert Case.objects.count() == 1


def test_a_chat_is_understood_as_a_whole(site: Channel, admin: Person) -> None:
    case = hear(site, admin, said("Assalamualaikum"), said("mau tanya"), said(ROAD))
    assert (case.klass, case.affair) == ("pengaduan", "pupr")


def test_a_chat_that_names_staff_is_kept_as_a_whole(
    government: Government, site: Channel, admin: Person
) -> None:
    case = hear(site, admin, said("Selamat pagi min"), said("oknum pegawai dinas PUPR minta uang pelicin", 1))
    assert (case.secrecy, case.lead, Case.objects.count()) == (Secrecy.OVERSIGHT, government.inspectorate, 1)
    assert turns(case) == [("", False), ("", False)]


def test_what_joins_a_case_reopens_it_as_a_new_message_does(site: Channel, admin: Person) -> None:
    case = hear(site, admin, said(ROAD))
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=LATER)
    assert hear(site, admin, said("masih bolong"), key="k2", into=case) == case
    assert (Case.objects.get().state, len(turns(case))) == ("routed", 2)


def test_what_must_be_kept_closer_than_the_case_it_joins_opens_its_own(site: Channel, admin: Person) -> None:
    case = hear(site, admin, said(ROAD))
    other = hear(site, admin, said("oknum pegawai dinas PUPR minta uang pelicin"), key="k2", into=case)
    assert (other == case, other.secrecy, turns(case)) == (False, Secrecy.OVERSIGHT, [(ROAD, False)])


@pytest.mark.parametrize(
    ("asked", "secrecy", "author", "text"),
    [
        ("", Secrecy.OPEN, "Warga", ROAD),
        ("anonymous", Secrecy.ANONYMOUS, "", ROAD),
        ("secret", Secrecy.SECRET, "", ""),
    ],
)
def test_what_the_citizen_asks_to_be_hidden_is_hidden_from_the_start(
    site: Channel, admin: Person, asked: str, secrecy: Secrecy, author: str, text: str
) -> None:
    case = record_by_hand(
        channel=site, said=[said(ROAD)], understand=understanding(), by=admin, at=LATER, asked=asked
    )
    message = case.messages.get()
    assert (case.secrecy, message.author, message.text) == (secrecy, author, text)
    assert set(case.parts.values_list("secrecy", flat=True)) == {secrecy}


def test_what_names_staff_is_kept_by_the_overseers_whatever_was_asked(site: Channel, admin: Person) -> None:
    words = [said("oknum pegawai dinas PUPR minta uang pelicin")]
    case = record_by_hand(
        channel=site, said=words, understand=understanding(), by=admin, at=LATER, asked="anonymous"
    )
    assert case.secrecy == Secrecy.OVERSIGHT


@pytest.mark.parametrize(("asked", "joined", "author"), [("anonymous", True, ""), ("secret", False, "")])
def test_what_joins_an_open_case_keeps_what_was_asked(
    site: Channel, admin: Person, asked: str, joined: bool, author: str
) -> None:
    case = hear(site, admin, said(ROAD))
    other = record_by_hand(
        channel=site, said=[said("masih bolong")], understand=understanding(), by=admin, at=LATER, key="k2",
        into=case, asked=asked,
    )  # fmt: skip
    assert (other == case, Message.objects.get(remote_id="hand:k2").author) == (joined, author)


@pytest.mark.parametrize(
    "given",
    [
        [],
        [said("")],
        [said("\u200b\u2060")],
        [said("Baik", ours=True)],
        [said(ROAD, 600)],
        [Spoken(ROAD, "", datetime(1999, 1, 1, tzinfo=UTC))],
        [said("pesan")] * 201,
    ],
    ids=["nothing", "empty", "invisible", "ours alone", "to come", "long ago", "too many"],
)
def test_what_cannot_be_a_case_is_refused_in_words(site: Channel, admin: Person, given: list[Spoken]) -> None:
    with pytest.raises(Refused, match=r"\w+ \w+"):
        hear(site, admin, *given)
    assert Message.objects.count() == 0


def attachment(by: Person, content: bytes = b"") -> Attachment:
    kept = keep(content or photo(), kind="image/jpeg", at=LATER)
    box = tray.put(by, "k1", tray.Content(), at=LATER)
    return Attachment.objects.create(tray=box, capture=kept, given="0" * 64, told=str(FileTold("a.jpg")))


def test_a_file_needs_no_words_and_stands_in_the_trail_with_both_digests(
    site: Channel, admin: Person
) -> None:
    file = attachment(admin)
    for _each in range(2):  # a double click
        case = hear(site, admin, said("", files=(file,)))
    facts = Facts.objects.get(kind="attachment.kept", subject_id=case.pk).details
    assert facts == {
        "message": case.messages.get().pk,
        "files": [{"given": "0" * 64, "kept": file.capture.sha256, "kind": "image/jpeg"}],
    }


# Files that are kept


def test_a_kept_file_is_sealed_with_a_key_of_its_own_and_opens(admin: Person) -> None:
    content = photo()
    first, second = (
        keep(content, kind="image/jpeg", at=LATER),
        keep(photo(size=(9, 9)), kind="image/jpeg", at=LATER),
    )
    with default_storage.open(place(first.sha256)) as file:
        assert content[:200] not in file.read()
    assert (content_of(first), first.key == second.key) == (content, False)
    assert keep(content, kind="image/jpeg", at=LATER) == first


def test_a_file_left_from_a_row_that_is_gone_is_written_anew(admin: Person) -> None:
    content = photo(size=(11, 11))
    kept = keep(content, kind="image/jpeg", at=LATER)
    Capture.objects.filter(pk=kept.pk).delete()
    assert content_of(keep(content, kind="image/jpeg", at=LATER)) == content


def test_a_file_that_belongs_to_something_is_not_forgotten(admin: Person) -> None:
    file = attachment(admin)
    with pytest.raises(ProtectedError):
        forget(file.capture)
    assert content_of(file.capture) == photo()


def test_what_is_known_of_a_file_comes_back_as_it_was(admin: Person) -> None:
    file = attachment(admin)
    known = FileTold("b.jpg", 90, (("Lampu", 0.1),), "", (-6.1, 106.8))
    Attachment.objects.filter(pk=file.pk).update(told=str(known))
    assert told(Attachment.objects.get()) == known


# Proposals


def test_words_that_could_hardly_be_read_propose_nothing() -> None:
    poor, good = FileTold("a", 20, (("xx", 0.1),)), FileTold("b", 95, (("Lampu mati", 0.1),))
    assert from_pictures([poor, good], now=LATER, zone="Asia/Jakarta").fields == {"text": "Lampu mati"}


def test_the_age_of_a_comment_proposes_when_it_was_written() -> None:
    lines = (("warga3 2 j", 0.1), ("Kapan diaspal?", 0.1), ("Balas", 0.1))
    proposed = from_pictures([FileTold("a", 95, lines)], now=MONDAY, zone="Asia/Makassar").fields
    assert proposed == {"author": "warga3", "sent_at": "2026-03-16T09:00", "text": "Kapan diaspal?"}


@pytest.mark.parametrize(
    ("text", "fields", "platform"),
    [
        ("Lampu mati", {"text": "Lampu mati"}, ""),
        ("https://x.com/warga/status/1", {"link": "https://x.com/warga/status/1", "author": "@warga"}, "x"),
        (
            "wa.me/6281200000000",
            {"link": "https://wa.me/6281200000000", "author": "6281200000000"},
            "whatsapp",
        ),
        ("", {}, ""),
    ],
)
def test_words_propose_the_fields_they_belong_to(text: str, fields: dict[str, str], platform: str) -> None:
    proposed = from_words(text)
    assert (proposed.fields, proposed.platform) == (fields, platform)


def chat(*lines: tuple[int, str]) -> str:
    """A chat of (day of March, author: words)."""
    return "\n".join(f"{day:02d}/03/2026 10.00 - {rest}" for day, rest in lines)


CHATS = {
    "the file's name says who": (
        chat((1, "Dinas: Halo"), (1, "Ibu RT: Lampu mati")), "Chat WhatsApp dengan Ibu RT.txt", ["Ibu RT"], [0, 1],
    ),
    "of two, who wrote first": (chat((1, "Ibu RT: Lampu mati"), (1, "Dinas: Baik")), "_chat.txt", ["Ibu RT"], [0, 1]),
    "a silence ends the stretch": (
        chat((1, "Ibu RT: Halo"), (5, "Ibu RT: Lampu mati"), (5, "Dinas: Baik"), (9, "Dinas: Sudah")),
        "", ["Ibu RT"], [1, 2],
    ),
    "in a group only a person can tell": (chat((1, "A: x"), (1, "B: y"), (1, "C: z")), "", [], []),
    "a group named after one of them": (
        chat((1, "A: x"), (1, "B: y"), (1, "A: z"), (1, "C: w")), "WhatsApp Chat with A.txt", ["A"], [0, 2],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "name", "citizens", "chosen"), CHATS.values(), ids=CHATS)
def test_of_a_chat_the_citizen_and_the_last_stretch_are_proposed(
    text: str, name: str, citizens: list[str], chosen: list[int]
) -> None:
    state = begun(text, name, now=MONDAY, zone="Asia/Jakarta")
    assert state is not None
    assert (state.citizens, state.chosen) == (citizens, chosen)


def test_a_long_stretch_is_cut() -> None:
    state = begun(chat(*((1, f"Ibu RT: pesan {n}") for n in range(90))), "", now=MONDAY, zone="Asia/Jakarta")
    assert state is not None
    assert state.chosen == list(range(50, 90))


# Channels


def test_a_link_proposes_the_channel_that_it_names(
    government: Government, site: Channel, admin: Person
) -> None:
    web = channel(government.pupr, "pupr.contoh.go.id")
    below = channel(government.pupr, "pupr.contoh.go.id/jalan")
    cases = {
        "https://pupr.contoh.go.id/berita/1#comment-2": web,
        "https://pupr.contoh.go.id/jalan/berita/1": below,
        "https://instagram.com/diskominfocontoh": site,
    }
    for link, expected in cases.items():
        _chips, proposed = nearby.likely(admin, platform="", link=link)
        assert (link, proposed) == (link, expected)


def test_the_chips_are_few_however_many_channels_there_are(government: Government, site: Channel) -> None:
    for n in range(40):
        channel(government.pupr, f"instagram.com/akun{n:02d}")
    chips, proposed = nearby.likely(government.person("koordinator"), platform="instagram", link="")
    assert (len(chips), proposed) == (nearby.CHIPS, None)
