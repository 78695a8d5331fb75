import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0014_windows_and_reachability"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="diakhiri oleh",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="ended_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="dicatat berakhir"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="end_reason",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=140, verbose_name="alasan berakhir"
            ),
        ),
        migrations.RemoveConstraint(model_name="assignment", name="assignment_dates_in_order"),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    ("ended_at__isnull", False),
                    _connector="OR",
                ),
                name="assignment_dates_in_order",
                violation_error_code="valid_until",
                violation_error_message="Tanggal akhir tidak boleh sebelum tanggal mulai.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        ("valid_until__isnull", False),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="assignment_ended_who_when_why",
                violation_error_message="Penugasan yang diakhiri mencatat siapa, kapan, alasan dan hari terakhirnya.",
            ),
        ),
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("batch", models.UUIDField(db_index=True, null=True, verbose_name="bersama")),
                ("issued_at", models.DateTimeField(verbose_name="diterbitkan")),
                ("expires_at", models.DateTimeField(verbose_name="berlaku sampai")),
                ("used_at", models.DateTimeField(null=True, verbose_name="dipakai")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="dibatalkan")),
                (
                    "desk",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="districts.region",
                        verbose_name="Desk",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="diterbitkan oleh",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="orang",
                    ),
                ),
            ],
            options={
                "verbose_name": "kode sekali pakai",
                "verbose_name_plural": "kode sekali pakai",
            },
        ),
        migrations.AddConstraint(
            model_name="signincode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True), ("used_at__isnull", True)),
                fields=("user",),
                name="signincode_one_open",
                violation_error_message="Orang ini masih punya kode yang menunggu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signincode",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"),
                name="signincode_used_or_revoked",
                violation_error_message="Kode yang sudah dipakai tidak dapat dibatalkan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signincode",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                name="signincode_expires_after_issue",
                violation_error_message="Kode berlaku sampai waktu sesudah ia diterbitkan.",
            ),
        ),
    ]
