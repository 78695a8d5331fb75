"""All TPS of the nation as CSV, from the register and from the administration: memory stays flat, however many rows."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from time import perf_counter

from django.test import Client
from django.utils import timezone

from bench.memory import peak_of
from bench.results import Results
from districts.exporting import Column, Sheet, Source, as_csv
from districts.importing.kinds import kinds
from districts.models import PollingStation, User
from districts.registers import ROWS

#: [P] What a worker may take for a download beside its pages, and how long a row may take: 10,000 rows a second.
PEAK_MIB, ROW_MICROSECONDS = 32, 100
#: [P] The administration looks every column of every row up, for any table.
ADMIN_ROW_MICROSECONDS = 500
PROVINCE = "64"
#: West Java has most TPS; the whole nation would take the administration minutes.
LARGEST = "32"
#: A demo account: staff of another kind need a second factor.
STAFF = {"is_staff": True, "is_superuser": True, "is_demo": True}


def all_rows(results: Results, note: str) -> None:
    _measure(results, "register", _register, "", ROW_MICROSECONDS, note)
    User.objects.get_or_create(username="bench-admin", defaults=STAFF)
    _measure(results, "admin", _admin, LARGEST, ADMIN_ROW_MICROSECONDS, note)


def _measure(results: Results, name: str, get: Callable[[str], int], code: str, most: float, note: str) -> None:
    small, large = peak_of(lambda: get(PROVINCE)), peak_of(lambda: get(code))
    started = perf_counter()
    size = get(code)
    seconds = perf_counter() - started
    rows = PollingStation.objects.filter(kecamatan_code__startswith=code).count()
    told = (
        f"{note}; {rows:,} rows, {size / 2**20:.0f} MiB, {rows / seconds:,.0f} rows/s; {small:.1f} MiB for {PROVINCE}"
    )
    results.add(f"districts.download.{name}.peak_memory", large, "MiB", PEAK_MIB, note=told)
    results.add(f"districts.download.{name}.per_row", seconds / rows * 1e6, "µs", most, note=told)


def _register(code: str) -> int:
    """Bytes of the register of TPS and voters."""
    shape = kinds()["tps"].shape
    columns = [Column(shape.title_of(name)) for name in (*shape.required, *shape.optional)]
    sheet = Sheet("tps", columns, ROWS["tps"](code), Source("bench", timezone.now(), "Indonesia"))
    return _size(as_csv(sheet))


def _admin(search: str) -> int:
    client = Client()
    client.force_login(User.objects.get(username="bench-admin"))
    answer = client.get("/admin/districts/pollingstation/unduh.csv", {"q": search} if search else {})
    assert answer.status_code == HTTPStatus.OK, answer
    return _size(answer)


def _size(chunks: Iterable[bytes]) -> int:
    """Bytes in all; as they come, as a server sends them."""
    return sum(map(len, chunks))
