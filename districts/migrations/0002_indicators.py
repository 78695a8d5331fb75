"""The 39 indicators, ten dimensions and their target points of DOMAIN 6.1 and 6.3, from districts/data."""

import csv
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data"


def read(name):
    with (DATA / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def number(text, kind=float):
    return kind(text) if text else None


def points_of(model, row):
    """`30:90 1@18:100` is H-30: 90 and H-1 at 18.00: 100."""
    for point in row["points"].split():
        when, target = point.split(":")
        day, _, hour = when.partition("@")
        yield model(indicator_id=row["code"], h_minus=int(day), hour=number(hour, int), target=float(target))


def load(apps, schema_editor):
    dimension, indicator, point = (
        apps.get_model("districts", name) for name in ("Dimension", "Indicator", "TargetPoint")
    )
    dimension.objects.bulk_create(
        dimension(position=n, **(row | {"weight": int(row["weight"])}))
        for n, row in enumerate(read("dimensions.csv"), 1)
    )
    rows = read("indicators.csv")
    indicator.objects.bulk_create(
        indicator(
            position=n,
            code=row["code"],
            dimension_id=row["dimension"],
            name=row["name"],
            unit=row["unit"],
            rule=row["rule"],
            weight=int(row["weight"]),
            is_critical=row["is_critical"] == "1",
            critical_from_h=number(row["critical_from_h"], int),
            hard_shift_days=int(row["hard_shift_days"]),
            green_max=number(row["green_max"]),
            amber_max=number(row["amber_max"]),
            formula=row["formula"],
            filled_by=row["filled_by"],
            basis=row["basis"],
        )
        for n, row in enumerate(rows, 1)
    )
    point.objects.bulk_create(each for row in rows for each in points_of(point, row))


def unload(apps, schema_editor):
    for name in ("TargetPoint", "Indicator", "Dimension"):
        apps.get_model("districts", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("districts", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
