"""Whatever is posted, the answer is a page: never a 500, and nothing half written (issue, section 3)."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from districts.models import Issue, Report, ReportDraft
from districts.plain_text import plain
from districts.reports.fields import BY_NAME
from districts.reports.typed import EVENT_PARTS, EXTRA_NAMES, OBSTACLE_PARTS
from tests.districts.reports import EVENT, OBSTACLE, open_slot, sent_last_week, typed

PAGE = "/kecamatan/64.08.11/2026-W47/"
ROWS = [f"kendala-0-{part}" for part in OBSTACLE_PARTS] + [f"kejadian-0-{part}" for part in EVENT_PARTS]
NAMES = [*BY_NAME, *EXTRA_NAMES, *ROWS]
GARBAGE = [
    "", " ", "\0", "abc\0def", "\ud7ff", "﷽" * 50, "9" * 400, "-9" * 50, "1e309", "NaN", "Infinity", "١٢٣", "½", "²",
    "true", "None", "[]", "{}", "<script>alert(1)</script>", "' OR 1=1 --", "%00", "\r\n\t", "x" * 2500, "2026-02-30",
    "0000-00-00", "9999-12-31", "0001-01-01T00:00", "9999-12-31T23:59", "64.08.11.2001", "64.99", "-", "NO", "on",
]  # fmt: skip


@pytest.fixture
def camat(world, as_user):
    sent_last_week(world)
    open_slot(world)
    return as_user("camat-sandaran")


def check(response, *allowed):
    assert response.status_code in (allowed or (302, 422)), response.status_code


@pytest.mark.parametrize("name", NAMES)
def test_garbage_in_any_field_is_a_page_and_not_an_error(camat, name):
    rows = OBSTACLE | EVENT | {"security_events": 1}
    for garbage in random.Random(name).sample(GARBAGE, 2):
        check(camat.post(PAGE + "kirim/", typed(**(rows | {name: garbage, "base_revision": 0}))))
    check(camat.get(PAGE + "isi/"), 200)


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_in_every_field_is_a_page_and_not_an_error(camat, garbage):
    check(camat.post(PAGE + "kirim/", dict.fromkeys(NAMES, garbage)), 422)
    check(camat.post(PAGE + "kirim/", dict.fromkeys(NAMES, [garbage, "1", "", "-"] * 6)), 422)
    check(camat.post(PAGE + "draf/", dict.fromkeys(NAMES, garbage)), 302)
    check(camat.get(PAGE + "isi/"), 200)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"kpps_filled=%ff%fe&summary=%c3%28", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00" * 50, "application/x-www-form-urlencoded"),
        (b"%00=%00&kendala-0-title=%00", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"not a boundary", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"a=1", "application/x-www-form-urlencoded; charset=utf-99"),
        (b"", "text/plain"),
    ],
)
@pytest.mark.parametrize("address", ["kirim/", "draf/", "foto/"])
def test_a_broken_body_is_a_page_and_not_an_error(camat, body, content_type, address):
    check(camat.generic("POST", PAGE + address, body, content_type), 302, 422, 400)


def test_a_body_too_big_or_with_too_many_fields_is_refused(camat):
    check(camat.post(PAGE + "kirim/", {"summary": "x" * 3_000_000}), 400, 413)
    check(camat.post(PAGE + "kirim/", {f"f{number}": "1" for number in range(3000)}), 400, 413)
    assert not ReportDraft.objects.exists()


def test_what_is_not_of_the_form_is_not_kept(camat):
    camat.post(PAGE + "draf/", {"kpps_filled": "1", "is_staff": "1", "kendala-0-state": "x", "kendala-99-title": "x"})
    assert "is_staff" not in ReportDraft.objects.get().typed
    assert not [name for name in ReportDraft.objects.get().typed if name.startswith("kendala")]


def test_nobody_writes_columns_the_form_does_not_have(camat):
    camat.post(PAGE + "kirim/", typed(decision="diterima", revision="9", tps_total="999", receipt="AAAA-AAAA"))
    report = Report.objects.get(expected__slot="2026-W47")
    assert (report.decision, report.revision, report.tps_total) == ("", 1, 18)
    assert report.receipt != "AAAA-AAAA"


def test_nothing_is_half_written(camat):
    check(camat.post(PAGE + "kirim/", typed(has_obstacle=True, **(OBSTACLE | {"kendala-0-level": "9"}))), 422)
    assert not Issue.objects.exists()


@given(st.text(max_size=80))
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_plain_text_has_one_line_and_only_ascii_digits(text):
    cleaned = plain(text)
    assert "\n" not in cleaned
    assert "\0" not in cleaned
    assert all(sign in "0123456789" or not sign.isdecimal() for sign in cleaned)
    assert plain(cleaned) == cleaned
