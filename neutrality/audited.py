"""What of neutrality the database watches (`districts.audited`).

Changes of cases go to a table of their own, which administration, histories and everybody but the regency's handlers never
read. Only columns that name nobody are kept there; of all others, and of all that is sealed, only that they changed.
"""

from districts.audit.triggers import Kept, Watched

ENTRIES = "neutrality_caseentry"
REGENCY = "SELECT c.regency_id FROM neutrality_case c WHERE c.id = r.case_id"


def of_case(model: str, *shown: str, region: str = REGENCY, subject: str = "r.case_id") -> Watched:
    return Watched(f"neutrality.{model}", region, subject, shown=("id", "case_id", *shown), entries=ENTRIES)


WATCHED = [
    of_case(
        "Case", "number", "election_id", "regency_id", "intake", "medium", "state", "state_since", "received_at",
        "known_on", "happened_on", "taken_by_id", "purged_at", region="r.regency_id", subject="r.id",
    ),
    of_case("Case_forms", "violationform_id"),
    of_case("Reported", "subject_type_id"),
    of_case("Reporter"),
    of_case("CaseMove", "from_state", "to_state", "at", "by_id", "has_reason"),
    of_case("CaseClock", "name", "started_on", "due_on", "met_on"),
    of_case(
        "CaseLink", "first_id", "second_id", "kind", "at", "by_id", subject="r.first_id",
        region="SELECT c.regency_id FROM neutrality_case c WHERE c.id = r.first_id",
    ),
    of_case("RequirementCheck", "requirement", "is_met", "at", "by_id"),
    of_case("Evidence", "position", "kind", "size", "received_at", "added_by_id"),
    of_case("Referral", "number", "target", "made_at", "made_by_id", "answered_on"),
    of_case("Sanction", "level", "decided_on", "recorded_by_id", "recorded_at"),
    # what names nobody: rules, terms and events
    Watched("neutrality.SubjectType"),
    Watched("neutrality.ViolationForm"),
    Watched("neutrality.ClockSetting"),
    Watched("neutrality.HolidayOverride"),
    Watched("neutrality.Transition"),
    Watched("neutrality.OutreachEvent", region="r.kecamatan_id"),
    Watched("neutrality.PledgeCount", region="r.kecamatan_id"),
]  # fmt: skip

NOT_WATCHED = {
    "neutrality.CaseEntry": "the entries themselves",
    "neutrality.Reading": "a log: who opened what of a case and why",
    "neutrality.DigestSent": "a log of mails",
    "neutrality.EventPhoto": "a photo of an event; says itself who put it there and when",
}

#: Cases refuse themselves that they are removed or that their log changes (migration `0002_rules`).
KEPT = [
    Kept("neutrality.CaseEntry", rows=True), Kept("neutrality.Case"), Kept("neutrality.CaseMove"),
    Kept("neutrality.Reading"), Kept("neutrality.PledgeCount"),
]  # fmt: skip
