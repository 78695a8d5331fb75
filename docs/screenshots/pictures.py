"""The pictures of the guides, in the order in which the guides show them."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

PHONE, WIDE = (360, 740), (1366, 768)
SANDARAN, KUTIM = "/kecamatan/64.08.11/", "/wilayah/64.08/"
Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Picture:
    """One file `docs/gambar/NAME.png`: what `who` sees at `address`, from the top of the page down to `size`.

    `who` None is nobody. Words in braces come from `scene.fill`. `act` is done on the page first.
    """

    name: str
    who: str | None
    address: str
    size: tuple[int, int] = WIDE
    act: Act | None = None


def send_too_early(page: Page) -> None:
    """Press the button of a form that is not filled in, wait for its sentences, and show them below the head."""
    page.click("button.send")
    page.wait_for_selector(".errorlist")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")


def hand_in_people(page: Page) -> None:
    """Upload two accounts and wait for what they would bring."""
    rows = "Nama;Telepon;Peran;Kode wilayah\nOperator Sandaran (contoh);;camat;64.08.11\nOperator Busang (contoh);;camat;64.08.06\n"
    page.set_input_files("[type=file]", {"name": "akun.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.click("main form [type=submit]")
    page.wait_for_url("**/impor/*/")
    page.evaluate("document.querySelector('footer').remove()")  # when it was uploaded is the database's own clock


PICTURES = (
    # camat
    Picture("camat-buat-sandi", None, "/mulai/?kode={code}", (360, 860)),
    Picture("camat-masuk", None, "/masuk/", (360, 700)),
    Picture("camat-formulir", "camat-sandaran", SANDARAN + "{week}/isi/", (360, 820)),
    Picture("camat-salah", "camat-sandaran", SANDARAN + "{week}/isi/", (360, 820), send_too_early),
    Picture(
        "camat-tanda-terima", "camat-kaliorang", "/kecamatan/64.08.10/{receipt}/", (360, 755)
    ),  # above the browser's own words
    Picture("camat-dikembalikan", "camat-sangatta-utara", "/kecamatan/64.08.04/{returned}/", (360, 640)),
    Picture("camat-kecamatan", "camat-sandaran", SANDARAN, (360, 820)),
    Picture("camat-kendala", "camat-sandaran", SANDARAN + "kendala/baru/", (360, 820)),
    # desk
    Picture("desk-belum-lapor", "desk-kutim", KUTIM + "belum-lapor/"),
    Picture("desk-kecamatan", "desk-kutim", SANDARAN),
    Picture("desk-periksa", "desk-kutim", "/kecamatan/64.08.10/{week}/"),
    Picture("desk-kendala", "desk-kutim", KUTIM + "kendala/"),
    Picture("desk-orang", "desk-kutim", "/orang/{camat}/"),
    Picture("desk-impor-akun", "desk-kutim", KUTIM + "orang/impor/", act=hand_in_people),
    Picture("desk-data", "desk-kutim", KUTIM + "data/"),
    Picture("desk-kepatuhan", "desk-kutim", KUTIM + "kepatuhan/"),
    Picture("desk-logistik", "desk-kutim", KUTIM + "logistik/"),
    Picture("desk-kemarin", "desk-kutim", KUTIM + "?pada=2026-11-20"),
    # admin
    Picture("admin-beranda", "admin", "/admin/"),
    Picture("admin-pemilihan", "admin", "/admin/districts/election/{election}/change/"),
    Picture("admin-indikator", "admin", "/admin/districts/indicator/LOG-05/change/"),
    Picture("admin-masuk", "admin", "/admin/districts/rolepolicy/"),
)
#: Of the README and the guide of the Desk.
DASHBOARD = Picture("dashboard", "desk-kutim", KUTIM)
#: Drawn from the document itself and not from a page.
CARD = "camat-kartu"
