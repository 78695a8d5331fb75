"""English: the catalogue is whole and true to the texts, the switch switches, and pages hold no Indonesian."""

import re
from datetime import datetime
from decimal import Decimal
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import polib
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from districts import live
from districts.admin.keeping import WholeNumberInput
from districts.inputs import CountField, MbpsField
from districts.models import Issue
from districts.readiness import roll_up
from districts.reports.expecting import current_expected, expect_reports
from districts.sentences import counted_words, ratio
from districts.templatetags.siap import clock, day, moment, score
from pilkada import catalogue
from pilkada.middleware import _said_in
from tests.conftest import NOW
from tests.districts.reports import make_report

WITA = "Asia/Makassar"
EVENING = datetime(2026, 12, 3, 18, 42, tzinfo=ZoneInfo(WITA))


# --- The catalogue ------------------------------------------------------------------------------------------------------
def test_every_text_has_its_english_and_the_catalogue_no_other():
    faults = catalogue.faults(catalogue.read(), catalogue.messages())
    assert not faults, "manage.py messages --missing DAFTAR; " + "; ".join(faults[:20])


def entry(text, said, **more):
    file = polib.POFile()
    file.append(polib.POEntry(msgid=text, msgstr=said, **more))
    return file


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Simpan", ""),
        ("%(number)s TPS", "%(count)s TPS"),
        ("{count} TPS", "TPS"),
        ("<b>Siap</b>", "Ready"),
        ("Sumber: ", "Source:"),
        ("Belum ada.", "None yet"),
    ],
)
def test_a_translation_that_is_empty_or_drops_what_its_text_holds_is_named(text, said):
    (fault,) = catalogue.faults(entry(text, said), {catalogue.Message(text)})
    assert repr(text) in fault


def test_missing_stale_and_fuzzy_texts_are_named():
    file = entry("Lama", "Old", flags=["fuzzy"])
    told = catalogue.faults(file, {catalogue.Message("Baru")})
    assert [fault.split(":")[0] for fault in told] == ["tidak ada di katalog", "tidak lagi dipakai", "ditandai fuzzy"]


def test_a_text_with_a_plural_needs_both():
    file = entry("%(n)d hari", "", msgid_plural="%(n)d hari", msgstr_plural={0: "%(n)d day", 1: ""})
    (fault,) = catalogue.faults(file, {catalogue.Message("%(n)d hari", "%(n)d hari")})
    assert "belum diterjemahkan" in fault


def test_texts_are_found_in_python_and_templates():
    source = 'from django.utils.translation import gettext as _, ngettext\n_("satu " "dua")\nngettext("a", "b", n)\n'
    assert set(catalogue.in_python(source, "x.py")) == {catalogue.Message("satu dua"), catalogue.Message("a", "b")}
    page = (
        '{% translate "satu" %}{{ x|default:_("dua") }}{% blocktranslate with n=1 %}{{ n }} kali{% endblocktranslate %}'
    )
    found = {message.text for message in catalogue.in_template(page, "x.html")}
    assert found == {"satu", "dua", "%(n)s kali"}


def test_a_text_put_together_before_it_is_looked_up_is_refused():
    with pytest.raises(catalogue.UnreadableTextError):
        list(catalogue.in_python('from django.utils.translation import gettext\ngettext(f"a {b}")', "x.py"))


def test_an_update_keeps_translations_and_order_and_drops_what_is_no_longer_said():
    updated = catalogue.update(entry("b", "B"), {catalogue.Message("b"), catalogue.Message("a")})
    assert [(each.msgid, each.msgstr) for each in updated] == [("a", ""), ("b", "B")]


# --- Dates and numbers --------------------------------------------------------------------------------------------------
def test_dates_and_hours_follow_the_language():
    assert (moment(EVENING, WITA), clock(EVENING, WITA)) == ("3 Des 2026, 18.42 WITA", "18.42 WITA")
    with override("en"):
        assert (moment(EVENING, WITA), clock(EVENING, WITA)) == ("3 Dec 2026, 18:42 WITA", "18:42 WITA")
        assert day(EVENING, WITA) == "Thursday, 3 Dec 2026"


def test_numbers_follow_the_language():
    assert (score(Decimal("1204.5")), ratio(0.8), counted_words("9/1200 orang")) == (
        "1.204,5",
        "0,8",
        "9 dari 1.200 orang",
    )
    with override("en"):
        assert (score(Decimal("1204.5")), ratio(0.8)) == ("1,204.5", "0.8")
        assert counted_words("9/1200 orang") == "9 of 1,200 people"


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [("id", "1.204", 1204), ("id", "1,204", None), ("en", "1,204", 1204), ("en", "1.204", None), ("en", "1204", 1204)],
)
def test_each_language_reads_its_own_thousands_and_refuses_the_other_s(language, typed, read):
    with override(language):
        if read is None:
            with pytest.raises(ValidationError):
                CountField().clean(typed)
        else:
            assert CountField().clean(typed) == read


@pytest.mark.parametrize(
    ("typed", "speed"), [("12.5", "12.5"), ("1,000", "1000"), ("1,000.5", "1000.5"), ("12,5", "12.5")]
)
def test_a_speed_in_english(typed, speed):
    with override("en"):
        assert MbpsField().clean(typed) == Decimal(speed)


def test_a_speed_that_may_mean_one_or_a_thousand_is_refused_in_english():
    with override("en"), pytest.raises(ValidationError):
        MbpsField().clean("1.000")


@pytest.mark.parametrize("typed", ["1.000", "1,000"])
def test_administration_never_reads_a_thousand_as_one(typed):
    with pytest.raises(ValidationError):
        WholeNumberInput().clean(typed)


