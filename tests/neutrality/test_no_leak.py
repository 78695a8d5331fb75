"""Names of cases are nowhere but on the handlers' own pages of the case: every address × every role, and everything kept.

Issue 4, confidentiality: URLs, titles, logs, notifications, exports, file names, admin lists, cache, sessions, tables.
"""

import logging
import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile, is_zipfile

import pytest
import redis
from django.contrib import admin
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver
from pypdf import PdfReader

from districts.reports.expecting import current_expected, expect_reports
from neutrality.digest import send_digests
from neutrality.evidence import add_link
from neutrality.models import Case, Evidence, Reading, Referral, Reported, Reporter
from neutrality.referring import answer_referral
from neutrality.sanctions import note_sanction
from tests.conftest import NOW

from .cases import PLACE, PLANTED, REASON, SUMMARY, TELLER, advance, case_in
from .proof import LINK, NOTE, WHOLE, add, upload
from .test_referrals import refer

pytestmark = pytest.mark.django_db
HANDLER = "netralitas-kutim"
DECREE, RECOMMENDATION, FILE_NAME = "800/Zulkarnaen/2026", "Hukuman untuk Zulkarnaen Terlapor", "Foto Zulkarnaen.jpg"
SECRETS = [*PLANTED.values(), *TELLER.values(), SUMMARY, PLACE, REASON, NOTE, LINK, DECREE, RECOMMENDATION, FILE_NAME]
ROLES = (
    "camat-sandaran", "desk-kutim", "desk-kaltim", "bupati-kutim", "pemantau-nasional", "kpu-kutim", "ppk-sandaran",
    "diskominfo-kutim", "desk-mahulu", "admin", "",
)  # fmt: skip
#: what stands in the addresses for each parameter
VALUES = {
    "RegionCode": ["64.08", "64"], "KecamatanCode": ["64.08.11"], "DownloadFormat": ["csv", "xlsx"], "ItemCode": ["SS"],
    "StationCode": ["64.08.11.2001-001"], "ShipmentCode": ["SJ-640811-7F3KQ"], "IntConverter": [1, 2],
    "hop": ["kpu-ppk"], "plan": ["A"], "kind": ["stok"], "receipt": ["0"],
}  # fmt: skip


@pytest.fixture
def planted(world, shelf, settings):
    """A case to its sanction, with all that can name anybody filled in."""
    case = case_in(world, "tidak_ditindaklanjuti", hours_apart=0)
    advance(world, case, "sanksi_dijatuhkan")
    handler = world.people[HANDLER]
    handler.email = "penangan@example.go.id"
    handler.save()
    add(world, case, WHOLE["jpg"], upload=upload(WHOLE["jpg"], FILE_NAME))
    add_link(case=case, link=LINK, note=NOTE, by=handler, now=NOW, client_key=uuid4())
    referral = refer(world, case)
    answer_referral(
        referral=referral, answer_number="12/BKN", answered_on=NOW.date(), recommendation=RECOMMENDATION, by=handler,
        now=NOW,
    )  # fmt: skip
    note_sanction(
        case=case, level="moral", decree=DECREE, decided_on=NOW.date(), by=handler, now=NOW, client_key=uuid4()
    )
    expect_reports(world.election)
    return case


def patterns(resolver=None):
    for each in (resolver or get_resolver()).url_patterns:
        if not isinstance(each, URLResolver):
            yield each
        elif each.namespace != "admin":
            yield from patterns(each)


def choices(world, case, name, kind):
    """What a parameter may be here."""
    found = {
        "slot": lambda: [current_expected(world.election, "64.08.11", NOW).slot],
        "number": lambda: [case.number],
        "pk": lambda: [Referral.objects.get().pk],
    }
    return found[name]() if name in found else VALUES[name if name in VALUES else kind]


def addresses(world, case):
    """An address or more of every route of the project."""
    for each in patterns():
        ways = [{}]
        for name, converter in each.pattern.converters.items():
            known = choices(world, case, name, type(converter).__name__)
            ways = [way | {name: value} for way in ways for value in known]
        if each.name:
            yield from (reverse(each.name, kwargs=way) for way in ways)
    yield reverse("admin:index")
    for model in admin.site._registry:
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{stem}_changelist")
        yield reverse(f"{stem}_add")
        if row := model._default_manager.first():
            yield from (reverse(f"{stem}_{page}", args=[row.pk]) for page in ("change", "history"))


def opened(content):
    """The text of an answer, also of what is packed in it."""
    if content[:4] == b"%PDF":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    if is_zipfile(BytesIO(content)):
        archive = ZipFile(BytesIO(content))
        return "\n".join(name + opened(archive.read(name)) for name in archive.namelist())
    return content.decode("utf-8", "replace")


