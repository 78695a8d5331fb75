from neutrality.models.audit import CaseEntry
from neutrality.models.cases import (
    FORMAL,
    Case,
    CaseClock,
    CaseLink,
    CaseMove,
    Intake,
    LinkKind,
    Medium,
    Reading,
    ReadWhat,
    Reported,
    Reporter,
    Requirement,
    RequirementCheck,
    Transition,
)
from neutrality.models.catalogue import (
    ClockName,
    ClockSetting,
    FormKind,
    HolidayOverride,
    Route,
    SubjectType,
    ViolationForm,
)
from neutrality.models.digest import DigestSent
from neutrality.models.evidence import Evidence, EvidenceKind, Referral, ReferralTarget, Sanction, SanctionLevel
from neutrality.models.outreach import (
    EventKind,
    EventPhoto,
    EventState,
    Institution,
    OutreachEvent,
    PledgeCount,
    PledgeGroup,
    Topic,
)

__all__ = [
    "FORMAL", "Case", "CaseClock", "CaseEntry", "CaseLink", "CaseMove", "ClockName", "ClockSetting", "DigestSent", "EventKind", "EventPhoto",
    "EventState", "Evidence", "EvidenceKind", "FormKind", "HolidayOverride", "Institution", "Intake", "LinkKind",
    "Medium", "OutreachEvent", "PledgeCount", "PledgeGroup", "ReadWhat", "Reading", "Referral", "ReferralTarget",
    "Reported", "Reporter", "Requirement", "RequirementCheck", "Route", "Sanction", "SanctionLevel", "SubjectType",
    "Topic", "Transition", "ViolationForm",
]  # fmt: skip
