"""Addresses of what comes in as a file."""

from django.urls import path

from mimin.desk.importing import views

urlpatterns = [
    path("pengaturan/impor/", views.imports, name="imports"),
    path("pengaturan/impor/<int:pk>/", views.one, name="import"),
    path("pengaturan/impor/<int:pk>/kemajuan/", views.progress, name="import_progress"),
    path("pengaturan/impor/<int:pk>/ditolak/", views.faults, name="import_faults"),
    path("pengaturan/impor/<int:pk>/<slug:verb>/", views.act, name="import_act"),
]
