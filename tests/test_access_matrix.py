"""Every URL × every role × own and foreign region: what is out of reach is a 404, what may not be done a sentence."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import get_resolver, reverse

from districts.access import scope_of
from districts.models import Agency, ImportFile, Issue, Reachability, User, WindowException
from districts.models.people import Assignment
from districts.reports.expecting import current_expected, expect_reports
from tests.conftest import NOW, PEOPLE
from tests.districts.reports import make_report

pytestmark = pytest.mark.django_db

ALL = frozenset(PEOPLE) | {"admin"}
REPORTERS = {"camat-sandaran", "operator-sandaran", "camat-busang"}
DESKS = {"desk-kutim", "desk-mahulu", "desk-kaltim"}
NOTERS = REPORTERS | DESKS | {"kpu-kutim", "kpu-mahulu", "diskominfo-kutim"}
PLACES = {"kecamatan": ["64.08.11", "64.08.06", "64.11.01"], "regency": ["64.08", "64.11"], "province": ["64"]}
NOBODY: frozenset[str] = frozenset()
TO_FORM = {"report_draft", "report_submit"}

#: name: (kind of place, who may GET, who may POST); those who see the place but are not named get 403 or 405.
ROUTES = {
    "dashboard": (("regency", "province"), ALL, NOBODY),
    "silent": (("regency", "province"), ALL, NOBODY),
    "issues": (("regency", "province"), ALL, NOBODY),
    "kecamatan": (("kecamatan",), ALL, NOBODY),
    "issues_kecamatan": (("kecamatan",), ALL, NOBODY),
    "history": (("kecamatan",), DESKS | {"admin"}, NOBODY),
    "issue_raise": (("kecamatan",), REPORTERS | DESKS, REPORTERS | DESKS),
    "report": (("kecamatan",), ALL, NOBODY),
    "report_form": (("kecamatan",), REPORTERS | DESKS, NOBODY),
    "report_draft": (("kecamatan",), NOBODY, REPORTERS | DESKS),
    "report_submit": (("kecamatan",), NOBODY, REPORTERS | DESKS),
    "report_photo_add": (("kecamatan",), NOBODY, REPORTERS | DESKS),
    "report_photo": (("kecamatan",), ALL, NOBODY),
    "report_receipt": (("kecamatan",), ALL, NOBODY),
    "report_accept": (("kecamatan",), NOBODY, DESKS),
    "report_return": (("kecamatan",), NOBODY, DESKS),
    "contact_note": (("kecamatan",), DESKS, DESKS),
    "compliance": (("regency", "province"), ALL, NOBODY),
    "compliance_export": (("regency", "province"), ALL, NOBODY),
    "report_window_open": (("kecamatan",), NOBODY, DESKS),
    "report_window_end": (("kecamatan",), NOBODY, DESKS),
    "reachability": (("kecamatan",), DESKS, DESKS),
    "reachability_end": (("kecamatan",), NOBODY, DESKS),
    "dashboard_export": (("regency", "province"), ALL, NOBODY),
    "silent_export": (("regency", "province"), ALL, NOBODY),
    "issues_export": (("regency", "province"), ALL, NOBODY),
    "issues_kecamatan_export": (("kecamatan",), ALL, NOBODY),
    "registers": (("regency", "province"), ALL, NOBODY),
    "register": (("regency", "province"), DESKS | {"admin"}, DESKS | {"admin"}),
    "register_export": (("regency", "province"), ALL, NOBODY),
    "import_preview": (("regency",), {"kpu-kutim", "kpu-mahulu"}, NOBODY),
    "import_apply": (("regency",), NOBODY, {"kpu-kutim", "kpu-mahulu"}),
    "issue": (("kecamatan",), ALL, NOBODY),
    "issue_assign": (("kecamatan",), NOBODY, DESKS),
    "issue_note": (("kecamatan",), NOBODY, NOTERS),
    "issue_close": (("kecamatan",), NOBODY, DESKS),
}
#: what was changed by and about a person: tests/districts/test_history.py
HISTORY = {"person_history"}
#: lists as files
LISTS = ("dashboard_export", "silent_export", "issues_export", "issues_kecamatan_export")
#: addresses without a region: who may see them
NATION_ONLY = {"nation", "silent_nation", "issues_nation", "compliance_nation"}
NATION_LISTS = {"compliance_nation_export", "nation_export", "silent_nation_export", "issues_nation_export"}
OWN = {"home", "search", "login", "logout", "password_change", "password_change_done", "styleguide", "import_example"}
#: signing in and one's own account: tests/districts/test_sign_in.py, test_second_factor.py
ACCOUNT = {
    "second_step", "account", "sign_out_everywhere", "second_factor", "second_factor_begin", "recovery_codes",
    "second_factor_off",
}  # fmt: skip

#: accounts of others: tests/districts/test_account_pages.py
PEOPLE_PAGES = {
    "start", "people", "people_nation", "people_download", "people_download_nation", "people_cards",
    "people_cards_nation", "people_import", "people_import_nation", "person_new", "person_new_nation", "person",
    "person_card", "person_renew", "person_role", "person_phone", "assignment_end",
}  # fmt: skip


@pytest.fixture
def stage(world, settings, tmp_path):
    """A report, an issue and a slot in each of three kecamatan; a file in each regency."""
    settings.MEDIA_ROOT = tmp_path
    expect_reports(world.election)
    admin = world.people["admin"]
    desk = Agency.objects.get(code="desk")
    made = {}
    for code in PLACES["kecamatan"]:
        expected = current_expected(world.election, code, NOW)
        report = make_report(expected, admin)
        issue = Issue.objects.create(
            election=world.election, kecamatan_id=code, kind="kendala", category="logistik", title="Kotak basah",
            raised_by=admin, raised_at=NOW, owner=desk, due_at=NOW + timedelta(days=1),
        )  # fmt: skip
        made[code] = (expected, report, issue)
        for_a_time = {"starts_at": NOW, "ends_at": NOW + timedelta(days=1), "reason": "Jalan putus"}
        WindowException.objects.create(expected=expected, opened_by=admin, client_key=uuid.uuid4(), **for_a_time)
        Reachability.objects.create(
            kecamatan_id=code, state="sulit", set_by=admin, client_key=uuid.uuid4(), **for_a_time
        )  # fmt: skip
    for code in PLACES["regency"]:
        made[code] = ImportFile.objects.create(
            kind="stok", region_id=code, election=world.election, name="a.csv", sha256="a", uploaded_by=admin,
            content=ContentFile(b"a;b\n", name="a.csv"),
        )  # fmt: skip
    return made


def addresses(stage):
    """(name, place, address) of every route with a region."""
    for name, (kinds, _getters, _posters) in ROUTES.items():
        for code in [code for kind in kinds for code in PLACES[kind]]:
            expected, report, issue = stage[code] if code in PLACES["kecamatan"] else (None, None, None)
            window = expected and expected.exceptions.first()
            extra = {
                **{each: {"format": "csv"} for each in LISTS},
                "register": {"kind": "sinyal-tps"},
                "register_export": {"kind": "sinyal-tps", "format": "csv"},
                "report_photo": {"position": 1},
                "report_receipt": {"receipt": report.receipt if report else ""},
                "report_accept": {"revision": 1},
                "report_return": {"revision": 1},
                "report_window_end": {"pk": window.pk if window else 0},
            }.get(name, {})
            if name.startswith("import_"):
                yield name, code, reverse(name, kwargs={"pk": stage[code].pk})
            elif name == "compliance_export":
                yield name, code, reverse(name, kwargs={"code": code, "format": "csv"})
            elif name == "reachability_end":
                held = Reachability.objects.get(kecamatan=code)
                yield name, code, reverse(name, kwargs={"code": code, "pk": held.pk})
            elif (name.startswith("issue_") and name != "issue_raise") or name == "issue":
                yield name, code, reverse(name, kwargs={"pk": issue.pk})
            elif name.startswith(("report", "contact_")):
                yield name, code, reverse(name, kwargs={"code": code, "slot": expected.slot, **extra})
            else:
                yield name, code, reverse(name, kwargs={"code": code, **extra})


def test_the_table_knows_every_url():
    named = {pattern.name for pattern in get_resolver("districts.urls").url_patterns}
    assert named == set(ROUTES) | NATION_ONLY | NATION_LISTS | OWN | ACCOUNT | PEOPLE_PAGES | HISTORY


def allowed(name, who, method):
    return who in ROUTES[name][1 if method == "get" else 2]


@pytest.mark.parametrize("who", sorted(ALL))
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_url_for_every_role_in_every_region(world, stage, who, method):
    client = Client(raise_request_exception=True)
    user = world.people[who]
    client.force_login(user)
    wrong = []
    for name, code, address in addresses(stage):
        answer = getattr(client, method)(address).status_code
        if name in TO_FORM and method == "get":
            right = answer == 302  # to the form, which decides
        elif not scope_of(user).covers(code):
            right = answer in (404, 405)
        elif not allowed(name, who, method):
            right = answer in (403, 405)
        else:
            # a photo that is not there is a 404 for everyone
            right = answer in (200, 302, 422, 409, 400) or name == "report_photo"
        if not right:
            wrong.append((name, code, answer))
    assert wrong == []


@pytest.mark.parametrize("who", sorted(ALL))
def test_the_nation_is_for_those_who_are_assigned_to_it(world, stage, who):
    client = Client()
    client.force_login(world.people[who])
    for name in NATION_ONLY:
        expected = 200 if who in ("pemantau-nasional", "admin") else 404
        assert client.get(reverse(name)).status_code == expected
    for name in NATION_LISTS:
        expected = 200 if who in ("pemantau-nasional", "admin") else 404
        assert client.get(reverse(name, args=["csv"])).status_code == expected


def test_without_signing_in_everything_leads_to_the_sign_in_page(stage):
    client = Client()
    for _name, _code, address in addresses(stage):
        answer = client.get(address)
        assert answer.status_code in (302, 405), address
        if answer.status_code == 302:
            assert answer.url.startswith("/masuk/"), address


@pytest.mark.parametrize("who", sorted(ALL - {"admin"}))
def test_admin_is_for_staff_only(world, who):
    client = Client()
    client.force_login(world.people[who])
    assert client.get("/admin/").status_code in (302, 403, 404)


def test_a_person_without_assignment_sees_nothing(world, stage):
    client = Client()
    client.force_login(User.objects.create_user("baru", None, name="Orang Baru"))
    for name, code, address in addresses(stage):
        if ROUTES[name][1]:
            assert client.get(address).status_code == 404, (name, code)
    assert client.get("/").status_code == 200


def test_an_ended_assignment_ends_the_view(world, stage):
    Assignment.objects.filter(user=world.people["desk-kutim"]).update(valid_until=NOW.date() - timedelta(days=1))
    client = Client()
    client.force_login(world.people["desk-kutim"])
    assert client.get(reverse("dashboard", args=["64.08"])).status_code == 404


def test_observers_have_no_form_that_writes(world, stage):
    client = Client()
    client.force_login(world.people["bupati-kutim"])
    for name, code, address in addresses(stage):
        if name.endswith("_export"):
            continue  # a file
        if scope_of(world.people["bupati-kutim"]).covers(code) and "bupati-kutim" in ROUTES[name][1]:
            page = client.get(address).content.decode()
            posts = [line for line in page.split("<form")[1:] if 'method="post"' in line.split(">")[0]]
            assert all("/keluar/" in form.split(">")[0] or "/bahasa/" in form.split(">")[0] for form in posts), (
                name,
                code,
            )


def test_what_does_not_exist_is_a_404(as_user):
    client = as_user("admin")
    for address in (
        "/wilayah/99/",
        "/kecamatan/64.08.99/",
        "/kecamatan/64.08.11/2025-W53/",
        "/kecamatan/64.08.11/2026-02-30/",
    ):
        assert client.get(address).status_code == 404
    assert client.get(reverse("issue", args=[2**31 - 1])).status_code == 404
    assert client.get(f"/kendala/{2**70}/").status_code == 404


GARBAGE = [
    {},
    {"x": "\x00"},
    {"title": "a" * 100_000, "level": "99999999999999999999", "owner": "'; DROP TABLE", "due_at": "besok"},
    {"client_key": "bukan-uuid", "base_revision": "-1", "revision": "1e9", "reason": "\x00\x01", "outcome": "x"},
    {
        "client_key": str(uuid.uuid4()),
        "reason": "6408110501900001",
        "note": "640811050190000112",
        "text": "\ud800".encode("utf-8", "replace").decode(),
    },
    {
        "typed": "[]",
        "general_condition": ["a", "b"],
        "kpps_filled": "１２３",
        "tps_at_ppk": "1e3",
        "outreach_villages": "64.08",
    },
]


@pytest.mark.parametrize("typed", GARBAGE)
def test_garbage_never_breaks_a_page(world, stage, typed):
    client = Client(raise_request_exception=True)
    client.force_login(world.people["admin"])
    for who in ("desk-kaltim", "camat-sandaran", "admin"):
        client.force_login(world.people[who])
        for name, code, address in addresses(stage):
            if ROUTES[name][2] and code == "64.08.11":
                answer = client.post(address, typed)
                assert answer.status_code < 500, (name, who)
                answer = client.post(address, b"\xff\xfe\x00{", content_type="application/x-www-form-urlencoded")
                assert answer.status_code < 500, (name, who)
                answer = client.post(address, b"not a form", content_type="multipart/form-data; boundary=x")
                assert answer.status_code < 500, (name, who)


@pytest.mark.parametrize("query", ["\x00", "'", "%", "_" * 5000, "64.08.11.", "６４", "q=1&q=2", "😀", "a" * 20_000])
def test_garbage_in_an_address_never_breaks_a_page(world, stage, query):
    client = Client(raise_request_exception=True)
    client.force_login(world.people["admin"])
    keys = ("q", "warna", "dimensi", "urut", "page", "versi", "wilayah", "keadaan", "tingkat", "pemilik")
    for name, code, address in addresses(stage):
        if ROUTES[name][1] and code in ("64.08", "64.08.11"):
            assert client.get(address, dict.fromkeys(keys, query)).status_code < 500, name
    assert client.get(reverse("search"), {"q": query}).status_code < 500
