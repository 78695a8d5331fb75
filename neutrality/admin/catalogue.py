from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from districts.admin.keeping import KeeperAdmin, NoDeletion
from neutrality.models import ClockSetting, HolidayOverride, SubjectType, ViolationForm


class CodedAdmin(NoDeletion, KeeperAdmin):
    """Cases keep the code they were given: it does not change, and what no longer holds gets an end date."""

    search_fields = ["code", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(SubjectType)
class SubjectTypeAdmin(CodedAdmin):
    """Who may be reported, and where Bawaslu sends it, DOMAIN 4.2."""

    list_display = ["name", "code", "route", "valid_from", "valid_until", "source"]
    list_filter = ["route"]


@admin.register(ViolationForm)
class ViolationFormAdmin(CodedAdmin):
    """Forms of violation with sanction and basis, DOMAIN 4.3."""

    list_display = ["code", "name", "kind", "sanction", "valid_from", "valid_until"]
    list_filter = ["kind"]


@admin.register(ClockSetting)
class ClockSettingAdmin(NoDeletion, KeeperAdmin):
    """How long each step may take. Terms that run already keep their last day."""

    list_display = ["name", "days", "working_days", "source"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["name"] if obj else []


@admin.register(HolidayOverride)
class HolidayOverrideAdmin(KeeperAdmin):
    """Days off by decree that the library of holidays does not know, and days that are worked after all."""

    list_display = ["day", "name", "is_holiday"]
    list_filter = ["is_holiday"]
    date_hierarchy = "day"
