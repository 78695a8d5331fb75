"""Administration of the catalogue, the terms and the holidays. Cases, reporters and evidence are not here at all."""

from neutrality.admin import catalogue

__all__ = ["catalogue"]
