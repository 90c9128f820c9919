"""The page behind a link, as somebody without an account meets it, and as a stranger does."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from mimin.desk.models import Notice
from mimin.evidence.captures import content_of
from mimin.evidence.queries import trail
from mimin.inbox import asked_views
from mimin.inbox.models import Ask, Case, Message, Note, Statement, StatementPhoto
from mimin.inbox.tests.test_asking import TEXT, act, ask, path_of
from tests.made import MONDAY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.pupr), TEXT, author="Pewarta Anggrek")


@pytest.fixture
def admin(government: Government) -> Client:
    return client_of(government, "admin.pupr")


@pytest.fixture
def link(admin: Client, case: Case) -> str:
    return path_of(ask(admin, case))


def words(page) -> str:
    return page.content.decode()


def photo(name: str = "foto.jpg", *, exif: bytes = b"") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def test_without_an_account_one_reads_the_masked_case_and_what_is_asked(link: str, case: Case) -> None:
    page = words(Client().get(link))
    assert "jalan depan pasar bolong" in page and "Bagaimana keadaan di lapangan?" in page
    assert "081234567890" not in page
    assert "Pewarta Anggrek" not in page


def test_notes_and_drafts_of_colleagues_do_not_stand_there(
    government: Government, link: str, case: Case
) -> None:
    Note.objects.create(case=case, text="catatan-melati", at=timezone.now(), by="Admin")
    assert "catatan-melati" not in words(Client().get(link))


def test_the_page_is_in_indonesian_whatever_the_browser_wants(link: str) -> None:
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    page = client.get(link)
    assert (page.headers["Content-Language"], 'lang="id"' in words(page)) == ("id", True)
    assert "Kirim ke rekan" in words(page)


def test_no_cache_no_search_and_no_other_site_learns_the_address(link: str) -> None:
    for page in (Client().get(link), Client().get("/tanya/tidak-ada/"), Client().post(link, {})):
        headers = {name: page.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")}
        assert headers == {
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex, nofollow, noarchive",
        }
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_it_can_be_sent_where_csrf_is_checked(link: str) -> None:
    """With no-referrer a browser sends Origin: null, which Django's check would refuse."""
    client = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    client.get(link)
    page = client.post(link, {"key": "k", "author": "Mandor", "verdict": "handled"})
    assert (page.status_code, Statement.objects.get().verdict) == (200, "handled")


def test_a_form_sent_again_is_one_statement(link: str) -> None:
    client = Client()
    data = {"key": "k", "author": "Mandor", "text": "Sudah ditambal"}
    pages = [client.post(link, data) for _press in range(3)]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert Statement.objects.count() == 1


def test_the_first_browser_that_tells_binds_the_link(link: str) -> None:
    first, second = Client(), Client()
    second.get(link)
    first.get(link)
    first.post(link, {"key": "k1", "author": "Mandor", "text": "Sudah ditambal"})
    page = second.post(link, {"key": "k2", "author": "Orang lain", "text": "Belum"})
    assert page.status_code == 410
    assert "bolong" not in words(second.get(link))
    assert "Sudah ditambal" not in words(second.get(link))
    assert [s.author for s in Statement.objects.all()] == ["Mandor"]


def test_the_browser_that_told_may_add_something_until_the_time_is_over(link: str) -> None:
    client = Client()
    client.get(link)
    client.post(link, {"key": "k1", "author": "Mandor", "verdict": "needs_time"})
    assert len(client.get(link).context["mine"]) == 1
    client.post(link, {"key": "k2", "author": "Mandor", "verdict": "handled"})
    assert [s.verdict for s in Statement.objects.all()] == ["needs_time", "handled"]
    Ask.objects.update(expires_at=timezone.now())
    assert client.post(link, {"key": "k3", "author": "Mandor", "text": "Lagi"}).status_code == 410
    assert Statement.objects.count() == 2


def test_enough_is_enough(link: str) -> None:
    client = Client()
    client.get(link)
    codes = [
        client.post(link, {"key": f"k{n}", "author": "Mandor", "text": f"Kabar {n}"}).status_code
        for n in range(11)
    ]
    assert codes == [*[200] * 10, 422]


@pytest.mark.parametrize(
    "data", [{"key": "k"}, {"key": "k", "author": "Mandor"}, {"author": "Mandor", "text": "x"}]
)
def test_what_is_not_whole_is_asked_again_and_keeps_its_words(link: str, data: dict[str, str]) -> None:
    page = Client().post(link, {**data, "text": data.get("text", "")})
    assert (page.status_code, Statement.objects.count()) == (422, 0)


