"""Values that are a text or a choice of classes: what they keep, what they refuse, and their form on the screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from mimin.policy.checks import BadValue, checked
from mimin.policy.queries import SHOWN_TEXT, in_words, value
from mimin.policy.rules import KEYS, LONGEST_TEXT
from tests.made import Government
from tests.scene import client_of

CLASSES, TEXT = "duty.may_answer_unapproved", "duty.local_numbers"


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        (TEXT, "  Damkar: 113\r\nBPBD: 117 \n", "Damkar: 113\nBPBD: 117"),
        (TEXT, "", ""),
        (TEXT, "x" * LONGEST_TEXT, "x" * LONGEST_TEXT),
        (CLASSES, ["pengaduan", "urgent"], ["urgent", "pengaduan"]),
        (CLASSES, [], []),
    ],
)
def test_what_is_given_is_kept_in_one_form(key: str, given: Any, kept: Any) -> None:
    assert checked(key, given) == kept


@pytest.mark.parametrize(
    ("key", "given"), [(TEXT, "x" * (LONGEST_TEXT + 1)), (CLASSES, ["spam"]), (CLASSES, ["urgent", ""])]
)
def test_what_cannot_be_kept_is_refused(key: str, given: Any) -> None:
    with pytest.raises(BadValue):
        checked(key, given)


def test_a_long_text_is_shortened_in_the_list_and_nothing_chosen_says_so() -> None:
    assert in_words("text", "a" * 500) == "a" * SHOWN_TEXT + " …"
    assert in_words("text", "pendek") == "pendek"
    assert in_words("classes", []) not in ("", "[]")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "form", "kept"),
    [
        (CLASSES, {"value": ["urgent", "aspirasi"]}, ["urgent", "aspirasi"]),
        (CLASSES, {}, []),
        (TEXT, {"value": "Damkar: 113"}, "Damkar: 113"),
        ("case.interim_answer", {"value": "Sabar, {number}"}, "Sabar, {number}"),
        ("duty.acknowledge_minutes", {"value": "5"}, 5),
    ],
)
def test_a_coordinator_sets_it_on_the_screen(
    government: Government, key: str, form: dict[str, Any], kept: Any
) -> None:
    client, url = client_of(government, "koordinator"), reverse("policy_edit", args=[government.pupr.pk, key])
    assert client.get(url).status_code == 200
    assert client.post(url, {**form, "valid_from": "2020-01-01"}).status_code == 302
    assert (value(government.marga, key), value(government.dukcapil, key)) == (kept, KEYS[key].default)
