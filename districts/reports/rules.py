"""The rules a report must keep, as sentences beside the field they are about.

The table's CHECK constraints are the rules (`districts.reports.fields`); here they are asked of a row that is not yet
written, all in one statement. What no CHECK can see, because it lies in another row, is here as well: numbers that fall.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import BooleanField, CheckConstraint, ExpressionWrapper, Value
from django.db.models.functions import Coalesce
from django.db.models.sql.constants import SINGLE
from django.db.models.sql.query import Query
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from districts.models import Issue, Report
from districts.reports.fields import CUMULATIVE, Kind, ReportField

FALL_SENTENCE = _("Angka ini turun dari laporan lalu ({before}). Periksa lagi, atau tulis alasan angka turun.")
FALL_REASON_SENTENCE = _("Ada angka yang turun dari laporan lalu. Tulis alasannya di sini.")

Sentences = dict[str, list[str]]


def check_constraints() -> list[CheckConstraint]:
    return [constraint for constraint in Report._meta.constraints if isinstance(constraint, CheckConstraint)]


def broken_rules(report: Report) -> Sentences:
    """Sentences by field name for every CHECK that `report` would break. One statement; nothing is written.

    As in a CHECK, a comparison with an unknown (null) is not broken.
    """
    constraints = check_constraints()
    query = Query(None)  # a SELECT without a table, as `django.db.models.Q.check` makes it
    values = report._get_field_expression_map(meta=Report._meta)  # type: ignore[attr-defined]
    for name, value in values.items():
        query.add_annotation(value, name, select=False)
    for index, constraint in enumerate(constraints):
        condition: Any = constraint.condition
        holds = ExpressionWrapper(condition, output_field=BooleanField())
        query.add_annotation(Coalesce(holds, Value(True), output_field=BooleanField()), f"rule_{index}")
    answers = query.get_compiler(connection=connection).execute_sql(SINGLE)
    found: Sentences = {}
    for constraint, kept in zip(constraints, answers, strict=True):
        if not kept:
            found.setdefault(constraint.violation_error_code or "", []).append(str(constraint.violation_error_message))
    return found


def fallen(previous: Report | None, figures: dict[str, Any]) -> list[tuple[ReportField, Any]]:
    """Cumulative fields whose figure is lower than in `previous`, with the figure it had there.

    A village that is no longer in a cumulative list has fallen too. None is "not answered", not a fall.
    """
    if previous is None:
        return []
    return [
        (field, getattr(previous, field.name))
        for field in CUMULATIVE
        if _fell(field, getattr(previous, field.name), figures.get(field.name))
    ]


def _fell(field: ReportField, before: Any, after: Any) -> bool:
    if before is None or after is None:
        return False
    if field.kind is Kind.VILLAGES:
        return not set(before) <= set(after)
    return bool(after < before)


def fall_sentences(falls: Iterable[tuple[ReportField, Any]]) -> Sentences:
    """What is said beside each number that fell, and beside the field for the reason."""
    found = {
        field.name: [str(format_lazy(FALL_SENTENCE, before=len(before) if field.kind is Kind.VILLAGES else before))]
        for field, before in falls
    }
    return found | {"fall_reason": [str(FALL_REASON_SENTENCE)]} if found else {}


def sentence_of(constraint_name: str) -> Sentences | None:
    """The sentence of a CHECK the database itself refused, for a report or for what a report tells of; None: no CHECK."""
    for model in (Report, Issue):
        for rule in model._meta.constraints:
            if rule.name == constraint_name and isinstance(rule, CheckConstraint):
                place = str(rule.violation_error_code or "") if model is Report else ""
                return {place: [str(rule.violation_error_message)]}
    return None
