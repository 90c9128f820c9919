"""The page of the rules by which a pasted address is recognised: add, change, order, remove, and try an address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mimin.lib.acting import tried
from mimin.lib.moving import Refused
from mimin.people.actions import actor
from mimin.people.asking import demand, person_of
from mimin.people.models import Person
from mimin.people.queries import top_path
from mimin.registry import actions
from mimin.registry.forms import RuleForm, TryForm
from mimin.registry.models import AddressRule
from mimin.registry.rows import icon_of, platform_label
from mimin.registry.rules import DEFAULTS

RIGHT = "channel.rules"


def _person(request: HttpRequest) -> Person:
    person = person_of(request)
    demand(person, RIGHT, top_path())
    return person


@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """The rules of this government in their order, those that come with Mimin, a form for another, and a trial."""
    person = _person(request)
    form = RuleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _set(request, form, person, None):
        return redirect("address_rules")
    asked = request.GET.get("q", "").strip()[:500]
    context = {
        "form": form,
        "trial": TryForm({"q": asked} if asked else None),
        "tried": _tried(asked) if asked else None,
        "rows": [_row(one) for one in AddressRule.objects.all()],
        "built_in": [_built_in(platform, template) for platform, template in DEFAULTS],
    }
    return render(request, "registry/rules.html", context, status=422 if form.is_bound else 200)


def _set(request: HttpRequest, form: RuleForm, person: Person, rule: AddressRule | None) -> bool:
    return tried(
        request,
        lambda: actions.set_address_rule(**form.cleaned_data, rule=rule, by=actor(person), at=timezone.now()),
        done=_(
            "Addresses are recognised by this rule from now on. Channels that are here already stay as they are."
        ),
        form=form,
    )


def _row(rule: AddressRule) -> dict[str, Any]:
    return {
        "order": rule.order,
        "template": rule.template,
        "platform_label": platform_label(rule.platform),
        "icon": icon_of(rule.platform),
        "url": reverse("address_rule", args=[rule.pk]),
        "forget_url": reverse("address_rule_forget", args=[rule.pk]),
    }


def _built_in(platform: str, template: str) -> dict[str, str]:
    return {"icon": icon_of(platform), "title": template, "detail": platform_label(platform), "url": ""}


def _tried(asked: str) -> dict[str, str]:
    """What an address would be recognised as."""
    try:
        found = actions.recognised(asked)
    except Refused as refused:
        return {"tone": "bad", "icon": "circle-alert", "text": str(refused)}
    text = " · ".join(filter(None, [platform_label(found.platform), found.address, found.handle]))
    return {"tone": "ok", "icon": icon_of(found.platform), "text": text}


@login_required
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one rule."""
    person = _person(request)
    found = get_object_or_404(AddressRule, pk=pk)
    said = {"platform": found.platform, "template": found.template, "order": found.order}
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm(initial=said)
    if form.is_bound and form.is_valid() and _set(request, form, person, found):
        return redirect("address_rules")
    context = {"form": form, "template": found.template, "back_url": reverse("address_rules")}
    return render(request, "registry/rule.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a rule; one that is gone already stays gone."""
    person = _person(request)
    if found := AddressRule.objects.filter(pk=pk).first():
        tried(
            request,
            lambda: actions.forget_address_rule(rule=found, by=actor(person), at=timezone.now()),
            done=_("The rule is removed. Channels that are here already stay as they are."),
        )
    return redirect("address_rules")
