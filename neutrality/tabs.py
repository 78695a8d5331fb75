"""What neutrality puts in the navigation of every region (REGION_TABS of the settings)."""

from django.utils.translation import gettext_lazy as _

from districts.tabs import Tab

outreach = Tab(_("Sosialisasi"), nation="outreach_nation", region="outreach", kecamatan="outreach_kecamatan")
