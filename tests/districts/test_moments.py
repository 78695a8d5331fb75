"""A day and time of day typed on the clocks of a place (DOMAIN 7.1: WIB, WITA, WIT): read alike in every form."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError

from districts.moments import LocalMomentField
from tests.conftest import NOW

AT = datetime(2026, 11, 21, 10, 40, tzinfo=UTC)  # 18.40 WITA


def field(**options):
    return LocalMomentField(zone="Asia/Makassar", required=False, **options)


@pytest.mark.parametrize(
    "text",
    ["2026-11-21T18:40", "2026-11-21T18:40:00", "2026-11-21 18:40", "21/11/2026 18:40", "21/11/2026 18.40",
     " 21/11/2026  18.40 ", "２１/11/2026 18.40"],
)  # fmt: skip
@pytest.mark.parametrize("has_happened", [True, False])
def test_a_moment_is_read_as_browsers_send_and_people_write_it(now, text, has_happened):
    assert field(has_happened=has_happened).clean(text) == AT


@pytest.mark.parametrize("text", ["2026-11-21", "18.40", "2026-11-21T18:40Z", "2026-11-21T25:00", "31/02/2026 08.00"])
@pytest.mark.parametrize("has_happened", [True, False])
def test_what_is_no_moment_gets_an_example(now, text, has_happened):
    with pytest.raises(ValidationError, match=r"misalnya 21/11/2026 18\.40"):
        field(has_happened=has_happened).clean(text)


@pytest.mark.parametrize(
    ("away", "sentence"), [(timedelta(minutes=1), "belum terjadi"), (timedelta(days=-367), "terlalu lama lalu")]
)
def test_only_what_must_have_happened_is_held_against_the_clock(now, away, sentence):
    text = f"{NOW + away:%Y-%m-%dT%H:%M}"
    assert field().clean(text) is not None
    with pytest.raises(ValidationError, match=sentence):
        field(has_happened=True).clean(text)


def test_other_ways_to_write_it_can_be_chosen():
    assert field(input_formats=["%Y%m%d%H%M"]).clean("202611211840") == AT
    with pytest.raises(ValidationError):
        field(input_formats=["%Y%m%d%H%M"]).clean("2026-11-21 18:40")


def test_nothing_typed_is_no_moment_and_a_stored_one_shows_on_the_clocks_of_the_place():
    class Form(forms.Form):
        at = LocalMomentField()

    form = Form(initial={"at": AT})
    LocalMomentField.set_zone(form, "at", "Asia/Jayapura")
    assert 'value="2026-11-21T19:40"' in str(form["at"])
    assert field().clean("") is None
