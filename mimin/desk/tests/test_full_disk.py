"""A full disk: the person is told and loses no word, the worker leaves everything due, and both go on afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from mimin.desk.tests.installation import VENDORS, Installation, copy_of

pytestmark = pytest.mark.xdist_group("installations")

HOUSE = """
from datetime import date
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from mimin.desk.tests.full_disk import form_of, full_disk
from mimin.evidence.models import Record
from mimin.inbox.models import Case, Message, Reply
from mimin.outbox.models import Delivery
from mimin.people.models import Unit
from mimin.people.rules import RoleKind
from mimin.registry.models import Channel
from tests.made import person
translation.activate("id")
top, place = Unit.objects.get(parent=None), Channel.objects.get()
koordinator = person("koordinator", "Koordinator Diskominfo", top, RoleKind.COORDINATOR)
browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
browser.force_login(koordinator)
browser.get(reverse("record"))
token = browser.cookies["csrftoken"].value
LONG = "Jembatan gantung putus, anak-anak tidak bisa sekolah. " * 150
def stored():
    return [model.objects.count() for model in (Case, Message, Reply, Delivery, Record)]
def sent(url, data):
    answer = browser.post(url, {**data, "csrfmiddlewaretoken": token})
    return answer.status_code, answer.content.decode()
"""

RECORDING = """
data = {"channel": place.pk, "text": LONG, "author": "Warga Contoh", "key": "kunci-1", "sent_at": "", "link": ""}
before = stored()
with full_disk("mimin_message", "mimin_case", "mimin_record"):
    status, page = sent(reverse("record"), data)
    during = stored()
    readable = browser.get(reverse("inbox")).status_code
action, kept = form_of(page)
again = browser.post(action, kept).status_code
cases = Case.objects.filter(messages__remote_id="hand:kunci-1").count()
print(json.dumps({"status": status, "page": page, "lost": during != before, "readable": readable, "action": action,
  "kept": {k: v for k, v in kept.items() if k != "csrfmiddlewaretoken"}, "sent": {k: str(v) for k, v in data.items()},
  "again": again, "cases": cases}))
"""

ANSWERING = """
case = Case.objects.order_by("pk")[0]
url = reverse("case_act", args=[case.pk, "answer"])
data = {"message": case.messages.get().pk, "text": LONG, "do": "send"}
before = stored()
with full_disk("mimin_reply", "mimin_record"):
    status, page = sent(url, data)
    during = stored()
action, kept = form_of(page)
again = browser.post(action, kept).status_code
answers = [reply.text == LONG.strip() for reply in Reply.objects.filter(case=case)]
print(json.dumps({"status": status, "page": page, "lost": during != before, "again": again, "answers": answers}))
"""

WORKING = """
from datetime import timedelta
from mimin.desk.doctor import examine
from mimin.lib import store, work
from mimin.outbox import actions as outbox
from mimin.platforms.base import Receipt
from tests.made import BY
Delivery.objects.all().delete()
Channel.objects.update(mode="connected")
place.refresh_from_db()
at = timezone.now()
made = outbox.enqueue(channel=place, kind="reply", thread="", body={"to": "7", "text": LONG}, by=BY, at=at)
said = []
class Platform:
    def reply(self, to, text, *, key):
        said.append(key)
        return Receipt("live", "r" * 150, "https://contoh.go.id/" + "p" * 400)
    def settle_reply(self, to, text, *, key):
        return Receipt("live" if key in said else "absent", "r" * 150, "https://contoh.go.id/" + "p" * 400)
outbox.connector_for = lambda channel: Platform()
def now():
    row = Delivery.objects.get()
    return [row.state, row.due_at is not None]
steps = []
with full_disk("mimin_record"):
    if connection.vendor == "postgresql":
        store._FILLING["postgresql"] = ("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$",)
    work.run("deliver", made.pk)
    steps.append(now())
    doctor = {f.name: [f.level, f.text, f.mend] for f in examine()}["room"]
    page = browser.get(reverse("work")).content.decode()
store._FILLING["postgresql"] = ()
for _turn in range(6):
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1), lease_until=None)
    if now()[0] == "live":
        break
    work.run("deliver", made.pk)
    steps.append(now())
print(json.dumps({"steps": steps, "said": len(said), "doctor": doctor, "page": page,
  "after": browser.get(reverse("work")).content.decode(), "room": store.has_room()}))
"""
# What the script imports beyond BEGIN.
WORKING = "from django.db import connection\n" + WORKING


@pytest.fixture(params=VENDORS)
def place(request: pytest.FixtureRequest) -> Installation:
    return copy_of(request.param, MIMIN_PLAIN_STATIC="1")


def ran(place: Installation, script: str) -> dict[str, Any]:
    found: dict[str, Any] = place.run(HOUSE + script)
    return found


def test_who_records_a_case_on_a_full_disk_is_told_and_sends_it_again_afterwards(place: Installation) -> None:
    done = ran(place, RECORDING)
    assert (done["status"], done["lost"], done["readable"]) == (507, False, 200)
    assert "Disk penuh" in done["page"]
    assert "mimin doctor" in done["page"]
    assert done["kept"] == done["sent"]
    assert (done["action"], done["again"], done["cases"]) == ("/kotak-masuk/catat/", 302, 1)


def test_who_answers_on_a_full_disk_is_told_and_sends_it_again_afterwards(place: Installation) -> None:
    done = ran(place, ANSWERING)
    assert (done["status"], done["lost"]) == (507, False)
    assert (done["again"], done["answers"]) == (302, [True])


def test_the_worker_leaves_due_what_a_full_disk_stops_and_sends_it_once(place: Installation) -> None:
    done = ran(place, WORKING)
    assert [due for _state, due in done["steps"][:-1]] == [True] * (len(done["steps"]) - 1)
    assert (done["steps"][0][0] in ("waiting", "sending"), done["steps"][-1][0]) == (True, "live")
    assert done["said"] == 1


def test_the_doctor_and_the_page_of_work_say_that_the_disk_is_full(place: Installation) -> None:
    done = ran(place, WORKING)
    assert done["doctor"] == [
        "unsafe",
        "disk penuh: tidak ada yang dapat disimpan, dan semua pekerjaan menunggu",
        "Kosongkan ruang atau tambah disk.",
    ]
    assert ["Disk penuh" in done[page] for page in ("page", "after")] == [True, False]
    assert done["room"] is True
