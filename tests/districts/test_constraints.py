"""Every rule of the database is refused once, by name, and has a sentence for people."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection, models
from django.utils.functional import Promise

from districts.models import (
    Assignment,
    ClosedDay,
    Contact,
    ContactAttempt,
    Contest,
    Dimension,
    DimensionHistory,
    DimensionScore,
    Election,
    Grade,
    GradeHistory,
    ImportFile,
    Indicator,
    Issue,
    IssueHistory,
    IssueNote,
    KecamatanProfile,
    OfficialReading,
    PollingStation,
    PollingStationRisk,
    Reachability,
    Readiness,
    ReadinessHistory,
    Region,
    RegionMap,
    RegionOutline,
    Report,
    ReportDraft,
    ReportHistory,
    ReportPhoto,
    RolePolicy,
    SecurityPattern,
    SignInCode,
    Stage,
    TargetPoint,
    User,
    VillageProfile,
    WindowException,
    ZoneClock,
)
from districts.models.expected import ExpectedReport
from districts.reports.fields import FIELDS, NUMBERS, Kind
from tests.conftest import WITA
from tests.constraints import constraints, refused_by

from .reports import ANSWERS, TOTALS, make_report

NIK = "hubungi 6408 1101 0190 0001"
DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 8, tzinfo=WITA)


@pytest.fixture
def good(world):
    """`good(Model, **changes)` is an unsaved row that keeps every rule unless the changes break one."""
    camat, village = world.people["camat-sandaran"], "64.08.11.2001"
    election, kecamatan = {"election": world.election}, {"kecamatan_id": "64.08.11"}
    slot = ExpectedReport.objects.create(
        slot="2026-W46", week=date(2026, 11, 9), h_minus=17, opens_at=AT - timedelta(days=7), due_at=AT, closes_at=AT,
        **election, **kecamatan,
    )  # fmt: skip
    issue = {"kind": "kendala", "category": "logistik", "title": "Kotak basah", "raised_by": camat, "raised_at": AT}
    saved = Issue.objects.create(**issue, **election, **kecamatan)
    earlier = ExpectedReport.objects.create(
        slot="2026-W45", week=date(2026, 11, 2), h_minus=24, opens_at=AT - timedelta(days=9),
        due_at=AT - timedelta(days=8), closes_at=AT - timedelta(days=7), **election, **kecamatan,
    )  # fmt: skip
    told = make_report(earlier, camat)
    drawn = RegionMap.objects.create(place_code="64.08", width=9, height=9, source="a.geojson", drawn_at=AT)
    station = PollingStation.objects.get(village=village, number=1)
    by_indicator = {**election, **kecamatan, "indicator_id": "LOG-06"}
    RolePolicy.objects.filter(role="desk").delete()  # every role has its row
    graded = {"level": 1, "reason": "done"}
    rows = {
        Region: {"code": "64.08.12", "name": "Baru", "parent_id": "64.08", "time_zone": "Asia/Makassar"},
        KecamatanProfile: {"region_id": "64.08.06"},
        VillageProfile: {"region_id": village},
        PollingStation: {"village_id": village, "number": 99},
        PollingStationRisk: {"polling_station": station, "indicator_id": "RW18"},
        Election: {
            "slug": "lain", "name": "Lain", "voting_day": DAY, "reporting_from": DAY, "reporting_until": DAY,
        },
        Contest: {**election, "kind": "bupati", "region_id": "64.08"},
        Stage: {**election, "name": "Kampanye", "starts_on": DAY, "ends_on": DAY},
        SecurityPattern: {**election, "category": "rawan", "police": 2, "tps": 2, "linmas": 4},
        ExpectedReport: {
            **election, **kecamatan, "slot": "2026-W47", "week": date(2026, 11, 16), "h_minus": 10,
            "opens_at": AT, "due_at": AT + timedelta(days=1), "closes_at": AT + timedelta(days=2),
        },
        WindowException: {
            "expected": slot, "reason": "Jalan putus", "opened_by": camat, "starts_at": AT,
            "ends_at": AT + timedelta(days=1), "client_key": uuid.uuid4(),
        },
        Reachability: {
            **kecamatan, "state": "sulit", "reason": "Jalan putus", "set_by": camat, "starts_at": AT,
            "ends_at": AT + timedelta(days=1), "client_key": uuid.uuid4(),
        },
        ContactAttempt: {"expected": slot, "at": AT, "by": camat, "outcome": "tidak_diangkat"},
        User: {"username": "orang", "name": "Orang"},
        RolePolicy: {"role": "desk"},
        Assignment: {"user": camat, "role": "ppk", "region_id": "64.08.11", "valid_from": DAY},
        SignInCode: {
            "user": camat, "digest": uuid.uuid4().hex, "issued_by": camat, "issued_at": AT,
            "expires_at": AT + timedelta(days=14),
        },
        Contact: {"region_id": "64.08.11", "office": "Kapolsek", "name": "Nama"},
        Report: {
            **election, **kecamatan, "expected": slot, "due_at": AT, "h_minus": 2, "revision": 1, "submitted_by": camat,
            "submitted_at": AT, "submitted_on": DAY, "content_digest": "", "receipt": uuid.uuid4().hex[:9],
            **TOTALS, **ANSWERS,
        },
        ReportDraft: {"user": camat, "expected": slot, "typed": {}},
        ReportPhoto: {"expected": slot, "position": 1, "image": "a.jpg", "sha256": "a", "uploaded_by": camat},
        Issue: {**issue, **election, **kecamatan},
        IssueNote: {"issue": saved, "at": AT, "by": camat, "text": "ditelepon"},
        Dimension: {"code": "XXX", "name": "Uji", "weight": 5, "pillar": "tertib", "position": 99},
        Indicator: {
            "code": "XXX-01", "dimension_id": "LOG", "name": "Uji", "unit": "%", "rule": "R1", "weight": 1, "position": 99,
        },
        TargetPoint: {"indicator_id": "LOG-06", "h_minus": 9, "target": 10},
        ImportFile: {
            "region_id": "64.08", "kind": "kontak", "name": "a.csv", "content": "a.csv", "sha256": "a", "adds_up": True,
            "uploaded_by": camat, "applied_by": camat, "applied_at": AT,
        },
        OfficialReading: {**by_indicator, "amount": 1, "observed_at": AT, "agency_id": "kpu", "entered_by": camat},
        Grade: {**by_indicator, **graded, "changed_at": AT},
        GradeHistory: {**by_indicator, **graded, "day": DAY},
        Readiness: {**election, "region_id": None, "level": 1, "changed_at": AT},
        ReadinessHistory: {**election, "region_id": None, "level": 1, "day": DAY},
        DimensionHistory: {**election, "region_id": None, "dimension_id": "LOG", "level": 1, "day": DAY},
        IssueHistory: {
            **election, **kecamatan, "issue": saved, "day": DAY, "is_open": True, "kind": "kendala",
            "category": "logistik", "title": "Kotak basah", "level": 2,
        },
        ReportHistory: {**election, **kecamatan, "report": told, "day": DAY},
        RegionOutline: {"map": drawn, "region_id": "64.08.11", "path": "M0 0h4v4z", "mark_x": 1, "mark_y": 1, "room": 2},
        ClosedDay: {**election, "time_zone": "Asia/Makassar", "day": DAY, "taken_at": AT},
        DimensionScore: {**election, "region_id": None, "dimension_id": "LOG", "level": 1},
        ZoneClock: {**election, "time_zone": "Asia/Makassar", "rolled_up_to": AT},
    }  # fmt: skip

    def row(model, **changes):
        return model(**rows[model] | changes)

    return row


EARLIER, LATER = DAY - timedelta(days=1), DAY + timedelta(days=1)
#: constraint: rows that break it, each as changes to the good row
CHECKS = {
    "region_code_form": [{"code": "64.8.12"}, {"code": "64.08.11.4001"}, {"code": "A4.08.12"}],
    "region_parent_is_prefix": [{"parent_id": "64.11"}, {"parent_id": None}, {"parent_id": "64"}],
    "region_time_zone_known": [{"time_zone": "Asia/Singapore"}],
    "region_point_in_indonesia": [
        {"latitude": 0.5}, {"longitude": 117}, {"latitude": 8, "longitude": 117}, {"latitude": 0, "longitude": 23},
    ],
    "kecamatanprofile_region_is_kecamatan": [{"region_id": "64.08"}],
    "kecamatanprofile_handover_known": [{"kpps_handover": "H-2"}],
    "villageprofile_region_is_village": [{"region_id": "64.08.11"}],
    "villageprofile_access_known": [{"access_mode": "kereta"}],
    "villageprofile_signal_known": [{"signal": 5}],
    "villageprofile_test_has_both": [
        {"office_mbps": 10}, {"office_tested_on": DAY}, {"office_mbps": 1001, "office_tested_on": DAY},
        {"office_mbps": -1, "office_tested_on": DAY},
    ],
    "pollingstation_in_village": [{"village_id": "64.08.11"}],
    "pollingstation_number_range": [{"number": 0}, {"number": 1000}],
    "pollingstation_voters_plausible": [
        {"voters_male": 1}, {"voters_female": 1}, {"voters_male": 5001, "voters_female": 1},
        {"voters_male": 1, "voters_female": 5001},
    ],
    "pollingstation_kind_known": [{"kind": "biasa"}, {"kind": ""}],
    "pollingstation_access_known": [{"access_mode": "kereta"}],
    "pollingstation_signal_known": [{"signal": 1}],
    "pollingstation_power_known": [{"power": "lilin"}],
    "pollingstation_category_known": [{"police_category": "aman"}],
    "election_reporting_in_order": [{"reporting_from": LATER}, {"reporting_until": EARLIER}],
    "contest_kind_fits_level": [
        {"kind": "gubernur"}, {"kind": "walikota"}, {"region_id": "64"}, {"region_id": "64.08.11"}, {"kind": "presiden"},
    ],
    "stage_dates_in_order": [{"ends_on": EARLIER}],
    "securitypattern_category_known": [{"category": "aman"}],
    "securitypattern_tps_positive": [{"tps": 0, "category": "kurang_rawan"}],
    "expectedreport_week_is_monday": [{"week": date(2026, 11, 17)}],
    "expectedreport_times_in_order": [{"due_at": AT}, {"closes_at": AT + timedelta(hours=1)}],
    **{
        f"{table}_{rule}": rows
        for table in ("windowexception", "reachability")
        for rule, rows in {
            "ends_after_start": [{"ends_at": AT}],
            "ended_who_and_when": [{"ended_at": AT}, {"ended_by_id": 1}],
            "ended_within": [{"ended_at": AT - timedelta(hours=1), "ended_by_id": 1},
                             {"ended_at": AT + timedelta(days=2), "ended_by_id": 1}],
            "reason_without_nik": [{"reason": NIK}],
        }.items()
    },
    "windowexception_has_reason": [{"reason": ""}],
    "reachability_state_known": [{"state": "terjangkau"}],
    "reachability_rule_known": [{"rule": "lain", "set_by": None}],
    "reachability_by_desk_or_rule": [
        {"set_by": None}, {"rule": "blankspot"}, {"reason": ""},
    ],
    "reachability_kecamatan_is_kecamatan": [{"kecamatan_id": "64.08"}],
    "contactattempt_outcome_known": [{"outcome": "entah"}, {"outcome": ""}],
    "contactattempt_note_without_nik": [{"note": NIK}],
    "user_username_once": [{"username": "CAMAT-Sandaran"}],
    "rolepolicy_known_role": [{"role": "raja"}],
    "user_phone_form": [{"phone": "0812-3456"}, {"phone": "123"}],
    "assignment_role_fits_level": [
        {"role": "reporter", "region_id": "64.08"}, {"role": "reporter", "region_id": None},
        {"role": "desk", "region_id": "64.08.11"}, {"role": "desk", "region_id": None},
        {"role": "observer", "region_id": "64.08.11"}, {"role": "kpu", "region_id": "64"},
        {"role": "ppk", "region_id": "64.08"}, {"role": "neutrality", "region_id": "64.08.11"},
        {"role": "partner", "region_id": "64.08.11"}, {"role": "presiden"},
    ],
    "assignment_dates_in_order": [{"valid_until": EARLIER}],
    "assignment_ended_who_when_why": [
        {"ended_at": AT}, {"ended_by_id": 1}, {"end_reason": "Mutasi"}, {"ended_at": AT, "ended_by_id": 1, "end_reason": "x"},
        {"ended_at": AT, "ended_by_id": 1, "valid_until": LATER},
    ],
    "signincode_used_or_revoked": [{"used_at": AT, "revoked_at": AT}],
    "signincode_expires_after_issue": [{"expires_at": AT}],
    "contact_phone_form": [{"phone": "telepon"}],
    "report_channel_known": [{"channel": "fax"}],
    "report_dictated_names_whom": [{"channel": "phone"}, {"channel": "radio"}, {"channel": "paper"}],
    "report_decision_who_and_when": [
        {"decision": "diterima"}, {"decided_at": AT}, {"decision": "diterima", "decided_at": AT}, {"decided_by_id": 1},
    ],
    "report_return_has_reason": [{"decision": "dikembalikan", "decided_at": AT, "decided_by_id": 1}],
    "report_condition_known": [{"general_condition": "aman"}],
    "report_obstacle_has_summary": [{"has_obstacle": True}],
    "report_alternative_within_cut_off": [{"cut_off_with_alternative": ["64.08.11.2001"]}],
    "report_disasters_none_alone": [{"disasters": ["NO", "BJ"]}],
    "report_disasters_answered": [{"disasters": []}],
    "report_hints_forwarded": [
        {name: 1, "hints_forwarded": forwarded}
        for name in ("hints_money", "hints_black_campaign", "hints_hoax", "hints_sara")
        for forwarded in (None, False)
    ],
    "report_peace_declared_on_not_ahead": [{"peace_declared_on": LATER}],
    "report_fpk_met_on_not_ahead": [{"fpk_met_on": LATER}],
    "report_rakor_met_on_not_ahead": [{"rakor_met_on": LATER}],
    **{f"report_{name}_without_nik": [{name: NIK}] for name in ("summary", "fall_reason", "decision_reason", "on_behalf_of")},
    "reportphoto_at_most_three": [{"position": 0}, {"position": 4}],
    "issue_kind_known": [{"kind": "lain"}],
    "issue_category_known": [{"category": "lain"}],
    "issue_level_known": [{"level": 0}, {"level": 5}],
    "issue_state_known": [{"state": "lain"}],
    "issue_title_given": [{"title": ""}],
    "issue_event_has_time": [{"kind": "kejadian"}],
    "issue_assigned_has_owner": [{"state": "ditugaskan"}, {"state": "dikerjakan"}],
    "issue_closed_who_and_when": [
        {"state": "selesai"}, {"state": "selesai", "closed_at": AT}, {"state": "dibatalkan", "closed_by_id": 1},
        {"closed_at": AT}, {"closed_by_id": 1},
    ],
    **{f"issue_{name}_without_nik": [{name: NIK}] for name in ("title", "detail", "place", "action_taken")},
    "issuenote_text_without_nik": [{"text": NIK}],
    "dimension_weight_positive": [{"weight": 0}, {"weight": 101}],
    "indicator_weight_positive": [{"weight": 0}, {"weight": 101}],
    "indicator_rule_known": [{"rule": "R9"}],
    "indicator_limits_in_order": [
        {"rule": "R5"}, {"rule": "R6", "green_max": 2}, {"rule": "R6", "amber_max": 2},
        {"rule": "R5", "green_max": 2, "amber_max": 1},
    ],
    "targetpoint_target_range": [{"target": -1}, {"target": 101}],
    "targetpoint_hour_range": [{"hour": 25}],
    "importfile_applied_by_somebody": [{"applied_by": None}, {"applied_at": None}],
    "officialreading_region_is_kecamatan": [{"kecamatan_id": "64.08"}, {"kecamatan_id": "64.08.11.2001"}],
    "officialreading_amount_not_negative": [{"amount": -1}],
    "officialreading_note_without_nik": [{"note": NIK}],
    "grade_level_known": [{"level": 5}],
    "readiness_level_known": [{"level": -1}],
}  # fmt: skip


def beyond(field):
    """A value just over a field's upper bound on the good report."""
    if isinstance(field.upper, int):
        return field.upper + 1
    factor, _, column = field.upper.rpartition("*")
    return int(factor or 1) * (TOTALS | ANSWERS)[column] + 1


