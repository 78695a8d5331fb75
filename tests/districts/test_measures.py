"""What reports, the TPS register and issues say of each indicator: the formulas of DOMAIN 6.3 on real rows."""

from datetime import date, datetime, timedelta

import pytest

from districts import readiness
from districts.measures import camat_reports, issues, polling_stations
from districts.models import (
    Agency,
    Decision,
    Grade,
    Indicator,
    Issue,
    KecamatanProfile,
    Level,
    OfficialReading,
    PollingStation,
    PollingStationRisk,
    Readiness,
    Reason,
    SecurityPattern,
    VillageProfile,
)
from tests.conftest import NOW, WITA
from tests.districts.reports import make_report, open_slot

SANDARAN = "64.08.11"
MANUBAR, SUSUK_DALAM, SUSUK_LUAR = "64.08.11.2001", "64.08.11.2002", "64.08.11.2003"
SENT = NOW - timedelta(hours=2)  # Saturday of week 47, H-12


@pytest.fixture
def report(world):
    """`report(tps_at_ppk=9)` is Sandaran's report of week 47, sent two hours ago."""

    def send(slot="2026-W47", sent_at=SENT, **columns):
        expected = open_slot(world, SANDARAN, slot)
        return make_report(expected, world.people["camat-sandaran"], submitted_at=sent_at, **columns)

    return send


@pytest.fixture
def grade(world):
    """`grade("LOG-06")` rolls up and is Sandaran's grade."""

    def read(indicator, *, at=NOW):
        readiness.roll_up(world.election, [SANDARAN], now=at)
        return Grade.objects.get(election=world.election, kecamatan_id=SANDARAN, indicator_id=indicator)

    return read


@pytest.fixture
def issue(world):
    """`issue("logistik")` is an open issue of Sandaran with owner and due date, of medium level."""

    def open_one(category, **columns):
        row = {
            "election": world.election,
            "kecamatan_id": SANDARAN,
            "kind": "kendala",
            "category": category,
            "title": "Kotak basah",
            "level": 2,
            "owner": Agency.objects.get_or_create(code="kpu", defaults={"name": "KPU"})[0],
            "due_at": NOW + timedelta(days=2),
            "raised_by": world.people["camat-sandaran"],
            "raised_at": NOW - timedelta(days=1),
        }
        return Issue.objects.create(**row | columns)

    return open_one


# --- The camat's report -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "columns", "amount", "note"),
    [
        # Sandaran has 18 TPS, 7,956 voters, 3 villages and 60 people who sign the pledge
        ("LOG-04", {}, 100, "5/5 cek"),
        ("LOG-04", {"warehouse_lit": False, "warehouse_dry": False}, 60, "3/5 cek"),
        ("LOG-05", {"tps_route_final": 9}, 50, "9/18 TPS"),
        ("LOG-06", {"tps_at_ppk": 9}, 50, "9/18 TPS"),
        ("LOG-07", {"tps_at_pps": 6}, 100 / 3, "6/18 TPS"),
        ("LOG-08", {"tps_at_kpps": 0}, 0, "0/18 TPS"),
        ("ADH-01", {"kpps_filled": 63, "kpps_trained": 0}, 50, "63/126 orang"),
        ("ADH-02", {"kpps_trained": 120}, 100 * 120 / 126, "120/126 orang"),
        ("ADH-04", {"ptps_filled": 17}, 100 * 17 / 18, "17/18 orang"),
        ("DPT-01", {"notices_delivered": 1989}, 25, "1989/7956 lembar"),
        ("KAM-02", {"linmas_trained": 27}, 75, "27/36 orang"),
        ("TEL-01", {"tps_line_tested": 0}, 0, "0/18 TPS"),
        ("TEL-03", {"tps_without_power": 4, "tps_with_backup_power": 1}, 25, "1/4 TPS"),
        ("TEL-03", {"tps_without_power": 0, "tps_with_backup_power": 0}, 100, "0/0 TPS"),
        ("TEL-04", {"blankspot_villages": []}, 100, "0/0 titik"),
        ("TEL-04", {"blankspot_villages": [MANUBAR, SUSUK_LUAR]}, 0, "0/2 titik"),
        ("NET-01", {"pledges_signed": 45}, 75, "45/60 orang"),
        ("SOS-01", {"outreach_villages": [MANUBAR, SUSUK_LUAR]}, 200 / 3, "2/3 desa"),
        ("SOS-01", {"outreach_villages": []}, 0, "0/3 desa"),
        ("SOS-02", {}, 0, ""),
        ("SOS-02", {"peace_declared_on": date(2026, 10, 7)}, 1, "2026-10-07"),
        ("SOS-03", {"fpk_met_on": date(2026, 11, 1)}, 20, "2026-11-01"),
        ("AKS-01", {}, 100, "3/3 desa"),
        ("AKS-01", {"cut_off_villages": [SUSUK_LUAR]}, 200 / 3, "2/3 desa"),
        ("KES-01", {"staff_screened": 81}, 50, "81/162 orang"),
        ("KOO-01", {}, 0, "0 tenggat terlewati"),
        ("KOO-02", {"rakor_met_on": date(2026, 11, 9)}, 12, "2026-11-09"),
    ],
)
def test_formulas_of_the_report(report, grade, indicator, columns, amount, note):
    sent = report(**columns)
    found = grade(indicator)
    assert (found.amount, found.note, found.source) == (pytest.approx(amount), note, "camat")
    assert found.observed_at == sent.submitted_at


