"""Kinds of files are named in settings alone: what cannot work there is told at the start, not to who uploads."""

from dataclasses import replace

import pytest

from districts import checks
from districts.importing.contacts import CONTACTS

HERE = "tests.districts.test_import_kinds."
NO_KIND = "kontak"
#: A kind of file whose code no address can hold, and one with the code of another.
NO_WORD = replace(CONTACTS, code="daftar kontak")
SAME_AGAIN = replace(CONTACTS)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("NO_WORD", ["districts.E011"]),
        ("SAME_AGAIN", ["districts.E011"]),
        ("NO_KIND", ["districts.E010"]),
        ("gone", ["districts.E010"]),
    ],
)
def test_a_kind_of_file_that_cannot_work_is_told_at_the_start(settings, name, found):
    assert checks.check_import_kinds() == []
    settings.IMPORT_KINDS = [*settings.IMPORT_KINDS, HERE + name]
    assert [problem.id for problem in checks.check_import_kinds()] == found
