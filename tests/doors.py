"""Every address of Mimin with an example of what stands behind it and of what is sent to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mimin.desk.importing.views import ACTS as IMPORT_ACTS
from mimin.inbox.acts import ACTS as CASE_ACTS
from mimin.inbox.models import Attachment, SavedReply
from mimin.outbox.views import VERBS as DELIVERY_ACTS
from mimin.people.acts import ACTS as UNIT_ACTS
from mimin.people.models import Invitation
from mimin.people.staff_views import ACTS as PERSON_ACTS
from mimin.policy.rules import KEYS
from mimin.registry.acts import ACTS as CHANNEL_ACTS
from mimin.registry.models import AddressRule
from tests.scene import HISTORY, RECORDED, TRAY, Scene

ALLAUTH = "masuk/"
VERBS: dict[str, tuple[str, ...]] = {
    "case_act": tuple(CASE_ACTS),
    "channel_act": tuple(CHANNEL_ACTS),
    "unit_act": tuple(UNIT_ACTS),
    "person_act": tuple(PERSON_ACTS),
    "delivery_act": tuple(DELIVERY_ACTS),
    "policy_edit": ("case.approval",),
    "import_act": ("check", *IMPORT_ACTS),
}
"""An address that takes a verb or a key -> those it takes."""
assert set(VERBS["policy_edit"]) <= set(KEYS)

Of = Callable[[Scene], Any]


@dataclass(frozen=True)
class Door:
    """An address: its name, what fills its holes, what a form sends there, and the state that the case is in then."""

    name: str
    holes: tuple[Of, ...] = ()
    verb: str = ""
    data: Callable[[Scene], dict[str, Any]] = field(default=lambda scene: {})
    state: str = "routed"

    @property
    def key(self) -> str:
        return f"{self.name}/{self.verb}" if self.verb else self.name

    def url(self, scene: Scene) -> str:
        return reverse(self.name, args=[*(hole(scene) for hole in self.holes), *filter(None, [self.verb])])


def names() -> set[str]:
    """The key of every address of the resolver, allauth's own left out; one without a name is an error."""
    found: set[str] = set()
    for pattern in _patterns(get_resolver().url_patterns, ""):
        assert pattern.name, f"{pattern.pattern} has no name"
        found |= {f"{pattern.name}/{verb}" for verb in VERBS.get(pattern.name, ())} or {pattern.name}
    return found


def _patterns(patterns: list[Any], before: str) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            if not before and str(one.pattern) == ALLAUTH:
                continue
            yield from _patterns(one.url_patterns, before + str(one.pattern))
        else:
            yield one


def _case(scene: Scene) -> int:
    return scene.case.pk


def _channel(scene: Scene) -> int:
    return scene.channel.pk


def _job(scene: Scene) -> int:
    return scene.job.pk


def _rule(scene: Scene) -> int:
    return AddressRule.objects.get().pk


RULE = {"platform": "threads", "template": "utas.contoh.go.id/@{handle}", "order": "5"}


def _delivery(scene: Scene) -> int:
    return scene.delivery.pk


def _unit(scene: Scene) -> int:
    return scene.government.pupr.pk


def _person(scene: Scene) -> int:
    return scene.government.people["admin.pupr"].pk


def _saved(scene: Scene) -> int:
    return SavedReply.objects.get(unit=scene.government.pupr).pk


