"""The 26 indicators of vulnerable polling stations with their rank (DOMAIN 5.5) and the agencies that own issues (1.6).

A row that somebody has already made keeps what they wrote.
"""

import csv
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data"


def read(name):
    with (DATA / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def load(apps, schema_editor):
    indicator, agency = apps.get_model("districts", "RiskIndicator"), apps.get_model("districts", "Agency")
    indicator.objects.bulk_create(
        (
            indicator(**(row | {flag: row[flag] == "1" for flag in ("alone_high", "alone_medium")}))
            for row in read("risk_indicators.csv")
        ),
        ignore_conflicts=True,
    )
    agency.objects.bulk_create((agency(**row) for row in read("agencies.csv")), ignore_conflicts=True)


def unload(apps, schema_editor):
    """Refused by the database while something refers to one of them."""
    for name, file in (("RiskIndicator", "risk_indicators.csv"), ("Agency", "agencies.csv")):
        apps.get_model("districts", name).objects.filter(code__in=[row["code"] for row in read(file)]).delete()


class Migration(migrations.Migration):
    dependencies = [("districts", "0004_issue_note_client_key")]
    operations = [migrations.RunPython(load, unload)]
