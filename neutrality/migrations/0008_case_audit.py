from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("neutrality", "0007_reading_reason_sealed"), ("districts", "0019_audit")]
    operations = [
        migrations.CreateModel(
            name="CaseEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="waktu")),
                ("table_name", models.CharField(max_length=63, verbose_name="data")),
                ("object_id", models.CharField(max_length=64, verbose_name="kunci")),
                (
                    "action",
                    models.CharField(
                        choices=[("I", "Dibuat"), ("U", "Diubah"), ("D", "Dihapus"), ("T", "Tabel dikosongkan")],
                        max_length=1,
                        verbose_name="tindakan",
                    ),
                ),
                ("changed", models.JSONField(verbose_name="perubahan")),
                ("region_code", models.CharField(db_collation="C", max_length=13, null=True, verbose_name="wilayah")),
                ("subject_id", models.BigIntegerField(null=True)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=150, verbose_name="oleh")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("web", "Halaman SIAP"),
                            ("tugas", "Tugas terjadwal"),
                            ("perintah", "Perintah di server"),
                            ("sql", "SQL langsung"),
                        ],
                        max_length=8,
                        verbose_name="lewat",
                    ),
                ),
                ("address", models.CharField(max_length=45, verbose_name="alamat jaringan")),
                ("request_id", models.CharField(max_length=64, verbose_name="nomor permintaan")),
                ("via", models.CharField(max_length=120, verbose_name="halaman atau perintah")),
                ("db_user", models.CharField(max_length=63, verbose_name="akun basis data")),
            ],
            options={"verbose_name": "jejak kasus", "verbose_name_plural": "jejak kasus", "abstract": False},
        ),
        migrations.AddIndex(
            model_name="caseentry", index=models.Index(fields=["subject_id", "id"], name="caseentry_case")
        ),
    ]
