"""Grades in words: the sentence of each rule of DOMAIN 6.2, numbers rounded half up to one decimal."""

from datetime import datetime, timedelta

import pytest

from districts.models import Grade, Indicator, Level, Reason
from districts.sentences import (
    age_words,
    amount_short,
    counted_words,
    difference_sentence,
    due_words,
    grade_sentence,
    named,
    target_words,
)
from tests.conftest import NOW, WITA

ZONE = "Asia/Makassar"
NBSP = "\N{NO-BREAK SPACE}"

INDICATORS = {
    "LOG-06": Indicator(code="LOG-06", name="Logistik diterima PPK", unit="% TPS", rule="R1", filled_by="KPU"),
    "LOG-05": Indicator(code="LOG-05", name="Rute & moda distribusi final (rute, moda, ETA)", unit="% TPS", rule="R1"),
    "LOG-09": Indicator(code="LOG-09", name="Temuan logistik belum selesai", unit="jumlah", rule="R2"),
    "SOS-02": Indicator(code="SOS-02", name="Deklarasi Pilkada Damai", unit="ya/tidak", rule="R3"),
    "KAM-01": Indicator(code="KAM-01", name="Rasio personel Polri", unit="rasio", rule="R4"),
    "KOO-01": Indicator(code="KOO-01", name="Laporan mingguan", unit="hari", rule="R5", green_max=7, amber_max=10),
    "KOO-02": Indicator(code="KOO-02", name="Rakor", unit="hari sejak rakor", rule="R6", green_max=14, amber_max=21),
    "NET-03": Indicator(code="NET-03", name="Tindak lanjut kasus", unit="jumlah", rule="R6", green_max=0, amber_max=1),
    "AKS-01": Indicator(code="AKS-01", name="Desa dapat dijangkau", unit="% desa", rule="R7"),
}


def sentence(code, reason, **values):
    grade = Grade(indicator_id=code, reason=reason, level=values.pop("level", Level.RED), **values)
    return grade_sentence(grade, INDICATORS[code], ZONE).replace(NBSP, " ")


