"""What of districts the database watches (issue 5, point 4), what not and why, and which logs are never changed.

A new model is added here: to `WATCHED`, or to `NOT_WATCHED` with the reason. `migrate` then makes its triggers.
"""

from districts.audit.triggers import Kept, Watched

#: Of a slot that is expected: whose kecamatan it is.
SLOT = "SELECT e.kecamatan_id FROM districts_expectedreport e WHERE e.id = r.expected_id"
#: A load of all 818,908 TPS is told as rows per regency; what a person changes by hand, as what it was and became. [P]
LOAD = 100

WATCHED = [
    # people and what they may do
    Watched("districts.User", subject="r.id", hidden=("password",), unread=("last_login",)),
    Watched("districts.Assignment", region="r.region_id", subject="r.user_id"),
    Watched("districts.User_groups", subject="r.user_id"),
    Watched("districts.User_user_permissions", subject="r.user_id"),
    Watched("auth.Group"),
    Watched("auth.Group_permissions"),
    Watched("districts.SignInCode", region="r.desk_id", subject="r.user_id", hidden=("digest",)),
    Watched("districts.RolePolicy"),
    Watched(
        "otp_totp.TOTPDevice", subject="r.user_id", hidden=("key",),
        unread=("last_t", "drift", "last_used_at", "throttling_failure_count", "throttling_failure_timestamp"),
    ),
    Watched(
        "otp_static.StaticToken", hidden=("token",),
        subject="SELECT d.user_id FROM otp_static_staticdevice d WHERE d.id = r.device_id",
    ),
    Watched("districts.Contact", region="r.region_id"),
    Watched("districts.Agency"),
    # elections and thresholds
    Watched("districts.Election"),
    Watched("districts.Election_regions", region="r.region_id"),
    Watched("districts.Contest", region="r.region_id"),
    Watched("districts.Stage"),
    Watched("districts.SecurityPattern"),
    Watched("districts.Dimension"),
    Watched("districts.Indicator"),
    Watched("districts.TargetPoint"),
    Watched("districts.RiskIndicator"),
    # what a kecamatan is and reports
    Watched("districts.Region", region="r.code", summary_above=LOAD),
    Watched("districts.KecamatanProfile", region="r.region_id"),
    Watched("districts.VillageProfile", region="r.region_id", unread=("updated_at",), summary_above=LOAD),
    Watched(
        "districts.PollingStation", region="r.village_id", summary_above=LOAD,
        unread=("voters", "kecamatan_code", "updated_at"),
    ),
    Watched(
        "districts.PollingStationRisk", summary_above=LOAD, unread=("updated_at",),
        region="SELECT s.village_id FROM districts_pollingstation s WHERE s.id = r.polling_station_id",
    ),
    Watched("districts.OfficialReading", region="r.kecamatan_id"),
    Watched("districts.Report", region="r.kecamatan_id"),
    Watched("districts.ReportPhoto", region=SLOT),
    Watched("districts.Issue", region="r.kecamatan_id"),
    Watched("districts.WindowException", region=SLOT),
    Watched("districts.Reachability", region="r.kecamatan_id"),
    Watched("districts.ImportFile", region="r.region_id"),
]  # fmt: skip

NOT_WATCHED = {
    "districts.AuditEntry": "the entries themselves",
    "districts.ExpectedReport": "worked out from the election, which is watched",
    "districts.ContactAttempt": "a log: who called whom, when, with what outcome",
    "districts.IssueNote": "a log: the history of an issue, with who and when",
    "districts.ReportDraft": "typing that was not sent, saved every few seconds",
    "districts.FailedSignIn": "a log of its own, of addresses that tried",
    "districts.Grade": "worked out by the roll-up from what is watched",
    "districts.Readiness": "worked out by the roll-up from what is watched",
    "districts.DimensionScore": "worked out by the roll-up from what is watched",
    "districts.GradeHistory": "kept by the roll-up for each day",
    "districts.ReadinessHistory": "kept by the roll-up for each day",
    "districts.DimensionHistory": "kept by the roll-up for each day",
    "districts.IssueHistory": "kept by the roll-up for each day",
    "districts.ReportHistory": "kept by the roll-up for each day",
    "districts.ClosedDay": "how far the days were kept",
    "districts.RegionShape": "imported from a file, which each row names",
    "districts.RegionMap": "drawn from the shapes",
    "districts.RegionOutline": "drawn from the shapes",
    "districts.StaleKecamatan": "the outbox of the roll-up",
    "districts.ZoneClock": "how far the roll-up has come",
    "districts.RollUp": "a log of roll-ups",
}

KEPT = [
    Kept("districts.AuditEntry", rows=True),
    Kept("districts.ContactAttempt", rows=True),
    Kept("districts.IssueNote", rows=True),
    *(
        Kept(f"districts.{each}")
        for each in (
            "ClosedDay",
            "ReadinessHistory",
            "GradeHistory",
            "DimensionHistory",
            "IssueHistory",
            "ReportHistory",
        )
    ),
]
