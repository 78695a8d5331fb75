"""Issues of people: who may do what, from raised to closed, and the boards (DESIGN "Who uses it", DOMAIN 7.2)."""

from datetime import timedelta
from threading import Event, Thread
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from districts.access import AccessRefused
from districts.issues import IssueRefused, assign_issue, close_issue, note_issue, raise_issue
from districts.models import Agency, Grade, Issue, IssueNote, Level, StaleKecamatan
from districts.readiness import roll_up

SENTENCE = "Hanya Desk Pilkada wilayah ini"


@pytest.fixture
def kpu(db):
    return Agency.objects.get_or_create(code="kpu", defaults={"name": "KPU"})[0]


def make(world, code="64.08.11", title="Kotak suara basah", by="desk-kaltim", **fields):
    wanted = {"kind": "kendala", "category": "logistik", "level": 2, **fields}
    return raise_issue(
        election=world.election,
        kecamatan=world.regions[code],
        title=title,
        by=world.people[by],
        now=timezone.now(),
        **wanted,
    )


def typed(**fields):
    return {
        "kind": "kendala",
        "category": "akses",
        "title": "Dermaga rusak",
        "level": "3",
        "client_key": uuid4(),
    } | fields


def test_the_camat_raises_an_issue_and_the_kecamatan_is_marked_stale(world, as_user):
    response = as_user("camat-sandaran").post("/kecamatan/64.08.11/kendala/baru/", typed())
    issue = Issue.objects.get()
    assert response.status_code == 302
    assert response.url == f"/kendala/{issue.pk}/"
    assert (issue.state, issue.level, issue.raised_by.username) == ("baru", 3, "camat-sandaran")
    assert StaleKecamatan.objects.get().cause == "issue"


def test_a_new_issue_has_an_owner_and_a_due_date_so_reporting_alone_is_never_red(world, as_user, kpu):
    as_user("camat-sandaran").post("/kecamatan/64.08.11/kendala/baru/", typed(category="logistik", level="2"))
    issue = Issue.objects.get()
    assert issue.owner == kpu
    assert issue.due_at - issue.raised_at == timedelta(days=7)
    roll_up(world.election, ["64.08.11"], now=timezone.now())
    grade = Grade.objects.get(kecamatan="64.08.11", indicator="LOG-09")
    assert (grade.level, grade.reason) == (Level.AMBER, "open_handled")


def test_the_same_form_sent_twice_makes_one_issue(world, as_user):
    client, form = as_user("camat-sandaran"), typed()
    first = client.post("/kecamatan/64.08.11/kendala/baru/", form)
    assert client.post("/kecamatan/64.08.11/kendala/baru/", form).url == first.url
    assert Issue.objects.count() == 1


@pytest.mark.parametrize("username", ["camat-sandaran", "desk-kutim"])
def test_a_form_key_used_elsewhere_is_told_and_writes_nothing(world, as_user, username):
    form, key = typed(), uuid4()
    as_user("camat-busang").post("/kecamatan/64.08.06/kendala/baru/", form)
    issue = make(world)
    note_issue(issue=Issue.objects.get(kecamatan="64.08.06"), text="Sudah", by=world.people["desk-kutim"],
               now=timezone.now(), client_key=key)  # fmt: skip
    client = as_user(username)
    raised = client.post("/kecamatan/64.08.11/kendala/baru/", form)
    noted = client.post(f"/kendala/{issue.pk}/catat/", {"text": "Sudah", "client_key": key}, follow=True)
    assert raised.status_code == 422
    for page in (raised, noted):
        assert "sudah dipakai untuk catatan lain" in page.content.decode()
    assert (Issue.objects.count(), IssueNote.objects.count()) == (2, 1)


def test_an_issue_of_a_foreign_kecamatan_does_not_exist(world, as_user):
    issue = make(world, "64.11.01")
    client = as_user("desk-kutim")
    for path in (
        f"/kendala/{issue.pk}/",
        "/kecamatan/64.11.01/kendala/",
        "/wilayah/64.11/kendala/",
        "/nasional/kendala/",
    ):
        assert client.get(path).status_code == 404, path
    for step in ("tugaskan", "catat", "tutup"):
        assert client.post(f"/kendala/{issue.pk}/{step}/", {}).status_code == 404, step
    assert client.post("/kecamatan/64.11.01/kendala/baru/", typed()).status_code == 404