for each in FIELDS:
    if each.due_from is not None and each.kind not in (Kind.VILLAGES, Kind.CODES):
        nothing = "" if each.kind is Kind.CHOICE else None
        day = each.due_until or min(each.due_from, 2)
        CHECKS[f"report_{each.name}_given_when_due"] = [{each.name: nothing, "h_minus": day}]
for each in NUMBERS:
    more = {"hints_forwarded": True} if each.section == "kampanye" else {}
    CHECKS[f"report_{each.name}_in_bounds"] = [{each.name: beyond(each), **more}, {each.name: -1, **more}]
#: a row that breaks two rules is refused by the first in the alphabet: take the other away to see this one work
HIDDEN_BY = {
    "issue_state_known": "issue_closed_who_and_when",
    "report_tps_at_pps_in_bounds": "report_tps_at_kpps_in_bounds",
    "report_tps_without_power_in_bounds": "report_tps_with_backup_power_in_bounds",
}

#: constraint: what may differ in a second row that it still refuses
UNIQUE = {
    "pollingstation_number_once": {"kind": "khusus"},
    "pollingstationrisk_once": {"note": "lain"},
    "contest_once": {},
    "stage_once": {"ends_on": LATER},
    "securitypattern_once": {"tps": 9},
    "expectedreport_once": {"h_minus": 3},
    "assignment_once": {"valid_until": LATER},
    "assignment_roles_apart": {"role": "neutrality", "region_id": "64.08"},
    "signincode_one_open": {"digest": "lain"},
    "report_revision_once": {"client_key": uuid.uuid4(), "receipt": "lain", "is_latest": False},
    "report_one_latest": {"client_key": uuid.uuid4(), "receipt": "lain", "revision": 2},
    "reportdraft_once": {"typed": {"a": ["b"]}},
    "reportphoto_once": {"position": 2},
    "reportphoto_position_once": {"sha256": "b"},
    "issue_one_open_of_a_topic": {"client_key": uuid.uuid4(), "title": "Lain", "topic": "RS"},
    "targetpoint_once": {"target": 20},
    "importfile_adds_up_once": {"name": "b.csv"},
    "officialreading_once": {"amount": 2},
    "grade_once": {"level": 2},
    "gradehistory_once": {"level": 2},
    "readiness_once": {"level": 2},
    "readinesshistory_once": {"level": 2},
    "dimensionscore_once": {"level": 2},
    "regionoutline_once": {"path": "M1 1h4v4z"},
    "closedday_once": {"taken_at": AT + timedelta(days=1)},
    "dimensionhistory_once": {"level": 2},
    "issuehistory_once": {"level": 3},
    "reporthistory_once": {"decision": "diterima"},
    "zoneclock_once": {"rolled_up_to": AT + timedelta(days=1)},
}
MODEL_OF = {constraint.name: model for model, constraint in constraints("districts")}


