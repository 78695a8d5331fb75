"""The page of one kecamatan: every indicator with its why, the reports, the obstacles, whom to call, the desa."""

import re
from datetime import date, timedelta

import pytest

from districts.boards.closeup import trend_of
from districts.models import (
    Agency,
    Contact,
    Grade,
    GradeHistory,
    Indicator,
    Issue,
    IssueNote,
    Level,
    PollingStation,
    Readiness,
    Region,
    Signal,
    VillageProfile,
)
from districts.reports.expecting import current_expected
from tests.conftest import NOW
from tests.districts.officials import MOST_STATEMENTS, roll_up, set_grade, set_readiness, statements, text_of
from tests.districts.reports import make_report

SANDARAN = "/kecamatan/64.08.11/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def sandaran(world):
    """Sandaran red because of its routes; two of its figures known."""
    roll_up(world)
    set_readiness("64.08.11", level=Level.RED, score=48.25, top_indicators=["LOG-05", "NET-03"], completeness=0.5)
    set_grade(
        "64.08.11", "LOG-05", level=Level.RED, reason="far_below_target", amount=100 * 10 / 18, target=90,
        note="10/18 TPS", observed_at=NOW - timedelta(days=2), source="camat_reports", other_amount=50,
        other_source="kpu",
    )  # fmt: skip
    set_grade("64.08.11", "NET-03", level=Level.RED, reason="far_over_limit", amount=3, observed_at=NOW, source="kasus")
    return world


def words_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", text_of(response)))


def issue(world, **values):
    return Issue.objects.create(
        **{
            "election": world.election, "kecamatan_id": "64.08.11", "kind": "kendala", "category": "logistik",
            "title": "Kotak basah", "level": 3, "raised_by": world.people["admin"], "raised_at": NOW, **values,
        }
    )  # fmt: skip


def test_the_verdict_gives_its_reasons(sandaran, as_user):
    said = words_of(as_user("desk-kutim").get(SANDARAN))
    assert "Belum siap skor 48,3" in said
    assert "10 dari 18 TPS (55,6 %), target hari ini 90 %." in said


def test_every_indicator_is_listed(sandaran, as_user):
    page = text_of(as_user("desk-kutim").get(SANDARAN))
    assert set(re.findall(r'<tr role="row" id="([A-Z]{3}-\d\d)">', page)) == set(
        Indicator.objects.values_list("code", flat=True)
    )


def test_an_indicator_tells_value_target_age_source_and_difference(sandaran, as_user):
    page = text_of(as_user("desk-kutim").get(SANDARAN))
    row = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index('id="LOG-05"') :].split("</tr>")[0]))
    for told in ("55,6 %", "90 %", "2 hari lalu", "Belum siap", "Selisih: kpu mencatat 50 %"):
        assert told in row


def test_an_indicator_nobody_answers_is_grey(sandaran, as_user):
    page = text_of(as_user("desk-kutim").get(SANDARAN))
    assert "lv-grey" in page[page.index('id="LOG-01"') :].split("</tr>")[0]


def test_the_camat_sees_no_count_of_neutrality_cases(sandaran, as_user):
    page = text_of(as_user("camat-sandaran").get(SANDARAN))
    assert "NET-03" not in page
    assert "lewat tenggat" not in page[page.index('id="NET"') :].split("</table>")[0]
    group = page[page.index('id="NET"') :].split("</tr>")[0]
    assert "badge" not in group  # its colour would tell
    assert "NET-03" in text_of(as_user("desk-kutim").get(SANDARAN))


def test_the_desk_reads_that_cases_are_overdue_but_not_how_many(sandaran, as_user):
    row = text_of(as_user("desk-kutim").get(SANDARAN)).split('id="NET-03"')[1].split("</tr>")[0]
    told = re.sub(r"<[^>]+>", " ", row)
    assert "Ada tindak lanjut yang lewat tenggat." in told
    assert not re.search(r"\b3\b", told)


def test_a_value_that_moved_has_a_trend_drawn_by_the_server(sandaran, as_user):
    indicator = Indicator.objects.get(code="LOG-05")
    for back, amount in [(30, 10.0), (9, 30.0)]:
        GradeHistory.objects.create(
            election=sandaran.election, kecamatan_id="64.08.11", indicator=indicator, level=4, amount=amount, target=80,
            reason="far_below_target", day=NOW.date() - timedelta(days=back),
        )  # fmt: skip
    page = text_of(as_user("desk-kutim").get(SANDARAN))
    row = page[page.index('id="LOG-05"') :].split("</tr>")[0]
    assert 'aria-label="LOG-05: 10; 10; 10; 10; 10; 30; 30; 55,6"' in row


