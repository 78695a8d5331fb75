"""Every field of DOMAIN 7.2: bounds, H-window and cross-checks, in the table and as a sentence beside the field."""

import re
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from districts.models import PollingStation, Report
from districts.reports.fields import ALWAYS, BY_NAME, FIELDS, NUMBERS, Kind
from districts.reports.form import ReportForm
from districts.reports.rules import broken_rules, check_constraints
from districts.reports.sheet import Sheet
from districts.reports.typed import keyed
from tests.conftest import NOW
from tests.districts.reports import ANSWERS, EVENT, OBSTACLE, TOTALS, make_report, open_slot, sent_last_week, typed

#: Upper bound of each number at Sandaran (18 TPS, 7,956 voters, 60 who pledge), straight from DOMAIN 7.2.
BOUNDS = {
    "tps_route_final": 18,
    "tps_at_ppk": 18,
    "tps_at_pps": 9,  # tps_at_ppk
    "tps_at_kpps": 6,  # tps_at_pps
    "kpps_filled": 126,
    "kpps_trained": 126,  # kpps_filled
    "ptps_filled": 18,
    "notices_delivered": 7956,
    "voters_duplicate": 99_999,
    "voters_ineligible": 99_999,
    "voters_unlisted": 99_999,
    "personnel_polri": 9999,
    "personnel_tni": 9999,
    "personnel_satpol_pp": 9999,
    "personnel_linmas": 9999,
    "personnel_damkar": 9999,
    "linmas_trained": 36,
    "security_events": 99,
    "tps_line_tested": 18,
    "office_mbps": 1000,
    "tps_without_power": 18,
    "tps_with_backup_power": 2,  # tps_without_power
    "outreach_stages": 999,
    "outreach_neutrality": 999,
    "outreach_peace": 999,
    "outreach_participants": 100_000,
    "pledges_signed": 60,
    "staff_screened": 162,
    "staff_sick": 162,
    "hints_money": 999,
    "hints_black_campaign": 999,
    "hints_hoax": 999,
    "hints_sara": 999,
}
#: First H at which a field must be answered, DOMAIN 7.2 "wajib"; pledges are asked until H-14.
DUE_FROM = {
    "warehouse_dry": 21, "warehouse_locked": 21, "warehouse_guarded": 21, "warehouse_lit": 21,
    "warehouse_flood_safe": 21, "tps_route_final": 21, "tps_at_ppk": 7, "tps_at_pps": 4, "tps_at_kpps": 2,
    "kpps_trained": 20, "ptps_filled": 21, "notices_delivered": 10, "staff_screened": 21, "staff_sick": 21,
}  # fmt: skip
OPTIONAL = {
    "summary", "help_needed", "logistics_problems", "office_mbps", "outreach_participants", "peace_declared_on",
    "fpk_met_on", "rakor_met_on", "cut_off_with_alternative", "hints_forwarded",
}  # fmt: skip


def errors(sheet: Sheet, **changes: object) -> dict[str, list[str]]:
    """Sentences of the form by field name; rows included."""
    form = ReportForm(sheet, keyed(typed(**changes)), now=NOW, check=True)
    form.is_valid()
    rows = {bound.html_name: list(bound.errors) for row in (*form.obstacles, *form.events) for bound in row}
    return {name: list(found) for name, found in {**form.errors, **rows}.items() if found}


@pytest.fixture
def sheet(world):
    return Sheet(open_slot(world))


def at_h(sheet: Sheet, h_minus: int) -> Sheet:
    sheet.expected.h_minus = h_minus
    return sheet


def test_the_whole_of_domain_7_2_is_declared():
    assert set(BOUNDS) == {field.name for field in NUMBERS}
    windows = {field.name: field.due_from for field in FIELDS if field.due_from not in (ALWAYS, None)}
    assert windows == DUE_FROM
    assert {field.name for field in FIELDS if field.due_from is None} == OPTIONAL
    assert BY_NAME["pledges_signed"].due_until == 14


def test_a_complete_report_is_taken(sheet):
    assert errors(sheet) == {}


#: A number and the one it bounds: where the first is wrong, either CHECK may be the one to refuse.
BOUNDS_ANOTHER = {
    "tps_at_ppk": "tps_at_pps",
    "tps_at_pps": "tps_at_kpps",
    "kpps_filled": "kpps_trained",
    "tps_without_power": "tps_with_backup_power",
}


