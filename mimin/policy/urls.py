"""Addresses of values and of the calendar."""

from django.urls import path

from mimin.policy import views

urlpatterns = [
    path("pengaturan/ketentuan/", views.policy, name="policy"),
    path("pengaturan/ketentuan/<int:pk>/<str:key>/", views.edit, name="policy_edit"),
    path("pengaturan/hari-libur/", views.holidays, name="holidays"),
    path("pengaturan/hari-libur/<int:pk>/hapus/", views.forget, name="holiday_forget"),
]