@pytest.mark.parametrize("username", ["bupati-kutim", "netralitas-kutim", "ppk-sandaran", "admin"])
def test_who_only_reads_sees_the_issue_and_no_form(world, as_user, username):
    issue = make(world)
    page = as_user(username).get(f"/kendala/{issue.pk}/").content.decode()
    assert "Kotak suara basah" in page
    assert "/tugaskan/" not in page
    assert "/catat/" not in page
    assert as_user(username).post(f"/kendala/{issue.pk}/catat/", {"text": "x"}).status_code == 403


@pytest.mark.parametrize("username", ["camat-sandaran", "kpu-kutim", "diskominfo-kutim"])
def test_who_notes_progress_may_not_assign_or_close(world, as_user, username):
    issue = make(world)
    client = as_user(username)
    assert (
        client.post(f"/kendala/{issue.pk}/catat/", {"text": "Terpal dipasang", "client_key": uuid4()}).status_code
        == 302
    )
    for step in ("tugaskan", "tutup"):
        response = client.post(f"/kendala/{issue.pk}/{step}/", {})
        assert response.status_code == 403
        assert SENTENCE in response.content.decode()
    assert issue.notes.get().text == "Terpal dipasang"


def test_a_camat_raises_only_at_home_and_a_partner_not_at_all(world, as_user):
    assert as_user("diskominfo-kutim").post("/kecamatan/64.08.11/kendala/baru/", typed()).status_code == 403
    with pytest.raises(AccessRefused, match="petugas kecamatan ini"):
        make(world, "64.08.06", by="camat-sandaran")


def test_the_desk_assigns_and_the_history_says_to_whom_and_until_when(world, as_user, kpu):
    issue = make(world)
    form = {"owner": "kpu", "level": "4", "due_at": "2026-11-23T16:00", "text": "Ganti kotak", "client_key": uuid4()}
    assert as_user("desk-kutim").post(f"/kendala/{issue.pk}/tugaskan/", form).status_code == 302
    issue.refresh_from_db()
    assert (issue.state, issue.owner, issue.level) == ("ditugaskan", kpu, 4)
    assert issue.due_at.isoformat() == "2026-11-23T08:00:00+00:00"  # 16.00 WITA
    assert issue.notes.get().text == "KPU, tingkat kritis, tenggat 23 Nov 2026, 16.00 WITA. Ganti kotak"


def test_a_due_date_in_the_past_and_a_missing_owner_come_back_with_sentences(world, as_user, kpu):
    issue = make(world)
    form = {"level": "4", "due_at": "2026-11-20T16:00", "client_key": uuid4()}
    response = as_user("desk-kutim").post(f"/kendala/{issue.pk}/tugaskan/", form)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Tenggat ini sudah lewat" in page
    assert 'value="2026-11-20T16:00"' in page
    assert not IssueNote.objects.exists()


@pytest.mark.parametrize("number", [
    "6408111234567890", "6408 1112 3456 7890", "198012312005011002", "640811\r\n123456\r\n7890", "６４０８１１１２３４５６７８９０",
    "64081112\u200b34567890", "6408–1112–3456–7890",
])  # fmt: skip
def test_a_personal_number_is_refused_in_every_text(world, as_user, number):
    issue, desk = make(world), as_user("desk-kutim")
    wrong = {
        "/kecamatan/64.08.11/kendala/baru/": ("form", "detail", typed(detail=number)),
        f"/kendala/{issue.pk}/catat/": ("note_form", "text", {"text": number}),
        f"/kendala/{issue.pk}/tutup/": ("close_form", "text", {"text": number, "state": "selesai"}),
        f"/kendala/{issue.pk}/tugaskan/": ("assign_form", "text", {"text": number, "owner": "kpu", "level": "2"}),
    }
    for path, (name, field, form) in wrong.items():
        response = desk.post(path, {"client_key": uuid4()} | form)
        assert response.status_code == 422, path
        assert "Jangan menulis NIK atau NIP" in str(response.context[name].errors[field]), path


