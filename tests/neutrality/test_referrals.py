"""Packages that go out: complete, numbered, with nobody's name on the outside; answers and sanctions (issue 4, 7)."""

import hashlib
import tracemalloc
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
from cryptography.fernet import Fernet
from django.urls import reverse
from pypdf import PdfReader

from neutrality.cases import CaseRefused, answer_requirement
from neutrality.evidence import add_link
from neutrality.flow import State
from neutrality.models import Evidence, Reading, Referral, Sanction
from neutrality.referring import RECEIVED_IN, answer_referral, make_referral, ways_of
from neutrality.sanctions import note_sanction
from neutrality.sealing import Sealed, unseal
from tests.conftest import NOW, PEOPLE
from tests.neutrality.cases import PLANTED, TELLER, advance, case_in, make_case
from tests.neutrality.proof import HANDLER, LINK, NOTE, WHOLE, add, full_disk, stored

pytestmark = pytest.mark.usefixtures("shelf")
DECREE = "SK-800/77/BKPSDM/2026"


def refer(world, case, target="bawaslu", **more):
    given = {"by": world.people[HANDLER], "now": NOW, "client_key": uuid4()}
    return make_referral(case=case, target=target, **(given | more))


def package_of(row):
    return ZipFile(BytesIO(Path(row.package.path).read_bytes()))