def test_a_plan_needs_its_day_and_a_day_that_is_still_to_come(link: str) -> None:
    today = timezone.localdate()
    for until in ("", (today - timedelta(days=1)).isoformat(), "2999-01-01", "besok"):
        data = {"key": "k", "author": "Mandor", "verdict": "scheduled", "until": until, "text": "Pengaspalan"}
        page = Client().post(link, data)
        assert (page.status_code, page.context["form"]["text"].value()) == (422, "Pengaspalan"), until
    Client().post(link, {"key": "k", "author": "Mandor", "verdict": "scheduled", "until": today.isoformat()})
    assert Statement.objects.get().until == today


def test_an_invalid_form_of_a_closed_link_shows_no_case(link: str) -> None:
    Ask.objects.update(expires_at=timezone.now())
    page = Client().post(link, {"key": "", "author": ""})
    assert (page.status_code, "bolong" in words(page)) == (410, False)


def test_photos_are_written_anew_without_their_place(admin: Client, case: Case, link: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "rumah-pelapor"
    sent = photo(exif=exif.tobytes())
    assert b"rumah-pelapor" in sent.read()
    sent.seek(0)
    Client().post(link, {"key": "k", "author": "Mandor", "photos": [sent, photo("dua.jpg")]})
    rows = list(StatementPhoto.objects.select_related("capture"))
    assert len(rows) == 2
    assert b"rumah-pelapor" not in content_of(rows[0].capture)
    seen = admin.get(reverse("statement_photo", args=[case.pk, rows[0].pk]))
    assert (seen.status_code, seen.headers["Content-Type"]) == (200, "image/jpeg")
    assert "sandbox" in seen.headers["Content-Security-Policy"]


def test_a_photo_is_for_those_who_work_on_the_case_and_not_for_those_who_only_look(
    government: Government, case: Case, link: str
) -> None:
    Client().post(link, {"key": "k", "author": "Mandor", "photos": [photo()]})
    address = reverse("statement_photo", args=[case.pk, StatementPhoto.objects.get().pk])
    names = ("admin.pupr", "admin.dukcapil", "pimpinan", "auditor")
    codes = {name: client_of(government, name).get(address).status_code for name in names}
    assert codes == {"admin.pupr": 200, "admin.dukcapil": 404, "pimpinan": 404, "auditor": 404}
    shown = client_of(government, "pimpinan").get(reverse("case", args=[case.pk])).context["asks"]
    assert shown[0]["statements"][0]["photos"] == []
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    "files",
    [
        [SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")],
        [SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"\x00" * 200, content_type="image/jpeg")],
        [photo(f"{n}.jpg") for n in range(5)],
    ],
    ids=["no photo", "broken", "five"],
)
def test_what_is_no_photo_and_too_many_are_refused_and_the_words_stay(link: str, files: list) -> None:
    page = Client().post(link, {"key": "k", "author": "Mandor", "text": "Lihat foto", "photos": files})
    assert (page.status_code, Statement.objects.count()) == (422, 0)
    assert page.context["form"]["text"].value() == "Lihat foto"


def test_more_than_a_report_can_weigh_is_not_even_read(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked_views, "MOST_BYTES", 1000)
    page = Client().post(link, {"key": "k", "author": "Mandor", "text": "x" * 2000})
    assert (page.status_code, Statement.objects.count()) == (413, 0)


def test_openings_are_counted_and_several_browsers_are_seen(admin: Client, case: Case, link: str) -> None:
    first, second = Client(), Client()
    for client in (first, first, second):
        client.get(link)
    row = Ask.objects.get()
    assert (row.opened, row.browsers) == (3, 2)
    [shown] = admin.get(reverse("case", args=[case.pk])).context["asks"]
    assert shown["opened_text"].startswith("Dibuka 3 kali dari 2 peramban, terakhir ")
    assert shown["passed_on"] is True


def test_whoever_asked_and_programs_that_draw_previews_do_not_count(admin: Client, link: str) -> None:
    admin.get(link)
    preview = Client(headers={"user-agent": "WhatsApp/2.23.20.0 A"}).get(link)
    Client().head(link)
    assert Ask.objects.get().opened == 0
    assert "bolong" not in words(preview) and "Bagaimana" not in words(preview)


