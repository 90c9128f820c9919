"""Addresses of people. The tree, its units and the acts on a person stand in desk/urls.py, which tells them of
channels and links."""

from django.urls import path

from mimin.people import inviting_views, joining_views, looking, staff_views

urlpatterns = [
    path("lihat-unit/", looking.look, name="look"),
    path("pengaturan/orang/", staff_views.people, name="people"),
    path("pengaturan/orang/tambah/", staff_views.add, name="person_add"),
    path("pengaturan/orang/<int:pk>/", staff_views.person, name="person"),
    path("pengaturan/orang/<int:pk>/peran/", staff_views.give_role, name="role_give"),
    path("pengaturan/orang/<int:pk>/peran/<int:role>/akhiri/", staff_views.end_role, name="role_end"),
    path("pengaturan/undangan/", inviting_views.invitations, name="invitations"),
    path("pengaturan/undangan/baru/", inviting_views.invite, name="invite"),
    path("pengaturan/undangan/<int:pk>/cabut/", inviting_views.withdraw, name="invitation_withdraw"),
    path("gabung/<str:token>/", joining_views.join, name="join"),
    path("sandi-baru/<str:token>/", joining_views.choose_password, name="choose_password"),
]
