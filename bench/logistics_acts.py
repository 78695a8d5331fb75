"""What people do in logistics, on the nation: one hand-over of 50 TPS × 20 items between a PPK and its PPS."""

from time import perf_counter
from uuid import uuid4

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.results import Results
from districts.access import Role
from districts.models import Assignment, Election, Region, User
from logistics.cargo import cargo_of
from logistics.handing import Confirmation, receive
from logistics.handover_checks import SealReading
from logistics.models import Outcome, Parcel, Shipment
from logistics.shipping import depart, plan_shipment
from logistics.stages import HOPS, HopName, Stage

TPS = 50
WRITTEN = 10  # statements, at most
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
#: Goods beside the fifteen the seed puts into each parcel, to make twenty.
MORE = """
INSERT INTO logistics_balance (place_id, item_id, contest, quantity)
SELECT parcel.place_id, item.code, '', 4 FROM logistics_parcel parcel
CROSS JOIN (VALUES ('AC'), ('TK'), ('TG'), ('TL'), ('KR')) item (code) WHERE parcel.id = ANY (%s)"""


def handover(results: Results, election: Election, note: str) -> None:
    """Plan, leave and receive; counted is the receipt. Savepoints are not counted: they write nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT station.kecamatan_code FROM logistics_parcel parcel
               JOIN districts_pollingstation station ON station.id = parcel.polling_station_id
               WHERE parcel.election_id = %s AND parcel.stage = %s GROUP BY 1 HAVING count(*) >= %s ORDER BY 1 LIMIT 1""",
            [election.pk, Stage.AT_PPK, TPS],
        )
        (code,) = cursor.fetchone()
        waiting = Parcel.objects.filter(election=election, polling_station__kecamatan_code=code, stage=Stage.AT_PPK)
        chosen = list(waiting.order_by("pk")[:TPS])
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(MORE, [[parcel.pk for parcel in chosen]])
    sender, receiver = (_officer(code, name) for name in ("ppk", "pps"))
    now = timezone.now()
    shipment = plan_shipment(
        election=election, kecamatan=Region.objects.get(pk=code), hop=HOPS[HopName.PPK_PPS], goods={}, legs=[],
        stations=[parcel.polling_station_id for parcel in chosen], by=sender, now=now, client_key=uuid4(),
    )  # fmt: skip
    depart(shipment=shipment, at=timezone.now(), by=sender, now=timezone.now(), client_key=uuid4())
    shipment = Shipment.objects.select_related("kecamatan", "election").get(pk=shipment.pk)
    cargo = cargo_of(shipment)
    said = Confirmation(
        received_at=timezone.now(), outcome=Outcome.ACCEPTED, counts=dict(cargo.total),
        seals=[SealReading(parcel.pk) for parcel in cargo.parcels],
    )  # fmt: skip
    with CaptureQueriesContext(connection) as captured:
        started = perf_counter()
        receive(shipment=shipment, confirmation=said, by=receiver, now=timezone.now(), client_key=uuid4())
        took = perf_counter() - started
    asked = [query["sql"].lstrip().upper() for query in captured if "SAVEPOINT" not in query["sql"]]
    written = sum(statement.startswith(WRITES) for statement in asked)
    text = f"{note}; {len(chosen)} TPS × {len(cargo.total)} goods, {len(asked)} statements in all, {took * 1000:.0f} ms"
    results.add("logistics.handover.written", written, "statements", WRITTEN, note=text)


def _officer(kecamatan: str, name: str) -> User:
    user = User.objects.create_user(f"bench-{name}", None, name=name)
    Assignment.objects.create(user=user, role=Role.PPK, region_id=kecamatan)
    return user
