from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeutralityConfig(AppConfig):
    name = "neutrality"
    verbose_name = _("Netralitas")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("neutrality.checks")
