"""What nobody should send and somebody will: stored, or refused in a sentence; never a broken page, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimin.inbox import actions, queries
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, Message, Note, Reply
from mimin.inbox.understanding import understanding
from mimin.platforms.base import Heard
from mimin.policy.models import Policy
from mimin.registry.models import Channel
from tests.made import Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert('warga')</script><img src=x onerror=alert(1)>\"'`{{ 7*7 }}{% now %}&amp;"
RAW_SCRIPT = "<script>alert('warga')"
LONG = "Jalan rusak di depan pasar. " * 3700  # a little more than 100 KB
EMOJI = "😀🙏🏽🇮🇩❤️‍🔥"
STRANGE = {
    "html": SCRIPT,
    "emoji": EMOJI,
    "right to left": "\u202eبالعربية مرحبا\u202c",
    "control characters": "a\x01\x02\x1b[31mmerah\x7f",
    "marks on marks": "z̷̧̡̛̛̛̛̛̛" * 50,
    "wildcards": "100% _ * \\ ' \" -- ;",
    "template": "{{ request.user.password }} {% load %}",
    "long word": "x" * 5000,
}
NOTHING = {"empty": "", "blank": "   \n\t ", "invisible": "\u200b\u200b\u2060"}


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


@pytest.fixture
def case(site: Channel) -> Case:
    return opened(site, "jalan depan pasar bolong sudah dua bulan")


@pytest.fixture
def admin(government: Government) -> Client:
    return client_of(government, "koordinator")


def heard(text: str, remote_id: str = "5", **more: object) -> Heard:
    return Heard(
        **{"remote_id": remote_id, "text": text, "author": "Warga", "sent_at": timezone.now(), **more}
    )


def take(site: Channel, *batch: Heard) -> list[Case]:
    done = receive(batch, channel=site, at=timezone.now(), understand=understanding())
    return list(Case.objects.filter(pk__in=done.opened).order_by("pk"))


# Heard from a platform: nothing is refused, because nobody is there to be asked


@pytest.mark.parametrize(
    "text", [*STRANGE.values(), *NOTHING.values(), LONG], ids=[*STRANGE, *NOTHING, "100 KB"]
)
def test_whatever_a_platform_brings_is_stored_whole_and_shown_escaped(
    government: Government, site: Channel, admin: Client, text: str
) -> None:
    (case,) = take(site, heard(text))
    message = case.messages.get()
    coordinator, now = government.people["koordinator"], timezone.now()
    shown = actions.reveal(message=message, why="uji", by=coordinator, at=now)
    assert shown == text[:100_000]
    page = admin.get(reverse("case", args=[case.pk]))
    assert page.status_code == 200
    assert RAW_SCRIPT not in page.content.decode()
    assert admin.get(reverse("inbox")).status_code == 200


BROKEN = {
    "NUL": "jalan\x00rusak",
    "lone surrogate": "jalan \ud83d rusak",
    "binary": bytes(range(256)).decode("latin-1"),
    "replacement": "jalan \ufffd rusak \uffff",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_text_that_a_database_or_an_encoding_refuses_is_heard_all_the_same(
    site: Channel, admin: Client, text: str
) -> None:
    """One such message must not keep a channel from ever being heard again."""
    broken = heard(text, author=text, url=f"https://contoh.go.id/{text}", raw={"content": text})
    cases = take(site, broken, heard("lampu jalan mati", "6"))
    assert len(cases) == 2
    for url in (reverse("case", args=[cases[0].pk]), reverse("inbox"), reverse("home")):
        assert admin.get(url).status_code == 200
    message = cases[0].messages.get()
    shown = admin.post(
        reverse("case_act", args=[cases[0].pk, "reveal"]), {"message": message.pk, "why": "uji"}
    )
    assert shown.status_code == 200


def test_forty_numbers_of_citizens_in_one_message_stand_nowhere_unmasked(
    government: Government, site: Channel, admin: Client
) -> None:
    niks = [f"32731{n % 9 + 1}{n % 28 + 1:02d}0{n % 9 + 1}90{n:04d}" for n in range(1, 41)]
    told = "Data warga yang belum dapat bansos: " + ", ".join(niks[:20]) + "\n" + " ".join(niks[20:])
    (case,) = take(site, heard(told), heard(" / ".join(niks), remote_id="6"))[:1]
    kept = [*Case.objects.values_list("title", flat=True), *Message.objects.values_list("text", flat=True)]
    for place in (reverse("inbox"), reverse("case", args=[case.pk]), reverse("inbox") + "?q=bansos"):
        kept.append(admin.get(place).content.decode())
    assert [nik for nik in niks for text in kept if nik in text or nik[:12] in text] == []
    assert kept[2].count("[NIK]") + kept[3].count("[NIK]") == 80


def test_a_broken_remote_id_is_heard_once(site: Channel) -> None:
    strange = heard("jalan rusak", "abc\x00def\ud800")
    assert len(take(site, strange)) == 1
    assert take(site, strange) == []


def test_a_remote_id_longer_than_its_column_is_heard_once(site: Channel) -> None:
    long = heard("jalan rusak", "x" * 300)
    other = heard("lampu mati", "x" * 299 + "y")
    assert len(take(site, long, other)) == 2
    assert take(site, long, other) == []


def test_the_same_message_twice_in_one_batch_is_one(site: Channel) -> None:
    assert len(take(site, heard("jalan rusak"), heard("jalan rusak"))) == 1
    twice = [heard("lampu mati", "7"), heard("lampu mati", "7")]
    assert len(receive(twice, channel=site, at=timezone.now(), understand=None).opened) == 1


def test_a_very_long_name_and_address_are_cut_to_what_is_shown(site: Channel, admin: Client) -> None:
    (case,) = take(
        site, heard("jalan rusak", author="Warga " * 500, url="https://contoh.go.id/" + "a" * 3000)
    )
    message = case.messages.get()
    assert (len(message.author) <= 120, len(message.url) <= 500) == (True, True)
    assert admin.get(reverse("case", args=[case.pk])).status_code == 200


DATES = {
    "in ten years": datetime(2036, 1, 1, tzinfo=UTC),
    "in the last year there is": datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
    "before the first second": datetime(1969, 12, 31, tzinfo=UTC),
    "in the first year there is": datetime(1, 1, 1, tzinfo=UTC),
}


@pytest.mark.parametrize("sent_at", DATES.values(), ids=DATES.keys())
def test_a_message_from_an_impossible_time_is_due_like_one_that_came_in_now_or_earlier(
    site: Channel, admin: Client, government: Government, sent_at: datetime
) -> None:
    (case,) = take(site, heard("jalan rusak", sent_at=sent_at))
    assert case.due_at is not None and case.due_at < timezone.now() + timedelta(days=30)
    assert case.opened_at <= timezone.now()
    listed = queries.page(government.person("koordinator"), view="mine", now=timezone.now()).cases
    assert [line.pk for line in listed] == [case.pk]
    for url in (reverse("case", args=[case.pk]), reverse("inbox"), reverse("home")):
        assert admin.get(url).status_code == 200


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    text=st.text(st.characters(codec=None), max_size=60),
    author=st.text(st.characters(codec=None), max_size=20),
)
def test_no_text_at_all_keeps_a_message_out(site: Channel, text: str, author: str) -> None:
    remote_id = f"h{hash((text, author))}"
    Message.objects.filter(remote_id=remote_id).delete()
    (case,) = take(site, heard(text, remote_id, author=author))
    assert case.messages.count() == 1


# Typed into a form: stored or refused in a sentence, and nothing typed is lost

FIELDS = {
    "note": ("note", {"text": "", "key": "k1"}, "text"),
    "answer": ("answer", {"message": 0, "text": "", "do": "draft"}, "text"),
    "reason of a transfer": ("transfer", {"to": 0, "reason": ""}, "reason"),
    "reason of a dismissal": ("dismiss", {"reason": ""}, "reason"),
    "body referred to": ("refer", {"outside": "", "reason": ""}, "outside"),
    "explanation of a referral": ("refer", {"outside": "PLN", "reason": ""}, "reason"),
    "reason of secrecy": ("keep", {"secrecy": "2", "reason": ""}, "reason"),
    "why it is revealed": ("reveal", {"message": 0, "why": ""}, "why"),
}


def post(case: Case, government: Government, admin: Client, field: str, text: str) -> HttpResponse:
    verb, data, name = FIELDS[field]
    known = {"message": case.messages.get().pk, "to": government.dukcapil.pk}
    filled = {key: known.get(key, value) for key, value in data.items()} | {name: text}
    return admin.post(reverse("case_act", args=[case.pk, verb]), filled)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_takes_strange_text_or_says_why_not(
    case: Case, government: Government, admin: Client, field: str
) -> None:
    for text in (*STRANGE.values(), LONG, "jalan\x00rusak"):
        Case.objects.filter(pk=case.pk).update(state="new", lead=government.pupr, secrecy=0)
        answer = post(case, government, admin, field, text)
        assert answer.status_code in (200, 302, 422), text[:40]
        if answer.status_code == 422:
            form = answer.context.get("form") or answer.context["reply"]
            assert form["errors"] if isinstance(form, dict) else form.errors
        page = admin.get(reverse("case", args=[case.pk]))
        read = answer.content.decode() + page.content.decode()
        assert (page.status_code, RAW_SCRIPT in read) == (200, False), text[:40]


@pytest.mark.parametrize("field", [f for f in FIELDS if "transfer" not in f and "explanation" not in f])
def test_a_field_that_must_be_filled_says_so_and_nothing_happens(
    case: Case, government: Government, admin: Client, field: str
) -> None:
    for text in ("", "   \n "):
        assert post(case, government, admin, field, text).status_code == 422
    case.refresh_from_db()
    assert (case.state, Note.objects.count(), Reply.objects.count()) == ("new", 0, 0)


def test_a_refused_answer_stands_in_the_form_again(case: Case, government: Government, admin: Client) -> None:
    answer = post(case, government, admin, "answer", LONG)
    assert (answer.status_code, answer.context["reply"]["text"]) == (422, LONG)


def record(admin: Client, site: Channel, **typed: str) -> HttpResponse:
    form = {"channel": site.pk, "text": "Jalan rusak", "author": "Warga", "key": "k1", **typed}
    return admin.post(reverse("record"), form)


@pytest.mark.parametrize("field", ["text", "author"])
def test_what_is_recorded_by_hand_may_be_strange(site: Channel, admin: Client, field: str) -> None:
    for number, text in enumerate(STRANGE.values()):
        answer = record(admin, site, **{field: text, "key": f"k{number}"})
        assert answer.status_code == (422 if field == "author" and len(text) > 120 else 302), text[:40]
    assert Case.objects.count() == (len(STRANGE) if field == "text" else len(STRANGE) - 2)
    for case in Case.objects.all():
        page = admin.get(reverse("case", args=[case.pk]))
        assert (page.status_code, RAW_SCRIPT in page.content.decode()) == (200, False)


REFUSED_RECORDS = {
    "no text": {"text": ""},
    "blank text": {"text": " \n "},
    "more than 100,000 characters": {"text": LONG},
    "NUL": {"text": "jalan\x00rusak"},
    "a time in the future": {"sent_at": "2999-01-01T00:00"},
    "the first year there is": {"sent_at": "0001-01-01T00:00"},
    "the last year there is": {"sent_at": "9999-12-31T23:59"},
    "a year before the internet": {"sent_at": "1900-01-01T00:00"},
    "no time at all": {"sent_at": "kemarin sore"},
    "a link that runs": {"link": "javascript:alert(1)"},
    "a name of 5,000 letters": {"author": "x" * 5000},
    "a channel that is none": {"channel": "999999999999999999999"},
    "no key": {"key": ""},
    "a key of 5,000 letters": {"key": "x" * 5000},
}


def test_a_record_that_cannot_be_is_refused_with_a_sentence_and_keeps_what_was_typed(
    site: Channel, admin: Client
) -> None:
    for why, typed in REFUSED_RECORDS.items():
        answer = record(admin, site, **typed)
        assert (why, answer.status_code, Case.objects.count()) == (why, 422, 0)
        form = answer.context["form"]
        assert all(str(error).strip() for errors in form.errors.values() for error in errors)
        assert {name: form[name].value() for name in typed} == typed


def test_text_without_a_visible_character_is_no_record(site: Channel, admin: Client) -> None:
    assert record(admin, site, text="\u200b\u2060\u200b").status_code == 422


@pytest.mark.parametrize("field", ["legal_basis", "source"])
def test_text_of_a_value_is_escaped(government: Government, admin: Client, field: str) -> None:
    url = reverse("policy_edit", args=[government.root.pk, "case.approval"])
    sent = {"value": "on", "valid_from": "2026-03-01", field: SCRIPT}
    assert admin.post(url, sent).status_code == 302
    assert getattr(Policy.objects.get(), field) == SCRIPT
    page = admin.get(reverse("policy")).content.decode() + admin.get(url).content.decode()
    assert RAW_SCRIPT not in page


def test_a_channel_named_by_a_script_is_escaped_wherever_it_shows(
    government: Government, case: Case, admin: Client
) -> None:
    Channel.objects.filter(pk=case.channel_id).update(name=SCRIPT[:160])
    for url in (
        reverse("channels"),
        reverse("channel", args=[case.channel_id]),
        reverse("inbox"),
        reverse("inbox") + f"?channel={case.channel_id}",
        reverse("inbox_filter"),
        reverse("case", args=[case.pk]),
        reverse("record"),
        reverse("home"),
    ):
        page = admin.get(url)
        assert (url, page.status_code, RAW_SCRIPT in page.content.decode()) == (url, 200, False)