@pytest.mark.parametrize(
    ("code", "reason", "values", "words"),
    [
        (
            "LOG-06", Reason.FAR_BELOW_TARGET, {"amount": 50, "target": 80, "note": "9/18 TPS"},
            "LOG-06 Logistik diterima PPK: 9 dari 18 TPS (50 %), target hari ini 80 %.",
        ),
        (
            "LOG-06", Reason.BELOW_TARGET, {"amount": 200 / 3, "target": 66.65, "note": "1204/1806 TPS"},
            "LOG-06 Logistik diterima PPK: 1.204 dari 1.806 TPS (66,7 %), target hari ini 66,7 %.",
        ),
        (
            "LOG-06", Reason.ON_TARGET, {"amount": 100, "target": 98, "note": "KPU"},
            "LOG-06 Logistik diterima PPK: 100 % (KPU), target hari ini 98 %.",
        ),
        (
            "LOG-09", Reason.OPEN_BLOCKING, {"amount": 1, "blocking": 1},
            "LOG-09 Temuan logistik belum selesai: 1 terbuka yang tanpa penanggung jawab, lewat tenggat, "
            "atau bertingkat tinggi.",
        ),
        ("LOG-06", Reason.NO_DATA, {}, "LOG-06 Logistik diterima PPK: belum ada data, diisi KPU."),
        (
            "LOG-06", Reason.NO_DENOMINATOR, {},
            "LOG-06 Logistik diterima PPK: belum dapat dinilai karena jumlah seluruhnya belum diketahui.",
        ),
        ("LOG-06", Reason.NOT_DUE, {}, "LOG-06 Logistik diterima PPK: belum jatuh tempo."),
        (
            "LOG-06", Reason.NOT_DUE, {"amount": 50, "note": "9/18 TPS"},
            "LOG-06 Logistik diterima PPK: belum jatuh tempo; sekarang 9 dari 18 TPS (50 %).",
        ),
        ("LOG-09", Reason.NONE_OPEN, {"amount": 0}, "LOG-09 Temuan logistik belum selesai: tidak ada yang terbuka."),
        (
            "LOG-09", Reason.OPEN_HANDLED, {"amount": 2, "blocking": 0},
            "LOG-09 Temuan logistik belum selesai: 2 terbuka, semua ada penanggung jawab dan tenggatnya.",
        ),
        (
            "LOG-09", Reason.OPEN_BLOCKING, {"amount": 2, "blocking": 1},
            "LOG-09 Temuan logistik belum selesai: 2 terbuka, 1 di antaranya tanpa penanggung jawab, lewat tenggat, "
            "atau bertingkat tinggi.",
        ),
        ("SOS-02", Reason.DONE, {"amount": 1}, "SOS-02 Deklarasi Pilkada Damai: sudah dilaksanakan."),
        (
            "SOS-02", Reason.DONE, {"amount": 1, "note": "2026-10-20"},
            "SOS-02 Deklarasi Pilkada Damai: sudah dilaksanakan (20 Okt 2026).",
        ),
        (
            "SOS-02", Reason.DEADLINE_NEAR, {"amount": 0},
            "SOS-02 Deklarasi Pilkada Damai: belum dilaksanakan, tenggat dalam 7 hari.",
        ),
        (
            "SOS-02", Reason.DEADLINE_PASSED, {"amount": 0},
            "SOS-02 Deklarasi Pilkada Damai: belum dilaksanakan, tenggatnya sudah lewat.",
        ),
        (
            "KAM-01", Reason.BELOW_TARGET, {"amount": 12 / 13, "target": 1.0, "note": "12/13 orang"},
            "KAM-01 Rasio personel Polri: 12 dari 13 orang (0,92), target hari ini 1.",
        ),
        ("KOO-01", Reason.OVER_LIMIT, {"amount": 9}, "KOO-01 Laporan mingguan: laporan terakhir 9 hari lalu."),
        (
            "KOO-01", Reason.MISSED_TWICE, {"amount": 15},
            "KOO-01 Laporan mingguan: dua tenggat laporan terlewati, laporan terakhir 15 hari lalu.",
        ),
        (
            "KOO-02", Reason.FAR_OVER_LIMIT, {"amount": 24},
            "KOO-02 Rakor: 24 hari sejak rapat terakhir, paling lama 14 hari.",
        ),
        (
            "NET-03", Reason.FAR_OVER_LIMIT, {"amount": 7, "blocking": 3, "note": "7 lewat tenggat"},
            "NET-03 Tindak lanjut kasus: ada tindak lanjut yang lewat tenggat.",
        ),
        (
            "NET-03", Reason.WITHIN_LIMIT, {"amount": 0},
            "NET-03 Tindak lanjut kasus: tidak ada yang lewat tenggat.",
        ),
        (
            "AKS-01", Reason.BELOW_TARGET, {"amount": 77.78, "blocking": 0, "note": "7/9 desa"},
            "AKS-01 Desa dapat dijangkau: 7 dari 9 desa (77,8 %) terjangkau, sisanya punya rute alternatif.",
        ),
        (
            "AKS-01", Reason.FAR_BELOW_TARGET, {"amount": 77.78, "blocking": 2, "note": "7/9 desa"},
            "AKS-01 Desa dapat dijangkau: 7 dari 9 desa (77,8 %) terjangkau, 2 tanpa rute alternatif.",
        ),
    ],
)  # fmt: skip
def test_each_rule_says_what_was_measured_against_what(code, reason, values, words):
    assert sentence(code, reason, **values) == words


def test_a_stale_value_says_since_when():
    said = sentence(
        "LOG-06",
        Reason.ON_TARGET,
        amount=50,
        target=30,
        note="9/18 TPS",
        is_stale=True,
        observed_at=NOW - timedelta(12),
    )
    assert said.endswith("target hari ini 30 % (usang, keadaan per 9 Nov).")


