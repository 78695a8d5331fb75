from django.apps import AppConfig


class PilkadaConfig(AppConfig):
    name = "pilkada"
    verbose_name = "SIAP Pilkada"