SHARES_OF_TPS = ["LOG-05", "LOG-06", "LOG-07", "LOG-08", "ADH-01", "ADH-02", "ADH-04", "KAM-02", "TEL-01", "KES-01"]


def test_an_unknown_number_of_tps_is_grey(report, grade):
    PollingStation.objects.all().delete()
    report(tps_total=None, voters_total=None)
    grade("LOG-05")
    reasons = dict(Grade.objects.filter(indicator__in=[*SHARES_OF_TPS, "DPT-01"]).values_list("indicator", "reason"))
    due = ["LOG-05", "ADH-01", "ADH-02", "ADH-04", "KAM-02", "TEL-01", "KES-01"]
    assert {code: reasons[code] for code in due} == dict.fromkeys(due, Reason.NO_DENOMINATOR)
    assert not Grade.objects.filter(indicator__in=[*SHARES_OF_TPS, "DPT-01"], amount__isnull=False).exists()
    assert set(Grade.objects.filter(indicator__in=due).values_list("level", flat=True)) == {Level.GREY}


def test_no_tps_at_all_is_no_share_of_them(report, grade):
    PollingStation.objects.all().delete()
    empty = dict.fromkeys(
        ["tps_route_final", "tps_at_ppk", "tps_at_pps", "tps_at_kpps", "kpps_filled", "kpps_trained", "ptps_filled",
         "linmas_trained", "tps_line_tested", "staff_screened", "tps_without_power", "tps_with_backup_power"], 0,
    )  # fmt: skip
    report(tps_total=0, **empty)
    assert grade("LOG-05").reason == Reason.NO_DENOMINATOR


def test_voters_are_unknown_when_one_tps_does_not_tell_and_the_report_does_not_know(report, grade):
    first = PollingStation.objects.filter(village=MANUBAR).first()
    PollingStation.objects.filter(pk=first.pk).update(voters_male=None, voters_female=None)
    report(voters_total=None, notices_delivered=10)
    assert (grade("DPT-01").amount, grade("DPT-01").note) == (None, "10/? lembar")


def test_the_total_of_the_report_serves_where_the_register_is_empty(report, grade):
    PollingStation.objects.all().delete()
    report(tps_at_ppk=9)
    assert grade("LOG-06").amount == 50


def test_the_register_goes_before_the_total_of_the_report(report, grade):
    report(tps_at_ppk=9)
    PollingStation.objects.filter(village=SUSUK_LUAR).delete()
    assert grade("LOG-06").amount == 75


def test_a_share_is_never_more_than_100(report, grade):
    report(tps_at_ppk=18)
    PollingStation.objects.filter(village=SUSUK_LUAR).delete()
    assert grade("LOG-06").amount == 100


def test_pledges_are_counted_against_the_profile_then_the_report(report, grade):
    report(pledges_signed=40)
    KecamatanProfile.objects.filter(region=SANDARAN).update(pledge_total=80)
    assert grade("NET-01").amount == 50
    KecamatanProfile.objects.filter(region=SANDARAN).update(pledge_total=None)
    assert grade("NET-01").amount == pytest.approx(200 / 3)