@pytest.mark.parametrize("name", sorted(set(BOUNDS) - {"security_events"}))
def test_a_number_at_its_bound_is_taken(sheet, name):
    assert name not in errors(sheet, **{name: BOUNDS[name]})


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_above_its_bound_is_refused_beside_its_field(sheet, name):
    told = " ".join(errors(sheet, **{name: BOUNDS[name] + 1})[name])
    assert re.search("antara 0 dan|tidak boleh melebihi", told)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_negative_number_is_refused_beside_its_field(sheet, name):
    assert errors(sheet, **{name: -1})[name]


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("wrong", ["below", "above"])
def test_the_table_itself_refuses_a_number_out_of_bounds(world, name, wrong):
    figure = -1 if wrong == "below" else Decimal(BOUNDS[name] + 1)
    refused_by = f"report_({name}|{BOUNDS_ANOTHER.get(name, name)})_in_bounds"
    with pytest.raises(IntegrityError, match=refused_by), transaction.atomic():
        make_report(open_slot(world), world.people["camat-sandaran"], hints_forwarded=True, **{name: figure})


@pytest.mark.parametrize("name", sorted({field.name for field in FIELDS} - OPTIONAL))
def test_an_answer_missing_when_due_is_asked_for_beside_its_field(sheet, name):
    h_minus = min(DUE_FROM.get(name, 10), 10) if name != "pledges_signed" else 14
    assert errors(at_h(sheet, h_minus), **{name: None})[name]


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_an_optional_answer_may_always_be_left_out(sheet, name):
    assert name not in errors(at_h(sheet, 2), **{name: None})


@pytest.mark.parametrize("name", DUE_FROM)
def test_an_answer_is_not_asked_for_before_its_window(sheet, name):
    assert name not in errors(at_h(sheet, DUE_FROM[name] + 1), **{name: None})


@pytest.mark.parametrize("name", DUE_FROM)
def test_an_answer_is_asked_for_from_the_first_day_of_its_window(sheet, name):
    assert name in errors(at_h(sheet, DUE_FROM[name]), **{name: None})


def test_pledges_are_asked_for_until_fourteen_days_before(sheet):
    assert "pledges_signed" in errors(at_h(sheet, 14), pledges_signed=None)
    assert "pledges_signed" not in errors(at_h(sheet, 13), pledges_signed=None)


@pytest.mark.parametrize("name", [*DUE_FROM, "kpps_filled", "general_condition", "has_obstacle"])
def test_the_table_itself_refuses_a_missing_answer(world, name):
    h_minus = DUE_FROM.get(name, 10)
    empty = "" if name == "general_condition" else None
    with pytest.raises(IntegrityError, match=f"report_{name}_given_when_due"), transaction.atomic():
        make_report(open_slot(world), world.people["camat-sandaran"], h_minus=h_minus, **{name: empty})


def test_several_missing_answers_are_told_at_once(sheet):
    found = errors(sheet, kpps_filled=None, disasters=None, general_condition=None, blankspot_villages=None)
    assert {"kpps_filled", "disasters", "general_condition", "blankspot_villages"} <= set(found)


def test_every_check_of_the_table_names_a_field_of_the_form(world, sheet):
    form = ReportForm(sheet, {}, now=NOW)
    known = {*form.fields, "channel", "on_behalf_of", "decision", "decision_reason"}
    assert {constraint.violation_error_code for constraint in check_constraints()} <= known


def test_all_rules_are_asked_in_one_statement(sheet, django_assert_num_queries):
    row = sheet.row({})
    with django_assert_num_queries(1):
        found = broken_rules(row)
    assert len(found) > 20


def test_the_form_and_the_table_agree(world, sheet):
    """Whatever the one-statement check lets through, the table takes."""
    report = make_report(open_slot(world), world.people["camat-sandaran"])
    assert broken_rules(Report.objects.get(pk=report.pk)) == {}


def test_an_unknown_total_bounds_nothing(world):
    """A kecamatan whose TPS are not loaded yet can still report."""
    PollingStation.objects.all().delete()
    sheet = Sheet(open_slot(world))
    assert sheet.totals.tps_total is None
    assert "tps_route_final" not in errors(sheet, tps_route_final=400)