def test_a_person_whose_browser_looks_like_such_a_program_gets_in_by_one_press(link: str) -> None:
    client = Client(headers={"user-agent": "WhatsApp/2.23.20.0 A"})
    assert "bolong" in words(client.get(f"{link}?buka=1"))


@pytest.mark.parametrize("token", ["tidak-ada", "a" * 43, "%00", "x" * 900])
def test_an_unknown_link_says_so_and_sets_nothing(token: str, db: None) -> None:
    page = Client().get(f"/tanya/{token}/")
    assert (page.status_code, page.cookies.keys() & {asked_views.COOKIE}) == (404, set())


def test_every_reason_why_a_link_is_closed_has_its_words_and_its_way_out(link: str) -> None:
    for status, what, how in asked_views.CLOSED.values():
        assert status in (403, 404, 410, 413, 429)
        assert what and how


def test_an_expired_link_says_what_to_do_and_shows_no_case(link: str) -> None:
    Ask.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    page = Client().get(link)
    assert page.status_code == 410
    assert "Minta tautan baru" in words(page)
    assert "bolong" not in words(page)
    assert Ask.objects.get().opened == 1


def test_a_case_that_ended_needs_no_word_more(link: str, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state="closed")
    assert Client().get(link).status_code == 410


def test_a_flood_from_one_address_is_slowed_down(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked_views, "A_MINUTE", 3)
    monkeypatch.setattr(asked_views.timezone, "now", lambda: MONDAY)  # all within one minute
    codes = [Client().get("/tanya/tebakan/").status_code for _try in range(5)]
    assert codes == [404, 404, 404, 429, 429]


def test_a_statement_tells_who_was_signed_in_when_it_was_sent(
    government: Government, admin: Client, case: Case, link: str
) -> None:
    admin.get(link)
    admin.post(link, {"key": "k", "author": "Mandor lewat telepon", "text": "Sudah"})
    [fact] = [f for f in trail("case", case.pk) if f.kind == "ask.told"]
    assert (fact.actor_id, fact.actor_label) == (government.people["admin.pupr"].pk, "Mandor lewat telepon")


def test_who_asked_and_who_holds_the_case_are_told_once(
    government: Government, admin: Client, case: Case, link: str
) -> None:
    holder = government.people["kepala.pupr"]
    Case.objects.filter(pk=case.pk).update(holder=holder)
    client = Client()
    client.get(link)
    for _press in range(2):
        client.post(link, {"key": "k", "author": "Mandor", "text": "Sudah"})
    told = {n.person.username: (n.kind, n.count, n.case_id) for n in Notice.objects.all()}
    assert told == {"admin.pupr": ("told", 1, case.pk), "kepala.pupr": ("told", 1, case.pk)}
    shown = client_of(government, "kepala.pupr").get(reverse("notices")).content.decode()
    assert case.number in shown and "Sudah" not in shown


def test_two_links_of_one_case_do_not_open_each_other(admin: Client, case: Case, link: str) -> None:
    other = path_of(ask(admin, case, key="formulir-2", who="Lurah"))
    client = Client()
    client.get(link)
    client.post(link, {"key": "k", "author": "Mandor", "text": "Sudah"})
    assert client.get(other).status_code == 200
    assert {a.who: a.statements.count() for a in Ask.objects.all()} == {
        "Kepala UPTD Wilayah Utara": 1,
        "Lurah": 0,
    }


def test_the_page_weighs_little(link: str) -> None:
    assert len(Client().get(link).content) < 20_000


def test_the_act_page_of_asking_works_as_a_page_and_as_a_dialog(admin: Client, case: Case) -> None:
    assert "<html" in words(admin.get(act(case, "ask")))
    assert "<html" not in words(admin.get(act(case, "ask"), headers={"HX-Request": "true"}))


def test_of_a_long_conversation_the_newest_is_shown_and_it_is_said(link: str, case: Case) -> None:
    assert "Hanya pesan terbaru" not in words(Client().get(link))
    for number in range(60):
        at = MONDAY + timedelta(minutes=number + 1)
        Message.objects.create(
            channel=case.channel, remote_id=f"lagi-{number}", case=case, text=f"kata-{number}.", raw="{}",
            sent_at=at, received_at=at,
        )  # fmt: skip
    page = words(Client().get(link))
    assert [f"kata-{number}." in page for number in (5, 15, 59)] == [False, True, True]
    assert "Hanya pesan terbaru" in page