@pytest.mark.parametrize(
    ("column", "indicator"),
    [
        ("tps_route_final", "LOG-05"),
        ("kpps_trained", "ADH-02"),
        ("ptps_filled", "ADH-04"),
        ("warehouse_lit", "LOG-04"),
        ("staff_screened", "KES-01"),
    ],
)
def test_a_field_that_was_not_asked_yet_is_no_data(report, grade, column, indicator):
    """Week 44 was due at H-31: these lines of the form begin at H-21 and H-20."""
    report(slot="2026-W44", sent_at=NOW - timedelta(days=20), **{column: None})
    assert (grade(indicator).level, grade(indicator).reason) == (Level.GREY, Reason.NO_DATA)


def test_fpk_that_never_met_is_red_and_rakor_that_never_met_is_grey(report, grade):
    """SOS-03: R > 60 / belum ada. KOO-02 names only days."""
    report()
    assert (grade("SOS-03").level, grade("SOS-03").amount) == (Level.RED, None)
    assert grade("KOO-02").level == Level.GREY


def test_days_since_a_meeting_grow_while_nobody_reports(report, grade):
    report(rakor_met_on=date(2026, 11, 9))
    assert grade("KOO-02", at=NOW + timedelta(days=3)).amount == 15


# --- Telecommunication and access -------------------------------------------------------------------------------------


def village(code, **columns):
    VillageProfile.objects.create(region_id=code, **columns)


@pytest.mark.parametrize(
    ("office", "points"),
    [(None, 2), ("29.9", 2), ("30", 3)],
)
def test_internet_points_pass_at_10_mbps_in_a_village_and_30_in_the_kecamatan(report, grade, office, points):
    today = date(2026, 11, 21)
    village(MANUBAR, office_mbps="10", office_tested_on=today)
    village(SUSUK_DALAM, office_mbps="9.9", office_tested_on=today)
    village(SUSUK_LUAR, office_mbps="50", office_tested_on=today - timedelta(days=14))
    report(office_mbps=office)
    assert (grade("TEL-02").amount, grade("TEL-02").note) == (25 * points, f"{points}/4 titik")


def test_a_speed_test_older_than_14_days_no_longer_counts(report, grade):
    village(MANUBAR, office_mbps="50", office_tested_on=date(2026, 11, 6))
    report()
    assert grade("TEL-02").amount == 0


@pytest.mark.parametrize(("days", "points"), [(14, 1), (15, 0)])
def test_the_office_need_not_be_tested_every_week(report, grade, days, points):
    report(slot="2026-W45", sent_at=NOW - timedelta(days=days), office_mbps="40")
    report(office_mbps=None)
    assert grade("TEL-02").note == f"{points}/4 titik"


def test_without_any_speed_test_nothing_is_known(report, grade):
    report()
    assert grade("TEL-02").level == Level.GREY


def test_a_backup_counts_where_there_is_no_signal(report, grade):
    village(MANUBAR, has_backup_device=True)
    village(SUSUK_DALAM, has_backup_device=False)
    village(SUSUK_LUAR, has_backup_device=True)
    report(blankspot_villages=[MANUBAR, SUSUK_DALAM])
    assert (grade("TEL-04").amount, grade("TEL-04").note) == (50, "1/2 titik")


@pytest.mark.parametrize(
    ("cut_off", "alternative", "known_route", "level", "blocking"),
    [
        ([], [], [], Level.GREEN, 0),
        ([SUSUK_LUAR], [], [], Level.RED, 1),
        ([SUSUK_LUAR], [SUSUK_LUAR], [], Level.AMBER, 0),
        ([SUSUK_LUAR], [], [SUSUK_LUAR], Level.AMBER, 0),
        ([SUSUK_LUAR], [SUSUK_LUAR], [SUSUK_LUAR], Level.AMBER, 0),
        ([SUSUK_LUAR, MANUBAR], [SUSUK_LUAR], [], Level.RED, 1),
        ([SUSUK_LUAR, MANUBAR], [SUSUK_LUAR], [MANUBAR], Level.AMBER, 0),
        ([SUSUK_LUAR], [], [MANUBAR], Level.RED, 1),
    ],
)
def test_a_village_cut_off_is_amber_with_another_way_and_red_without(
    report, grade, cut_off, alternative, known_route, level, blocking
):
    for code in known_route:
        village(code, has_alternative_route=True)
    report(cut_off_villages=cut_off, cut_off_with_alternative=alternative)
    assert (grade("AKS-01").level, grade("AKS-01").blocking) == (level, blocking)


