"""The catalogue of goods and the default rules of need, DOMAIN 3.2. A row somebody already made keeps what they wrote."""

import csv
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data"
FLAGS = ("per_contest", "must_count", "needs_sorting")


def read(name):
    with (DATA / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def load(apps, schema_editor):
    item, rule = apps.get_model("logistics", "Item"), apps.get_model("logistics", "NeedRule")
    item.objects.bulk_create(
        (item(**(row | {flag: row[flag] == "1" for flag in FLAGS})) for row in read("items.csv")), ignore_conflicts=True
    )
    rule.objects.bulk_create(
        (
            rule(
                item_id=row["item"], basis=row["basis"], amount=row["amount"] or None, reserve=row["reserve"],
                source=row["source"],
            )
            for row in read("need_rules.csv")
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def unload(apps, schema_editor):
    """Refused by the database while something refers to one of them."""
    codes = [row["code"] for row in read("items.csv")]
    apps.get_model("logistics", "NeedRule").objects.filter(item__in=codes).delete()
    apps.get_model("logistics", "Item").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("logistics", "0002_ledger")]
    operations = [migrations.RunPython(load, unload)]
