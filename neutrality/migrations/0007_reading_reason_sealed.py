"""Why something was read is sealed like the reason of a move; of the log only this changes: under a new key, or emptied."""

from django.core.management import CommandError
from django.db import migrations, models
from django.utils.translation import gettext_lazy as _

from neutrality.sealing import Sealed, SealedField, seal, unseal

NOTHING_CHANGES = """
CREATE TRIGGER reading_stays BEFORE UPDATE OR DELETE ON neutrality_reading
FOR EACH STATEMENT EXECUTE FUNCTION neutrality_refuse('reading_append_only');
"""
REASON_CHANGES = """
CREATE TRIGGER reading_stays BEFORE DELETE ON neutrality_reading
FOR EACH STATEMENT EXECUTE FUNCTION neutrality_refuse('reading_append_only');
CREATE TRIGGER reading_keeps BEFORE UPDATE ON neutrality_reading FOR EACH ROW
WHEN ((OLD.id, OLD.case_id, OLD.by_id, OLD.at, OLD.what, OLD.detail, OLD.has_reason) IS DISTINCT FROM
      (NEW.id, NEW.case_id, NEW.by_id, NEW.at, NEW.what, NEW.detail, NEW.has_reason))
EXECUTE FUNCTION neutrality_refuse('reading_append_only');
"""
DROP_ALL = "DROP TRIGGER reading_stays ON neutrality_reading; DROP TRIGGER reading_keeps ON neutrality_reading;"


def seal_reasons(apps, schema_editor):
    """Of a case that was purged the words go, as they now do with every purge."""
    readings = apps.get_model("neutrality", "Reading").objects.exclude(plain_reason="")
    for row in readings.select_related("case"):
        try:
            row.reason = b"" if row.case.purged_at else seal(row.plain_reason)
        except Sealed as error:
            raise CommandError(
                "Alasan pembacaan yang tersimpan harus disegel, tetapi kuncinya tidak ada. Isi NEUTRALITY_KEYS, lalu "
                "jalankan migrate lagi. Tidak ada yang diubah."
            ) from error
        row.has_reason = True
        row.save(update_fields=["reason", "has_reason"])


def open_reasons(apps, schema_editor):
    for row in apps.get_model("neutrality", "Reading").objects.filter(has_reason=True):
        row.plain_reason = unseal(row.reason)[:280] or "sudah dihapus"
        row.save(update_fields=["plain_reason"])


class Migration(migrations.Migration):
    dependencies = [("neutrality", "0006_sanction_without_number")]
    operations = [
        migrations.RunSQL("DROP TRIGGER reading_stays ON neutrality_reading", NOTHING_CHANGES),
        migrations.RemoveConstraint("reading", "reading_reporter_says_why"),
        migrations.RenameField("reading", "reason", "plain_reason"),
        migrations.AddField("reading", "reason", SealedField(verbose_name=_("alasan"))),
        migrations.AddField("reading", "has_reason", models.BooleanField(default=False)),
        migrations.RunPython(seal_reasons, open_reasons),
        migrations.RemoveField("reading", "plain_reason"),
        migrations.AddConstraint(
            "reading",
            models.CheckConstraint(
                name="reading_reporter_says_why",
                condition=models.Q(("what", "pelapor"), _negated=True) | models.Q(has_reason=True),
                violation_error_message=_("Tulis mengapa identitas pelapor dibuka."),
                violation_error_code="reason",
            ),
        ),
        migrations.RunSQL(REASON_CHANGES, DROP_ALL),
    ]
