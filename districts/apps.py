from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DistrictsConfig(AppConfig):
    name = "districts"
    verbose_name = _("Wilayah dan kesiapan")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("districts.checks")
        import_module("districts.door.checks")
