"""What a person is shown when a page breaks: in their language, with who can mend it, and with what they had typed."""

from __future__ import annotations

import errno
import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from mimin.desk.failing import broken
from mimin.desk.tests.full_disk import form_of
from mimin.lib.crypto import new_key
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from tests.made import BY, MONDAY, Government, channel
from tests.scene import client_of

pytestmark = pytest.mark.django_db


def shown(answer: HttpResponse) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def broke(error: Exception, request: HttpRequest) -> HttpResponse:
    """The page for an error that nobody caught."""
    try:
        raise error
    except Exception:
        return broken(request)


def asked(method: str = "get", path: str = "/kotak-masuk/catat/?channel=3", **data: Any) -> HttpRequest:
    return getattr(RequestFactory(), method)(path, data)


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def sealed(government: Government) -> Client:
    """Somebody's browser, and an answer on its way that is sealed with the key of today."""
    outbox.enqueue(
        channel=channel(government.pupr), kind="reply", thread="", by=BY, at=MONDAY,
        body={"to": "1", "text": "Terima kasih"},
    )  # fmt: skip
    return client_of(government, "admin.pupr")


def prove_url() -> str:
    return reverse("prove", args=[Delivery.objects.values_list("pk", flat=True).get()])


@pytest.mark.parametrize(
    ("language", "what"), [("id", "Teks bersegel tidak dapat dibuka"), ("en", "A sealed text does not open")]
)
def test_a_text_whose_key_is_missing_is_told_in_the_persons_language_with_who_can_mend_it(
    sealed: Client, government: Government, language: str, what: str
) -> None:
    type(government.people["admin.pupr"]).objects.update(language=language)
    with override_settings(KEYRING=new_key("lain")):
        answer = sealed.get(prove_url())
    assert answer.status_code == 500
    assert what in shown(answer)
    assert "“k1”" in shown(answer)
    assert "mimin doctor" in shown(answer)
    assert f'lang="{language}"' in answer.content.decode()


def test_a_text_that_was_changed_is_told_without_naming_a_key(sealed: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE mimin_delivery SET body = %s", [b"\x01\x02k1" + bytes(60)])
    answer = sealed.get(prove_url())
    assert answer.status_code == 500
    assert "Teks itu diubah setelah disegel" in shown(answer)
    assert "“k1”" not in shown(answer)


def test_a_list_goes_on_past_a_text_that_does_not_open_and_it_can_still_be_cancelled(sealed: Client) -> None:
    with override_settings(KEYRING=new_key("lain")):
        page = sealed.get(reverse("outbox"))
        steps = [act["url"] for act in page.context["rows"][0]["acts"]]
        assert page.context["rows"][0]["title"] == "Teks bersegel yang tidak dapat dibuka"
        assert sealed.post(steps[-1]).status_code == 302
    assert Delivery.objects.defer("body").get().state == "cancelled"


def test_any_other_error_keeps_the_page_that_it_had() -> None:
    answer = broke(ValueError("rahasia"), asked())
    assert (answer.status_code, "rahasia" in shown(answer)) == (500, False)
    assert "mimin doctor" not in shown(answer)


def test_every_word_that_was_sent_is_on_the_page_and_in_its_form() -> None:
    data = {"text": "\n<b>Jalan</b> & rusak\n\nsejak kemarin", "author": "Warga", "case": ["3", "4"]}
    answer = broke(FULL, asked("post", **data))
    action, sent = form_of(answer.content.decode())
    assert (answer.status_code, action) == (507, "/kotak-masuk/catat/?channel=3")
    assert (sent["text"], sent["author"]) == (data["text"], "Warga")
    assert re.findall(r'name="case" value="(\d)"', answer.content.decode()) == ["3", "4"]
    assert "<b>" not in answer.content.decode()


@pytest.mark.parametrize("name", ["password", "oldpassword", "password1", "application_password", "code"])
def test_no_password_is_shown_again(name: str) -> None:
    answer = broke(FULL, asked("post", **{"login": "admin.pupr", name: "lampu jalan terang"}))
    assert answer.status_code == 507
    assert "lampu" not in answer.content.decode()
    assert "<form" not in answer.content.decode()


def test_an_error_in_the_middle_layers_is_told_too(
    government: Government, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: Any, **_named: Any) -> None:
        raise FULL

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", full)
    browser = Client(raise_request_exception=False)
    answer = browser.post(reverse("account_login"), {"login": "admin.pupr", "password": "rahasia-sekali"})
    assert (answer.status_code, "Disk penuh" in shown(answer)) == (507, True)


def test_a_page_that_was_only_read_has_nothing_to_send_again() -> None:
    assert "<form" not in broke(FULL, asked()).content.decode()
