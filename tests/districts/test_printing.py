"""Documents for paper and QR codes: what is printed is what was given, and nothing else is reached."""

import json
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from shutil import copytree
from xml.etree import ElementTree

import pytest
import typst
import zxingcpp
from django.template.loader import render_to_string
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from districts import printing, qr
from districts.printing import PrintFailed, letter, pdf, printed

SHIPPED = printing.TEMPLATES
ADDRESS = "https://siap.kutaitimurkab.go.id/serah-terima/3f1c2a9e-77b0-4d0e-9a51-0a1b2c3d4e5f/"
HOSTILE = '#let *x* $y$ [z] {u} "kutip" \\ @a <b> `c` // d /* e */ ~ -- 1. = + - \'f\' #read("base.typ")'
BODY = """
#import "/print/base.typ": data, facts, letter, listing, note, qr, signatures
#show: letter.with(data.letter)
#facts(data.facts)
#qr(data.qr, caption: data.name)
#note(data.name)
#listing(header: ("Barang", "Jumlah"), align: (left, right), data.rows, total: ("Jumlah", "1.234.567"))
#signatures(((role: "Yang menyerahkan", name: data.name), (role: "Yang menerima", note: data.name)))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of templates like ours, with a document of the tests beside base.typ."""
    root = tmp_path_factory.mktemp("cetak") / "templates"
    copytree(SHIPPED / "print", root / "print")
    (root / "print" / "uji.typ").write_text(BODY)
    (root.parent / "rahasia.txt").write_text("rahasia")
    (root.parent / "rahasia.typ").write_text("rahasia")
    (root / "base.html").write_text("halaman")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing, "TEMPLATES", root)
        yield root


def document(name="Ñusa Ékawati", rows=(("Bilik", "308"),), **head):
    head = {"title": "Manifes", "place": "Sandaran", "source": "KPU", "zone": "Asia/Makassar"} | head
    read_at = datetime(2026, 11, 21, 10, 42, tzinfo=UTC)
    return {
        "letter": letter(read_at=read_at, **head),
        "name": name,
        "facts": [("Dari", name), ("Catatan", None)],
        "qr": qr.svg(ADDRESS),
        "rows": rows,
    }


def pages(content):
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def squeezed(text):
    """Text without white space and the places where long words may break: paper wraps lines."""
    return re.sub(r"[\s\u200b]", "", text)


def failure(folder, source):
    (folder / "print" / "salah.typ").write_text(source)
    with pytest.raises(PrintFailed) as failed:
        pdf("print/salah.typ", {"name": "x"})
    assert str(failed.value) == "Dokumen tidak dapat dibuat. Datanya tidak berubah; beri tahu administrator."
    return failed.value.detail


class TestText:
    def test_a_name_that_looks_like_markup_is_printed_as_it_is(self, folder):
        (page,) = pages(pdf("print/uji.typ", document(HOSTILE, title=HOSTILE, place=HOSTILE, source=HOSTILE)))
        # fact, caption, paragraph, two signatures; head and foot: place and source (the title is in capitals)
        assert squeezed(page).count(squeezed(HOSTILE)) == 7
        assert squeezed(HOSTILE).upper() in squeezed(page)

    @settings(max_examples=15, deadline=None)
    @given(name=st.text(st.characters(codec="latin-1", exclude_categories=["Cc", "Cf", "Zs"]), min_size=1, max_size=60))
    @example('"}')
    def test_any_name_is_printed_as_it_is(self, folder, name):
        (page,) = pages(pdf("print/uji.typ", document(f"<{name}>")))
        assert squeezed(page).count(squeezed(f"<{name}>")) >= 3

    def test_a_word_longer_than_its_cell_stays_on_the_page(self, folder):
        (page,) = pages(pdf("print/uji.typ", document(rows=[("x" * 400, "1")])))
        assert "x" * 400 in squeezed(page)
        assert "x" * 150 not in page

    def test_what_is_unknown_is_a_dash(self, folder):
        assert "Catatan –" in pages(pdf("print/uji.typ", document()))[0]

    def test_indonesian_letters_and_digits_have_shapes_in_the_font(self):
        signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789éèêÉ’ʿ“”–—…·%§/()°²"
        pages = "#set page(width: 9mm, height: 9mm); #for sign in sys.inputs.signs [#page(sign)]"
        missing, *drawn = typst.compile(
            pages.encode(), format="png", ppi=72, ignore_system_fonts=True, sys_inputs={"signs": "\U00013000" + signs}
        )
        assert [sign for sign, png in zip(signs, drawn, strict=True) if png == missing] == []