def test_a_security_event_needs_its_time_and_a_time_that_has_been(world, as_user):
    camat = as_user("camat-sandaran")
    for occurred_at, sentence in (("", "Isi waktu kejadian"), ("2026-11-22T09:00", "Waktu ini belum terjadi")):
        response = camat.post("/kecamatan/64.08.11/kendala/baru/", typed(kind="kejadian", occurred_at=occurred_at))
        assert response.status_code == 422
        assert sentence in str(response.context["form"].errors["occurred_at"])
    camat.post("/kecamatan/64.08.11/kendala/baru/", typed(kind="kejadian", occurred_at="2026-11-21T09:00"))
    assert Issue.objects.get().occurred_at.isoformat() == "2026-11-21T01:00:00+00:00"


def test_work_begins_when_a_partner_says_so_and_only_after_assignment(world, kpu):
    issue, partner = make(world), world.people["diskominfo-kutim"]
    note_issue(issue=issue, text="Sudah dicek", by=partner, now=timezone.now(), work_began=True)
    assert Issue.objects.get().state == "baru"
    assign_issue(issue=issue, owner=kpu, level=2, due_at=None, by=world.people["desk-kutim"], now=timezone.now())
    note_issue(issue=issue, text="Tim berangkat", by=partner, now=timezone.now(), work_began=True)
    assert Issue.objects.get().state == "dikerjakan"
    assert list(issue.notes.values_list("state", flat=True)) == ["", "ditugaskan", "dikerjakan"]


@pytest.mark.parametrize(("state", "offered"), [("baru", False), ("ditugaskan", True), ("dikerjakan", False)])
def test_beginning_work_is_offered_only_on_an_assigned_issue(world, as_user, kpu, state, offered):
    issue = make(world)
    Issue.objects.filter(pk=issue.pk).update(state=state, owner=kpu)
    client = as_user("diskominfo-kutim")
    for page in (client.get(f"/kendala/{issue.pk}/"), client.post(f"/kendala/{issue.pk}/catat/", {"text": ""})):
        assert ("Mulai dikerjakan" in page.content.decode()) is offered


def test_a_closed_issue_says_who_closed_it_and_changes_no_more(world, kpu):
    issue, desk, now = make(world), world.people["desk-kutim"], timezone.now()
    close_issue(issue=issue, state="selesai", text="Kotak diganti", by=desk, now=now)
    steps = [
        lambda: close_issue(issue=issue, state="dibatalkan", text="Salah", by=world.people["desk-kaltim"], now=now),
        lambda: assign_issue(issue=issue, owner=kpu, level=2, due_at=None, by=desk, now=now),
        lambda: note_issue(issue=issue, text="Lagi", by=desk, now=now),
    ]
    for step in steps:
        with pytest.raises(IssueRefused, match=r"sudah ditutup oleh Desk Kutim pada 21 Nov 2026, 18\.42 WITA"):
            step()
    issue.refresh_from_db()
    assert (issue.state, issue.closed_by, issue.notes.count()) == ("selesai", desk, 1)


def test_closing_again_shows_one_sentence_on_the_page(world, as_user):
    issue = make(world)
    close_issue(issue=issue, state="selesai", text="Beres", by=world.people["desk-kaltim"], now=timezone.now())
    form = {"state": "dibatalkan", "text": "Bukan kendala", "client_key": uuid4()}
    response = as_user("desk-kutim").post(f"/kendala/{issue.pk}/tutup/", form, follow=True)
    assert response.content.decode().count("Kendala ini sudah ditutup oleh Desk Kaltim") == 1
    assert issue.notes.count() == 1