JOINING = {
    "label": "Admin Baru", "username": "admin.undangan", "password": "kalimat-yang-panjang",
    "again": "kalimat-yang-panjang", "key": "k5",
}  # fmt: skip
SAVED = {"title": "Jam layanan", "text": "Loket {unit} buka pukul 08.00-15.00."}
CASE_DATA: dict[str, tuple[Callable[[Scene], dict[str, Any]], str]] = {
    "transfer": (lambda s: {"to": s.government.dukcapil.pk, "reason": "Bukan jalan kabupaten"}, "routed"),
    "hand_back": (lambda s: {"reason": "Salah alamat"}, "routed"),
    "refer": (lambda s: {"outside": "PLN", "reason": "Listrik"}, "routed"),
    "answer": (lambda s: {"message": s.message.pk, "text": "Kami tinjau besok.", "do": "send"}, "routed"),
    "submit": (lambda s: {"reply": s.draft.pk}, "routed"),
    "approve": (lambda s: {"reply": s.submitted.pk}, "routed"),
    "send_back": (lambda s: {"reply": s.submitted.pk, "why": "Sebutkan tanggalnya"}, "routed"),
    "withdraw": (lambda s: {"reply": s.draft.pk}, "routed"),
    "close": (lambda s: {"because": "withdrawn", "reason": "Sudah beres"}, "answered"),
    "promise": (lambda s: {"what": "Ditambal", "until": "2036-01-02"}, "routed"),
    "put_off": (lambda s: {"what": "Ditambal", "until": "2036-01-02", "why": "Hujan"}, "scheduled"),
    "drop": (lambda s: {"why": "Tidak ada anggaran"}, "scheduled"),
    "finish": (lambda s: {"text": "Sudah ditambal", "url": "https://contohkab.go.id/1"}, "routed"),
    "pause": (lambda s: {"reason": "citizen"}, "routed"),
    "resume": (lambda s: {}, "routed"),
    "field_check": (lambda s: {"needed": "yes"}, "routed"),
    "dismiss": (lambda s: {"reason": "Percobaan"}, "routed"),
    "reopen": (lambda s: {"reason": "Rusak lagi"}, "closed"),
    "merge": (lambda s: {"into": s.case.number}, "routed"),
    "split": (lambda s: {"reason": "Lain jalan"}, "merged"),
    "keep": (lambda s: {"secrecy": "2", "reason": "Data korban"}, "routed"),
    "involve": (lambda s: {"unit": s.government.dukcapil.pk, "part": "informed"}, "routed"),
    "note": (lambda s: {"text": "Sudah dicek ke lapangan", "key": "k1"}, "routed"),
    "hold": (lambda s: {"holder": s.government.people["admin.pupr"].pk}, "routed"),
    "correct": (lambda s: {"field": "urgency", "value": "mendesak"}, "routed"),
    "part_done": (lambda s: {"unit": s.government.pupr.pk, "text": "Sudah selesai"}, "routed"),
    "ask": (lambda s: {"who": "Lurah", "question": "Bagaimana?", "hours": "24", "key": "k1"}, "routed"),
    "ask_again": (lambda s: {"ask": s.ask.pk}, "routed"),
    "ask_withdraw": (lambda s: {"ask": s.ask.pk}, "routed"),
    "ask_approval": (
        lambda s: {
            "reply": s.submitted.pk,
            "person": s.government.people["koordinator"].pk,
            "hours": "24",
            "key": "k2",
        },
        "routed",
    ),
    "use_statement": (lambda s: {"statement": s.statement.pk}, "routed"),
    "reveal": (lambda s: {"message": s.message.pk, "why": "Menelepon pelapor"}, "routed"),
}
UNIT_DATA: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "add": lambda s: {"name": "UPTD Irigasi", "short": "Irigasi", "kind": "uptd"},
    "rename": lambda s: {"name": "Dinas Bina Marga", "short": "DBM", "basis": ""},
    "move": lambda s: {"other": s.government.kominfo.pk, "basis": ""},
    "merge": lambda s: {"other": s.government.kominfo.pk, "basis": ""},
    "split": lambda s: {"name": "Dinas Tata Ruang", "short": "DTR", "affairs": ["pupr"], "basis": ""},
}
CHANNEL_DATA: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "correct": lambda s: {"url": "bina-marga.contoh.go.id", "name": "Situs Bina Marga"},
    "mode": lambda s: {"mode": "watched", "platform": "wordpress"},
    "move": lambda s: {"unit": s.government.kominfo.pk},
    "assign": lambda s: {"person": s.government.people["kepala.pupr"].pk, "since": "2026-02-01"},
}

