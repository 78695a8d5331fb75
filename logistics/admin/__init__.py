"""Administration of the catalogue, the rules of need and the routes; what the ledger holds is looked at, not changed."""

from logistics.admin import catalogue, ledger, routes

__all__ = ["catalogue", "ledger", "routes"]
