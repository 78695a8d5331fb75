"""What every administration page shares: lists that stay fast on 820,000 rows, and new colours when a fact changes."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import IntegerField, Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.forms import IntegerField as IntegerInput
from django.forms import ModelForm
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from districts.exporting import FORMATS, Cell, Column, Sheet, Source, download, keyset
from districts.models import Region
from districts.outbox import mark_all_stale

#: What a file holds as it is; everything else goes as text.
PLAIN = (str, int, float, Decimal, date)
#: A list counts no further than this; who looks for row 10,001 searches.
COUNT_LIMIT = 10_000
#: Digits of each level in a region code.
CODE_PARTS = (2, 4, 6, 10)


class CappedPaginator(Paginator):
    """Counts at most `COUNT_LIMIT` rows, so that a page of a big table costs no full scan."""

    count_limit = COUNT_LIMIT

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: self.count_limit].count())


class WholeNumberInput(IntegerInput):
    """Digits alone. Django's own reads "1.000" as one, which in Indonesian is a thousand."""

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and ("." in value or "," in value):
            raise ValidationError(_("Tulis dengan angka saja, misalnya 14."))
        return super().to_python(value)


class KeeperAdmin(admin.ModelAdmin):
    """A list of 50 without full counts. `stale_cause` names the facts: writing a row asks for new colours."""

    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    formfield_overrides = {IntegerField: {"form_class": WholeNumberInput}}
    actions: Any = None  # many rows at once are changed by the loading commands, which refuse a bad file whole
    stale_cause = ""
    change_list_template = "admin/keeper_change_list.html"
    has_register = False  # whether its rows come by file on a region's page Data dasar

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_download"
        return [path("unduh.<str:format>", self.admin_site.admin_view(self.download), name=name), *super().get_urls()]

    def download(self, request: HttpRequest, format: str) -> HttpResponseBase:
        """The rows of the list with its search and filters, in its columns; read in chunks."""
        if format not in FORMATS:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        listed = self.get_changelist_instance(request)
        names = [str(name) for name in self.get_list_display(request)]
        source = Source(_("Administrasi SIAP"), timezone.now(), _("Seluruh wilayah"))
        columns = [Column(capfirst(str(label_for_field(name, self.model, self)))) for name in names]
        rows = ([self._cell(row, name) for name in names] for row in self._rows(listed.queryset))
        return download(Sheet(str(self.opts.verbose_name_plural), columns, rows, source), format)

    def _rows(self, found: QuerySet[Any]) -> Iterator[Any]:
        return keyset(found, "pk")

    def _cell(self, row: Any, name: str) -> Cell:
        field, _attribute, value = lookup_field(name, row, self)
        if field is not None and getattr(field, "choices", None):
            value = getattr(row, f"get_{name}_display")()
        return value if value is None or isinstance(value, PLAIN) else str(value)

    def stale_codes(self, row: Any) -> list[str] | None:
        """The kecamatan whose colours depend on `row`; None: all."""
        return None

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Iterable[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.ask_for_colours(form.instance)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        codes = self.stale_codes(obj)
        super().delete_model(request, obj)
        if self.stale_cause:
            mark_all_stale(cause=self.stale_cause, codes=codes)

    def ask_for_colours(self, row: Any) -> None:
        if self.stale_cause:
            mark_all_stale(cause=self.stale_cause, codes=self.stale_codes(row))


class ReadOnlyAdmin(KeeperAdmin):
    """What people sent and decided is looked at here, and changed only where it was made."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NoDeletion:
    """For rows others hang on; they are changed or switched off."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RegionSearch:
    """A search box for rows of a region: its code, dots optional, or a part of its name."""

    region_field = "region"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        text = search_term.strip()
        if not text:
            return queryset, False
        if code := region_code(text):
            return queryset.filter(**{f"{self.region_field}{LOOKUP_SEP}startswith": code}), False
        named = Region.objects.filter(name__icontains=text).order_by()
        return queryset.filter(**{f"{self.region_field}{LOOKUP_SEP}in": named}), False


def region_code(text: str) -> str:
    """`64.08.11` of `640811` or `64.08.11`; empty when the text is not the beginning of a code."""
    digits = text.replace(".", "")
    if not digits.isdigit() or len(digits) > CODE_PARTS[-1]:
        return ""
    starts = (0, *CODE_PARTS[:-1])
    return ".".join(digits[start:end] for start, end in zip(starts, CODE_PARTS, strict=True) if digits[start:end])
