"""Forms of violation, subject types, terms and the table of legal moves (DOMAIN 4.2 to 4.4).

A row that somebody has already made keeps what they wrote. The moves are those of `neutrality.flow` at this version.
"""

import csv
from pathlib import Path

from django.db import migrations

from neutrality.flow import STEPS

DATA = Path(__file__).resolve().parent.parent / "data"


def read(name):
    with (DATA / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def load(apps, schema_editor):
    def model(name):
        return apps.get_model("neutrality", name)

    model("ViolationForm").objects.bulk_create(
        (model("ViolationForm")(**row) for row in read("violation_forms.csv")), ignore_conflicts=True
    )
    model("SubjectType").objects.bulk_create(
        (model("SubjectType")(**row) for row in read("subject_types.csv")), ignore_conflicts=True
    )
    model("ClockSetting").objects.bulk_create(
        (
            model("ClockSetting")(**(row | {"working_days": row["working_days"] == "1"}))
            for row in read("clocks.csv")
        ),
        ignore_conflicts=True,
    )
    model("Transition").objects.bulk_create(
        model("Transition")(
            from_state=step.start, to_state=step.end, needs_reason=step.needs_reason, needs_paper=step.needs_paper
        )
        for step in STEPS
    )


def unload(apps, schema_editor):
    """Refused by the database while a case refers to one of them."""
    for name in ("Transition", "ClockSetting", "SubjectType", "ViolationForm"):
        apps.get_model("neutrality", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("neutrality", "0002_rules")]
    operations = [migrations.RunPython(load, unload)]
