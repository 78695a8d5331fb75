from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from districts.admin.keeping import KeeperAdmin, NoDeletion
from districts.models import DEFAULT_PATTERNS, Contest, Election, SecurityPattern, Stage
from districts.outbox import mark_all_stale
from districts.readiness import forget_leavers
from districts.reports.expecting import expect_reports


class ContestInline(admin.TabularInline):
    model = Contest
    autocomplete_fields = ["region"]
    extra = 0


class StageInline(admin.TabularInline):
    model = Stage
    extra = 0


class SecurityPatternInline(admin.TabularInline):
    """An election that is new and has none gets those of DOMAIN 5.3."""

    model = SecurityPattern
    extra = 0
    max_num = len(DEFAULT_PATTERNS)


@admin.register(Election)
class ElectionAdmin(NoDeletion, KeeperAdmin):
    """An election that is over is switched off: reports and colours of the past hang on it."""

    list_display = ["name", "slug", "voting_day", "is_active", "is_simulation"]
    list_filter = ["is_active"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["regions"]
    inlines = [ContestInline, StageInline, SecurityPatternInline]

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Iterable[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        election: Election = form.instance
        if not election.patterns.exists():
            SecurityPattern.objects.bulk_create(
                SecurityPattern(election=election, category=category, police=police, tps=tps, linmas=linmas)
                for category, (police, tps, linmas) in DEFAULT_PATTERNS.items()
            )
        expect_reports(election)
        forget_leavers(election)
        mark_all_stale(cause="election", election=election)