def letter_of(row):
    pages = PdfReader(BytesIO(package_of(row).read("surat.pdf"))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


class TestPackage:
    def test_it_holds_letter_originals_and_hashes_that_are_right(self, world):
        case = make_case(world)
        add(world, case, WHOLE["jpg"])
        add(world, case, WHOLE["mp4"])
        package = package_of(refer(world, case))
        assert package.namelist() == ["bukti-01.jpg", "bukti-02.mp4", "surat.pdf", "daftar-hash.txt"]
        assert package.read("bukti-02.mp4") == WHOLE["mp4"]
        for line in package.read("daftar-hash.txt").decode().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(package.read(name)).hexdigest() == digest

    def test_only_the_account_of_the_server_reads_what_lies_on_its_disk(self, world, shelf):
        """Names stand open in a letter: another account of the same machine finds a closed door."""
        case = make_case(world)
        add(world, case, WHOLE["jpg"])
        refer(world, case)
        kept = stored(shelf)
        folders = {folder for file in kept for folder in file.parents if shelf in folder.parents}
        assert len(kept) == 3
        assert {path.stat().st_mode & 0o077 for path in (*kept, *folders)} == {0}

    def test_nothing_on_its_outside_names_anybody(self, world):
        case = make_case(world)
        add(world, case)
        row = refer(world, case)
        outside = Path(row.package.path).name + row.number + repr(package_of(row).infolist()) + str(row)
        assert not any(name in outside for name in (*PLANTED.values(), *TELLER.values(), NOTE))
        content = Path(row.package.path).read_bytes()
        assert not any(name.encode() in content for name in (*TELLER.values(), NOTE, PLANTED["name"]))

    def test_the_letter_says_all_and_is_marked_restricted(self, world):
        case = case_in(world, "diteruskan_bawaslu")
        row = add(world, case)
        add_link(case=case, link=LINK, note="Dilihat Jumat", by=world.people[HANDLER], now=NOW, client_key=uuid4())
        answer_requirement(case=case, requirement="bukti", is_met=True, by=world.people[HANDLER], now=NOW)
        told = letter_of(refer(world, case))
        for text in ("TERBATAS", "SIMULASI" if case.election.is_simulation else "RJK-2026-1", case.number, "terlapor",
                     PLANTED["name"], PLANTED["staff_number"], "001/PM/2026", "bukti-01.jpg", NOTE, LINK[:20],
                     "21 Nov 2026", "Kronologi penanganan", "terpenuhi", "belum diperiksa"):  # fmt: skip
            assert text.lower() in told.lower(), text
        assert row.sha256 in told.replace(" ", "")
        assert "pelanggar " not in told.lower()
        assert "[S4" not in told  # marks of our own list of sources

    def test_who_told_it_is_in_no_package(self, world):
        told = letter_of(refer(world, make_case(world)))
        assert not any(name in told for name in TELLER.values())

    def test_what_people_type_is_shown_as_typed(self, world):
        case = make_case(world, summary='#eval("1") $x$ *tebal* [a] \\ @b <c>')
        assert '#eval("1") $x$ *tebal* [a] \\ @b <c>' in letter_of(refer(world, case))


class TestMaking:
    def test_packages_are_numbered_in_turn_and_the_hash_is_kept(self, world):
        rows = [refer(world, make_case(world)) for _case in range(2)]
        assert [row.number for row in rows] == ["RJK-2026-1", "RJK-2026-2"]
        assert rows[1].sha256 == hashlib.sha256(Path(rows[1].package.path).read_bytes()).hexdigest()

    def test_the_same_form_again_is_the_same_package(self, world, shelf):
        case, key = make_case(world), uuid4()
        assert refer(world, case, client_key=key).pk == refer(world, case, client_key=key).pk
        assert (Referral.objects.count(), len(stored(shelf))) == (1, 1)

    @pytest.mark.parametrize("target", list(RECEIVED_IN))
    def test_a_receiver_gets_a_case_when_a_step_leads_there_and_not_before(self, world, target):
        case = make_case(world)
        if target != "bawaslu":
            with pytest.raises(CaseRefused, match="belum dapat dirujuk"):
                refer(world, case, target)
            case = case_in(world, RECEIVED_IN[target])
        assert ways_of(case)[target] is False

    def test_whoever_had_the_case_before_may_get_a_copy_that_says_so(self, world):
        case = case_in(world, "terdaftar")
        assert ways_of(case) == {"bawaslu": True}
        assert "Salinan" in letter_of(refer(world, case))

    def test_an_unknown_receiver_is_refused(self, world):
        with pytest.raises(CaseRefused, match="Pilih kepada siapa"):
            refer(world, make_case(world), "koran")

    def test_evidence_that_changed_on_the_disk_stops_the_package(self, world, shelf):
        case = make_case(world)
        row = add(world, case)
        Path(row.original.path).write_bytes(WHOLE["png"])
        with pytest.raises(CaseRefused, match="berubah sejak diterima"):
            refer(world, case)
        assert (Referral.objects.count(), len(stored(shelf))) == (0, 2)

    def test_a_disk_that_fills_leaves_no_row_and_no_file(self, world, shelf):
        case = make_case(world)
        with full_disk(), pytest.raises(CaseRefused, match="tempat di server penuh"):
            refer(world, case)
        assert (Referral.objects.count(), stored(shelf)) == (0, [])

    @pytest.mark.parametrize("keys", [[], [Fernet.generate_key().decode()]])
    def test_without_the_key_there_is_no_package(self, world, settings, shelf, keys):
        case = make_case(world)
        settings.NEUTRALITY_KEYS = keys
        with pytest.raises(Sealed):
            refer(world, case)
        assert (Referral.objects.count(), stored(shelf)) == (0, [])

    def test_memory_stays_flat_with_much_evidence(self, world):
        """Twenty pieces of 5 MB: far less than one of them is in memory at once (25 MB in bench)."""
        case, large = make_case(world), 5 * 1024 * 1024
        for number in range(20):
            row = add(world, case, WHOLE["pdf"].replace(b"Catalog", b"Catalog%d" % number))
            content = bytes([number]) * large
            Path(row.original.path).write_bytes(content)
            Evidence.objects.filter(pk=row.pk).update(sha256=hashlib.sha256(content).hexdigest(), size=large)
        del content
        tracemalloc.start()
        row = refer(world, case)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (Path(row.package.path).stat().st_size > 20 * large, peak < large) == (True, True)


class TestTakingOut:
    def test_letter_and_package_bear_numbers_alone_and_each_is_logged(self, world, as_user):
        case = make_case(world)
        row = refer(world, case)
        client = as_user(HANDLER)
        for name, extension in (("referral_letter", "pdf"), ("referral_package", "zip")):
            response = client.get(reverse(name, args=[case.number, row.pk]))
            assert response["Content-Disposition"] == f'attachment; filename="RJK-2026-1.{extension}"'
            assert "no-store" in response["Cache-Control"]
            assert response.getvalue()[:2] in (b"%P", b"PK")
        told = list(Reading.objects.filter(what="paket").order_by("pk").values_list("detail", flat=True))
        assert told == ["dibuat untuk Bawaslu", "RJK-2026-1, surat", "RJK-2026-1, paket"]

    def test_a_package_of_another_case_is_not_found(self, world, as_user):
        row, other = refer(world, make_case(world)), make_case(world)
        assert as_user(HANDLER).get(reverse("referral_package", args=[other.number, row.pk])).status_code == 404

    def test_a_package_that_is_gone_is_a_sentence(self, world, as_user):
        case = make_case(world)
        row = refer(world, case)
        Path(row.package.path).unlink()
        response = as_user(HANDLER).get(reverse("referral_letter", args=[case.number, row.pk]), follow=True)
        assert "Paket RJK-2026-1 tidak ditemukan" in response.content.decode()


class TestAnswer:
    def answer(self, world, row, **more):
        given = {"answer_number": "R-9/BKN", "answered_on": NOW.date(), "recommendation": "Hukuman bagi Sumarni"}
        answer_referral(referral=row, by=world.people[HANDLER], now=NOW, **(given | more))
        row.refresh_from_db()

    def test_it_is_kept_sealed_and_twice_is_once(self, world):
        row = refer(world, make_case(world))
        for _time in range(2):
            self.answer(world, row)
        assert (row.answer_number, unseal(row.recommendation)) == ("R-9/BKN", "Hukuman bagi Sumarni")
        assert b"Sumarni" not in bytes(row.recommendation)
        assert not Reading.objects.filter(has_reason=True).exists()

    def test_a_corrected_answer_says_in_the_log_what_stood_there(self, world):
        row = refer(world, make_case(world))
        self.answer(world, row)
        self.answer(world, row, answer_number="R-10/BKN")
        assert unseal(Reading.objects.get(has_reason=True).reason) == "Sebelumnya R-9/BKN, 21.11.2026."

    @pytest.mark.parametrize("day", ["2026-11-20", "2026-11-22"])
    def test_its_day_lies_between_the_package_and_today(self, world, as_user, day):
        case = make_case(world)
        row = refer(world, case)
        data = {"answer_number": "R-9", "answered_on": day}
        response = as_user(HANDLER).post(reverse("referral_answer", args=[case.number, row.pk]), data)
        assert response.status_code == 422
        assert "Tanggal jawaban tidak boleh" in response.content.decode()


class TestSanction:
    def note(self, world, case, **more):
        given = {"level": "berat", "decree": DECREE, "decided_on": NOW.date(), "client_key": uuid4()}
        return note_sanction(case=case, by=world.people[HANDLER], now=NOW, **(given | more))

    def test_it_belongs_to_the_step_that_says_it_was_given(self, world):
        case = case_in(world, "rekomendasi_ppk_asn", hours_apart=0)
        with pytest.raises(CaseRefused, match="Catat dulu langkah"):
            self.note(world, case)
        advance(world, case, State.SANCTIONED)
        case.refresh_from_db()
        key = uuid4()
        assert self.note(world, case, client_key=key).pk == self.note(world, case, client_key=key).pk
        row = Sanction.objects.get()
        assert (DECREE.encode() in bytes(row.decree), unseal(row.decree)) == (False, DECREE)

    def test_its_day_is_no_day_to_come(self, world):
        case = case_in(world, State.SANCTIONED, hours_apart=0)
        with pytest.raises(CaseRefused, match="Tanggal keputusan"):
            self.note(world, case, decided_on=NOW.date().replace(day=22))


class TestWho:
    def addresses(self, case, row):
        gets = [reverse(name, args=[case.number, *args]) for name, args in (
            ("case_proof", []), ("evidence", [1]), ("evidence_original", [1]),
            ("referral_letter", [row.pk]), ("referral_package", [row.pk]),
        )]  # fmt: skip
        posts = [reverse(name, args=[case.number, *args]) for name, args in (
            ("evidence_add", []), ("evidence_link_add", []), ("referral_make", []), ("referral_answer", [row.pk]),
            ("sanction_note", []),
        )]  # fmt: skip
        return gets, posts

    @pytest.mark.parametrize("name", [*(each for each in PEOPLE if each != HANDLER), "admin"])
    def test_for_everybody_but_the_handler_nothing_of_it_exists(self, world, as_user, name):
        case = make_case(world)
        add(world, case)
        gets, posts = self.addresses(case, refer(world, case))
        client, before = as_user(name), Reading.objects.count()
        assert {client.get(address).status_code for address in gets} == {404}
        assert {client.post(address, {"note": "x"}).status_code for address in posts} == {404}
        assert Reading.objects.count() == before

    def test_who_is_not_signed_in_is_sent_to_the_door(self, world, client):
        case = make_case(world)
        add(world, case)
        gets, posts = self.addresses(case, refer(world, case))
        answers = [client.get(address) for address in gets] + [client.post(address) for address in posts]
        assert all(answer.status_code == 302 and "/masuk" in answer.url for answer in answers)


class TestPage:
    def test_the_handler_goes_from_evidence_to_package_without_javascript(self, world, as_user):
        case, client = make_case(world), as_user(HANDLER)
        client.post(reverse("evidence_add", args=[case.number]), {
            "client_key": uuid4(), "note": NOTE, "upload": BytesIO(WHOLE["jpg"]),
        })  # fmt: skip
        client.post(reverse("referral_make", args=[case.number]), {"client_key": uuid4(), "target": "bawaslu"})
        page = client.get(reverse("case_proof", args=[case.number])).content.decode()
        assert "<html" in page
        assert all(text in page for text in (NOTE, "RJK-2026-1", Evidence.objects.get().sha256, "paket.zip"))

    def test_the_case_page_takes_the_same_part_as_a_fragment(self, world, as_user):
        address = reverse("case_proof", args=[make_case(world).number])
        part = as_user(HANDLER).get(address, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert part.count('id="proof"') == 1
        assert "csrfmiddlewaretoken" in part

    def test_a_package_that_cannot_be_made_yet_is_answered_on_the_page(self, world, as_user):
        case = make_case(world)
        response = as_user(HANDLER).post(
            reverse("referral_make", args=[case.number]), {"client_key": uuid4(), "target": "bkn"}
        )
        assert response.status_code == 422
        assert "belum dapat dirujuk ke BKN" in response.content.decode()

    def test_a_finished_case_offers_nothing_to_add(self, world, as_user):
        page = as_user(HANDLER).get(reverse("case_proof", args=[case_in(world, "selesai").number])).content.decode()
        assert 'name="upload"' not in page

    def test_statements_do_not_grow_with_rows(self, world, as_user, django_assert_max_num_queries):
        case, client = make_case(world), as_user(HANDLER)
        counts = []
        for _round in range(2):
            add(world, case, WHOLE["pdf"] + b"%" * len(counts))
            refer(world, case)
            with django_assert_max_num_queries(40) as told:
                client.get(reverse("case_proof", args=[case.number]))
            counts.append(len(told))
        assert counts[0] == counts[1]
