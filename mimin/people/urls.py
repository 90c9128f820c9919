"""Addresses of people. The tree and its units stand in desk/urls.py, which tells them of channels."""

from django.urls import path

from mimin.people import looking, staff_views

urlpatterns = [
    path("lihat-unit/", looking.look, name="look"),
    path("pengaturan/orang/", staff_views.people, name="people"),
    path("pengaturan/orang/tambah/", staff_views.add, name="person_add"),
    path("pengaturan/orang/<int:pk>/", staff_views.person, name="person"),
    path("pengaturan/orang/<int:pk>/peran/", staff_views.give_role, name="role_give"),
    path("pengaturan/orang/<int:pk>/peran/<int:role>/akhiri/", staff_views.end_role, name="role_end"),
    path("pengaturan/orang/<int:pk>/<slug:verb>/", staff_views.act, name="person_act"),
]