def found_in(text):
    return [secret for secret in SECRETS if secret in text or secret.replace("/", "%2F") in text]


def text_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return opened(content)


def signed_in(world, who):
    client = Client(HTTP_ACCEPT_LANGUAGE="id")
    if who:
        client.force_login(world.people[who])
    return client


@pytest.mark.parametrize("who", ROLES, ids=lambda who: who or "nobody")
def test_nobody_else_finds_a_name_or_a_case_at_any_address(world, planted, store, who):
    client, leaks = signed_in(world, who), []
    for address in addresses(world, planted):
        answer = client.get(address)
        text = text_of(answer)
        if found_in(text) or found_in(str(answer.headers)):
            leaks.append(address)
        assert not address.startswith("/kasus/") or answer.status_code == (404 if who else 302), address
        assert planted.number not in text or not who or answer.status_code == 404
    assert leaks == []


@pytest.mark.parametrize("who", ["desk-kutim", "camat-sandaran", "admin", ""], ids=lambda who: who or "nobody")
def test_sending_forms_anywhere_shows_no_name_either(world, planted, store, who):
    client, leaks = signed_in(world, who), []
    for address in addresses(world, planted):
        if address in (reverse("logout"), reverse("sign_out_everywhere")):
            continue
        answer = client.post(address, {"reason": "ingin tahu"})
        if found_in(text_of(answer)) or found_in(str(answer.headers)):
            leaks.append(address)
        assert not address.startswith("/kasus/") or answer.status_code == (404 if who else 302), address
    assert leaks == []


def test_the_handler_reads_names_on_the_pages_of_the_case_alone_and_never_in_titles_links_or_headers(
    world, planted, store
):
    client, read = signed_in(world, HANDLER), set()
    for address in addresses(world, planted):
        answer = client.get(address)
        text = text_of(answer)
        read |= set(found_in(text)) if address.startswith("/kasus/") else set()
        assert address.startswith("/kasus/") or not found_in(text), address
        told = re.findall(r'<title>.*?</title>|(?:href|src|action|hx-\w+)="[^"]*"', text, re.DOTALL)
        assert not found_in(" ".join(told) + str(answer.headers)), address
    assert {PLANTED["name"], SUMMARY, PLACE, REASON, NOTE} <= read  # so the walk does see the pages
    assert not read & set(TELLER.values())  # these only on an explicit reveal


def test_a_reveal_shows_the_reporter_once_and_writes_it_down(world, planted, store):
    client = signed_in(world, HANDLER)
    page = client.post(reverse("case_reveal", args=[planted.number]), {"reason": "Klarifikasi Bawaslu"})
    assert set(TELLER.values()) <= set(found_in(text_of(page)))
    assert "no-store" in page["Cache-Control"]
    assert not found_in(str(page.headers) + str(dict(client.session)))
    assert Reading.objects.filter(what="pelapor", by=world.people[HANDLER]).count() == 1


def test_what_is_kept_names_nobody(world, planted, store, settings, caplog, shelf):
    caplog.set_level(logging.DEBUG)
    client = signed_in(world, HANDLER)
    for name in ("case", "case_reveal", "case_proof"):
        method = client.post if name == "case_reveal" else client.get
        method(reverse(name, args=[planted.number]), {"reason": "Klarifikasi"} if name == "case_reveal" else {})
    client.post(reverse("case_move", args=[planted.number]), {"start": "x", "end": "y", "reason": REASON})
    send_digests(now=NOW + timedelta(days=1))
    sent = " ".join(each.subject + each.body + str(each.extra_headers) for each in mail.outbox)
    assert found_in(caplog.text + sent) == []
    assert found_in(" ".join(str(path.relative_to(shelf)) for path in shelf.rglob("*"))) == []
    with redis.Redis.from_url(settings.REDIS_URL) as kept:
        values = b" ".join(key + (kept.dump(key) or b"") for key in kept.scan_iter())
    assert found_in(values.decode("latin-1")) == []


def test_the_tables_hold_no_name_in_clear(world, planted):
    """Sealed columns included: what stands there is no text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT coalesce(string_agg(kept::text, chr(10)), '') FROM \"{table}\" kept")
            assert found_in(cursor.fetchone()[0]) == [], table


@pytest.mark.parametrize("model", [Case, Reported, Reporter, Evidence, Referral])
def test_what_a_log_would_print_of_a_row_names_nobody(planted, model):
    row = model.objects.first()
    assert found_in(f"{row!s} {row!r} {vars(row)}") == []


def test_cases_reporters_and_evidence_are_not_in_the_administration_at_all():
    ours = {model.__name__ for model in admin.site._registry if model._meta.app_label == "neutrality"}
    assert ours == {"SubjectType", "ViolationForm", "ClockSetting", "HolidayOverride"}
