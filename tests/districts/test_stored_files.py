"""A file and its row are kept together or not at all; a full disk and another fault are told apart (issue 5, point 11)."""

import errno
import resource

import pytest
from django.core.files.base import ContentFile

from districts.models import ReportPhoto
from districts.stored_files import stored_with_row


class RefusedError(Exception):
    pass


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def keep(fault=None, size=10):
    with stored_with_row(RefusedError, when_full="penuh", when_faulty="gangguan") as storing:
        names = [storing.save(ReportPhoto(), "image", "jpg", ContentFile(b"x" * size)) for _each in range(2)]
        if fault:
            raise fault
    return names


def kept(shelf):
    return [path for path in shelf.rglob("*") if path.is_file()]


def test_what_goes_well_stays_under_names_nobody_can_guess(shelf):
    names = keep()
    assert sorted(kept(shelf)) == sorted(shelf / name for name in names)
    assert len(names[0].rpartition("/")[2]) == len(".jpg") + 32


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "penuh"), (errno.EDQUOT, "penuh"), (errno.EFBIG, "penuh"), (errno.EACCES, "gangguan")],
)
def test_a_fault_of_the_disk_becomes_a_sentence_and_leaves_nothing(shelf, caplog, number, sentence):
    with pytest.raises(RefusedError, match=sentence):
        keep(OSError(number, "/rahasia/64.08.jpg"))
    assert kept(shelf) == []
    assert errno.errorcode[number] in caplog.text
    assert "rahasia" not in caplog.records[-1].getMessage()  # kind and number alone


def test_any_other_fault_goes_on_as_it_is_and_leaves_nothing(shelf):
    with pytest.raises(KeyError):
        keep(KeyError("lain"))
    assert kept(shelf) == []


def test_what_a_full_disk_left_half_written_goes_too(shelf):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # refuses the write as a full disk does
    try:
        with pytest.raises(RefusedError, match="penuh"):
            keep(size=5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert kept(shelf) == []
