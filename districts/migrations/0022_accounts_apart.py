"""Camat and handler of neutrality are never one person; secrets of apps are sealed (a model without a table of its own)."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.contrib.postgres.operations import BtreeGistExtension
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0021_region_shapes"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="AppDevice",
            fields=[],
            options={
                "verbose_name": "aplikasi kode",
                "verbose_name_plural": "aplikasi kode",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("otp_totp.totpdevice",),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("role__in", ["neutrality", "reporter"]),
                    models.Q(
                        ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                    ),
                ),
                expressions=[
                    ("user", "="),
                    ("role", "<>"),
                    (
                        models.Func(
                            django.db.models.functions.comparison.Least("valid_from", "valid_until"),
                            "valid_until",
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_lower=True, inclusive_upper=True
                            ),
                            function="DATERANGE",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="assignment_roles_apart",
                violation_error_message="Camat dan stafnya tidak menangani netralitas: kedua peran itu tidak dapat dirangkap pada hari yang sama.",
            ),
        ),
    ]
