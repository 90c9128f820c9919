"""What every answer carries."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from mimin.desk.middleware import CONTENT_SECURITY_POLICY, language_of_person, strict_headers

STRANGER = SimpleNamespace(is_authenticated=False)


def _answered(view, user=STRANGER, **cookies):
    request = RequestFactory().get("/")
    request.user = user
    request.COOKIES.update(cookies)
    return language_of_person(view)(request)


def _says_language(request):
    return HttpResponse(translation.get_language())


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed():
    assert CONTENT_SECURITY_POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


def test_every_answer_carries_the_strict_headers():
    answer = strict_headers(lambda request: HttpResponse("x"))(RequestFactory().get("/"))
    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Permissions-Policy"].split(", ")[:3] == ["camera=()", "geolocation=()", "microphone=()"]
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_view_may_keep_its_own_header():
    def shared(request):
        return HttpResponse("x", headers={"Cache-Control": "public, max-age=60"})

    assert strict_headers(shared)(RequestFactory().get("/"))["Cache-Control"] == "public, max-age=60"


def test_a_cache_keeps_a_page_and_its_middle_apart():
    def varies(request):
        return HttpResponse("x", headers={"Vary": "Cookie"})

    assert strict_headers(varies)(RequestFactory().get("/"))["Vary"] == "Cookie, HX-Request"


@pytest.mark.parametrize(
    ("cookie", "language"),
    [("", "id"), ("en", "en"), ("id", "id"), ("fr", "id"), ("../../etc", "id"), ("EN", "id")],
)
def test_a_stranger_is_answered_in_the_language_of_the_cookie_else_in_indonesian(cookie, language):
    answer = _answered(_says_language, django_language=cookie)
    assert (answer.content.decode(), answer["Content-Language"]) == (language, language)


@pytest.mark.parametrize(("column", "language"), [("en", "en"), ("id", "id"), ("xx", "id")])
def test_a_person_is_answered_in_their_own_language_whatever_the_cookie_says(column, language):
    person = SimpleNamespace(is_authenticated=True, language=column)
    assert _answered(_says_language, person, django_language="en").content.decode() == language


def test_the_language_of_one_request_does_not_reach_the_next():
    with translation.override("id"):
        _answered(_says_language, SimpleNamespace(is_authenticated=True, language="en"))
        assert translation.get_language() == "id"
