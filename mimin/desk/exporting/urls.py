"""Addresses of what leaves as a file or for another system's form."""

from django.urls import path

from mimin.desk.exporting import views

urlpatterns = [
    path("kotak-masuk/unduh/", views.export, name="cases_export"),
    path("kotak-masuk/<int:pk>/lapor/", views.sheet, name="case_lapor"),
]
