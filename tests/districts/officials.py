"""Rolled-up worlds for tests of the pages for officials."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from districts import readiness
from districts.models import Grade, Readiness
from districts.reports.expecting import expect_reports
from tests.conftest import NOW, make_regions

#: The budget of every page (statements).
MOST_STATEMENTS = 12


def roll_up(world, now=NOW):
    """Expected reports and readiness rows of the world as the product makes them."""
    expect_reports(world.election)
    readiness.roll_up(world.election, now=now)


def set_readiness(code, **values):
    """Overwrite a stored row, as if the facts had made it so."""
    assert Readiness.objects.filter(region=code).update(**values) == 1


def set_grade(code, indicator, **values):
    assert Grade.objects.filter(kecamatan=code, indicator=indicator).update(**values) == 1


def more_kecamatan(parent, count):
    """`count` further kecamatan with a desa each under the regency `parent`; their codes."""
    codes = [f"{parent}.{number:02d}" for number in range(40, 40 + count)]
    make_regions({name: text for code in codes for name, text in ((code, f"Baru {code}"), (f"{code}.2001", "Desa"))})
    return codes


def statements(client, address, **headers):
    """How many statements one GET of `address` costs, and the response."""
    client.get(address, headers=headers)  # content types, sites and the like are read once per process
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address, headers=headers)
    return len(seen), response


def text_of(response):
    """The page with no-break spaces read as spaces."""
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
