"""A form field drawn by our own tag says what Django's templates would say."""

from html.parser import HTMLParser

import pytest
from django import forms

from districts.models import Agency
from districts.templatetags.fields import field

CHOICES = [("", "Pilih <satu>"), ("a", "A & B"), (2, "Dua")]


class Probe(forms.Form):
    text = forms.CharField(max_length=9, required=False)
    number = forms.IntegerField(min_value=1, initial=0)
    day = forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), required=False)
    long = forms.CharField(widget=forms.Textarea({"rows": 2}), help_text="Tanpa nama orang.")
    secret = forms.CharField(widget=forms.PasswordInput)
    one = forms.ChoiceField(choices=CHOICES)
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(choices=CHOICES[1:], widget=forms.CheckboxSelectMultiple)
    tick = forms.BooleanField(label="Butuh <bantuan>")
    grouped = forms.ChoiceField(choices=[("Darat", [("t", "Truk")]), ("Air", [("k", "Kapal")])])
    kept = forms.CharField(disabled=True, required=False, initial="tetap")


class Reader(HTMLParser):
    """Elements with their attributes and words; blanks between elements say nothing."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.read: list[object] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.read.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.read.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.read.append(data.strip())


FILLED = {"text": '"><b>', "number": "7", "day": "2026-12-03", "long": "<p>\n&", "secret": "x", "one": "a",
          "radio": "2", "several": ["a", "2"], "tick": "on", "grouped": "k"}  # fmt: skip


@pytest.mark.parametrize("name", Probe.base_fields)
@pytest.mark.parametrize("typed", [None, {}, FILLED], ids=["unbound", "mistaken", "filled"])
def test_an_input_is_the_one_django_would_draw(name: str, typed: dict | None) -> None:
    bound = Probe(typed)[name]
    attrs = {"inputmode": "numeric"} if name == "number" else {}
    drawn, expected = Reader(field(bound)).read, Reader(bound.as_widget(attrs=attrs)).read
    start = next(at for at, each in enumerate(drawn) if each == expected[0])
    assert drawn[start : start + len(expected)] == expected


@pytest.mark.parametrize("name", Probe.base_fields)
def test_a_label_belongs_to_its_input_and_mistakes_stand_under_it(name: str) -> None:
    bound = Probe({})[name]
    told = Reader(field(bound)).read
    assert (
        Reader(bound.legend_tag(label_suffix="") if bound.use_fieldset else bound.label_tag(label_suffix="")).read[0]
        in told
    )
    assert all(sentence in told for sentence in bound.errors)
    assert ("field-wrong" in told[0][1]["class"]) == bool(bound.errors)


def test_choices_that_are_rows_are_read_once(db, django_assert_num_queries) -> None:
    form = Probe()
    form.fields["one"] = forms.ModelChoiceField(Agency.objects.all())
    with django_assert_num_queries(1):
        field(form["one"])


def test_a_hint_and_what_it_is_out_of_are_escaped_and_described() -> None:
    html = field(Probe()["long"], hint="pekan <lalu>", suffix="dari & 18")
    assert 'aria-describedby="id_long_hint id_long_helptext"' in html
    assert '<small class="hint" id="id_long_hint">pekan &lt;lalu&gt;</small>' in html
    assert "dari &amp; 18" in html
    assert "Tanpa nama orang." in html


def test_words_of_people_never_become_elements() -> None:
    html = field(Probe(FILLED)["text"]) + field(Probe(FILLED)["tick"]) + field(Probe(FILLED)["one"])
    for raw in ("<b>", "<bantuan>", "<satu>", "A & B"):
        assert raw not in html
