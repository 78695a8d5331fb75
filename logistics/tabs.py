"""What logistics puts in the navigation of every region (REGION_TABS of the settings)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from districts.tabs import Tab

logistics = Tab(_("Logistik"), nation="logistics_nation", region="logistics", kecamatan="logistics_kecamatan")


def stand_under(context: dict[str, Any], board: str) -> None:
    """The tab that leads to `board` is the current one, on a page whose own address is not below it."""
    for tab in context["navigation"]:
        tab["current"] = tab["href"] == board
