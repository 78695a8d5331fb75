"""Files that bring many rows, of any app; those of logistics move here (logistics 0006)."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("districts", "0017_signing_in")]

    operations = [
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16, verbose_name="isi")),
                ("name", models.CharField(max_length=120, verbose_name="nama berkas")),
                ("content", models.FileField(upload_to="impor/%Y/%m/")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "adds_up",
                    models.BooleanField(
                        default=False, help_text="diterapkan dua kali berarti dobel", verbose_name="menambah"
                    ),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="diunggah"
                    ),
                ),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="diterapkan")),
                ("client_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "applied_by",
                    models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="diterapkan oleh",
                    ),
                ),
                (
                    "election",
                    models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="+", to="districts.election",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="+", to="districts.region", verbose_name="wilayah",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL, verbose_name="diunggah oleh",
                    ),
                ),
            ],
            options={
                "verbose_name": "berkas impor",
                "verbose_name_plural": "berkas impor",
                "indexes": [models.Index(fields=["region", "kind", "-id"], name="importfile_region")],
                "constraints": [
                    models.CheckConstraint(
                        name="importfile_applied_by_somebody",
                        condition=models.Q(applied_by__isnull=True, applied_at__isnull=True)
                        | models.Q(applied_by__isnull=False, applied_at__isnull=False),
                        violation_error_message="Siapa dan kapan menerapkan berkas dicatat bersama.",
                        violation_error_code="applied_by",
                    ),
                    models.UniqueConstraint(
                        fields=["region", "election", "kind", "sha256"],
                        condition=models.Q(applied_at__isnull=False, adds_up=True),
                        nulls_distinct=False,
                        name="importfile_adds_up_once",
                        violation_error_message="Berkas yang sama sudah pernah diterapkan.",
                    ),
                ],
            },
        ),
    ]  # fmt: skip
