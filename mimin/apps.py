"""The one Django app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MiminConfig(AppConfig):
    """Mimin: the database's guards and search indexes are put back after every migration."""

    name = "mimin"
    verbose_name = "Mimin"

    def ready(self) -> None:
        from mimin.desk import jobs  # noqa: F401  (registers the queues)
        from mimin.desk.standing import install

        post_migrate.connect(install, sender=self, dispatch_uid="mimin-guards")
