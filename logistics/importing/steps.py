"""Lines of a file of stages: where KPU says the parcel of each TPS is."""

from collections import Counter

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from districts.importing.kinds import Counted
from districts.importing.values import TABLE
from logistics.importing.lines import local_moment, moment_of
from logistics.ledger import move_parcels_each
from logistics.models import Document, Parcel, ParcelMove, Place, PlaceKind
from logistics.stages import Stage


def bring_stages(cursor: CursorWrapper, document: Document) -> list[Counted]:
    """Move each parcel to the stage of its line; those already there stay. A TPS without a parcel gets an empty one.

    What such a parcel holds is not known to the ledger, only where it is.
    """
    zone = document.regency.time_zone
    cursor.execute(
        f"SELECT station.id, tahap::integer, {moment_of('waktu')}, parcel.id, parcel.stage"
        f" FROM {TABLE} JOIN districts_pollingstation station"
        " ON station.village_id = left(kode_tps, 13) AND station.number = right(kode_tps, 3)::integer"
        " LEFT JOIN logistics_parcel parcel"
        " ON parcel.polling_station_id = station.id AND parcel.election_id = %s ORDER BY line",
        [document.election_id],
    )
    rows = cursor.fetchall()
    missing = [station for station, _stage, _at, parcel, _now in rows if parcel is None]
    kept = Place.objects.bulk_create(Place(election=document.election, kind=PlaceKind.PARCEL) for _each in missing)
    opened = Parcel.objects.bulk_create(
        Parcel(election=document.election, polling_station_id=station, place=place)
        for station, place in zip(missing, kept, strict=True)
    )
    new = {parcel.polling_station_id: parcel.pk for parcel in opened}
    moves, reached, stayed = [], Counter[int](), 0
    for station, stage, at, parcel, present in rows:
        if present == stage:
            stayed += 1
            continue
        reached[stage] += 1
        moves.append(
            ParcelMove(
                parcel_id=parcel or new[station], document=document, from_stage=present or Stage.OPEN, to_stage=stage,
                at=local_moment(at, zone),
            )
        )  # fmt: skip
    move_parcels_each(moves)
    found = [Counted(str(Stage(stage).label), count, "TPS", count) for stage, count in sorted(reached.items())]
    if stayed:
        found.append(Counted(_("Sudah tercatat begitu, tidak berubah"), stayed, "TPS", stayed))
    return found
