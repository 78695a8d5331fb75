"""What the database wrote down, to be read and searched; nothing here can be added, changed or removed."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from districts.admin.keeping import ReadOnlyAdmin, region_code
from districts.audit.triggers import ENTRIES, declared
from districts.audit.words import Told, table_word, tell, tell_one, who_words
from districts.models import AuditEntry, User

#: Administration has no region: times are of the active zone.
ZONE = ""


class TableFilter(admin.SimpleListFilter):
    """By kind of data, without asking the table which there are."""

    title = _("data")
    parameter_name = "table_name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        tables = {each.table._meta.db_table for each in declared("WATCHED") if each.entries == ENTRIES}
        return sorted(((table, capfirst(table_word(table))) for table in tables), key=lambda each: each[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(table_name=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "who", "address", "action", "data", "object_id", "region_code", "changes"]
    list_display_links = ["at", "data"]
    list_filter = [TableFilter, "action", "origin", "at"]
    search_fields = ["object_id"]
    search_help_text = _("kode wilayah (64.08.11), nama pengguna atau nama orang, atau kunci baris")
    fields = [
        "at", "who", "address", "action", "data", "object_id", "region_code", "changes_named", "origin", "via", "request_id",
        "db_user",
    ]  # fmt: skip
    ordering = ["-pk"]
    sortable_by = ()  # any other order would sort millions of rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A region and all below it, a person (what they did and what was done to them), or one row by its key."""
        text = search_term.strip()
        if not text:
            return queryset, False
        people = User.objects.filter(Q(username__icontains=text) | Q(name__icontains=text)).order_by()
        keys = list(people.values_list("pk", flat=True)[:100])
        found = Q(object_id=text) | Q(actor_id__in=keys) | Q(subject_id__in=keys)
        if code := region_code(text):
            found |= Q(region_code__startswith=code)
        return queryset.filter(found), False

    @admin.display(description=_("oleh"))
    def who(self, row: AuditEntry) -> str:
        return who_words(row)

    @admin.display(description=_("data"))
    def data(self, row: AuditEntry) -> str:
        return capfirst(table_word(row.table_name))

    @admin.display(description=_("perubahan"))
    def changes(self, row: AuditEntry) -> str:
        """In the list, by keys alone: a name for each would be a statement for each."""
        return as_lines(tell_one(row, ZONE, {}))

    @admin.display(description=_("perubahan"))
    def changes_named(self, row: AuditEntry) -> str:
        return as_lines(tell([row], ZONE)[0])


def as_lines(told: Told) -> str:
    """Each value as it was and as it became, or only what it is of a row made or removed."""
    if told.rows is not None:
        return _("%(rows)s baris sekaligus") % {"rows": told.rows}
    rows = [(line.label, f"{line.was} → {line.value}" if line.was is not None else line.value) for line in told.lines]
    return format_html_join(mark_safe("<br>"), "{}: {}", rows) or str(_("hanya data teknis"))
