"""All models of districts, by topic."""

from districts.models.audit import Action, AuditEntry, Origin
from districts.models.elections import DEFAULT_PATTERNS, Contest, Election, SecurityPattern, Stage, current_election
from districts.models.expected import SILENT_STATES, Channel, ContactAttempt, ExpectedReport, ReportState
from districts.models.history import (
    ClosedDay,
    DimensionHistory,
    GradeHistory,
    IssueHistory,
    ReadinessHistory,
    ReportHistory,
)
from districts.models.importing import ImportFile
from districts.models.issues import Issue, IssueCategory, IssueKind, IssueLevel, IssueNote, IssueState
from districts.models.people import Agency, Assignment, Contact, SignInCode, User
from districts.models.reachability import Reachability, ReachRule
from districts.models.readiness import (
    Dimension,
    DimensionScore,
    Grade,
    Indicator,
    Level,
    OfficialReading,
    Pillar,
    Readiness,
    Reason,
    RollUp,
    Rule,
    StaleKecamatan,
    TargetPoint,
    ZoneClock,
)
from districts.models.regions import (
    AccessMode,
    KecamatanProfile,
    PollingStation,
    PollingStationRisk,
    PowerSource,
    Region,
    RegionLevel,
    RiskCategory,
    RiskIndicator,
    Signal,
    VillageProfile,
)
from districts.models.reports import Decision, Report, ReportDraft, ReportPhoto
from districts.models.shapes import RegionMap, RegionOutline, RegionShape
from districts.models.signing_in import AppDevice, FailedSignIn, RolePolicy
from districts.models.windows import WindowException

__all__ = [
    "DEFAULT_PATTERNS", "SILENT_STATES", "AccessMode", "Action", "Agency", "AppDevice", "Assignment", "AuditEntry", "Channel", "ClosedDay", "Contact", "ContactAttempt", "Contest",
    "Decision", "Dimension", "DimensionHistory", "DimensionScore", "Election", "ExpectedReport", "FailedSignIn", "Grade", "GradeHistory", "ImportFile", "Indicator",
    "Issue", "IssueCategory", "IssueHistory", "IssueKind", "IssueLevel", "IssueNote", "IssueState", "KecamatanProfile", "Level",
    "OfficialReading", "Origin", "Pillar", "PollingStation", "PollingStationRisk", "PowerSource", "ReachRule", "Reachability", "Readiness",
    "ReadinessHistory", "Reason", "Region", "RegionLevel", "RegionMap", "RegionOutline", "RegionShape", "Report", "ReportDraft", "ReportHistory", "ReportPhoto", "ReportState", "RiskCategory",
    "RiskIndicator", "RolePolicy", "RollUp", "Rule", "SecurityPattern", "SignInCode", "Signal", "Stage", "StaleKecamatan", "TargetPoint",
    "User", "VillageProfile", "WindowException", "ZoneClock", "current_election",
]  # fmt: skip