def test_the_sentence_leaves_out_what_the_name_lists_in_brackets():
    assert sentence("LOG-05", Reason.NO_DATA).startswith("LOG-05 Rute & moda distribusi final: ")


def test_every_indicator_of_the_table_has_a_sentence_for_every_reason(db):
    for indicator in Indicator.objects.all():
        for reason in Reason:
            for amount in (None, 0.0, 55.55):
                grade = Grade(reason=reason, level=2, amount=amount, target=None if amount is None else 80, blocking=1)
                assert grade_sentence(grade, indicator, ZONE).endswith(".")
                assert "None" not in grade_sentence(grade, indicator, ZONE)
                assert amount is not None or amount_short(grade, indicator) == ""


def test_a_limit_is_told_as_the_longest_time():
    assert target_words(Grade(reason=Reason.WITHIN_LIMIT, amount=3), INDICATORS["KOO-02"]) == "paling lama 14 hari"


@pytest.mark.parametrize(("amount", "words"), [(0, "tidak ada"), (1, "ada"), (7, "ada")])
def test_overdue_cases_are_told_in_words_and_never_counted(amount, words):
    """Issue 4, item 11: nothing about cases below the regency, not even a count."""
    grade, indicator = Grade(reason=Reason.OVER_LIMIT, amount=amount), INDICATORS["NET-03"]
    assert (amount_short(grade, indicator), target_words(grade, indicator)) == (words, "tidak ada")
    assert difference_sentence(grade, indicator, "catatan", amount + 7 if amount else 0, "instansi") == ""


def test_sources_that_differ_about_overdue_cases_are_told_without_figures():
    said = difference_sentence(Grade(amount=0), INDICATORS["NET-03"], "catatan", 7, "instansi")
    assert said == "Selisih: instansi mencatat ada, catatan tidak ada."


def test_nothing_due_has_no_target():
    assert target_words(Grade(reason=Reason.NOT_DUE, target=0), INDICATORS["LOG-06"]) == ""


def test_a_note_that_counts_nothing_is_told_as_it_is():
    assert counted_words("lewat radio") == "lewat radio"


def test_two_sources_that_differ_are_told_with_both_figures():
    grade = Grade(amount=50, level=Level.RED)
    said = difference_sentence(grade, INDICATORS["LOG-06"], "KPU", 66.6667, "laporan camat").replace(NBSP, " ")
    assert said == "Selisih: laporan camat mencatat 66,7 %, KPU 50 %."


@pytest.mark.parametrize("other", [None, 50.0, 50.04])
def test_sources_that_agree_as_far_as_is_shown_say_nothing(other):
    assert difference_sentence(Grade(amount=50), INDICATORS["LOG-06"], "KPU", other, "laporan camat") == ""


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (NOW - timedelta(hours=1), "hari ini 17.42 WITA"),
        (datetime(2026, 11, 20, 23, 59, tzinfo=WITA), "kemarin"),
        (NOW - timedelta(days=9), "9 hari lalu"),
    ],
)
def test_age_is_counted_on_the_calendar_of_the_region(when, words):
    assert age_words(when, NOW, ZONE) == words


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (None, ""),
        (NOW - timedelta(days=2), "lewat 2 hari"),
        (NOW - timedelta(hours=2), "lewat sejak 16.42 WITA"),
        (NOW + timedelta(hours=2), "hari ini 20.42 WITA"),
        (NOW + timedelta(days=1), "besok"),
        (NOW + timedelta(days=2), "Senin, 23 Nov"),
    ],
)
def test_a_due_date_is_told_against_now(due, words):
    assert due_words(due, NOW, ZONE) == words


def test_more_than_three_names_are_counted():
    assert named(["A", "B", "C", "D", "E"]) == "A, B, C dan 2 lainnya"
    assert named(["A", "B", "C"]) == "A, B, C"
