"""An answer that a person posts: the page for it comes at once, opens the conversation itself, and leads back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from mimin.inbox.intake import receive
from mimin.inbox.models import Case
from mimin.outbox.models import Delivery
from mimin.registry.models import Channel
from tests.made import MONDAY, Government, channel, heard
from tests.scene import client_of

pytestmark = pytest.mark.django_db

PLACES = {"whatsapp": "wa.me/6281200000000", "instagram": "instagram.com/puprcontoh"}
CHAT = "https://wa.me/6281200000009?text=Terima%20kasih%20%26%20salam"
POST = "https://instagram.com/p/Cx1/"


def told(government: Government, platform: str, *, author: str = "warga.rt3", url: str = "") -> Case:
    there = channel(government.pupr, PLACES[platform])
    Channel.objects.filter(pk=there.pk).update(platform=platform)
    there.refresh_from_db()
    one = replace(heard("lampu mati", "77", at=MONDAY), author=author, url=url)
    receive([one], channel=there, at=MONDAY, understand=None)
    return Case.objects.get()


def answered(government: Government, case: Case, name: str = "kepala.pupr") -> str:
    """Where whoever sent an answer is led."""
    form = {"message": case.messages.get().pk, "text": "Terima kasih & salam", "do": "send", "key": "k"}
    sent = client_of(government, name).post(reverse("case_act", args=[case.pk, "answer"]), form)
    assert sent.status_code == 302, sent.context["form"].errors
    return str(sent.headers["Location"])


@pytest.mark.parametrize(
    ("platform", "author", "url", "place"),
    [
        ("whatsapp", "0812-0000-0009", "", CHAT),
        ("whatsapp", "Warga RT 3", "", "https://wa.me/6281200000000"),
        ("instagram", "warga.rt3", POST, POST),
        ("instagram", "0812-0000-0009", "", "https://instagram.com/puprcontoh"),
    ],
)
def test_the_page_of_posting_opens_the_message_or_a_chat_with_its_writer(
    government: Government, platform: str, author: str, url: str, place: str
) -> None:
    case = told(government, platform, author=author, url=url)
    there = answered(government, case)
    assert there == reverse("prove", args=[Delivery.objects.get().pk])
    assert client_of(government, "kepala.pupr").get(there).context["open_url"] == place


def test_after_the_proof_the_person_is_back_at_the_case(government: Government) -> None:
    case = told(government, "instagram", url=POST)
    proven = client_of(government, "kepala.pupr").post(answered(government, case), {"link": f"{POST}c/9/"})
    assert proven.headers["Location"] == reverse("case", args=[case.pk])
    case.refresh_from_db()
    assert case.state == "answered"


def test_a_writers_number_is_kept_sealed(government: Government) -> None:
    answered(government, told(government, "whatsapp", author="0812-0000-0009"))
    row = Delivery.objects.values("instructions", "thread", "url", "error").get()
    assert "81200000009" not in str(row)
