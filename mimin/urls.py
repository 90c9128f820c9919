"""Every address of Mimin; each package keeps its own."""

from django.urls import include, path

handler400 = "mimin.desk.failing.unreadable"
handler403 = "mimin.desk.failing.refused"
handler404 = "mimin.desk.failing.unknown"
handler429 = "mimin.desk.failing.too_often"
handler500 = "mimin.desk.failing.broken"
urlpatterns = [
    path("", include("mimin.desk.urls")),
    path("", include("mimin.inbox.urls")),
    path("", include("mimin.portal.urls")),
    path("", include("mimin.outbox.urls")),
    path("", include("mimin.registry.urls")),
    path("", include("mimin.policy.urls")),
    path("", include("mimin.people.urls")),
    path("masuk/", include("mimin.people.door")),
]
