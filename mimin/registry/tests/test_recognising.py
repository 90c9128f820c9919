"""The rules of a government by which addresses are recognised: what one may say, who may change it, what it does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from mimin.evidence.models import Facts
from mimin.lib.moving import Refused
from mimin.people.actions import give_role
from mimin.people.rules import RoleKind
from mimin.registry import actions, queries
from mimin.registry.models import AddressRule
from mimin.registry.rules import DEFAULTS, BadTemplate, template_of
from tests.made import BY, MONDAY, Government
from tests.scene import client_of

KEPT = [
    ("social.example/@{handle}", "social.example/@{handle}"),
    ("https://www.Social.Example/@{handle}/", "social.example/@{handle}"),
    ("video.example/c/{custom}/*", "video.example/c/{custom}/*"),
    ("social.example/profile.php?id={handle}", "social.example/profile.php?id={handle}"),
    ("social.example/{name}/{handle}", "social.example/{name}/{handle}"),
    ("  chat.example/{phone} ", "chat.example/{phone}"),
    ("https://{handle}.chat.example/", "{handle}.chat.example"),
]
BEGIN, STAR, MARK = "Begin with a host", "A star may only", "After a question mark"
BRACES, ACCOUNT = "Write each field once", "Name the account by"
REFUSED = [
    ("", BEGIN),
    ("tanpa titik/{handle}", BEGIN),
    ("{host}/{handle}", BEGIN),
    ("social.example/" + "x" * 200 + "{handle}", BEGIN),
    ("social.example/*/{handle}", STAR),
    ("social.example/{handle}*", STAR),
    ("social.example/?id={handle}&x=1", MARK),
    ("social.example/{handle}?", MARK),
    ("social.example/{handle}?lang=id", MARK),
    ("social.example/{handle", BRACES),
    ("social.example/{}", BRACES),
    ("social.example/{name}{handle}", BRACES),
    ("social.example/{handle}/{handle}", BRACES),
    ("social.example/halaman", ACCOUNT),
    ("social.example", ACCOUNT),
    ("social.example/{name}", ACCOUNT),
    ("social.example/{id}/{handle}", ACCOUNT),
]


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(("typed", "kept"), KEPT)
def test_a_template_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert (template_of(typed), template_of(kept)) == (kept, kept)


@pytest.mark.parametrize(("typed", "why"), REFUSED)
def test_a_template_that_can_recognise_nothing_is_refused(typed: str, why: str) -> None:
    with pytest.raises(BadTemplate, match=why):
        template_of(typed)


@pytest.mark.parametrize("template", [template for _platform, template in DEFAULTS])
def test_what_comes_with_mimin_is_a_template_itself(template: str) -> None:
    assert template_of(template) == template


def add(platform: str = "instagram", template: str = "ig.example/{handle}", order: int = 5) -> AddressRule:
    return actions.set_address_rule(platform=platform, template=template, order=order, by=BY, at=MONDAY)


def spoken_of(kind: str) -> list[dict[str, Any] | None]:
    return [fact.details for fact in Facts.objects.filter(kind=kind).order_by("record_id")]


@pytest.mark.django_db
def test_a_rule_of_ones_own_stands_before_those_that_come_with_mimin() -> None:
    assert queries.address_rules() == list(DEFAULTS)
    add(order=9)
    add("threads", "utas.example/@{handle}", order=2)
    ours = [("threads", "utas.example/@{handle}"), ("instagram", "ig.example/{handle}")]
    assert queries.address_rules() == [*ours, *DEFAULTS]


@pytest.mark.django_db
def test_an_account_found_by_a_rule_of_ones_own_is_the_same_channel_as_before() -> None:
    """Else one account could be registered twice as soon as somebody adds a rule."""
    add()
    assert actions.recognised("ig.example/DinasContoh").address == "instagram.com/dinascontoh"
    assert actions.recognised("instagram.com/dinascontoh").address == "instagram.com/dinascontoh"


@pytest.mark.django_db
def test_a_template_that_comes_with_mimin_can_be_given_to_another_platform() -> None:
    add("threads", "instagram.com/{handle}")
    assert actions.recognised("instagram.com/dinascontoh").platform == "threads"


@pytest.mark.django_db
def test_a_rule_is_set_changed_and_forgotten_with_a_record_each_and_none_for_nothing() -> None:
    made = add()
    said = {"platform": "instagram", "template": "ig.example/{handle}", "order": 5}
    same = actions.set_address_rule(**said, rule=made, by=BY, at=MONDAY)
    changed = actions.set_address_rule(**{**said, "order": 7}, rule=same, by=BY, at=MONDAY)
    assert (changed.pk, AddressRule.objects.get().order) == (made.pk, 7)
    actions.forget_address_rule(rule=changed, by=BY, at=MONDAY)
    changed.pk = made.pk
    actions.forget_address_rule(rule=changed, by=BY, at=MONDAY)
    assert spoken_of("address_rule.set") == [said, {**said, "order": 7}]
    assert spoken_of("address_rule.forgotten") == [
        {"platform": "instagram", "template": "ig.example/{handle}"}
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("platform", "template", "why"),
    [
        ("threads", "https://ig.example/{handle}/", "There is a rule for ig.example/{handle} already"),
        ("website", "situs.example/{handle}", "recognised without a rule"),
        ("offline", "papan.example/{handle}", "recognised without a rule"),
        ("assisted", "tangan.example/{handle}", "recognised without a rule"),
        ("tidak-ada", "x.example/{handle}", "recognised without a rule"),
        ("threads", "utas.example/", "Name the account"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused_and_leaves_nothing(
    platform: str, template: str, why: str
) -> None:
    add()
    with pytest.raises(Refused, match=why):
        add(platform, template)
    assert (AddressRule.objects.count(), len(spoken_of("address_rule.set"))) == (1, 1)


@pytest.mark.django_db
def test_the_coordinator_adds_tries_changes_and_removes_a_rule_on_the_page(government: Government) -> None:
    client, page = client_of(government, "koordinator"), reverse("address_rules")
    before = client.get(page, {"q": "ig.example/DinasContoh"}).context["tried"]
    rule = {"platform": "instagram", "template": "ig.example/{handle}", "order": "5"}
    assert client.post(page, rule).status_code == 302
    after = client.get(page, {"q": "ig.example/DinasContoh"}).context
    assert (before["text"].split(" · ")[1], after["tried"]["text"]) == (
        "ig.example/DinasContoh",
        "Instagram · instagram.com/dinascontoh · dinascontoh",
    )
    (row,) = after["rows"]
    assert client.post(row["url"], {**rule, "template": "rusak"}).status_code == 422
    assert client.post(row["url"], {**rule, "order": "1"}).status_code == 302
    assert AddressRule.objects.get().order == 1
    assert client.post(row["forget_url"]).status_code == client.post(row["forget_url"]).status_code == 302
    assert AddressRule.objects.count() == 0


@pytest.mark.django_db
def test_what_is_no_address_is_said_on_trial(government: Government) -> None:
    shown = client_of(government, "koordinator").get(reverse("address_rules"), {"q": "bukan alamat"})
    assert shown.context["tried"]["tone"] == "bad"


@pytest.mark.django_db
def test_a_coordinator_of_one_department_changes_no_rule(government: Government) -> None:
    person = government.person("admin.pupr")
    give_role(
        person=person, unit=government.pupr, kind=RoleKind.COORDINATOR, since=date(2020, 1, 1), by=BY, at=MONDAY
    )  # fmt: skip
    client = client_of(government, "admin.pupr")
    assert client.get(reverse("address_rules")).status_code == 403
    assert client.post(reverse("address_rules"), {"platform": "x"}).status_code == 403


def test_one_process_has_one_client_for_all_its_connectors() -> None:
    one = queries._http((), 1)
    assert [one is queries._http(allow, process) for allow, process in (((), 1), ((), 2), (("a:1",), 1))] == [
        True,
        False,
        False,
    ]
