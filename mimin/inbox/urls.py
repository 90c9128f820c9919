"""Addresses of the inbox."""

from django.urls import path

from mimin.inbox import views

urlpatterns = [
    path("kotak-masuk/", views.inbox, name="inbox"),
    path("kotak-masuk/saring/", views.choose_filter, name="inbox_filter"),
    path("kotak-masuk/bersama/", views.bulk, name="inbox_bulk"),
    path("kotak-masuk/catat/", views.record, name="record"),
    path("kotak-masuk/<int:pk>/", views.case, name="case"),
    path("kotak-masuk/<int:pk>/<slug:verb>/", views.act, name="case_act"),
]
