"""Addresses of the channels. A channel's own page stands in desk/urls.py, which tells it of cases and deliveries."""

from django.urls import path

from mimin.registry import joining, recognising, views

urlpatterns = [
    path("pengaturan/alamat/", recognising.rules, name="address_rules"),
    path("pengaturan/alamat/<int:pk>/", recognising.rule, name="address_rule"),
    path("pengaturan/alamat/<int:pk>/hapus/", recognising.forget, name="address_rule_forget"),
    path("kanal/", views.channels, name="channels"),
    path("kanal/tambah/", joining.add, name="channel_add"),
    path("kanal/<int:pk>/connect/", joining.connect, name="channel_connect"),
    path("kanal/<int:pk>/penugasan/<int:assignment>/akhiri/", views.end_assignment, name="assignment_end"),
    path("kanal/<int:pk>/<slug:verb>/", views.act, name="channel_act"),
]
