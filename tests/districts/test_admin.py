"""Administration: staff only, lists that never count or scan a big table, thresholds that stay sound."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Field
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from districts.admin.keeping import COUNT_LIMIT, CappedPaginator, region_code
from districts.models import (
    AppDevice,
    Contact,
    Dimension,
    Election,
    ExpectedReport,
    Indicator,
    OfficialReading,
    PollingStation,
    Region,
    StaleKecamatan,
    TargetPoint,
    User,
    VillageProfile,
)

from .reports import sent_last_week

OURS = [model for model in admin.site._registry if model._meta.app_label == "districts"]
P = "/admin/districts/"
KUTIM = {"64.08.04", "64.08.06", "64.08.11"}
ALL = KUTIM | {"64.11.01", "64.11.03"}


@pytest.fixture
def keeper(as_user):
    return as_user("admin")


@pytest.fixture
def stale(world):
    """Which kecamatan were asked for since the test began."""
    StaleKecamatan.objects.all().delete()
    return lambda: set(StaleKecamatan.objects.values_list("kecamatan_id", flat=True))


def form_of(client, url):
    """Every value a browser would send back from the form at `url`."""
    context = client.get(url).context
    formsets = [each.formset for each in context["inline_admin_formsets"]]
    forms = [context["adminform"].form, *(formset.management_form for formset in formsets)]
    forms += [form for formset in formsets for form in formset]
    values = {form[name].html_name: form[name].value() for form in forms for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def errors_of(response):
    """Every sentence a refused form shows."""
    return " ".join(str(error) for error in response.context["errors"])


class TestWhoMayEnter:
    def test_a_stranger_signs_in_on_the_page_everybody_uses(self, client, db):
        response = client.get(P + "region/", follow=True)
        assert response.redirect_chain[-1][0] == f"/masuk/?next={P}region/"

    @pytest.mark.parametrize("person", ["camat-sandaran", "desk-kutim", "bupati-kutim"])
    def test_who_is_no_administrator_is_turned_away(self, as_user, person):
        assert as_user(person).get("/admin/", follow=True).status_code == 403

    def test_an_administrator_gets_in_and_reads_indonesian(self, keeper):
        assert "Data acuan, orang, dan ambang" in keeper.get("/admin/").content.decode()
        assert keeper.get("/admin/login/").url == "/admin/"

    def test_a_keeper_of_people_cannot_make_administrators(self, world, as_user):
        someone = world.people["desk-kutim"]
        someone.is_staff = someone.is_demo = True  # no second factor: tests/districts/test_second_factor.py
        someone.save()
        someone.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
        client = as_user("desk-kutim")
        own = client.get(f"{P}user/{someone.pk}/change/").context["adminform"].form.fields
        assert "name" in own
        assert not {"is_staff", "is_superuser", "groups", "user_permissions"} & set(own)
        password = f"{P}user/{world.people['admin'].pk}/password/"
        assert client.get(password).status_code == 403

    def test_a_keeper_of_people_opens_no_way_into_the_account_of_another_administrator(self, world, as_user):
        someone, other, chief = (world.people[name] for name in ("desk-kutim", "desk-kaltim", "admin"))
        for person in (someone, other):
            person.is_staff = person.is_demo = True
            person.save()
        someone.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
        AppDevice.objects.create(user=chief, name="uji")
        client = as_user("desk-kutim")
        assert client.get(f"{P}user/{other.pk}/password/").status_code == 403
        for action in ("remove_factors", "sign_out_people"):
            client.post(f"{P}user/", {"action": action, "_selected_action": [chief.pk]})
        assert AppDevice.objects.filter(user=chief).exists()
        assert User.objects.get(pk=chief.pk).session_generation == 0

    def test_a_camat_made_handler_of_neutrality_on_the_page_of_the_person_is_refused_with_a_sentence(
        self, world, keeper
    ):
        camat = world.people["camat-sandaran"]
        page = f"{P}user/{camat.pk}/change/"
        form = {"username": camat.username, "name": camat.name, "is_active": "on", "assignments-INITIAL_FORMS": 0}
        roles = [("reporter", "64.08.06"), ("neutrality", "64.08")]
        form |= {"assignments-TOTAL_FORMS": len(roles)}
        for number, (role, code) in enumerate(roles):
            row = {"role": role, "region": code, "valid_from": "2026-11-01", "user": camat.pk}
            form |= {f"assignments-{number}-{name}": value for name, value in row.items()}
        answer = keeper.post(page, form)
        assert answer.status_code == 200
        assert "tidak dapat dirangkap pada hari yang sama" in answer.content.decode()
        assert camat.assignments.count() == 1


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
class TestEveryPage:
    def test_the_list_counts_no_further_than_its_limit(self, keeper, model):
        with CaptureQueriesContext(connection) as queries:
            assert keeper.get(f"{P}{model._meta.model_name}/?q=64").status_code == 200
        counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
        assert counts
        assert all(f"LIMIT {COUNT_LIMIT}" in sql for sql in counts)
        assert not [query for query in queries if "DISTINCT" in query["sql"]]

    def test_every_label_is_ours(self, keeper, model):
        keeping = admin.site._registry[model]
        request = RequestFactory().get("/")
        request.user = User.objects.get(username="admin")
        names = {*keeping.list_display, *_names(keeping.get_fieldsets(request))}
        fields = [field for field in model._meta.get_fields() if isinstance(field, Field) and field.name in names]
        # inherited from Django, translated there: password, superuser, groups, last login
        theirs = {"password", "last_login", "is_superuser", "groups", "user_permissions"}
        assert [field.name for field in fields if not field._verbose_name and field.name not in theirs] == []


def _names(fieldsets):
    return [name for _, options in fieldsets for name in options["fields"] if isinstance(name, str)]


MORE = {
    "region": lambda n: Region(code=f"64.08.06.2{n:03d}", name=f"Desa {n}", parent_id="64.08.06", time_zone="Asia/Makassar"),
    "pollingstation": lambda n: PollingStation(village_id="64.08.06.2001", number=n),
    "villageprofile": lambda n: VillageProfile(region_id=f"64.08.06.2{n:03d}"),
    "contact": lambda n: Contact(region_id="64.08.06", office=f"Kapolsek {n}", name="Nama"),
    "user": lambda n: User(username=f"orang{n}", name="Orang"),
    "officialreading": lambda n: OfficialReading(
        election=Election.objects.get(),
        kecamatan_id="64.08.06",
        indicator_id="LOG-01",
        amount=n,
        observed_at=timezone.now() - timedelta(hours=n),
        agency_id="kpu",
        entered_by=User.objects.get(username="admin"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MORE)
def test_a_list_of_thirty_costs_the_same_as_a_list_of_two(keeper, name):
    counts = []
    for numbers in (range(500, 502), range(502, 530)):
        if name == "villageprofile":
            Region.objects.bulk_create(MORE["region"](n) for n in numbers)
        rows = [MORE[name](n) for n in numbers]
        type(rows[0]).objects.bulk_create(rows)
        with CaptureQueriesContext(connection) as queries:
            keeper.get(f"{P}{name}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("64", "64"),
            ("640811", "64.08.11"),
            ("64.08.11.2001", "64.08.11.2001"),
            ("64081", "64.08.1"),
            ("sandaran", ""),
        ],
    )
    def test_a_code_is_found_with_and_without_dots(self, text, code):
        assert region_code(text) == code

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("64.08.11", 18),
            ("640811", 18),
            ("64.08.11.2001-005", 1),
            ("Susuk Luar", 6),
            ("tidak ada", 0),
            ("64.08.11-x", 0),
        ],
    )
    def test_tps_are_found_by_code_number_and_village(self, keeper, text, found):
        page = keeper.get(P + "pollingstation/", {"q": text})
        assert page.context["cl"].result_count == found

    def test_a_long_list_says_that_it_was_not_counted_to_the_end(self, keeper, monkeypatch):
        monkeypatch.setattr(CappedPaginator, "count_limit", 20)
        page = keeper.get(P + "pollingstation/").content.decode()
        assert "lebih dari 20 TPS" in " ".join(page.split())

    def test_regions_are_offered_to_other_forms_by_code_or_name(self, keeper):
        query = {"app_label": "districts", "model_name": "contact", "field_name": "region", "term": "6408"}
        found = keeper.get("/admin/autocomplete/", query).json()["results"]
        assert {"id": "64.08.11", "text": "Sandaran (64.08.11)"} in found


class TestThresholds:
    """LOG-06 is H-4: 30, H-3: 80, H-2: 100 (DOMAIN 6.3)."""

    url = P + "indicator/LOG-06/change/"

    def save(self, client, url=None, **changes):
        values = form_of(client, url or self.url)
        return client.post(url or self.url, values | {name.replace("__", "-"): v for name, v in changes.items()})

    def test_the_curves_that_are_shipped_are_sound(self, keeper):
        for code in Indicator.objects.values_list("code", flat=True):
            assert self.save(keeper, f"{P}indicator/{code}/change/").status_code == 302, code

    def test_a_changed_target_is_kept_and_every_colour_is_asked_for(self, keeper, stale):
        assert self.save(keeper, target_points__0__target=40).status_code == 302
        points = TargetPoint.objects.filter(indicator="LOG-06").order_by("-h_minus")
        assert [(point.h_minus, point.target) for point in points] == [(4, 40), (3, 80), (2, 100)]
        assert stale() == ALL

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"target_points__2__target": 70}, "Target tidak boleh turun"),
            ({"target_points__1__h_minus": 5}, "Target tidak boleh turun"),
            ({"target_points__0__h_minus": 300}, "H-300 di luar H-224 sampai H"),
            ({"target_points__2__h_minus": -1}, "di luar H-224 sampai H"),
            ({"rule": "R3"}, "Aturan R3 butuh tepat satu titik"),
            ({"rule": "R2"}, "Aturan R2 tidak memakai titik target"),
            ({f"target_points__{n}__DELETE": "on" for n in range(3)}, "Aturan R1 butuh sedikitnya satu titik target"),
        ],
    )
    def test_a_broken_curve_is_refused_with_a_sentence(self, keeper, stale, changes, sentence):
        before = list(TargetPoint.objects.values())
        response = self.save(keeper, **changes)
        assert response.status_code == 200
        assert sentence in errors_of(response)
        assert list(TargetPoint.objects.values()) == before
        assert Indicator.objects.get(code="LOG-06").rule == "R1"
        assert stale() == set()

    def test_hours_count_in_the_order_of_points(self, keeper):
        """LOG-08 is H-1 24:00: 95 and H 06:00: 100."""
        url = P + "indicator/LOG-08/change/"
        assert "tidak boleh turun" in errors_of(self.save(keeper, url, target_points__1__target=90))
        assert "dua target pada saat yang sama" in errors_of(self.save(keeper, url, target_points__1__hour=0))

    def test_a_deadline_keeps_its_one_point(self, keeper):
        url = P + "indicator/SOS-02/change/"
        assert "tepat satu titik" in errors_of(self.save(keeper, url, target_points__0__DELETE="on"))

    def test_a_changed_weight_asks_for_every_colour(self, keeper, stale):
        assert self.save(keeper, P + "dimension/LOG/change/", weight=30).status_code == 302
        assert Dimension.objects.get(code="LOG").weight == 30
        assert stale() == ALL

    @pytest.mark.parametrize("page", ["indicator/LOG-06", "dimension/LOG", "riskindicator/RW01", "agency/kpu"])
    def test_what_colours_of_the_past_hang_on_is_not_deleted(self, keeper, page):
        assert keeper.post(f"{P}{page}/delete/", {"post": "yes"}).status_code == 403


class TestOfficialReadings:
    def send(self, client, world, **changes):
        values = {
            "election": world.election.pk,
            "kecamatan": "64.08.11",
            "indicator": "LOG-01",
            "amount": "97.5",
            "blocking": "0",
            "observed_at_0": "21-11-2026",
            "observed_at_1": "12:00:00",
            "agency": "kpu",
        }
        return client.post(P + "officialreading/add/", values | changes)

    def test_who_entered_a_figure_is_who_is_signed_in(self, keeper, world, stale):
        assert self.send(keeper, world).status_code == 302
        reading = OfficialReading.objects.get()
        assert (reading.entered_by, reading.amount) == (world.people["admin"], 97.5)
        assert stale() == {"64.08.11"}

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"kecamatan": "64.08"}, "Pilih kecamatan"),
            ({"observed_at_0": "22-11-2026"}, "Waktu ini belum terjadi"),
            ({"amount": "-1"}, "Nilai tidak boleh negatif"),
            ({"note": "NIK 6408110101900001"}, "Jangan menulis NIK"),
            ({"amount": "975"}, "Nilai ini persen"),
            ({"indicator": "AKS-01", "amount": "101"}, "Nilai ini persen"),
            ({"indicator": "KAM-03", "amount": "100"}, "Tulis 1 bila sudah dilaksanakan"),
            ({"indicator": "KAM-01", "amount": "80"}, "Jangan tulis persen"),
        ],
    )
    def test_a_figure_that_cannot_be_is_refused(self, keeper, world, stale, changes, sentence):
        response = self.send(keeper, world, **changes)
        assert sentence in errors_of(response)
        assert not OfficialReading.objects.exists()
        assert stale() == set()

    def test_a_figure_does_not_move_to_another_kecamatan_and_its_correction_is_checked_too(self, keeper, world):
        self.send(keeper, world)
        page = f"{P}officialreading/{OfficialReading.objects.get().pk}/change/"
        values = {"blocking": "0", "observed_at_0": "21-11-2026", "observed_at_1": "12:00:00", "agency": "kpu"}
        refused = keeper.post(page, values | {"kecamatan": "64.08.06", "amount": "990"})
        assert "Nilai ini persen" in errors_of(refused)
        assert keeper.post(page, values | {"kecamatan": "64.08.06", "amount": "99"}).status_code == 302
        reading = OfficialReading.objects.get()
        assert (reading.kecamatan_id, reading.amount) == ("64.08.11", 99)

    def test_removing_one_asks_for_the_colour_without_it(self, keeper, world, stale):
        self.send(keeper, world)
        StaleKecamatan.objects.all().delete()
        keeper.post(f"{P}officialreading/{OfficialReading.objects.get().pk}/delete/", {"post": "yes"})
        assert not OfficialReading.objects.exists()
        assert stale() == {"64.08.11"}


class TestRegionsAndTps:
    def test_a_tps_that_changes_says_when_and_asks_for_its_kecamatan(self, keeper, world, stale):
        station = PollingStation.objects.get(village="64.08.11.2001", number=1)
        PollingStation.objects.filter(pk=station.pk).update(updated_at=timezone.now() - timedelta(days=9))
        url = f"{P}pollingstation/{station.pk}/change/"
        risk = {"risks-TOTAL_FORMS": 1, "risks-0-indicator": "RW18", "risks-0-polling_station": station.pk}
        assert keeper.post(url, form_of(keeper, url) | risk | {"signal": 0}).status_code == 302
        station.refresh_from_db()
        assert station.signal == 0
        for row in (station, station.risks.get()):
            assert timezone.now() - row.updated_at < timedelta(minutes=1)
        assert stale() == {"64.08.11"}

    def test_a_tps_that_moves_to_another_desa_asks_for_the_regency_that_shares_its_goods(self, keeper, world, stale):
        station = PollingStation.objects.get(village="64.08.11.2001", number=6)
        url = f"{P}pollingstation/{station.pk}/change/"
        moved = {"village": "64.08.06.2001", "number": 3}
        assert keeper.post(url, form_of(keeper, url) | moved).status_code == 302
        station.refresh_from_db()
        assert station.code == "64.08.06.2001-003"
        assert stale() == {"64.08.04", "64.08.06", "64.08.11"}

    def test_a_tps_does_not_move_to_a_number_that_is_taken(self, keeper, world):
        station = PollingStation.objects.get(village="64.08.11.2001", number=6)
        url = f"{P}pollingstation/{station.pk}/change/"
        answer = keeper.post(url, form_of(keeper, url) | {"number": 1})
        assert "Nomor TPS ini sudah ada di desa itu." in answer.content.decode()

    @pytest.mark.parametrize(("code", "prefix"), [("64.08.11", "profile"), ("64.08.11.2001", "village_profile")])
    def test_the_profile_is_on_the_page_of_its_region(self, keeper, stale, code, prefix):
        url = f"{P}region/{code}/change/"
        values = form_of(keeper, url) | {f"{prefix}-0-region": code, f"{prefix}-TOTAL_FORMS": 1}
        assert keeper.post(url, values).status_code == 302
        assert stale() == {"64.08.11"}

    def test_regions_come_from_the_registry_alone(self, keeper):
        assert keeper.get(P + "region/add/").status_code == 403
        assert keeper.get(P + "region/64.08.11/delete/").status_code == 403


class TestElections:
    def test_saving_one_expects_its_reports_and_gives_it_patterns(self, keeper, world, stale):
        world.election.patterns.all().delete()
        ExpectedReport.objects.all().delete()
        url = f"{P}election/{world.election.pk}/change/"
        assert keeper.post(url, form_of(keeper, url)).status_code == 302
        assert set(ExpectedReport.objects.values_list("kecamatan_id", flat=True).distinct()) == ALL
        assert world.election.patterns.count() == 3
        assert stale() == ALL

    def test_a_contest_of_the_wrong_level_is_refused(self, keeper, world):
        url = f"{P}election/{world.election.pk}/change/"
        values = form_of(keeper, url)
        values[next(name for name, value in values.items() if value == "bupati")] = "walikota"
        assert "wali kota untuk kota" in errors_of(keeper.post(url, values))


class TestPeople:
    def test_a_new_person_gets_an_argon2_password_and_a_role(self, keeper):
        url = P + "user/add/"
        password = "kapal-laut-dan-sungai"
        person = {"username": "camat-baru", "name": "Camat Baru", "password1": password, "password2": password}
        role = {"role": "reporter", "region": "64.08.06", "valid_from": "01-11-2026"}
        role = {f"assignments-0-{name}": value for name, value in role.items()} | {"assignments-TOTAL_FORMS": 1}
        assert keeper.post(url, form_of(keeper, url) | person | role).status_code == 302
        user = User.objects.get(username="camat-baru")
        assert user.password.startswith("argon2")
        assert user.assignments.get().region_id == "64.08.06"

    def test_a_role_at_the_wrong_level_is_refused(self, keeper, world):
        values = {"user": world.people["camat-busang"].pk, "role": "reporter", "region": "64.08"}
        response = keeper.post(P + "assignment/add/", values | {"valid_from": "01-11-2026"})
        assert "Peran ini tidak dapat diberikan pada tingkat wilayah itu" in errors_of(response)

    def test_people_are_switched_off_and_never_deleted(self, keeper, world):
        assert keeper.get(f"{P}user/{world.people['camat-busang'].pk}/delete/").status_code == 403


@pytest.mark.parametrize("name", ["report", "issue", "contactattempt"])
def test_what_people_sent_cannot_be_changed_here(keeper, name):
    assert keeper.get(f"{P}{name}/add/").status_code == 403


def test_a_report_is_read_under_the_labels_of_its_form(keeper, world):
    report = sent_last_week(world, help_needed=["TA"])
    page = keeper.get(f"{P}report/{report.pk}/change/").content.decode()
    for words in ("Kondisi umum", "KPPS terisi", "Bantuan dibutuhkan", "Transport air", report.receipt, "2026-W46"):
        assert words in page
    assert keeper.post(f"{P}report/{report.pk}/change/", {}).status_code == 403