def test_what_arrived_further_on_cannot_exceed_what_arrived_before(sheet):
    found = errors(sheet, tps_at_ppk=9, tps_at_pps=10, tps_at_kpps=11)
    assert "tiba di PPK" in found["tps_at_pps"][0]
    assert "tiba di desa" in found["tps_at_kpps"][0]


def test_an_obstacle_needs_a_summary_and_at_least_one_row(sheet):
    found = errors(sheet, has_obstacle=True)
    assert set(found) == {"summary", "has_obstacle"}
    assert errors(sheet, has_obstacle=True, summary="Dermaga rusak", **OBSTACLE) == {}


def test_the_events_counted_must_be_told(sheet):
    assert "1 kejadian" in errors(sheet, security_events=1)["security_events"][0]
    assert errors(sheet, security_events=1, **EVENT) == {}
    assert "0 kejadian" in errors(sheet, security_events=0, **EVENT)["security_events"][0]


@pytest.mark.parametrize("missing", ["kejadian-0-occurred_at", "kejadian-0-title", "kejadian-0-level"])
def test_a_half_told_event_is_asked_for_the_rest(sheet, missing):
    assert missing in errors(sheet, security_events=1, **(EVENT | {missing: ""}))


def test_an_event_cannot_lie_in_the_future(sheet):
    found = errors(sheet, security_events=1, **(EVENT | {"kejadian-0-occurred_at": "2026-11-22T08:00"}))
    assert found["kejadian-0-occurred_at"] == ["Waktu ini belum terjadi."]


def test_hints_must_be_handed_on(sheet):
    assert "Panwascam" in errors(sheet, hints_money=2)["hints_forwarded"][0]
    assert errors(sheet, hints_money=2, hints_forwarded="on") == {}


def test_no_village_is_an_answer_and_nothing_ticked_is_not(sheet):
    for name in ("blankspot_villages", "cut_off_villages"):
        assert "Tidak ada" in errors(sheet, **{name: None})[name][0]
        assert errors(sheet, **{name: ["-"]}) == {}
        assert name in errors(sheet, **{name: ["-", "64.08.11.2001"]})
        assert name in errors(sheet, **{name: ["64.08.04.1001"]}), "a village of another kecamatan"


def test_an_alternative_route_is_only_for_a_village_that_is_cut_off(sheet):
    found = errors(sheet, cut_off_villages=["64.08.11.2001"], cut_off_with_alternative=["64.08.11.2002"])
    assert set(found) == {"cut_off_with_alternative"}


def test_no_disaster_goes_with_no_other(sheet):
    assert "disasters" in errors(sheet, disasters=["NO", "BJ"])
    assert errors(sheet, disasters=["BJ", "GLB"]) == {}


def test_a_date_that_has_not_come_is_refused(sheet):
    assert set(errors(sheet, rakor_met_on="2026-11-22")) == {"rakor_met_on"}
    assert errors(sheet, rakor_met_on="21/11/2026") == {}


@pytest.mark.parametrize(
    ("text", "figure"),
    [("14", 14), (" 14 ", 14), ("1.204", 1204), ("1 204", 1204), ("１４", 14), ("١٤", 14), ("0", 0), ("007", 7)],
)
def test_numbers_are_read_as_people_type_them(sheet, text, figure):
    form = ReportForm(sheet, keyed(typed(notices_delivered=text)), now=NOW, check=True)
    assert form.is_valid(), form.mistakes()
    assert form.content().figures["notices_delivered"] == figure


@pytest.mark.parametrize("text", ["12,5", "12.5", "1,204", "dua", "1e3", "0x10", "1.20.4", "½", "--"])
def test_a_number_of_things_must_be_whole(sheet, text):
    assert errors(sheet, notices_delivered=text)["notices_delivered"]


@pytest.mark.parametrize(
    ("text", "speed"), [("12,5", "12.5"), ("12.5", "12.5"), ("12", "12"), ("1.000", "1000"), ("12,45", "12.5")]
)
def test_a_speed_may_have_a_fraction(sheet, text, speed):
    form = ReportForm(sheet, keyed(typed(office_mbps=text)), now=NOW, check=True)
    assert form.is_valid(), form.mistakes()
    assert form.content().figures["office_mbps"] == Decimal(speed)


