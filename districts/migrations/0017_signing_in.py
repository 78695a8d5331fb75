"""Second factors by role, sessions that end together, names that differ in more than capitals, and failed sign-ins."""

import django.db.models.functions.text
from django.db import migrations, models

ROLES = [
    ("reporter", "Camat/operator"),
    ("desk", "Desk Pilkada"),
    ("observer", "Pimpinan/pemantau"),
    ("kpu", "Penghubung KPU"),
    ("ppk", "PPK/PPS"),
    ("neutrality", "Penangan netralitas"),
    ("partner", "Mitra (Diskominfo, Polri, TNI, Puskesmas)"),
]


def make_rows(apps, schema_editor):
    policies = apps.get_model("districts", "RolePolicy").objects
    policies.bulk_create((policies.model(role=role) for role, _label in ROLES), ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("axes", "0010_accessattemptexpiration"),
        ("districts", "0016_closed_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_demo",
            field=models.BooleanField(default=False, editable=False, verbose_name="akun demo"),
        ),
        migrations.AddField(
            model_name="user",
            name="session_generation",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Upper("username"),
                name="user_username_once",
                violation_error_message="Nama pengguna ini sudah dipakai.",
            ),
        ),
        migrations.CreateModel(
            name="RolePolicy",
            fields=[
                (
                    "role",
                    models.CharField(
                        choices=ROLES, max_length=12, primary_key=True, serialize=False, verbose_name="peran"
                    ),
                ),
                (
                    "needs_second_factor",
                    models.BooleanField(
                        default=False,
                        help_text="Pemegang peran ini memasang aplikasi kode pada halaman berikutnya yang mereka buka.",
                        verbose_name="wajib kode kedua",
                    ),
                ),
            ],
            options={
                "verbose_name": "aturan masuk per peran",
                "verbose_name_plural": "aturan masuk per peran",
                "ordering": ["role"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", [role for role, _label in ROLES])),
                        name="rolepolicy_known_role",
                        violation_error_code="role",
                        violation_error_message="Peran ini tidak dikenal.",
                    )
                ],
            },
        ),
        migrations.RunPython(make_rows, migrations.RunPython.noop),
        migrations.CreateModel(
            name="FailedSignIn",
            fields=[],
            options={
                "verbose_name": "gagal masuk",
                "verbose_name_plural": "gagal masuk",
                "ordering": ["-attempt_time"],
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("axes.accessattempt",),
        ),
    ]