class TestLetter:
    def test_every_page_says_source_time_and_its_number(self, folder):
        found = pages(pdf("print/uji.typ", document(rows=[("Bilik", str(n)) for n in range(100)], number="No. 7")))
        assert len(found) == 3
        for number, page in enumerate(found, 1):
            assert "Sumber: KPU" in page
            assert "Dibaca dari SIAP 21 Nov 2026, 18.42 WITA" in page
            assert f"Halaman {number} dari 3" in page
            assert "Barang Jumlah" in page
        assert "Manifes · No. 7" in found[2]

    def test_a_simulation_says_so_on_every_page_and_a_real_document_nowhere(self, folder):
        rows = [("Bilik", str(n)) for n in range(60)]
        simulated = pages(pdf("print/uji.typ", document(rows=rows, is_simulation=True)))
        assert [page.count("SIMULASI") for page in simulated] == [2, 2]
        assert "SIMULASI" not in "".join(pages(pdf("print/uji.typ", document(rows=rows))))

    def test_it_is_a4_upright_titled_and_tagged_for_screen_readers(self, folder):
        reader = PdfReader(BytesIO(pdf("print/uji.typ", document())))
        width, height = (float(side) for side in (reader.pages[0].mediabox.width, reader.pages[0].mediabox.height))
        assert (round(width), round(height)) == (595, 842)
        assert reader.metadata.title == "Manifes"
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert reader.trailer["/Root"]["/Lang"] == "id"

    def test_the_response_is_a_pdf_to_look_at(self, folder):
        response = printed("print/uji.typ", document(), "manifes_64.08.11_2026-11-21.pdf")
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == 'inline; filename="manifes_64.08.11_2026-11-21.pdf"'
        assert response.content[:5] == b"%PDF-"


class TestConfinement:
    @pytest.mark.parametrize("path", ["../../rahasia.txt", "/../rahasia.txt", "/etc/hostname"])
    def test_a_template_reads_nothing_outside_its_folder(self, folder, path):
        assert "rahasia" not in failure(folder, f'#read("{path}")').replace(path, "")

    def test_a_template_reaches_no_package_registry(self, folder):
        assert "Connection refused" in failure(folder, '#import "@preview/cetz:0.3.0"')

    @pytest.mark.parametrize("name", ["../rahasia.typ", "/etc/passwd", "base.html", "print/tidak-ada.typ"])
    def test_only_templates_can_be_printed(self, folder, name):
        with pytest.raises(PrintFailed):
            pdf(name, {})

    def test_a_mistake_in_a_template_says_where_it_is(self, folder):
        assert "salah.typ:2" in failure(folder, "#let a = 1\n#b")

    @pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.typ")), ids=lambda path: path.name)
    def test_our_templates_import_no_package_and_evaluate_no_text(self, path):
        code = re.sub(r"//.*", "", path.read_text())
        assert not re.findall(r"""\b(?:eval|read|plugin|include|csv|toml|yaml|xml)\s*[("]|["']@""", code)


def decoded(png):
    return [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(png)))]


class TestQR:
    def test_a_phone_reads_the_code_on_paper(self, folder):
        png = typst.compile(
            str(folder / "print" / "uji.typ"),
            root=str(folder),
            format="png",
            ppi=150,
            sys_inputs={"data": json.dumps(document())},
        )
        assert decoded(png) == [ADDRESS]

    @settings(max_examples=15, deadline=None)
    @given(text=st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=300))
    def test_a_phone_reads_the_code_on_a_page(self, folder, text):
        svg = render_to_string("components/_qr.html", {"code": qr.code(text), "label": "Serah terima"})
        svg = svg[svg.index("<svg") :]
        (Path(folder) / "print" / "kode.typ").write_text("#image(bytes(sys.inputs.svg), width: 60mm)")
        png = typst.compile(str(folder / "print" / "kode.typ"), root=str(folder), format="png", sys_inputs={"svg": svg})
        assert decoded(png) == [text]

    def test_the_code_has_four_modules_of_white_on_every_side(self):
        made = qr.code(ADDRESS)
        runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)", made.path)]
        edges = (min(x for x, _y, _run in runs), min(y for _x, y, _run in runs))
        ends = (max(x + run for x, _y, run in runs), max(y + 1 for _x, y, _run in runs))
        assert (edges, ends) == ((4, 4), (made.size - 4, made.size - 4))

    def test_the_code_is_black_on_white_named_and_without_styles(self):
        page = render_to_string("components/_qr.html", {"code": qr.code(ADDRESS), "label": 'Segel "A" <b>'})
        svg = ElementTree.fromstring(page[page.index("<svg") :])
        assert (svg.get("role"), svg.get("aria-label")) == ("img", 'Segel "A" <b>')
        ground, modules = list(svg)
        assert (ground.get("fill"), modules.get("fill")) == ("#fff", "#000")
        assert "style" not in page

    def test_the_code_survives_a_stain(self):
        """Correction M restores 15 % (ISO/IEC 18004): here a corner of the data is covered."""
        made = qr.code(ADDRESS)
        image = Image.new("L", (made.size, made.size), 255)
        for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)", made.path):
            image.paste(0, (int(x), int(y), int(x) + int(run), int(y) + 1))
        stain = made.size - qr.QUIET
        image.paste(255, (stain - 9, stain - 9, stain, stain))
        assert [found.text for found in zxingcpp.read_barcodes(image.resize((made.size * 6, made.size * 6), 0))] == [
            ADDRESS
        ]
