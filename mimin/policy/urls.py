"""Addresses of values and of the calendar."""

from django.urls import path

from mimin.policy import views

urlpatterns = [
    path("pengaturan/ketentuan/", views.policy, name="policy"),
]
