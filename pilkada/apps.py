from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import Tags, register

from pilkada import checks, metrics


class PilkadaConfig(AppConfig):
    name = "pilkada"
    verbose_name = "SIAP Pilkada"

    def ready(self) -> None:
        metrics.count_tasks()
        register(checks.check_hosts)
        register(checks.check_catalogue, Tags.translation, deploy=True)
        register(checks.check_media)
        register(checks.check_secret_key, Tags.security)
        register(checks.check_local, Tags.security)
        register(checks.check_mail)
        register(checks.check_names, Tags.security)
        register(checks.check_debug, Tags.security)
        register(checks.check_redis, Tags.security)
        register(checks.check_numbers)
        register(checks.check_connections)
        register(checks.check_reporting_clock)
        register(checks.check_proxy, Tags.security, deploy=True)


class AdministrationConfig(AdminConfig):
    """Django admin with our own site."""

    default_site = "pilkada.site.AdministrationSite"
