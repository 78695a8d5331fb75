"""What logistics puts in the navigation of every region (REGION_TABS of the settings)."""

from django.utils.translation import gettext_lazy as _

from districts.tabs import Tab

logistics = Tab(_("Logistik"), nation="logistics_nation", region="logistics", kecamatan="logistics_kecamatan")
