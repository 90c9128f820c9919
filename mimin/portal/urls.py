"""Addresses for citizens: no account, no script."""

from django.urls import path

from mimin.portal import poster, views

urlpatterns = [
    path("lapor/", views.report, name="report"),
    path("lapor/<int:unit>/", views.report, name="report_at"),
    path("bahasa/<slug:code>/", views.language, name="portal_language"),
    path("lapor/<int:pk>/poster/", poster.poster, name="poster"),
    path("lacak/", views.track, name="track"),
    path("lacak/tambah/", views.add, name="track_add"),
    path("lacak/selesai/", views.conclude, name="track_conclude"),
    path("lacak/tutup/", views.leave, name="track_leave"),
]
