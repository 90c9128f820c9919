"""Addresses of the staff's home and of what belongs to no package."""

from django.urls import include, path

from mimin.desk import erasing, notice_views, notices, views
from mimin.desk.beside import around, facts_of
from mimin.desk.walks.inherit import divide, inherit
from mimin.desk.walks.leave import leave
from mimin.inbox import asked_views
from mimin.inbox.answering import arrived
from mimin.inbox.recounting import calendar_changed
from mimin.outbox import views as outbox
from mimin.people import staff_views
from mimin.people import views as people
from mimin.policy import views as policy
from mimin.registry import views as registry
from mimin.registry.rows import channel_choices, channel_counts, channel_lines

beyond = people.Beyond(inherit, divide, channel_choices)
recounts = {"then": calendar_changed}
urlpatterns = [
    path("", include("mimin.desk.importing.urls")),
    path("", include("mimin.desk.exporting.urls")),
    path("", views.home, name="home"),
    path("cari/", views.search, name="search"),
    path("saya/", views.me, name="me"),
    path("pengaturan/", views.settings, name="settings"),
    path("pengaturan/pekerjaan/", views.work, name="work"),
    path("pengaturan/bukti/", views.evidence, name="evidence"),
    path("pengaturan/bukti/hapus/", erasing.erase, name="evidence_erase"),
    path("pemberitahuan/", notice_views.notices, name="notices"),
    path("pemberitahuan/<int:pk>/", notice_views.notice, name="notice"),
    path("kotak-masuk/<int:pk>/bahaya/", notice_views.take_alarm, name="alarm_take"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="sw"),
    path("warna/<str:digits>.css", views.colour, name="colour"),
    path("luring/", views.offline, name="offline"),
    path("sehat/", views.health, name="health"),
    path("siap/", views.ready, name="ready"),
    # Pages of lower packages that show or do something of a higher one: it comes in as an argument.
    path("kotak-keluar/<int:pk>/bukti/", outbox.prove, {"then": arrived}, name="prove"),
    path("tanya/<str:token>/", asked_views.asked, {"then": notices.tell_of_link}, name="asked"),
    path("kanal/<int:pk>/", registry.channel, {"beside": around}, name="channel"),
    path("pengaturan/ketentuan/<int:pk>/<str:key>/", policy.edit, recounts, name="policy_edit"),
    path(
        "pengaturan/ketentuan/<int:pk>/<str:key>/<int:row>/hapus/",
        policy.unset,
        recounts,
        name="policy_unset",
    ),
    path("pengaturan/hari-libur/", policy.holidays, recounts, name="holidays"),
    path("pengaturan/hari-libur/<int:pk>/hapus/", policy.forget, recounts, name="holiday_forget"),
    path(
        "pengaturan/orang/<int:pk>/lakukan/<slug:verb>/", staff_views.act, {"then": leave}, name="person_act"
    ),
    path("pengaturan/unit/", people.units, {"channels": channel_counts}, name="units"),
    path(
        "pengaturan/unit/<int:pk>/",
        people.unit,
        {
            "channels": channel_lines,
            "beside": facts_of,
            **recounts,
        },
        name="unit",
    ),
    path("pengaturan/unit/<int:pk>/<slug:verb>/", people.unit_act, {"beyond": beyond}, name="unit_act"),
]
