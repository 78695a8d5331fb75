"""Dashboards of nation, province and regency: DESIGN "Look and feel", DOMAIN 6.4."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from districts.models import Agency, DimensionScore, Issue, Level, Readiness, ReadinessHistory
from tests.conftest import NOW
from tests.districts.officials import (
    MOST_STATEMENTS,
    more_kecamatan,
    roll_up,
    set_grade,
    set_readiness,
    statements,
    text_of,
)

KUTIM = "/wilayah/64.08/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def kutim(world):
    """Sandaran red on logistics, Busang silent, Sangatta Utara ready."""
    roll_up(world)
    set_readiness(
        "64.08.11", level=Level.RED, score=48.25, urgency=1052, top_indicators=["LOG-05"], kecamatan_red=1,
        kecamatan_grey=0, kecamatan_amber=0, reports_expected=1, reports_received=1,
    )  # fmt: skip
    set_readiness("64.08.06", level=Level.GREY, score=None, urgency=600, top_indicators=["KOO-01"])
    set_readiness("64.08.04", level=Level.GREEN, score=91.0, urgency=0, top_indicators=[], reports_received=1)
    set_readiness(
        "64.08", level=Level.AMBER, score=69.6, kecamatan_red=1, kecamatan_green=1, kecamatan_grey=1,
        kecamatan_amber=0, reports_expected=3, reports_received=2, reports_on_time=1, completeness=0.722,
    )  # fmt: skip
    set_grade(
        "64.08.11", "LOG-05", level=Level.RED, reason="far_below_target", amount=100 * 10 / 18, target=90,
        note="10/18 TPS", observed_at=NOW,
    )  # fmt: skip
    scores = DimensionScore.objects.filter(region="64.08.11")
    scores.update(level=Level.GREY, score=None, worst_indicator="")
    scores.filter(dimension="LOG").update(level=Level.RED, score=31.0, worst_indicator="LOG-05")
    return world


def open_page(client, version_of=KUTIM):
    """The version an open page carries."""
    found = re.search(r"versi=([0-9a-z.]+)", text_of(client.get(version_of)))
    return found[1]


def test_the_verdict_stands_on_top_with_score_counts_reports_and_time(kutim, as_user):
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    assert "Perlu perhatian" in page
    assert "69,6" in page
    assert "1 kecamatan belum siap: Sandaran (logistik)." in page
    assert "3 kecamatan" in page
    assert "tepat waktu 1" in page
    assert "72,2 %" in page
    assert "H-12" in page
    assert re.search(r'data per <time datetime="[^"]+">18.42 WITA</time>', page)


def test_no_data_is_grey_and_never_green(world, as_user):
    roll_up(world)
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    assert "Belum ada data" in page
    assert not re.search(r'class="tile lv-green', page)


def test_a_region_not_rolled_up_yet_is_grey(world, as_user):
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    assert page.count('class="tile lv-grey"') == 3


def test_a_region_without_an_election_says_so(world, as_user):
    world.election.delete()
    response = as_user("bupati-kutim").get(KUTIM)
    assert response.status_code == 200
    assert "Belum ada pemilihan di wilayah ini" in text_of(response)


def test_a_simulation_says_so_on_the_page(kutim, as_user):
    client = as_user("bupati-kutim")
    assert "SIMULASI" not in text_of(client.get(KUTIM))
    kutim.election.is_simulation = True
    kutim.election.save()
    assert "SIMULASI" in text_of(client.get(KUTIM))


def test_the_most_pressing_are_told_in_words_with_owner_and_link(kutim, as_user):
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    assert "LOG-05 Rute &amp; moda distribusi final: 10 dari 18 TPS (55,6 %), target hari ini 90 %." in page
    urgent = page[page.index('<ol class="urgent">') : page.index("</ol>", page.index('<ol class="urgent">'))]
    assert urgent.index("Sandaran") < urgent.index("Busang")
    assert "KPU+Camat" in urgent
    assert "Sangatta Utara" not in urgent


def test_where_open_issues_weigh_most_the_worst_of_them_is_told_once(kutim, as_user):
    for title, level in (("Lampu gudang padam", 2), ("Kapal TNI AL belum berangkat", 3)):
        Issue.objects.create(
            election=kutim.election, kecamatan_id="64.08.11", kind="kendala", category="logistik", title=title,
            level=level, owner=Agency.objects.get(code="lanal"), due_at=NOW - timedelta(hours=2),
            raised_by=kutim.people["camat-sandaran"], raised_at=NOW - timedelta(days=1),
        )  # fmt: skip
    set_readiness("64.08.11", level=Level.RED, urgency=1052, top_indicators=["LOG-09"])
    set_grade("64.08.11", "LOG-09", level=Level.RED, reason="open_blocking", amount=2, blocking=2, observed_at=NOW)

    page = text_of(as_user("bupati-kutim").get(KUTIM))

    urgent = page[page.index('<ol class="urgent">') : page.index("</ol>", page.index('<ol class="urgent">'))]
    assert urgent.count("Kapal TNI AL belum berangkat") == 1
    assert "Lanal" in urgent
    assert "lewat sejak 16.42" in urgent
    assert "Lampu gudang padam" not in urgent


def test_an_overdue_high_issue_is_among_the_most_pressing_with_owner_and_due(kutim, as_user):
    issue = Issue.objects.create(
        election=kutim.election, kecamatan_id="64.08.04", kind="kendala", category="logistik", title="Kotak basah",
        level=3, state="ditugaskan", owner=Agency.objects.get(code="kpu"), due_at=NOW - timedelta(days=2),
        raised_by=kutim.people["admin"], raised_at=NOW - timedelta(days=4),
    )  # fmt: skip
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    assert "Kotak basah" in page
    assert "lewat 2 hari" in page
    assert reverse("issue", args=[issue.pk]) in page


@pytest.mark.parametrize("change", [{"level": 2}, {"due_at": NOW + timedelta(hours=2)}])
def test_an_issue_in_time_or_of_low_level_is_not(kutim, as_user, change):
    Issue.objects.create(
        **{
            "election": kutim.election, "kecamatan_id": "64.08.04", "kind": "kendala", "category": "logistik",
            "title": "Kotak basah", "level": 3, "due_at": NOW - timedelta(days=2), "raised_at": NOW,
            "raised_by": kutim.people["admin"], **change,
        }
    )  # fmt: skip
    assert "Kotak basah" not in text_of(as_user("bupati-kutim").get(KUTIM))


def test_ten_things_are_listed_at_most(kutim, as_user):
    more_kecamatan("64.08", 14)
    roll_up(kutim)
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    assert (
        page[page.index('<ol class="urgent">') : page.index("</ol>", page.index('<ol class="urgent">'))].count("<li>")
        == 10
    )


def test_a_cell_of_the_heat_table_says_why(kutim, as_user):
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    why = page[page.index('id="why-64.08.11-LOG"') :][:400]
    assert "10 dari 18 TPS (55,6 %)" in why
    assert 'href="/kecamatan/64.08.11/#LOG"' in why


def test_what_changed_in_a_week_is_told_in_words(kutim, as_user):
    past = {"election": kutim.election, "day": (NOW - timedelta(days=8)).date()}
    ReadinessHistory.objects.create(region_id="64.08.11", level=Level.AMBER, score=61.25, **past)
    ReadinessHistory.objects.create(region_id="64.08", level=Level.AMBER, score=72.1, **past)
    page = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", text_of(as_user("bupati-kutim").get(KUTIM)))
    words = re.sub(r"\s+", " ", page)
    assert "Sandaran dari Perlu perhatian menjadi Belum siap turun 13" in words
    assert "turun 2,5" in words  # of Kutai Timur itself


def test_a_snapshot_younger_than_a_week_is_no_comparison(kutim, as_user):
    day = (NOW - timedelta(days=3)).date()
    ReadinessHistory.objects.create(election=kutim.election, region_id="64.08.11", level=2, score=61, day=day)
    assert "Belum ada pembanding" in text_of(as_user("bupati-kutim").get(KUTIM))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Sandaran", "Busang", "Sangatta Utara"]),
        ("?urut=nama", ["Busang", "Sandaran", "Sangatta Utara"]),
        ("?urut=laporan", ["Busang", "Sandaran", "Sangatta Utara"]),
        ("?warna=merah", ["Sandaran"]),
        ("?warna=abu", ["Busang"]),
        ("?warna=hijau&urut=nama", ["Sangatta Utara"]),
        ("?dimensi=LOG&warna=merah", ["Sandaran"]),
        ("?nama=SANDA", ["Sandaran"]),
        ("?warna=ungu&dimensi=XXX&urut=acak", ["Sandaran", "Busang", "Sangatta Utara"]),
    ],
)
def test_the_list_is_sorted_and_filtered_by_an_address_that_can_be_shared(kutim, as_user, query, names):
    page = text_of(as_user("bupati-kutim").get(KUTIM + query))
    rows = re.findall(r'<th role="rowheader" scope="row"><a href="[^"]+">([^<]+)</a>', page)
    assert rows == names


def test_a_filter_that_matches_nothing_says_what_to_do(kutim, as_user):
    page = text_of(as_user("bupati-kutim").get(KUTIM + "?nama=tidak-ada"))
    assert "Tidak ada yang cocok" in page


def test_htmx_gets_the_list_alone_and_a_clean_address(kutim, as_user):
    response = as_user("bupati-kutim").get(KUTIM + "?nama=&warna=merah&dimensi=&urut=skor", headers=HTMX)
    page = text_of(response)
    assert page.lstrip().startswith('<div id="units">')
    assert "<html" not in page
    assert "Busang" not in page
    assert response["HX-Push-Url"] == KUTIM + "?warna=merah"


def test_an_open_page_asks_again_and_hears_204_while_nothing_changed(kutim, as_user):
    client = as_user("bupati-kutim")
    version = open_page(client)
    assert client.get(f"{KUTIM}?versi={version}", headers=HTMX).status_code == 204


def test_an_open_page_gets_its_live_region_once_something_changed(kutim, as_user):
    client = as_user("bupati-kutim")
    version = open_page(client)
    Readiness.objects.filter(region="64.08").update(changed_at=NOW + timedelta(seconds=5), score=70.0)
    response = client.get(f"{KUTIM}?versi={version}&warna=merah", headers=HTMX)
    assert response.status_code == 200
    page = text_of(response)
    assert page.lstrip().startswith('<div id="live"')
    assert "<html" not in page
    assert re.findall(r'scope="row"><a href="[^"]+">([^<]+)</a>', page) == ["Sandaran"]
    assert open_page(client) in page


def test_an_open_page_is_drawn_again_when_the_hour_changes_ages_and_due_dates(kutim, as_user, now):
    client = as_user("bupati-kutim")
    version = open_page(client)
    now.shift(timedelta(hours=1))
    assert client.get(f"{KUTIM}?versi={version}", headers=HTMX).status_code == 200


def test_a_followed_link_with_a_version_is_a_whole_page(kutim, as_user):
    client = as_user("bupati-kutim")
    response = client.get(f"{KUTIM}?versi={open_page(client)}")
    assert response.status_code == 200
    assert "<html" in text_of(response)


def test_the_server_ends_the_asking_once_reporting_is_over(kutim, as_user, now):
    client = as_user("bupati-kutim")
    version = open_page(client)
    now.shift(kutim.election.reporting_until + timedelta(days=1) - NOW.date())
    response = client.get(f"{KUTIM}?versi={version}", headers=HTMX)
    assert response.status_code == 200
    assert 'hx-trigger="every' not in text_of(response)


def test_asking_does_not_keep_a_session_alive(kutim, as_user):
    client = as_user("bupati-kutim")
    version = open_page(client)
    assert "sessionid" not in client.get(f"{KUTIM}?versi={version}", headers=HTMX).cookies
    client.logout()
    gone = client.get(f"{KUTIM}?versi={version}", headers=HTMX)
    assert gone["HX-Redirect"].startswith("/masuk/")


def test_what_is_above_the_scope_is_plain_text_in_the_breadcrumb(kutim, as_user):
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    crumbs = page[page.index('<nav class="breadcrumb"') : page.index("</ol>")]
    assert "Kalimantan Timur" in crumbs
    assert 'href="/wilayah/64/"' not in crumbs
    page = text_of(as_user("desk-kaltim").get(KUTIM))
    assert 'href="/wilayah/64/"' in page[page.index('<nav class="breadcrumb"') : page.index("</ol>")]


def test_the_nation_leads_down_to_the_kecamatan(kutim, as_user):
    client = as_user("pemantau-nasional")
    for address, below in [("/nasional/", "/wilayah/64/"), ("/wilayah/64/", KUTIM), (KUTIM, "/kecamatan/64.08.11/")]:
        assert f'href="{below}"' in text_of(client.get(address))


def test_regions_that_do_not_vote_are_not_listed(kutim, as_user):
    kutim.election.regions.set(["64.08"])
    page = text_of(as_user("desk-kaltim").get("/wilayah/64/"))
    assert re.findall(r'<a class="tile [^"]+" href="([^"]+)"', page) == [KUTIM]


def test_the_menu_of_regions_leads_one_step_up_and_down(kutim, as_user):
    page = text_of(as_user("desk-kaltim").get(KUTIM))
    menu = page[page.index('<details class="menu">') : page.index("</details>")]
    assert re.findall(r'href="([^"]+)"', menu) == [
        "/wilayah/64/",
        KUTIM,
        "/kecamatan/64.08.04/",
        "/kecamatan/64.08.06/",
        "/kecamatan/64.08.11/",
    ]


@pytest.mark.parametrize("address", ["/nasional/", "/wilayah/64/", "/wilayah/64.11/"])
def test_out_of_scope_does_not_exist(kutim, as_user, address):
    assert as_user("bupati-kutim").get(address).status_code == 404


def test_an_observer_finds_nothing_to_post(kutim, as_user):
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    main = page[page.index("<main") : page.index("</main>")]
    assert 'method="post"' not in main
    assert "hx-post" not in main


def test_score_just_under_ready_never_reads_as_85(kutim, as_user):
    set_readiness("64.08.04", level=Level.AMBER, score=84.99)
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    tile = page[page.index('class="tile lv-amber"') :][:900]
    assert "84" in tile
    assert "85" not in tile


@pytest.mark.parametrize(
    ("user", "address"),
    [("pemantau-nasional", "/nasional/"), ("desk-kaltim", "/wilayah/64/"), ("bupati-kutim", KUTIM)],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_number_of_statements_does_not_grow_with_kecamatan(kutim, as_user, user, address, headers):
    client = as_user(user)
    few, _page = statements(client, address, **headers)
    codes = more_kecamatan("64.08", 28)
    roll_up(kutim)
    Readiness.objects.filter(region__in=codes).update(urgency=5)
    many, page = statements(client, address, **headers)
    assert few == many <= MOST_STATEMENTS
    assert page.status_code == 200


def test_asking_costs_one_statement_beside_knowing_who_and_where(kutim, as_user):
    client = as_user("bupati-kutim")
    version = open_page(client)
    asked, response = statements(client, f"{KUTIM}?versi={version}", **HTMX)
    assert response.status_code == 204
    assert asked == 6  # session, person, assignments, region, election; and the region's own row
