"""What neutrality puts in the navigation of every region (REGION_TABS of the settings)."""

from django.utils.translation import gettext_lazy as _

from districts.access import Role
from districts.tabs import Tab

outreach = Tab(
    _("Sosialisasi"), nation="outreach_nation", region="outreach", kecamatan="outreach_kecamatan", below=("/kegiatan/",)
)
#: Figures about cases, small ones hidden: for everybody from the regency up.
statistics = Tab(_("Statistik netralitas"), nation="neutrality_stats_nation", region="neutrality_stats")
#: For everybody else there is no such area.
cases = Tab(_("Kasus"), region="cases", role=Role.NEUTRALITY, below=("/kasus/",))
