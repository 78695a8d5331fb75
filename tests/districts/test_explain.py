"""`manage.py explain`: the stored colour in words, by the same rule that made it."""

import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from districts import outbox, readiness
from districts.boards.verdicts import above_verdict, kecamatan_verdict, weigh
from districts.models import Agency, Grade, Indicator, Level, OfficialReading, Readiness
from tests.conftest import NOW
from tests.districts.reports import make_report, open_slot


@pytest.fixture
def read(world):
    """`read("64.08.11", {"LOG-01": 100})` enters figures of an institution an hour ago."""
    agency = Agency.objects.get_or_create(code="kpu", defaults={"name": "KPU"})[0]

    def enter(kecamatan, amounts, age=timedelta(hours=1)):
        OfficialReading.objects.bulk_create(
            OfficialReading(
                election=world.election, kecamatan_id=kecamatan, indicator_id=code, amount=amount,
                observed_at=NOW - age, agency=agency, entered_by=world.people["admin"],
            )
            for code, amount in amounts.items()
        )  # fmt: skip

    return enter


@pytest.fixture
def explained(world):
    """`explained("64.08.11")` rolls up and is the text."""

    def ask(code, **options):
        readiness.roll_up(world.election, now=NOW)
        out = StringIO()
        call_command("explain", code, stdout=out, **options)
        return out.getvalue().replace("\N{NO-BREAK SPACE}", " ")

    return ask


GOOD = {"R1": 100, "R2": 0, "R3": 1, "R4": 1.5, "R5": 0, "R6": 0, "R7": 100}


def good(**changes):
    amounts = {i.code: GOOD[i.rule] for i in Indicator.objects.all()}
    return {code: value for code, value in (amounts | changes).items() if value is not None}


def section(text, title):
    """The lines under a heading, up to the next empty line."""
    return " ".join(text.split(f"\n{title}", 1)[1].split("\n\n")[0].split())


def test_a_kecamatan_names_what_decided_and_what_would_change_it(world, read, explained):
    read("64.08.11", good(**{"TEL-01": 0, "KES-01": 0, "LOG-02": None}))
    text = explained("64.08.11")
    assert text.startswith("64.08.11 Sandaran, Kabupaten Kutai Timur\nPilkada uji (uji-2026-12-03), H-12.")
    assert "\nBELUM SIAP: skor " in text
    rule = section(text, "ATURAN")
    assert "[x] ada indikator kritis yang belum siap: TEL-01" in rule
    assert "[ ] skor < 60" in rule
    assert "[ ] tidak ada indikator yang belum siap: TEL-01, KES-01" in rule
    assert section(text, "YANG PERLU BERUBAH") == "Agar menjadi Perlu perhatian: perbaiki TEL-01."


def test_a_kecamatan_shows_the_arithmetic_of_completeness_and_score(world, read, explained):
    read("64.08.11", good(**{"LOG-02": None, "LOG-03": None}))
    OfficialReading.objects.filter(indicator="LOG-01").update(observed_at=NOW - timedelta(days=11))
    text = explained("64.08.11")
    own = Readiness.objects.get(region="64.08.11")
    grades = Grade.objects.filter(kecamatan="64.08.11").select_related("indicator")
    due = sum(grade.indicator.weight for grade in grades if grade.level != Level.NOT_DUE)
    words = section(text, "KELENGKAPAN")
    # LOG-02 and LOG-03 weigh 2 each, LOG-01 weighs 3 and is stale
    assert f"Bobot yang terisi {due - 5.5:g} dari {due}".replace(".", ",") in words
    assert "Belum ada data: LOG-02 (2), LOG-03 (2). Usang: LOG-01 (3)." in words
    assert own.completeness == pytest.approx((due - 5.5) / due)
    assert "LOG 25 × 100 + ADH 12 × 100" in section(text, "SKOR")


def test_every_indicator_tells_value_target_weight_source_age_and_sentence(world, read, explained):
    report = make_report(open_slot(world), world.people["camat-sandaran"], submitted_at=NOW - timedelta(days=1))
    read("64.08.11", {"LOG-05": 40})
    text = " ".join(explained("64.08.11").split())
    assert (
        "TEL-01 TPS dengan jalur pelaporan teruji (data / SMS-suara / HT / titik unggah)"
        " 14 dari 18 TPS (77,8 %), target hari ini 84,3 %."
        " nilai 77,8 %; target 84,3 %; bobot 3; kritis ya; sumber laporan camat;"
        " keadaan per 20 Nov 2026, 18.42 WITA, kemarin" in text
    )
    assert "Selisih: laporan camat mencatat 77,8 %, angka instansi 40 %." in text
    assert report.tps_route_final == 14
    assert all(f" {code} " in text for code in Indicator.objects.values_list("code", flat=True))


def test_a_silent_kecamatan_says_how_much_is_missing(explained):
    text = explained("64.08.11")
    assert "\nBELUM ADA DATA: skor – dari 100, kelengkapan 0 %." in text
    assert "Agar keluar dari Belum ada data: isi data berbobot " in section(text, "YANG PERLU BERUBAH")