DOORS: tuple[Door, ...] = (
    *(Door(name) for name in ("home", "search", "settings", "work", "evidence", "manifest", "sw", "offline")),
    *(Door(name) for name in ("health", "ready")),
    Door(
        "evidence_erase",
        data=lambda s: {
            "number": s.case.number, "again": s.case.number, "why": "Permintaan pelapor, UU 27/2022 Pasal 8",
        },
    ),
    *(Door(name) for name in ("report", "track", "track_add", "track_conclude", "track_leave")),
    Door("report_at", (_unit,)),
    Door("portal_language", (lambda s: "en",)),
    Door("poster", (_unit,)),
    Door("colour", (lambda s: "0a6e31",)),
    Door("look", data=lambda s: {"unit": ""}),
    Door("me", data=lambda s: {"theme": "dark", "language": "id"}),
    *(Door(name) for name in ("inbox", "inbox_filter", "outbox", "channels", "policy", "units", "people")),
    Door("inbox_bulk", data=lambda s: {"verb": "dismiss", "case": [s.case.pk], "sure": "1", "reason": "Uji"}),
    Door(
        "record",
        data=lambda s: {"channel": s.channel.pk, "text": "Lampu jalan mati di gang masjid", "key": "k1"},
    ),
    Door("share", data=lambda s: {"text": "Lampu jalan mati di gang masjid"}),
    Door("record_tray", (lambda s: TRAY,), data=lambda s: {"key": TRAY, "do": "more", "text": "Lampu mati"}),
    Door("recorded", (lambda s: RECORDED,)),
    Door("attachment", (lambda s: Attachment.objects.get(message=s.message).pk,)),
    Door("case_lapor", (_case,), data=lambda s: {"number": "6512345"}),
    Door("cases_export", data=lambda s: {"kind": "csv"}),
    Door("imports", data=lambda s: {"channel": s.channel.pk, "file": SimpleUploadedFile("riwayat.csv", HISTORY)}),
    *(
        Door(name, (_job,), data=lambda s: {"kind": "csv"})
        for name in ("import", "import_progress", "import_faults")
    ),
    *(
        Door("import_act", (_job,), verb, lambda s: {"column_0": "date", "column_1": "text", "otherwise": "new"})
        for verb in VERBS["import_act"]
    ),
    Door("case", (_case,)),
    Door("case_here", (_case,)),
    Door("disposition", (_case,)),
    Door("statement_photo", (_case, lambda s: s.statement.photos.get().pk)),
    Door("proof_photo", (_case, lambda s: s.case.proofs.get().pk)),
    Door("promises"),
    Door("saved_replies"),
    Door("saved_add", data=lambda s: {**SAVED, "unit": s.government.pupr.pk}),
    Door("saved_change", (_saved,), data=lambda s: {**SAVED, "unit": s.government.pupr.pk}),
    Door("saved_remove", (_saved,)),
    Door("case_saved", (_case,), data=lambda s: {"saved": _saved(s), "text": "Terima kasih."}),
    Door("asked", (lambda s: "tautan-yang-tidak-dikenal",), data=lambda s: {"key": "k3", "text": "Sudah"}),
    Door("case_interim", (_case,)),
    Door("alarm_take", (_case,)),
    Door("duty"),
    Door("duty_plan", data=lambda s: {"pasted": "31/12/2035 koordinator"}),
    *(Door(name, (lambda s: s.shift.pk,)) for name in ("duty_hand", "duty_take")),
    Door("notices"),
    Door("notice", (lambda s: s.notice.pk,)),
    *(Door("case_act", (_case,), verb, data, state) for verb, (data, state) in CASE_DATA.items()),
    Door("delivery", (_delivery,)),
    Door("delivery_photo", (_delivery,)),
    *(Door("delivery_act", (_delivery,), verb) for verb in DELIVERY_ACTS),
    Door("prove", (_delivery,), data=lambda s: {"link": "https://pupr.contoh.go.id/berita/1#comment-2"}),
    Door("channel", (_channel,)),
    Door("channel_add", data=lambda s: {"url": "instagram.com/pupr.contoh", "step": "add", "name": "IG",
         "unit": s.government.pupr.pk, "mode": "assisted", "platform": "instagram"}),
    Door("channel_connect", (_channel,)),
    Door("address_rules", data=lambda s: RULE),
    Door("address_rule", (_rule,), data=lambda s: RULE),
    Door("address_rule_forget", (_rule,)),
    Door("assignment_end", (_channel, lambda s: s.assignment.pk)),
    *(
        Door("channel_act", (_channel,), verb, CHANNEL_DATA.get(verb, lambda s: {}))
        for verb in CHANNEL_ACTS
    ),
    Door("policy_edit", (_unit,), "case.approval", lambda s: {"value": "on", "valid_from": "2026-03-01"}),
    Door("policy_unset", (_unit, lambda s: "case.approval", lambda s: s.policy.pk)),
    Door("holidays", data=lambda s: {"date": "2026-04-06", "name": "Hari Jadi Kabupaten"}),
    Door("holiday_forget", (lambda s: s.holiday.pk,)),
    Door("unit", (_unit,), data=lambda s: {"aliases": "Dinas PU", "zone": "Asia/Jakarta", "affairs": ["pupr"]}),
    *(Door("unit_act", (_unit,), verb, data) for verb, data in UNIT_DATA.items()),
    Door("person_add", data=lambda s: {"label": "Admin Baru", "username": "admin.baru", "language": "id",
         "unit": s.government.pupr.pk, "kind": "admin", "since": "2026-03-01"}),
    Door("person", (_person,), data=lambda s: {"label": "Admin PUPR", "email": "", "language": "id"}),
    Door("invitations"),
    Door("invite", data=lambda s: {"unit": s.government.pupr.pk, "kind": "admin", "post": "Admin PUPR", "days": "7",
         "key": "k4"}),
    Door("invitation_withdraw", (lambda s: Invitation.objects.get().pk,)),
    Door("join", (lambda s: "undangan-yang-tidak-dikenal",), data=lambda s: JOINING),
    Door("choose_password", (lambda s: "tautan-yang-tidak-dikenal",), data=lambda s: JOINING),
    *(Door("person_act", (_person,), verb) for verb in PERSON_ACTS),
    Door("role_give", (_person,), data=lambda s: {"unit": s.government.pupr.pk, "kind": "duty", "since": "2026-03-01"}),
    Door("role_end", (_person, lambda s: s.role.pk)),
)  # fmt: skip