# --- TPS and police ---------------------------------------------------------------------------------------------------


def mark(village_code, number, *indicators, mitigation="", **columns):
    """A TPS with the TPS-rawan indicators given; returns nothing."""
    station = PollingStation.objects.get(village=village_code, number=number)
    PollingStation.objects.filter(pk=station.pk).update(updated_at=NOW, **columns)
    PollingStationRisk.objects.bulk_create(
        PollingStationRisk(polling_station=station, indicator_id=code, mitigation=mitigation, updated_at=NOW)
        for code in indicators
    )


def test_police_need_follows_the_pattern_of_each_category(report, grade):
    """2-1-2, 2-2-4, 2-4-8 [S70]: 2 sangat rawan, 3 rawan and 13 others need 2·2 + ceil(3/2)·2 + ceil(13/4)·2 = 16."""
    PollingStation.objects.update(police_category="kurang_rawan")
    for number, category in enumerate(["sangat_rawan"] * 2 + ["rawan"] * 3, 1):
        mark(MANUBAR, number, police_category=category)
    report(personnel_polri=12)
    assert (grade("KAM-01").amount, grade("KAM-01").note) == (0.75, "12/16 Polri")


def test_police_need_is_unknown_while_no_tps_is_mapped(report, grade):
    report(personnel_polri=12)
    assert (grade("KAM-01").level, grade("KAM-01").reason) == (Level.GREY, Reason.NO_DENOMINATOR)


def test_police_need_is_unknown_while_only_some_tps_have_a_category(report, grade):
    mark(MANUBAR, 1, police_category="sangat_rawan")
    report(personnel_polri=40)
    assert (grade("KAM-01").level, grade("KAM-01").reason) == (Level.GREY, Reason.NO_DENOMINATOR)


def test_police_need_is_unknown_where_a_category_has_no_pattern(world, report, grade):
    PollingStation.objects.update(police_category="rawan")
    mark(MANUBAR, 1, police_category="kurang_rawan")
    SecurityPattern.objects.filter(election=world.election, category="kurang_rawan").delete()
    report(personnel_polri=12)
    assert grade("KAM-01").reason == Reason.NO_DENOMINATOR


def test_risky_tps_need_a_mitigation_for_each_risk(grade):
    mark(MANUBAR, 1, "RW20", mitigation="Pindah ke SD 003")
    mark(MANUBAR, 2, "RW20")
    mark(MANUBAR, 3, "RW20", mitigation="Tenda")
    mark(MANUBAR, 4, police_category="rawan")
    found = grade("KAM-05")
    assert (found.amount, found.note, found.source) == (50, "2/4 TPS rawan", "tps")
    PollingStationRisk.objects.bulk_create(
        [PollingStationRisk(polling_station=PollingStation.objects.get(village=MANUBAR, number=3), indicator_id="RW01")]
    )
    assert grade("KAM-05").amount == 25


def test_mapped_and_nothing_risky_is_complete(grade):
    PollingStation.objects.update(police_category="kurang_rawan")
    assert grade("KAM-05").amount == 100
    mark(MANUBAR, 1, "RW01")
    assert (grade("KAM-05").amount, grade("AKS-02").amount) == (100, 100)


def test_one_tps_called_calm_does_not_speak_for_the_others(grade):
    mark(MANUBAR, 1, police_category="kurang_rawan")
    assert (grade("KAM-05").amount, grade("AKS-02").amount) == (None, None)


def test_one_risky_tps_is_known_before_the_others_are(grade):
    mark(MANUBAR, 1, police_category="rawan")
    assert (grade("KAM-05").amount, grade("KAM-05").note) == (0, "0/1 TPS rawan")


def test_categories_of_the_police_say_nothing_about_floods(grade):
    PollingStation.objects.update(police_category="kurang_rawan")
    assert grade("AKS-02").amount is None


