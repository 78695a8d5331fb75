"""Asking for stored rows: those of now, or those kept of the past day that a place is read as of."""

from types import ModuleType, SimpleNamespace
from typing import Any

from django.db import connection

from districts import weeks
from districts.boards import overview_sql, past_sql
from districts.frame import Place
from districts.models import Election
from districts.readiness import NATION_ZONE


def statements_of(place: Place) -> ModuleType:
    """The statements about now, or about the day that is read: the same names, the same columns."""
    return past_sql if place.as_of else overview_sql


def _parameters(election: Election, place: Place, others: dict[str, Any]) -> dict[str, Any]:
    asked = {"election": election.pk, "code": place.code, **others}
    if place.as_of is None:
        return asked
    closed_by = place.zone if place.code else NATION_ZONE
    return asked | {"day": place.as_of, "at": weeks.end_of(place.as_of, place.zone), "zone": closed_by}


def rows_of(sql: str, election: Election, place: Place, **others: Any) -> list[tuple[Any, ...]]:
    """What a statement of `statements_of` answers. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _parameters(election, place, others))
        return cursor.fetchall()


def row_of(sql: str, election: Election, place: Place, **others: Any) -> Any:
    """The first row, its columns as attributes; None without one. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _parameters(election, place, others))
        row = cursor.fetchone()
        return row and SimpleNamespace(**dict(zip([column.name for column in cursor.description], row, strict=True)))
