from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.admin.keeping import KeeperAdmin, NoDeletion, RegionSearch
from districts.curves import BrokenCurve, Point, check_milestones
from districts.models import Dimension, Indicator, OfficialReading, Rule, TargetPoint, User
from districts.plain_text import PlainTextField


class TargetPointFormSet(BaseInlineFormSet):
    """The milestones of an indicator as a whole: a broken curve is refused with a sentence."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        try:
            check_milestones(
                self.instance.rule, [Point(row["h_minus"], row.get("hour"), row["target"]) for row in kept]
            )
        except BrokenCurve as error:
            raise ValidationError(str(error), code="curve") from error


class TargetPointInline(admin.TabularInline):
    model = TargetPoint
    formset = TargetPointFormSet
    extra = 0


@admin.register(Dimension)
class DimensionAdmin(NoDeletion, KeeperAdmin):
    stale_cause = "thresholds"
    list_display = ["code", "name", "weight", "pillar"]
    search_fields = ["code", "name"]
    readonly_fields = ["code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Indicator)
class IndicatorAdmin(NoDeletion, KeeperAdmin):
    """Thresholds. Each change is in the history of the row; colours follow within a minute."""

    stale_cause = "thresholds"
    list_display = ["code", "name", "dimension", "rule", "weight", "is_critical", "unit"]
    list_filter = ["dimension", "rule", "is_critical"]
    list_select_related = ["dimension"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["dimension"]
    inlines = [TargetPointInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []


#: [P] No kecamatan has ten times the police it needs: such a ratio was typed as a percentage.
LARGEST_RATIO = 10


def implausible(indicator: Indicator | None, amount: float | None) -> str:
    """What is wrong with a figure for its rule, so that a slip of the finger colours nothing; empty when nothing is."""
    if indicator is None or amount is None:
        return ""
    match Rule(indicator.rule):
        case Rule.CURVE | Rule.REACH if amount > 100:
            return _("Nilai ini persen: antara 0 dan 100.")
        case Rule.DEADLINE if amount not in (0, 1):
            return _("Tulis 1 bila sudah dilaksanakan, 0 bila belum.")
        case Rule.RATIO if amount > LARGEST_RATIO:
            return _("Nilai ini rasio: 1 berarti cukup, 0,8 berarti empat perlima. Jangan tulis persen.")
    return ""


class OfficialReadingForm(ModelForm):
    class Meta:
        model = OfficialReading
        fields = ["election", "kecamatan", "indicator", "amount", "blocking", "observed_at", "agency", "note"]
        field_classes = {"note": PlainTextField}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        observed_at = values.get("observed_at")
        if observed_at and observed_at > timezone.now():
            self.add_error("observed_at", _("Waktu ini belum terjadi; isi kapan keadaannya dilihat."))
        indicator = values.get("indicator") or (self.instance.indicator if self.instance.pk else None)
        if sentence := implausible(indicator, values.get("amount")):
            self.add_error("amount", sentence)
        return values


@admin.register(OfficialReading)
class OfficialReadingAdmin(RegionSearch, KeeperAdmin):
    """A newer reading is a new row; the old one stays as what was known then."""

    form = OfficialReadingForm
    region_field = "kecamatan"
    stale_cause = "reading"
    list_display = ["kecamatan", "indicator", "amount", "agency", "observed_at", "entered_by"]
    list_filter = ["election"]
    list_select_related = ["kecamatan", "indicator", "agency", "entered_by"]
    search_fields = ["kecamatan__name"]
    search_help_text = gettext_lazy("kode atau nama kecamatan")
    autocomplete_fields = ["election", "kecamatan", "indicator", "agency"]
    readonly_fields = ["entered_by", "entered_at"]
    ordering = ["-pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What a figure is about stays: moved to another kecamatan it would leave its colour behind in the first."""
        return [*self.readonly_fields, *(["election", "kecamatan", "indicator"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: OfficialReading, form: forms.ModelForm, change: bool) -> None:
        if isinstance(request.user, User):
            obj.entered_by = request.user
        super().save_model(request, obj, form, change)

    def stale_codes(self, row: OfficialReading) -> list[str]:
        return [row.kecamatan_id]
