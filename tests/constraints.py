"""For the sweeps over constraints of any app: what a model promises, and which promise the database says was broken."""

from django.apps import apps
from django.db import IntegrityError, transaction


def constraints(app: str):
    """(model, constraint) of every named constraint of an app's models."""
    return [(model, each) for model in apps.get_app_config(app).get_models() for each in model._meta.constraints]


def refused_by(*rows) -> str:
    """Save the rows, the last of which must be refused; the name of the constraint that refused it."""
    *kept, last = rows
    with transaction.atomic():
        for row in kept:
            row.save(force_insert=True)
        try:
            with transaction.atomic():
                last.save(force_insert=True)
        except IntegrityError as error:
            return error.__cause__.diag.constraint_name
    return ""
