"""The pages of saved replies: the list, keeping one, and the chooser beside an answer, without a script."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mimin.inbox import answering, saved, saving
from mimin.inbox.models import Case, Reply, SavedReply
from mimin.people.models import Unit
from mimin.policy.queries import forget
from tests.made import MONDAY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

MARK = "kata-kata-kemuning"


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.pupr), "jalan depan pasar bolong sudah dua bulan")


@pytest.fixture
def admin(government: Government) -> Client:
    return client_of(government, "admin.pupr")


def keep(
    government: Government, unit: Unit, title: str = "Tinjau", text: str = "Kami tinjau.", **more: str
) -> SavedReply:
    return saving.save(
        unit=unit, title=title, text=text, by=government.person("koordinator"), at=MONDAY, **more
    )


def form(government: Government, **more: object) -> dict[str, object]:
    return {"title": "Jam layanan", "text": "Buka pukul 08.00.", "unit": government.pupr.pk, **more}


def of_case(case: Case) -> str:
    return reverse("case_saved", args=[case.pk])


# The list


def test_the_list_shows_the_lowest_unit_first_and_what_may_be_changed(
    government: Government, admin: Client
) -> None:
    keep(government, government.root, "kab")
    one = keep(government, government.pupr, "pupr")
    page = admin.get(reverse("saved_replies"))
    assert [(row["title"], row["url"]) for row in page.context["rows"]] == [
        ("pupr", reverse("saved_change", args=[one.pk])),
        ("kab", ""),
    ]
    assert page.context["may_add"] is True


def test_the_list_is_narrowed_by_unit_and_words_of_the_title(government: Government, admin: Client) -> None:
    for title in ("Jalan rusak ringan", "Jalan rusak berat", "Lampu"):
        keep(government, government.pupr, title)
    keep(government, government.root, "Jalan provinsi")
    asked = {"q": "RUSAK jalan", "unit": government.pupr.pk}
    found = admin.get(reverse("saved_replies"), asked).context["rows"]
    assert [row["title"] for row in found] == ["Jalan rusak berat", "Jalan rusak ringan"]
    assert (
        admin.get(reverse("saved_replies"), {"q": "tidak ada", "unit": "x", "after": "y"}).status_code == 200
    )


def test_the_list_goes_on_by_its_own_link(
    government: Government, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "PAGE", 2)
    for title in ("a", "b", "c"):
        keep(government, government.pupr, title)
    keep(government, government.root, "a")
    first = admin.get(reverse("saved_replies"))
    second = admin.get(reverse("saved_replies") + first.context["older_url"])
    seen = [[(r["title"], r["unit_name"]) for r in p.context["rows"]] for p in (first, second)]
    assert seen == [[("a", "Dinas PUPR"), ("b", "Dinas PUPR")], [("c", "Dinas PUPR"), ("a", "Contoh")]]
    assert second.context["older_url"] == ""


def test_the_list_costs_the_same_with_many(government: Government, admin: Client) -> None:
    costs = []
    for size in (1, 30):
        for n in range(size):
            keep(government, government.pupr, f"{size} {n}", affair="pupr")
        forget()  # as in a process that has just begun
        with CaptureQueriesContext(connection) as asked:
            admin.get(reverse("saved_replies"))
        costs.append(len(asked))
    assert costs[0] == costs[1]


# Keeping


def test_one_is_kept_by_its_form_and_a_double_click_is_one(government: Government, admin: Client) -> None:
    for _click in range(2):
        answer = admin.post(reverse("saved_add"), form(government, affair="pupr", klass="pengaduan"))
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("saved_replies"))
    assert list(SavedReply.objects.values_list("title", "unit", "affair", "klass")) == [
        ("Jam layanan", government.pupr.pk, "pupr", "pengaduan")
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [("Kepada {nama}, terima kasih.", "{nama}"), ("Hubungi 081234567890", "phone"), ("a" * 2001, "2001")],
)
def test_a_refused_text_stays_in_the_form_with_what_is_wrong(
    government: Government, admin: Client, text: str, named: str
) -> None:
    answer = admin.post(reverse("saved_add"), form(government, text=text))
    assert (answer.status_code, SavedReply.objects.count()) == (422, 0)
    assert text in answer.content.decode()
    assert named in "".join(answer.context["form"].non_field_errors())


def test_a_form_that_is_stale_is_refused_once_and_names_who_changed_it(
    government: Government, admin: Client
) -> None:
    one = keep(government, government.pupr)
    url = reverse("saved_change", args=[one.pk])
    stale = admin.get(url).context["form"]["as_of"].value()
    client_of(government, "kepala.pupr").post(url, form(government, text="Dari kepala.", as_of=stale))
    refused = admin.post(url, form(government, text="Dari admin.", as_of=stale))
    assert refused.status_code == 422
    assert "Kepala Dinas PUPR" in "".join(refused.context["form"].non_field_errors())
    again = refused.context["form"]["as_of"].value()
    assert admin.post(url, form(government, text="Dari admin.", as_of=again)).status_code == 302
    assert SavedReply.objects.get().text == "Dari admin."


def test_one_is_removed_by_a_press_and_a_second_press_finds_nothing(
    government: Government, admin: Client
) -> None:
    url = reverse("saved_remove", args=[keep(government, government.pupr).pk])
    assert [admin.post(url).status_code for _press in range(2)] == [302, 404]
    assert SavedReply.objects.count() == 0


def test_a_stranger_reads_changes_removes_and_uses_nothing(government: Government, case: Case) -> None:
    one = keep(government, government.pupr, MARK, MARK)
    own = opened(channel(government.dukcapil, "facebook.com/dukcapilcontoh"), "ktp belum jadi", "7")
    stranger = client_of(government, "admin.dukcapil")
    change, remove = reverse("saved_change", args=[one.pk]), reverse("saved_remove", args=[one.pk])
    pages = [
        stranger.get(url)
        for url in (reverse("saved_replies"), reverse("case", args=[own.pk]), of_case(own), change)
    ]
    assert [MARK in page.content.decode() for page in pages] == [False] * 4
    codes = [
        stranger.post(change, form(government)).status_code,
        stranger.post(remove).status_code,
        stranger.post(of_case(own), {"saved": one.pk}).status_code,
        stranger.post(of_case(case), {"saved": one.pk}).status_code,
        stranger.post(reverse("saved_add"), form(government)).status_code,
    ]
    assert codes == [404, 404, 404, 404, 422]
    assert (SavedReply.objects.get().text, Reply.objects.count()) == (MARK, 0)


def test_who_sees_one_of_above_may_not_change_it_nor_give_theirs_to_it(government: Government) -> None:
    above, own = keep(government, government.pupr, "atas"), keep(government, government.marga, "sendiri")
    marga = client_of(government, "admin.marga")
    assert marga.post(reverse("saved_change", args=[above.pk]), form(government)).status_code == 403
    assert marga.post(reverse("saved_change", args=[own.pk]), form(government)).status_code == 422
    assert marga.post(reverse("saved_remove", args=[above.pk])).status_code == 403


# The chooser


def test_the_case_offers_what_fits_first_and_the_rest_below(
    government: Government, admin: Client, case: Case
) -> None:
    keep(government, government.root, "umum")
    jalan = keep(government, government.pupr, "jalan", affair="pupr")
    chooser = admin.get(reverse("case", args=[case.pk])).context["saved"]
    assert [[one["label"] for one in group["options"]] for group in chooser["groups"]] == [
        ["jalan"],
        ["umum · Contoh"],
    ]
    assert (chooser["groups"][0]["options"][0]["value"], chooser["more"]) == (str(jalan.pk), False)


def test_at_most_thirty_are_offered_and_the_others_are_found_by_their_titles(
    government: Government, admin: Client, case: Case
) -> None:
    for n in range(31):
        keep(government, government.pupr, f"balasan {n:02d}")
    chooser = admin.get(reverse("case", args=[case.pk])).context["saved"]
    assert (len(chooser["groups"][0]["options"]), chooser["more"]) == (30, True)
    page = admin.get(of_case(case))
    assert (len(page.context["rows"]), page.context["left"]) == (30, 1)
    found = admin.get(of_case(case), {"q": "BALASAN 30"}).context
    assert [(row["title"], found["left"]) for row in found["rows"]] == [("balasan 30", 0)]


def test_the_page_that_looks_further_shows_the_words_as_they_will_stand(
    government: Government, admin: Client, case: Case
) -> None:
    keep(government, government.pupr, text="{number} kami tinjau.")
    answering.draft(
        case=case, message=case.messages.get(), text="Halo.", by=government.person("admin.pupr"), at=MONDAY
    )
    page = admin.get(of_case(case)).context
    assert ([row["text"] for row in page["rows"]], page["before"]) == (
        [f"{case.number} kami tinjau."],
        "Halo.",
    )


def test_one_press_puts_it_below_what_stands_in_the_box_and_shows_the_answer(
    government: Government, admin: Client, case: Case
) -> None:
    one = keep(government, government.pupr)
    data = {"message": case.messages.get().pk, "text": "Halo, Pak.", "kind": "final", "saved": one.pk}
    for _press in range(2):
        answer = admin.post(of_case(case), data)
    assert answer.headers["Location"] == f"{reverse('case', args=[case.pk])}#answer"
    page = admin.get(reverse("case", args=[case.pk])).context
    assert page["reply"]["text"] == "Halo, Pak.\n\nKami tinjau."
    assert [kind["value"] for kind in page["reply"]["kinds"] if kind["chosen"]] == ["final"]
    assert SavedReply.objects.get().used == 1


def test_the_button_sends_the_form_of_the_answer_elsewhere_and_comes_after_its_own_buttons(
    government: Government, admin: Client, case: Case
) -> None:
    """Otherwise the key Enter in the form would put a reply into the answer instead of keeping the draft."""
    keep(government, government.pupr)
    page = admin.get(reverse("case", args=[case.pk])).content.decode()
    assert f'form="answering" formaction="{of_case(case)}" formnovalidate' in page
    assert page.index('value="draft"') < page.index('form="answering"')


@pytest.mark.parametrize("chosen", ["", "x", "0", None])
def test_nothing_chosen_is_said_and_changes_nothing(admin: Client, case: Case, chosen: str | None) -> None:
    answer = admin.post(
        of_case(case), {} if chosen is None else {"saved": chosen, "text": "Halo"}, follow=True
    )
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert Reply.objects.count() == 0


def test_a_case_that_is_closed_takes_none(government: Government, admin: Client, case: Case) -> None:
    one = keep(government, government.pupr)
    Case.objects.filter(pk=case.pk).update(state="closed")
    answer = admin.post(of_case(case), {"saved": one.pk}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert (Reply.objects.count(), answer.context["saved"]) == (0, None)


def test_a_reader_is_offered_none_and_uses_none(government: Government, case: Case) -> None:
    one = keep(government, government.pupr)
    reader = client_of(government, "pimpinan")
    assert reader.get(reverse("case", args=[case.pk])).context["saved"] is None
    assert [
        reader.get(of_case(case)).status_code,
        reader.post(of_case(case), {"saved": one.pk}).status_code,
    ] == [403, 403]


def test_the_case_page_costs_one_query_more_however_many_there_are(
    government: Government, admin: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            admin.get(reverse("case", args=[case.pk]))
        return len(asked)

    for n in range(40):
        keep(government, government.pupr, f"balasan {n}", affair="pupr")
    cost()  # terms and calendars are remembered for seconds
    many = cost()
    SavedReply.objects.all().delete()
    none = cost()
    monkeypatch.setattr("mimin.inbox.saved_rows.chooser", lambda case, person: None)
    assert (many, none) == (cost() + 1, cost() + 1)
