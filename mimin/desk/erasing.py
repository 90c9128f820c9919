"""The page on which one case is erased lawfully."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.desk.walks.erase import RIGHT, erase_case
from mimin.inbox.models import Case
from mimin.lib.acting import tried
from mimin.people.asking import demand, person_of
from mimin.people.queries import top_path


class EraseForm(forms.Form):
    """Which case, on which ground, and the number once more: an erasure cannot be undone."""

    number = forms.CharField(label=gettext_lazy("Case number"), max_length=40)
    why = forms.CharField(
        label=gettext_lazy("Legal ground"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Such as “Request of the person of 3 March 2026, UU 27/2022 Pasal 8”. Without personal data: it is kept "
            "for ever."
        ),
    )
    again = forms.CharField(
        label=gettext_lazy("The number again"),
        max_length=40,
        help_text=gettext_lazy("Typed once more, because this cannot be undone."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@login_required
def erase(request: HttpRequest) -> HttpResponse:
    """Erase one case: its form, what it destroys and what stays, and doing it."""
    person = person_of(request)
    demand(person, RIGHT, top_path())
    form = EraseForm(request.POST) if request.method == "POST" else EraseForm(initial=_asked(request))
    done: list[Case] = []
    if (
        form.is_bound
        and form.is_valid()
        and tried(
            request,
            lambda: done.append(erase_case(**form.cleaned_data, by=person, at=timezone.now())),
            done=_("The case is erased. Tell the person, and when the last backup from before is gone."),
            form=form,
        )
    ):
        return redirect("case", pk=done[0].pk)
    context = {"form": form, "back_url": reverse("evidence"), "destroyed": destroyed(), "stays": stays()}
    return render(request, "evidence/erase.html", context, status=422 if form.is_bound else 200)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {"number": request.GET.get("q", "")[:40]}


def destroyed() -> list[str]:
    """What an erasure destroys, in words."""
    return [
        _("What the citizen said: words, name, address of the message, pictures and recordings"),
        _("What was answered and noted, what was promised, and the reasons that were given"),
        _("What was asked and told by links, with its photos; links that are open no longer open"),
        _("The proof of what was done, and the facts of the evidence about the case"),
        _("Answers that have not left: they are taken back"),
    ]


def stays() -> list[str]:
    """What stays, in words."""
    return [
        _("The number, the unit, the kind, all times and states: every figure stays true"),
        _("The sealed records without their facts, and who erased them, when and why"),
        _("What stands on the platform itself: remove it there"),
        _("Backups from before, until each is rotated away"),
        _("The number in SP4N-LAPOR!, so that an import does not bring the report in again"),
    ]