def test_the_tables_name_every_rule_there_is():
    assert {*CHECKS, *UNIQUE} == set(MODEL_OF)


@pytest.mark.parametrize("name", CHECKS)
def test_a_row_that_breaks_a_rule_is_refused_by_it(good, name):
    model = MODEL_OF[name]
    somebody = User.objects.get(username="admin").pk
    if name in HIDDEN_BY:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {HIDDEN_BY[name]}")
    for changes in CHECKS[name]:
        people = {key: somebody for key in changes if key.endswith("_by_id")}
        assert refused_by(good(model, **changes | people)) == name, changes


@pytest.mark.parametrize("name", UNIQUE)
def test_a_second_row_of_the_same_is_refused(good, name):
    model, changes = MODEL_OF[name], UNIQUE[name]
    if model in (Contest, SecurityPattern):  # the cast's election has its own
        assert refused_by(good(model, **changes)) == name
    else:
        first = {"topic": "RS"} if model is Issue else {}
        assert refused_by(good(model, **first), good(model, **changes)) == name


@pytest.mark.parametrize(
    "model", sorted({*MODEL_OF.values()} - {Contest, SecurityPattern}, key=str), ids=lambda model: model.__name__
)
def test_the_good_row_is_good(good, model):
    assert refused_by(good(model)) == ""


