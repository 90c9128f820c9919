"""Addresses of what leaves. Proving stands in desk/urls.py, which says what follows from it."""

from django.urls import path

from mimin.outbox import views

urlpatterns = [
    path("kotak-keluar/", views.outbox, name="outbox"),
    path("kotak-keluar/<int:pk>/", views.delivery, name="delivery"),
    path("kotak-keluar/<int:pk>/foto/", views.photo, name="delivery_photo"),
    path("kotak-keluar/<int:pk>/<slug:verb>/", views.act, name="delivery_act"),
]