# --- The switch ---------------------------------------------------------------------------------------------------------
def switch(client, language, back="/"):
    return client.post(reverse("set_language"), {"language": language, "next": back})


def test_the_switch_keeps_the_page_with_its_query_and_survives_in_a_cookie(as_user):
    client = as_user("desk-kutim")
    address = reverse("dashboard", args=["64.08"]) + "?nama=busang"
    assert switch(client, "en", address)["Location"] == address
    page = client.get(address)
    assert (page["Content-Language"], 'lang="en"' in page.content.decode()) == ("en", True)
    assert "Cookie" in page["Vary"]


def test_the_switch_leads_nowhere_else_and_to_no_other_language(db):
    client = Client()
    assert switch(client, "en", "https://example.org/")["Location"] == "/"
    client.cookies["bahasa"] = "de"
    assert client.get(reverse("login"))["Content-Language"] == "id"


def test_pages_are_indonesian_whatever_the_phone_would_like(db):
    assert Client().get(reverse("login"), headers={"accept-language": "en-GB"})["Content-Language"] == "id"


@pytest.mark.parametrize("name", ["login", "neutrality_public"])
def test_who_has_no_account_can_switch_too(db, name):
    client = Client()
    page = client.get(reverse(name)).content.decode()
    assert f'action="{reverse("set_language")}"' in page
    switch(client, "en", reverse(name))
    assert 'lang="en"' in client.get(reverse(name)).content.decode()


def test_an_open_page_of_the_other_language_loads_itself_anew(rf):
    request = rf.get("/", {live.VERSION: "2026120318.1"})
    request.htmx = True
    with override("en"):
        assert live.unchanged(request, live.version(WITA, EVENING), settled=False).headers["HX-Refresh"] == "true"


def test_what_is_streamed_is_made_in_the_language_of_its_page():
    assert list(_said_in("en", (str(gettext_lazy("Siap")).encode() for _ in range(2)))) == [b"Ready", b"Ready"]


# --- Pages --------------------------------------------------------------------------------------------------------------
#: Words that no English sentence of ours holds.
INDONESIAN = re.compile(
    r"\b(?:yang|dan|belum|dari|laporan|tidak|untuk|atau|dengan|sudah|pada|ini|itu|adalah|oleh|sampai|karena|bila|"
    r"kiriman|wilayah|kendala|pilih|simpan|tanggal|catat|semua|sumber|tenggat|hari|pekan|surat|bukti|kasus|angka|"
    r"perlu|siap|jumlah|lembar|gudang|orang|alasan|waktu|unduh|unggah|Senin|Kamis|Okt|Des)\b(?!-)",
    re.IGNORECASE,
)
#: Names that stay: the product, laws by their number, and the title of the region of the tests.
NAMES = re.compile(r"SIAP|(?:PP|UU|SKB|PKPU|Perbawaslu)\b.*")


class Visible(HTMLParser):
    """What a page says: text and labels, but for elements that say they are Indonesian."""

    VOID = frozenset({"input", "meta", "link", "img", "br", "hr", "path", "circle", "rect", "line", "polyline", "use"})

    def __init__(self):
        super().__init__()
        self.open, self.said = [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        unseen = tag in ("script", "style") or attrs.get("lang") == "id"
        if not unseen and not any(hidden for _tag, hidden in self.open):
            self.said += [attrs[name] for name in ("aria-label", "placeholder", "title", "alt") if attrs.get(name)]
        if tag not in self.VOID:
            self.open.append((tag, unseen))

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        at = max((at for at, (opened, _hidden) in enumerate(self.open) if opened == tag), default=None)
        if at is not None:
            del self.open[at:]

    def handle_data(self, words):
        if words.strip() and not any(hidden for _tag, hidden in self.open):
            self.said.append(" ".join(words.split()))


def indonesian_of(page):
    seen = Visible()
    seen.feed(page)
    return [words for words in seen.said if INDONESIAN.search(NAMES.sub("", words))]


@pytest.fixture
def told(world):
    """A report, an issue and colours, so that pages have something to say."""
    expect_reports(world.election)
    make_report(current_expected(world.election, "64.08.11", NOW), world.people["camat-sandaran"], tps_at_ppk=9)
    Issue.objects.create(
        election=world.election, kecamatan_id="64.08.11", kind="kendala", category="logistik", title="Kotak basah dan sobek",
        raised_by=world.people["admin"], raised_at=NOW, owner_id="pln", due_at=NOW,
    )  # fmt: skip
    roll_up(world.election, now=NOW)


PAGES = {
    "desk-kutim": [
        ("dashboard", "64.08"), ("issues", "64.08"), ("silent", "64.08"), ("kecamatan", "64.08.11"), ("logistics", "64.08"),
        ("issue_raise", "64.08.11"), ("outreach", "64.08"),
    ],
    "kpu-kutim": [("logistics_kecamatan", "64.08.11"), ("logistics_items", "64.08"), ("packing", "64.08.11"), ("stock_receive", "64.08")],
    "netralitas-kutim": [("cases", "64.08"), ("neutrality_public",), ("tip_new",)],
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES)
def test_english_pages_hold_no_indonesian(told, as_user, who):
    client = as_user(who)
    client.cookies["bahasa"] = "en"
    left = {}
    for name, *code in PAGES[who]:
        page = client.get(reverse(name, args=code))
        assert page.status_code == 200, name
        left[name] = indonesian_of(page.content.decode())
    assert not any(left.values()), left


def test_a_page_that_holds_indonesian_is_found_out():
    assert indonesian_of('<p>Ready <b title="belum siap">x</b></p><p lang="id">Kotak basah dan sobek</p>') == [
        "belum siap"
    ]