@pytest.mark.parametrize(
    ("model", "field", "changes"),
    [
        (Election, "slug", {}),
        (User, "username", {}),
        (Report, "receipt", {"client_key": uuid.uuid4(), "revision": 2, "is_latest": False}),
        (Report, "client_key", {"receipt": "lain", "revision": 2, "is_latest": False}),
        (Issue, "client_key", {}),
        (IssueNote, "client_key", {}),
        (ContactAttempt, "client_key", {}),
        (SignInCode, "digest", {"used_at": AT}),
    ],
)
def test_what_names_one_row_names_no_other(good, model, field, changes):
    same = {field: uuid.UUID(int=1)} if field == "client_key" else {}
    assert field in refused_by(good(model, **same), good(model, **same | changes))


@pytest.mark.parametrize(("model", "constraint"), constraints("districts"), ids=lambda each: getattr(each, "name", ""))
def test_every_rule_has_a_sentence_that_can_be_translated(model, constraint):
    sentence = constraint.violation_error_message
    assert isinstance(sentence, Promise)
    assert str(sentence).endswith(".")
    assert constraint.name not in str(sentence)


class TestWhoAndWhenAreOneFact:
    pairs = [
        (model, field)
        for model in MODEL_OF.values()
        for field in model._meta.concrete_fields
        if field.is_relation
        and field.related_model._meta.label == settings.AUTH_USER_MODEL
        and field.name.endswith("by")
    ]

    #: what the desk sets for a time holds from the moment it sets it
    begins = {"WindowException.opened_by", "Reachability.set_by"}

    @pytest.mark.parametrize(("model", "who"), sorted(set(pairs), key=str), ids=str)
    def test_every_who_has_its_when_and_both_may_be_missing_or_neither(self, model, who):
        name = f"{model.__name__}.{who.name}"
        when = model._meta.get_field("starts_at" if name in self.begins else who.name.removesuffix("by") + "at")
        assert isinstance(when, models.DateTimeField)
        assert who.null == when.null or name == "Reachability.set_by"  # no person: a rule found it, see below

    def test_those_that_may_be_missing_are_kept_together_by_a_rule_tested_above(self):
        nullable = {f"{model.__name__}.{who.name}" for model, who in self.pairs if who.null}
        kept = {
            "Report.decided_by": "report_decision_who_and_when",
            "Issue.closed_by": "issue_closed_who_and_when",
            "Assignment.ended_by": "assignment_ended_who_when_why",
            "ImportFile.applied_by": "importfile_applied_by_somebody",
            "WindowException.ended_by": "windowexception_ended_who_and_when",
            "Reachability.ended_by": "reachability_ended_who_and_when",
            "Reachability.set_by": "reachability_by_desk_or_rule",
        }
        assert nullable == set(kept)
        assert {*kept.values()} <= set(CHECKS)