def test_a_note_sent_twice_is_written_once_even_after_closing(world):
    issue, desk, key = make(world), world.people["desk-kutim"], uuid4()
    for _again in range(2):
        close_issue(issue=issue, state="selesai", text="Beres", by=desk, now=timezone.now(), client_key=key)
    assert issue.notes.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_closing_at_once_the_second_waits_and_is_told(world):
    issue, first_closed, told = make(world), Event(), []

    def second():
        first_closed.wait()
        try:
            close_issue(issue=issue, state="dibatalkan", text="x", by=world.people["desk-kaltim"], now=timezone.now())
        except IssueRefused as refused:
            told.append(str(refused))
        connections.close_all()

    thread = Thread(target=second)
    thread.start()
    with transaction.atomic():
        close_issue(issue=issue, state="selesai", text="x", by=world.people["desk-kutim"], now=timezone.now())
        first_closed.set()
        thread.join(timeout=0.5)  # it waits for this transaction
        assert thread.is_alive()
    thread.join()
    assert ["ditutup oleh Desk Kutim" in sentence for sentence in told] == [True]
    assert issue.notes.get().state == "selesai"


def titles(response):
    return [issue.title for issue in response.context["page"].object_list]


def test_a_board_is_narrowed_by_state_owner_level_kecamatan_and_overdue(world, as_user):
    late = timezone.now() - timedelta(hours=1)
    make(world, title="terbuka")
    Issue.objects.filter(pk=make(world, "64.08.06", title="lewat", level=4).pk).update(
        due_at=late, owner="lanal", state="ditugaskan"
    )
    gone = make(world, title="selesai")
    close_issue(issue=gone, state="selesai", text="x", by=world.people["desk-kutim"], now=timezone.now())
    make(world, "64.11.01", title="mahulu")
    client = as_user("desk-kutim")
    for query, expected in {
        "": ["lewat", "terbuka"],
        "?keadaan=ditugaskan": ["lewat"],
        "?keadaan=tertutup": ["selesai"],
        "?keadaan=semua&wilayah=64.08.11": ["terbuka", "selesai"],
        "?pemilik=lanal": ["lewat"],
        "?tingkat=4": ["lewat"],
        "?lewat=on": ["lewat"],
    }.items():
        assert titles(client.get(f"/wilayah/64.08/kendala/{query}")) == expected, query
    assert "lewat tenggat" in client.get("/wilayah/64.08/kendala/").content.decode()


def test_the_province_board_narrows_to_a_kecamatan_of_the_address(world, as_user):
    make(world, title="sandaran"), make(world, "64.08.06", title="busang")
    assert titles(as_user("desk-kaltim").get("/wilayah/64/kendala/?wilayah=64.08.06")) == ["busang"]


def test_a_filter_that_does_not_exist_says_so_and_hides_nothing(world, as_user):
    make(world)
    response = as_user("desk-kutim").get("/wilayah/64.08/kendala/?tingkat=99&wilayah=64.11.01")
    assert response.status_code == 422
    assert titles(response) == ["Kotak suara basah"]
    assert "Saringan tidak dikenal" in response.content.decode()


def test_the_region_alone_answers_htmx(world, as_user):
    make(world)
    page = as_user("desk-kutim").get("/wilayah/64.08/kendala/", headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<section id="issue-board"')
    assert "<html" not in page


@pytest.mark.parametrize("path", ["/wilayah/64.08/kendala/", "/kecamatan/64.08.11/kendala/", "/nasional/kendala/"])
def test_a_board_costs_the_same_for_two_issues_and_for_sixty(world, as_user, path):
    client, costs = as_user("admin" if "nasional" in path else "desk-kutim"), []
    make(world), make(world)
    client.get(path)
    for _size in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        costs.append(len(queries))
        for number in range(58):
            make(world, title=f"Kendala {number}")
    assert costs[0] == costs[1] <= 12
    assert "Halaman 1 dari 3" in client.get(path).content.decode()


def test_an_issue_page_costs_the_same_for_one_note_and_for_thirty(world, as_user, kpu):
    issue, desk, costs = make(world), as_user("desk-kutim"), []
    desk.get(f"/kendala/{issue.pk}/")
    for number in range(30):
        note_issue(issue=issue, text=f"Catatan {number}", by=world.people["desk-kutim"], now=timezone.now())
        if number in (0, 29):
            with CaptureQueriesContext(connection) as queries:
                desk.get(f"/kendala/{issue.pk}/")
            costs.append(len(queries))
    assert costs[0] == costs[1] <= 12
