"""Addresses of the inbox."""

from django.urls import path

from mimin.inbox import disposition, duty_views, photo_views, register, saved_views, views
from mimin.inbox.hand import attachments
from mimin.inbox.hand import views as hand

urlpatterns = [
    path("kotak-masuk/", views.inbox, name="inbox"),
    path("kotak-masuk/saring/", views.choose_filter, name="inbox_filter"),
    path("kotak-masuk/bersama/", views.bulk, name="inbox_bulk"),
    path("kotak-masuk/catat/", hand.record, name="record"),
    path("kotak-masuk/bagikan/", hand.share, name="share"),
    path("kotak-masuk/catat/<slug:key>/", hand.record, name="record_tray"),
    path("kotak-masuk/catat/<slug:key>/nomor/", hand.recorded, name="recorded"),
    path("kotak-masuk/lampiran/<int:pk>/", attachments.attachment, name="attachment"),
    path("kotak-masuk/balasan/", saved_views.replies, name="saved_replies"),
    path("kotak-masuk/balasan/tambah/", saved_views.add, name="saved_add"),
    path("kotak-masuk/balasan/<int:pk>/", saved_views.change, name="saved_change"),
    path("kotak-masuk/balasan/<int:pk>/hapus/", saved_views.remove, name="saved_remove"),
    path("kotak-masuk/<int:pk>/", views.case, name="case"),
    path("kotak-masuk/<int:pk>/disposisi/", disposition.sheet, name="disposition"),
    path("kotak-masuk/<int:pk>/kabar/<int:photo>/", photo_views.photo, name="statement_photo"),
    path("kotak-masuk/<int:pk>/bukti/<int:proof>/", photo_views.proof_photo, name="proof_photo"),
    path("kotak-masuk/<int:pk>/kehadiran/", views.here, name="case_here"),
    path("kotak-masuk/<int:pk>/sementara/", duty_views.write_interim, name="case_interim"),
    path("kotak-masuk/<int:pk>/balasan/", saved_views.of_case, name="case_saved"),
    path("janji/", register.register, name="promises"),
    path("piket/", duty_views.duties, name="duty"),
    path("piket/rencana/", duty_views.plan, name="duty_plan"),
    path("piket/<int:pk>/serahkan/", duty_views.hand, name="duty_hand"),
    path("piket/<int:pk>/terima/", duty_views.take, name="duty_take"),
    path("kotak-masuk/<int:pk>/<slug:verb>/", views.act, name="case_act"),
]