def test_unmapped_tps_are_no_data(report, grade):
    report()
    assert {grade("KAM-05").reason, grade("AKS-02").reason} <= {Reason.NO_DATA, Reason.NOT_DUE}
    assert (grade("KAM-05").amount, grade("AKS-02").amount) == (None, None)


def test_tps_in_flood_prone_places_need_another_site(grade):
    mark(MANUBAR, 1, "RW20", has_alternative_site=True)
    mark(MANUBAR, 2, "RW20", has_alternative_site=False)
    mark(MANUBAR, 3, "RW20")
    mark(MANUBAR, 4, "RW01", has_alternative_site=True)
    found = grade("AKS-02")
    assert (found.amount, found.note) == (pytest.approx(100 / 3), "1/3 TPS")


# --- Issues -----------------------------------------------------------------------------------------------------------

COUNTED = {
    "LOG-09": {"category": "logistik"},
    "DPT-02": {"category": "pemilih"},
    "KAM-04": {"category": "keamanan", "kind": "kejadian", "occurred_at": NOW - timedelta(days=1)},
}


@pytest.mark.parametrize("indicator", [*COUNTED, "KOO-03"])
def test_without_a_report_no_issue_means_nothing_is_known(grade, indicator):
    assert grade(indicator).level == Level.GREY


@pytest.mark.parametrize("indicator", [*COUNTED, "KOO-03"])
def test_a_report_and_no_issue_is_green(report, grade, indicator):
    report()
    assert (grade(indicator).level, grade(indicator).amount) == (Level.GREEN, 0)


@pytest.mark.parametrize("indicator", COUNTED)
@pytest.mark.parametrize(
    ("columns", "level"),
    [
        ({}, Level.AMBER),
        ({"owner": None}, Level.RED),
        ({"due_at": None}, Level.RED),
        ({"due_at": NOW - timedelta(minutes=1)}, Level.RED),
        ({"level": 3}, Level.RED),
        ({"level": 4}, Level.RED),
        ({"level": 1}, Level.AMBER),
        ({"raised_at": NOW + timedelta(hours=1)}, Level.GREEN),
    ],
)
def test_open_issues_of_each_sort(report, issue, grade, indicator, columns, level):
    report()
    issue(**COUNTED[indicator] | columns)
    assert grade(indicator).level == level
    others = Grade.objects.filter(indicator__in=set(COUNTED) - {indicator})
    assert set(others.values_list("amount", flat=True)) == {0}


def test_a_security_obstacle_is_not_an_event(report, issue, grade):
    report()
    issue("keamanan")
    assert grade("KAM-04").amount == 0


def test_an_issue_alone_tells_without_a_report(issue, grade):
    issue("logistik")
    assert (grade("LOG-09").level, grade("LOG-09").observed_at) == (Level.AMBER, NOW - timedelta(days=1))
    assert grade("DPT-02").level == Level.GREY


@pytest.mark.parametrize("indicator", COUNTED)
def test_an_obstacle_of_another_sort_does_not_freshen_what_nobody_reports_on(report, issue, grade, indicator):
    """Silent for two weeks; that the Desk notes a broken jetty says nothing about boxes, voters or order."""
    sent = report(slot="2026-W45", sent_at=NOW - timedelta(days=11)).submitted_at
    issue("akses")
    found = grade(indicator)
    assert (found.amount, found.observed_at, found.is_stale) == (0, sent, True)
    assert grade("KOO-03").observed_at == NOW - timedelta(days=1)


def test_a_closed_issue_no_longer_counts_from_its_closing(world, report, issue, grade):
    report()
    by = world.people["desk-kutim"]
    issue("logistik", state="selesai", closed_by=by, closed_at=NOW - timedelta(hours=1))
    assert grade("LOG-09").level == Level.GREEN
    assert grade("LOG-09", at=NOW - timedelta(hours=1, minutes=1)).level == Level.AMBER


def test_whatever_is_overdue_is_red_for_the_desk(report, issue, grade):
    """KOO-03 counts every sort; an issue that is overdue cannot be in hand."""
    report()
    issue("lainnya", kind="bantuan", due_at=NOW - timedelta(minutes=1))
    issue("telekom")
    assert (grade("KOO-03").level, grade("KOO-03").amount) == (Level.RED, 1)


# --- Which report counts ----------------------------------------------------------------------------------------------