NIK = "6408112001900001"
PERSONAL = [
    NIK, "6408 1120 0190 0001", "64.08.11.200190.0001", "640811-200190-0001", "198501012010011001",
    "1985 0101 2010 01 1 001", "６４０８１１２００１９００００１", "٦٤٠٨١١٢٠٠١٩٠٠٠٠١", "6408​1120​0190​0001",
    "6408\n1120\n0190\n0001", "⁶⁴⁰⁸¹¹²⁰⁰¹⁹⁰⁰⁰⁰¹", f"Ketua KPPS {NIK}.", "6408–1120–0190–0001", "64‑08‑11‑200190‑0001",
    "6408/1120/0190/0001", "6408, 1120, 0190, 0001", "6408 - 1120 - 0190 - 0001", "6408_1120_0190_0001",
    "6408\ufe0f1120\u034f0190\ufe0f0001", "19850101/201001/1001",
]  # fmt: skip


@pytest.mark.parametrize("number", PERSONAL)
@pytest.mark.parametrize("name", ["summary", "fall_reason", "kendala-0-detail", "kendala-0-title", "kejadian-0-place"])
def test_a_nik_or_nip_is_refused_wherever_one_can_write(sheet, name, number):
    rows = OBSTACLE | EVENT | {"security_events": 1}
    found = errors(sheet, **(rows | {name: number}))
    assert any("NIK" in sentence for sentence in found[name])


@pytest.mark.parametrize(
    "text",
    [
        "kotak 123456789012345", "telepon 0812-3456-7890", "19 angka 1234567890123456789", "",
        "telepon 0812-3456-7890 / 0813-2222-3333", "21/11/2026 08.00, 22/11/2026 09.30", "rute 2–4–8, 2–2–4",
        "surat suara 1.204.500, 1.198.220, 1.190.040",
    ],
)  # fmt: skip
def test_other_numbers_may_be_written(sheet, text):
    assert "summary" not in errors(sheet, summary=text)


def test_a_number_that_falls_asks_for_the_reason_and_passes_with_it(world):
    sent_last_week(world, kpps_filled=126, kpps_trained=122)
    sheet = Sheet(open_slot(world))
    found = errors(sheet, kpps_trained=120)
    assert set(found) == {"kpps_trained", "fall_reason"}
    assert "122" in found["kpps_trained"][0]
    assert errors(Sheet(open_slot(world)), kpps_trained=120, fall_reason="Dua anggota KPPS diganti") == {}


def test_a_village_that_is_no_longer_covered_has_fallen(world):
    sent_last_week(world, outreach_villages=["64.08.11.2001", "64.08.11.2003"])
    assert "outreach_villages" in errors(Sheet(open_slot(world)), outreach_villages=["64.08.11.2001"])


@pytest.mark.parametrize("name", ["personnel_polri", "tps_without_power", "staff_sick"])
def test_a_number_that_is_no_total_may_fall_freely(world, name):
    sent_last_week(world, **{name: ANSWERS[name] + 1})
    assert errors(Sheet(open_slot(world))) == {}


def test_what_the_desk_returned_is_no_measure_for_a_fall(world):
    sent_last_week(
        world, kpps_trained=122, decision="dikembalikan", decision_reason="salah", decided_at=NOW,
        decided_by=world.people["desk-kutim"],
    )  # fmt: skip
    assert errors(Sheet(open_slot(world))) == {}


def test_totals_are_those_of_the_register(sheet):
    totals = sheet.totals
    assert {name: getattr(totals, name) for name in TOTALS} == TOTALS


def test_the_voters_of_some_tps_are_no_total(world):
    """As in the roll-up: else 400 voters of one TPS would be all there are, and 400 letters all that are needed."""
    village = PollingStation.objects.filter(village="64.08.11.2001")
    village.update(voters_male=None, voters_female=None)
    totals = Sheet(open_slot(world)).totals
    assert (totals.tps_total, totals.voters_total) == (18, None)


def test_all_kinds_of_input_are_covered():
    assert {field.kind for field in FIELDS} == set(Kind)
