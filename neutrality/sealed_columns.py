"""Every sealed column there is, found in the models: what a new key seals anew and a leak test looks behind."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction

from neutrality.sealing import SealedField, reseal

#: Rows of one transaction. [P] A command that is killed loses at most this much work.
BATCH = 500


def sealed_columns() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Models with the names of their sealed fields."""
    for model in apps.get_models():
        names = [each.attname for each in model._meta.concrete_fields if isinstance(each, SealedField)]
        if names:
            yield model, names


def rows_with_seals(model: type[models.Model], names: list[str]) -> "models.QuerySet[models.Model]":
    """Rows in which something is sealed, by key."""
    empty = models.Q(**dict.fromkeys(names, b""))
    return model._default_manager.exclude(empty).order_by("pk")


def seal_anew(model: type[models.Model], names: list[str]) -> int:
    """Every value of a model under the newest key; how many values. Raises Sealed where no key opens one; what is done stays.

    Running it again seals again, which does no harm.
    """
    done = 0
    keys = list(rows_with_seals(model, names).values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            rows = list(
                model._default_manager.filter(pk__in=keys[start : start + BATCH])
                .order_by("pk")
                .only("pk", *names)
                .select_for_update()
            )
            for row in rows:
                for name in names:
                    token = bytes(getattr(row, name))
                    done += bool(token)
                    setattr(row, name, reseal(token))
            model._default_manager.bulk_update(rows, names)
    return done
