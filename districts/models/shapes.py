"""Boundaries of regions as they were imported, and the drawings made of them. Without any, maps are tiles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.regions import Region


class RegionShape(models.Model):
    """The area of a region, longitude and latitude as WKB, thinned out so that neighbours still share their border."""

    region = models.OneToOneField(Region, models.CASCADE, primary_key=True, related_name="shape")
    geometry = models.BinaryField()
    source = models.CharField(_("sumber"), max_length=120)  # name of the file
    imported_at = models.DateTimeField(_("diimpor"))

    class Meta:
        verbose_name = _("batas wilayah")
        verbose_name_plural = _("batas wilayah")

    def __str__(self) -> str:
        return self.region_id


class RegionMap(models.Model):
    """The drawing of one place: its size in units of the paths. The empty code is the nation."""

    place_code = models.CharField(primary_key=True, max_length=5, db_collation="C", blank=True)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=120)
    drawn_at = models.DateTimeField()

    class Meta:
        verbose_name = _("peta wilayah")
        verbose_name_plural = _("peta wilayah")

    def __str__(self) -> str:
        return self.place_code or "Indonesia"


class RegionOutline(models.Model):
    """One region on a map: its path, and where there is room for a mark and how much, in units of the map."""

    map = models.ForeignKey(RegionMap, models.CASCADE, related_name="outlines", db_index=False)
    region = models.ForeignKey(Region, models.CASCADE, related_name="+", db_index=False)
    path = models.TextField()
    mark_x = models.SmallIntegerField()
    mark_y = models.SmallIntegerField()
    room = models.SmallIntegerField()  # radius of the largest circle inside, at most

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["map", "region"],
                name="regionoutline_once",
                violation_error_message=_("Wilayah ini sudah ada di peta itu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.map_id} {self.region_id}"
