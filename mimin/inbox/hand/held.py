"""What is given by somebody whose sign-in has ended: held for an hour, and taken up once they are in again.

It lies sealed in the cache and not in a table: nobody knows yet whose it is. A few places and a size limit keep a
stranger from filling the disk.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse

from mimin.inbox.hand.tray import FIELDS
from mimin.lib.sealed import keyring

COOKIE, PURPOSE = "mimin_held", "held for sign-in"
SECONDS, PLACES, LARGEST = 3600, 20, 16 * 1024 * 1024
Held = tuple[dict[str, str], "list[UploadedFile[Any]]"]


def hold(request: HttpRequest) -> HttpResponse:
    """Keep what was sent, and lead to the sign-in and from there to where it is taken up."""
    answer = HttpResponseRedirect(f"{resolve_url('account_login')}?{urlencode({'next': reverse('share')})}")
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return answer
    fields, files = sent(request)
    if not any(fields.values()) and not files:
        return answer
    kept = {"fields": fields, "files": [(file.name, b64encode(file.read()).decode()) for file in files]}
    sealed = keyring().seal(json.dumps(kept).encode(), purpose=PURPOSE)
    name = secrets.token_hex(16)
    if any(cache.add(f"held-{place}", (name, sealed), SECONDS) for place in range(PLACES)):
        answer.set_signed_cookie(
            COOKIE, name, max_age=SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return answer


def take_up(request: HttpRequest) -> Held | None:
    """What this browser sent before it signed in, once; None where there is nothing."""
    try:
        name = request.get_signed_cookie(COOKIE, max_age=SECONDS)
    except (KeyError, BadSignature):
        return None
    for place in range(PLACES):
        held = cache.get(f"held-{place}")
        if held and secrets.compare_digest(held[0], name):
            cache.delete(f"held-{place}")
            kept = json.loads(keyring().open(held[1], purpose=PURPOSE))
            files: list[UploadedFile[Any]] = [
                SimpleUploadedFile(n or "", b64decode(body)) for n, body in kept["files"]
            ]
            return kept["fields"], files
    return None


def sent(request: HttpRequest) -> Held:
    """The fields and files of a form or of a share: what phones call title and url is words and link here."""
    fields = {name: request.POST.get(name, "") for name in FIELDS}
    fields["text"] = fields["text"] or request.POST.get("title", "")
    if shared := request.POST.get("url", ""):
        fields["text"] = (
            f"{fields['text']}\n{shared}".strip() if shared not in fields["text"] else fields["text"]
        )
    return fields, request.FILES.getlist("files")