def test_a_ready_kecamatan_needs_nothing(read, explained):
    read("64.08.11", good())
    text = explained("64.08.11")
    assert "\nSIAP: skor 100 dari 100" in text
    assert section(text, "YANG PERLU BERUBAH") == "Tidak ada: ini keadaan terbaik."


def test_a_regency_tells_its_rule_counts_and_kecamatan(read, explained):
    read("64.08.11", good(**{"TEL-01": 0}))
    read("64.08.06", good(**{"TEL-01": 0}))
    read("64.08.04", good())
    text = explained("64.08")
    assert "[x] paling sedikit 2 kecamatan belum siap: 2 dari 3 (66,7 %)" in section(text, "ATURAN")
    assert "8.356 dari 10.756" in section(text, "ATURAN")
    assert section(text, "JUMLAH KECAMATAN") == "3 memilih: 2 belum siap, 0 perlu perhatian, 1 siap, 0 belum ada data."
    assert "64.08.11 Sandaran Belum siap" in section(text, "KECAMATAN  ")
    needed = section(text, "YANG PERLU BERUBAH")
    assert needed.startswith("Agar menjadi Perlu perhatian: sisakan paling banyak satu yang belum siap")


@pytest.mark.parametrize(
    ("code", "units"), [("64", "64.08 Kabupaten Kutai Timur"), ("Indonesia", "64 Kalimantan Timur")]
)
def test_province_and_nation_are_explained_by_what_is_below_them(explained, code, units):
    text = explained(code)
    assert units in " ".join(text.split())
    assert "belum ada data: " in section(text, "ATURAN")


@pytest.mark.parametrize("code", ["64.08.11", "64.08", "64", "indonesia"])
def test_the_text_fits_a_terminal_of_100_columns(world, read, explained, code):
    make_report(open_slot(world), world.people["camat-sandaran"], submitted_at=NOW - timedelta(days=12))
    read("64.08.11", {"LOG-05": 40})
    assert max(map(len, explained(code).splitlines())) <= 100


def test_a_change_that_waits_is_mentioned(world, explained):
    outbox.mark_stale(world.election, ["64.08.11"], cause="test")
    assert "belum dihitung" in explained("64.08.11")
    assert "belum dihitung" in explained("64.08")
    assert "belum dihitung" not in explained("64.11")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["99"], 'Wilayah "99" tidak ada'),
        (["sandaran"], 'Wilayah "sandaran" tidak ada'),
        (["64.08.11.2001"], "Coba kecamatannya, Sandaran"),
        (["64", "--pemilihan=pilkada-3000"], "Yang ada: uji-2026-12-03"),
    ],
)
def test_a_question_without_an_answer_gets_a_sentence(world, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("explain", *arguments)


def test_a_region_that_does_not_vote_gets_a_sentence(world, explained):
    world.election.regions.set(["64.08"])
    with pytest.raises(CommandError, match="tidak ikut dalam pemilihan mana pun"):
        call_command("explain", "64.11")
    with pytest.raises(CommandError, match="tidak memilih dalam Pilkada uji"):
        call_command("explain", "64.11", pemilihan="uji-2026-12-03")


def decided(verdict):
    """The level of the first rule that is met: any condition is enough, but for green all are needed."""
    for level, conditions in verdict:
        met = [condition.holds for condition in conditions]
        if not met or (all(met) if level == Level.GREEN else any(met)):
            return level
    return None


@pytest.mark.parametrize("seed", range(6))
def test_the_rule_that_is_told_is_the_rule_that_decided(world, read, seed):
    """The text has thresholds of its own: over many mixtures they give the colour the roll-up stored."""
    chance = random.Random(seed)
    days = chance.choice([0, 5, 9, 10])  # H-12, H-7, H-3, H-2
    indicators = list(Indicator.objects.values_list("code", "rule", "is_critical"))
    for code in readiness.voting_kecamatan(world.election):
        known, fine = chance.choice([0.2, 0.5, 0.8, 1.0]), chance.choice([0.5, 0.9, 1.0])
        bad = {"R1": 97, "R2": 2, "R3": 0, "R4": 0.95, "R5": 9, "R6": 40, "R7": 97}
        read(
            code,
            {
                i: (GOOD if chance.random() < fine else bad)[rule]
                for i, rule, _critical in indicators
                if chance.random() < known
            },
        )
    now = NOW + timedelta(days=days)
    readiness.roll_up(world.election, now=now)
    for own in Readiness.objects.filter(region__level=3):
        grades = Grade.objects.filter(kecamatan=own.region_id).select_related("indicator")
        weights = weigh(grades, world.election.h_minus("Asia/Makassar", now))
        assert weights.filled / weights.due == pytest.approx(own.completeness)
        assert decided(kecamatan_verdict(own, weights)) == own.level
    for own, below in [(o, o.region.level + 1) for o in Readiness.objects.filter(region__level__lt=3)]:
        units = list(Readiness.objects.filter(region__parent=own.region_id).select_related("region"))
        assert decided(above_verdict(units, below)) == own.level


@pytest.mark.parametrize("code", ["64.08.11", "64.08"])
def test_statements_do_not_grow(world, read, explained, django_assert_max_num_queries, code):
    read("64.08.11", good())
    explained(code)
    with django_assert_max_num_queries(10):
        call_command("explain", code, stdout=StringIO())