def test_a_returned_report_falls_back_to_the_one_before(world, report, grade):
    report(slot="2026-W46", sent_at=NOW - timedelta(days=6), tps_at_ppk=7, tps_at_pps=0)
    newer = report(tps_at_ppk=9)
    assert grade("LOG-06").note == "9/18 TPS"
    type(newer).objects.filter(pk=newer.pk).update(
        decision=Decision.RETURNED, decided_at=NOW - timedelta(hours=1), decided_by=world.people["desk-kutim"],
        decision_reason="Angka PPK keliru",
    )  # fmt: skip
    assert grade("LOG-06").note == "7/18 TPS"
    # before it was returned it counted
    assert grade("LOG-06", at=NOW - timedelta(minutes=61)).note == "9/18 TPS"


def test_the_correction_counts_and_not_what_it_corrects(report, grade):
    first = report(tps_at_ppk=9)
    type(first).objects.filter(pk=first.pk).update(is_latest=False)
    report(tps_at_ppk=10, revision=2, sent_at=NOW - timedelta(hours=1))
    assert grade("LOG-06").note == "10/18 TPS"


def test_what_the_kecamatan_corrected_does_not_come_back_when_the_correction_is_returned(world, report, grade):
    report(slot="2026-W46", sent_at=NOW - timedelta(days=6), tps_at_ppk=7, tps_at_pps=0)
    first = report(tps_at_ppk=18, sent_at=NOW - timedelta(hours=4))
    type(first).objects.filter(pk=first.pk).update(is_latest=False)
    report(
        tps_at_ppk=9, revision=2, decision=Decision.RETURNED, decided_at=NOW - timedelta(hours=1),
        decided_by=world.people["desk-kutim"], decision_reason="Angka PPS keliru",
    )  # fmt: skip
    assert grade("LOG-06").note == "7/18 TPS"
    assert grade("LOG-06", at=NOW - timedelta(hours=3)).note == "18/18 TPS"


def test_a_correction_of_a_closed_week_is_as_old_as_that_week(report, grade):
    """The Desk returned week 45, which closed as week 46 opened; what is written now is still about week 45."""
    closed = report(slot="2026-W45", tps_at_ppk=18, sent_at=NOW - timedelta(hours=1)).expected.closes_at
    found = grade("LOG-06")
    assert (found.observed_at, found.is_stale) == (closed, False)
    assert grade("LOG-09").observed_at == closed
    assert (grade("KOO-01").amount, grade("KOO-01").level) == (8, Level.AMBER)
    later = closed + timedelta(days=10, minutes=1)
    assert grade("LOG-06", at=later).is_stale


def test_an_old_week_sent_late_does_not_replace_a_newer_one(report, grade):
    report(tps_at_ppk=9, sent_at=NOW - timedelta(hours=3))
    report(slot="2026-W46", tps_at_ppk=7, sent_at=NOW - timedelta(hours=1))
    assert grade("LOG-06").note == "9/18 TPS"


def test_a_report_sent_later_is_not_known_yet(report, grade):
    report(slot="2026-W46", sent_at=NOW - timedelta(days=6), tps_at_ppk=7)
    report(sent_at=NOW - timedelta(hours=2), tps_at_ppk=9)
    assert grade("LOG-06", at=NOW - timedelta(hours=3)).note == "7/18 TPS"


@pytest.mark.parametrize(
    ("days", "level"),
    [(7, Level.GREEN), (8, Level.AMBER), (10, Level.AMBER), (11, Level.RED)],
)
def test_the_age_of_the_newest_report_in_local_days(report, grade, days, level):
    """R5: green <= 7 days; amber 8-10; red > 10. A report of 23.30 is a day old at 00.30."""
    sent = datetime(2026, 11, 14, 23, 30, tzinfo=WITA)
    report(slot="2026-W46", sent_at=sent)
    for at in (sent + timedelta(days=days, hours=-23), sent + timedelta(days=days)):
        found = grade("KOO-01", at=at)
        assert (found.amount, found.level, found.is_stale) == (days, level, False)