def test_how_many_cases_were_overdue_is_in_no_trend_either(sandaran, as_user):
    GradeHistory.objects.create(
        election=sandaran.election, kecamatan_id="64.08.11", indicator_id="NET-03", level=4, amount=5,
        reason="far_over_limit", day=NOW.date() - timedelta(days=9),
    )  # fmt: skip
    row = text_of(as_user("desk-kutim").get(SANDARAN)).split('id="NET-03"')[1].split("</tr>")[0]
    assert "aria-label" not in row
    assert "tetap" not in row  # nor is it said to have stayed the same


def test_a_trend_holds_a_value_until_the_next_and_has_none_before_the_first():
    today = date(2026, 11, 21)
    changed = [today - timedelta(days=2), today - timedelta(days=10)]
    assert trend_of(changed, [7.0, None], today) == (None,) * 7
    assert trend_of(changed, [7.0, 5.0], today) == (None, None, None, None, None, 5.0, 5.0)


def test_the_report_owed_now_and_the_revisions_that_came_are_listed(sandaran, as_user):
    expected = current_expected(sandaran.election, "64.08.11", NOW)
    client = as_user("desk-kutim")
    said = words_of(client.get(SANDARAN))
    assert "Belum lapor" in said
    assert "Belum pernah ada laporan." in said
    make_report(expected, sandaran.people["camat-sandaran"])
    said = words_of(client.get(SANDARAN))
    assert "Terkirim" in said
    assert "pekan 47 revisi 1, 21 Nov 2026" in said


@pytest.mark.parametrize(
    ("user", "may"), [("camat-sandaran", True), ("desk-kutim", True), ("bupati-kutim", False), ("ppk-sandaran", False)]
)
def test_the_form_is_offered_to_those_who_may_send_it(sandaran, as_user, user, may):
    expected = current_expected(sandaran.election, "64.08.11", NOW)
    page = text_of(as_user(user).get(SANDARAN))
    assert (f'href="{SANDARAN}{expected.slot}/isi/"' in page) is may
    assert ("kendala/baru/" in page) is may


def test_open_obstacles_have_owner_and_due(sandaran, as_user):
    issue(sandaran, state="ditugaskan", owner=Agency.objects.get(code="kpu"), due_at=NOW - timedelta(days=2))
    closed = issue(
        sandaran, title="Sudah beres", state="selesai", closed_by=sandaran.people["admin"], closed_at=NOW, topic="x"
    )
    said = words_of(as_user("desk-kutim").get(SANDARAN))
    assert "1 kendala terbuka" in said
    assert "lewat 2 hari" in said
    assert closed.title not in said


def test_people_to_call_are_staff_in_office_and_contacts(sandaran, as_user):
    Contact.objects.create(region_id="64.08.11", office="Kapolsek", name="Iptu Bambang", phone="081344400011")
    former = sandaran.people["operator-sandaran"].assignments
    former.update(valid_until=NOW.date() - timedelta(days=1))
    response = as_user("desk-kutim").get(SANDARAN)
    said = words_of(response)
    assert "Iptu Bambang Kapolsek" in said
    assert "Camat Sandaran Camat/operator" in said
    assert "Operator Sandaran" not in said
    assert "https://wa.me/6281344400011" in text_of(response)


def test_desa_are_listed_with_access_signal_and_what_is_an_estimate(sandaran, as_user):
    VillageProfile.objects.create(region_id="64.08.11.2002", access_mode="laut", signal=Signal.NONE)
    client = as_user("desk-kutim")
    said = words_of(client.get(SANDARAN))
    assert re.search(r"Susuk Dalam 64\.08\.11\.2002 TPS 6 Pemilih 2\.400 Laut Tidak ada sinyal", said)
    assert "18 TPS" in said
    assert "ESTIMASI" not in said
    PollingStation.objects.filter(village="64.08.11.2002", number=1).update(is_estimate=True)
    assert "ESTIMASI, bukan data KPU" in words_of(client.get(SANDARAN))


def test_voters_are_not_added_up_while_a_tps_does_not_tell(sandaran, as_user):
    PollingStation.objects.filter(village="64.08.11.2002", number=1).update(voters_male=None, voters_female=None)
    said = words_of(as_user("desk-kutim").get(SANDARAN))
    assert "Susuk Dalam 64.08.11.2002 TPS 6 Pemilih –" in said
    assert "pemilih" not in said.split("Semua indikator")[0].split("18 TPS")[1][:30]


def test_other_apps_get_a_hole_for_their_panel(sandaran, as_user, settings):
    settings.KECAMATAN_PANELS = ["issues_kecamatan"]
    page = text_of(as_user("desk-kutim").get(SANDARAN))
    hole = page[page.index('<section class="panel"') :].split("</section>")[0]
    assert f'hx-get="{SANDARAN}kendala/" hx-trigger="load"' in hole
    assert f'<a href="{SANDARAN}kendala/"' in hole