def test_two_missed_mondays_are_red_whatever_the_age(report, grade):
    """Week 45 was reported late, on Thursday 12 November; the Mondays of weeks 46 and 47 passed."""
    report(slot="2026-W45", sent_at=datetime(2026, 11, 12, 12, tzinfo=WITA))
    one, two = datetime(2026, 11, 16, 8, tzinfo=WITA), datetime(2026, 11, 23, 8, tzinfo=WITA)
    assert (grade("KOO-01", at=one).level, grade("KOO-01", at=one).blocking) == (Level.GREEN, 1)
    missed = grade("KOO-01", at=two)
    assert (missed.level, missed.reason, missed.blocking) == (Level.RED, Reason.MISSED_TWICE, 2)


def test_two_missed_mondays_are_red_when_no_report_ever_came(world, grade):
    open_slot(world)
    first = world.election.expected_reports.filter(kecamatan=SANDARAN).order_by("due_at").first()
    assert grade("KOO-01", at=first.due_at).level == Level.GREY
    assert grade("KOO-01", at=first.due_at + timedelta(days=7)).reason == Reason.MISSED_TWICE


def test_the_regency_counts_reports_expected_received_and_on_time(world, report):
    late = datetime(2026, 11, 23, 9, tzinfo=WITA)
    report(sent_at=late)
    busang = open_slot(world, "64.08.06")
    make_report(busang, world.people["camat-busang"], submitted_at=NOW - timedelta(hours=1))
    readiness.roll_up(world.election, now=late + timedelta(hours=1))
    regency = Readiness.objects.get(region="64.08")
    assert (regency.reports_expected, regency.reports_received, regency.reports_on_time) == (3, 2, 1)


# --- Two sources ------------------------------------------------------------------------------------------------------


@pytest.fixture
def official(world):
    def enter(indicator, amount, *, at=NOW - timedelta(hours=5), blocking=0):
        OfficialReading.objects.create(
            election=world.election, kecamatan_id=SANDARAN, indicator_id=indicator, amount=amount, blocking=blocking,
            observed_at=at, agency=Agency.objects.get_or_create(code="kpu", defaults={"name": "KPU"})[0],
            entered_by=world.people["admin"], note="BA 12",
        )  # fmt: skip

    return enter


def test_the_figure_of_the_institution_is_graded_and_the_camats_kept_beside_it(report, official, grade):
    report(tps_at_ppk=9)
    official("LOG-06", 40)
    found = grade("LOG-06")
    assert (found.amount, found.source, found.note) == (40, "instansi", "KPU: BA 12")
    assert (found.other_amount, found.other_source, found.other_observed_at) == (50, "camat", SENT)


def test_a_stale_figure_of_the_institution_gives_way_to_a_fresh_report(report, official, grade):
    report(tps_at_ppk=9)
    official("LOG-06", 40, at=NOW - timedelta(days=10, minutes=1))
    found = grade("LOG-06")
    assert (found.amount, found.source, found.other_amount, found.is_stale) == (50, "camat", 40, False)


def test_the_newest_figure_of_an_institution_counts(official, grade):
    official("LOG-01", 90, at=NOW - timedelta(days=2))
    official("LOG-01", 95, at=NOW - timedelta(days=1))
    official("LOG-01", 99, at=NOW + timedelta(hours=1))
    found = grade("LOG-01")
    assert (found.amount, found.other_amount) == (95, None)


def test_a_known_figure_goes_before_one_without_denominator(report, official, grade):
    PollingStation.objects.all().delete()
    report(tps_total=None)
    official("LOG-06", 40)
    assert grade("LOG-06").amount == 40


def test_every_indicator_that_reports_know_is_answered_by_a_full_report(report, grade):
    mark(MANUBAR, 1, "RW01")
    village(MANUBAR, office_mbps="10", office_tested_on=date(2026, 11, 20))
    report(
        peace_declared_on=date(2026, 10, 1), fpk_met_on=date(2026, 11, 1), rakor_met_on=date(2026, 11, 9),
        office_mbps="40",
    )  # fmt: skip
    grade("KOO-01")
    known = {code for source in (camat_reports, polling_stations, issues) for code in source.indicators}
    answered = Grade.objects.filter(amount__isnull=False).values_list("indicator", flat=True)
    assert set(answered) == known
    unknown = Indicator.objects.exclude(code__in=known).values_list("code", flat=True)
    assert not Grade.objects.filter(indicator__in=unknown, level=Level.GREEN).exists()