def test_before_the_first_roll_up_the_page_says_so(world, as_user):
    response = as_user("desk-kutim").get(SANDARAN)
    assert response.status_code == 200
    assert "Belum dihitung" in text_of(response)
    assert "lv-green" not in text_of(response).split("<main")[1].split("Laporan")[0]


def test_without_an_election_the_page_says_so(world, as_user):
    world.election.delete()
    assert "Belum ada pemilihan di wilayah ini" in text_of(as_user("desk-kutim").get(SANDARAN))


@pytest.mark.parametrize(
    ("user", "address"),
    [
        ("camat-busang", SANDARAN),
        ("desk-mahulu", SANDARAN),
        ("ppk-sandaran", "/kecamatan/64.08.06/"),
        ("desk-kutim", "/kecamatan/64.08.99/"),
    ],
)
def test_a_kecamatan_out_of_scope_does_not_exist(sandaran, as_user, user, address):
    assert as_user(user).get(address).status_code == 404


def test_the_camat_sees_what_is_above_as_plain_text(sandaran, as_user):
    page = text_of(as_user("camat-sandaran").get(SANDARAN))
    crumbs = page[page.index('<nav class="breadcrumb"') : page.index("</ol>")]
    assert "Kutai Timur" in crumbs
    assert "href" not in crumbs


def version_of(client):
    return re.search(r"versi=([0-9a-z.]+)", text_of(client.get(SANDARAN)))[1]


def touch_grade(world):
    Grade.objects.filter(kecamatan="64.08.11", indicator="LOG-01").update(changed_at=NOW + timedelta(seconds=9))


def touch_readiness(world):
    Readiness.objects.filter(region="64.08.11").update(changed_at=NOW + timedelta(seconds=9))


def new_report(world):
    make_report(current_expected(world.election, "64.08.11", NOW), world.people["camat-sandaran"])


def new_issue(world):
    issue(world, raised_at=NOW + timedelta(seconds=9))


def noted_issue(world):
    note = IssueNote(issue=Issue.objects.get(title="Lama"), by=world.people["admin"], at=NOW + timedelta(seconds=9))
    note.save()


@pytest.mark.parametrize("change", [touch_grade, touch_readiness, new_report, new_issue, noted_issue])
def test_an_open_page_hears_of_every_change_and_of_nothing_else(sandaran, as_user, now, change):
    issue(sandaran, title="Lama", raised_at=NOW - timedelta(days=1))
    client = as_user("desk-kutim")
    version = version_of(client)
    assert client.get(f"{SANDARAN}?versi={version}", headers=HTMX).status_code == 204
    now.shift(timedelta(seconds=5))
    change(sandaran)
    response = client.get(f"{SANDARAN}?versi={version}", headers=HTMX)
    assert response.status_code == 200
    assert text_of(response).lstrip().startswith('<div id="live"')


def test_the_number_of_statements_does_not_grow(sandaran, as_user):
    client = as_user("desk-kutim")
    few, _page = statements(client, SANDARAN)
    for number in range(30):
        code = f"64.08.11.20{number + 10}"
        Region.objects.create(code=code, parent_id="64.08.11", name=code, time_zone="Asia/Makassar")
        PollingStation.objects.create(village_id=code, number=1)
        issue(sandaran, title=code)
        Contact.objects.create(region_id="64.08.11", office="Kades", name=code)
    many, page = statements(client, SANDARAN)
    assert few == many <= MOST_STATEMENTS
    assert "30 kendala terbuka" in words_of(page)


def test_asking_costs_one_statement_beside_knowing_who_and_where(sandaran, as_user):
    client = as_user("desk-kutim")
    asked, response = statements(client, f"{SANDARAN}?versi={version_of(client)}", **HTMX)
    assert response.status_code == 204
    assert asked == 6  # session, person, assignments, region, election; and the kecamatan's own row


def test_the_nation_s_observer_sees_every_indicator(sandaran, as_user):
    assert "NET-03" in text_of(as_user("pemantau-nasional").get(SANDARAN))


def test_a_dimension_where_all_is_ready_is_folded_and_one_with_trouble_or_without_data_stays_open(sandaran, as_user):
    set_grade("64.08.11", "KOO-01", level=Level.GREEN, reason="reached", amount=1, observed_at=NOW, source="laporan")
    page = as_user("desk-kutim").get(SANDARAN).content.decode()
    folded = dict(re.findall(r'<details class="section" id="([A-Z]{3})"( open)?>', page))
    assert folded["LOG"] == " open"
    assert all(
        bool(opened) == any(badge in part for badge in ("lv-red", "lv-amber", "lv-grey"))
        for opened, part in re.findall(
            r'<details class="section" id="[A-Z]{3}"( open)?>.*?<tbody(.*?)</tbody>', page, re.S
        )
    )
