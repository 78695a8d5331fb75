"""A step to a sanction asks for a reason, no longer for the number of the decree, with which a name can be found.

Numbers that such steps hold already go, sealed, into their reason.
"""

from django.core.management import CommandError
from django.db import migrations

from neutrality.flow import STEPS
from neutrality.sealing import Sealed, seal, unseal

SANCTIONED = "sanksi_dijatuhkan"


def tell_the_steps(apps, schema_editor):
    for step in STEPS:
        apps.get_model("neutrality", "Transition").objects.filter(from_state=step.start, to_state=step.end).update(
            needs_reason=step.needs_reason, needs_paper=step.needs_paper
        )


def tell_the_old_steps(apps, schema_editor):
    apps.get_model("neutrality", "Transition").objects.filter(to_state=SANCTIONED).update(
        needs_reason=False, needs_paper=True
    )


def seal_numbers(apps, schema_editor):
    moves = apps.get_model("neutrality", "CaseMove").objects.filter(to_state=SANCTIONED).exclude(paper_number="")
    for move in moves.select_related("case"):
        move.has_reason = True
        number = f"Keputusan {move.paper_number}, {move.paper_date:%d.%m.%Y}"
        try:
            if move.case.purged_at is None:
                move.reason = seal("\n".join(part for part in (unseal(move.reason), number) if part))
        except Sealed as error:
            raise CommandError(
                "Nomor keputusan sanksi yang tersimpan harus disegel, tetapi kuncinya tidak ada. Isi NEUTRALITY_KEYS, "
                "lalu jalankan migrate lagi. Tidak ada yang diubah."
            ) from error
        move.paper_number, move.paper_date = "", None
        move.save(update_fields=["reason", "has_reason", "paper_number", "paper_date"])


class Migration(migrations.Migration):
    dependencies = [("neutrality", "0005_digest_sent")]
    operations = [
        migrations.RunPython(tell_the_steps, tell_the_old_steps),
        migrations.RunSQL(
            "ALTER TABLE neutrality_casemove DISABLE TRIGGER casemove_keeps",
            "ALTER TABLE neutrality_casemove ENABLE TRIGGER casemove_keeps",
        ),
        migrations.RunPython(seal_numbers, migrations.RunPython.noop),
        migrations.RunSQL(
            "ALTER TABLE neutrality_casemove ENABLE TRIGGER casemove_keeps",
            "ALTER TABLE neutrality_casemove DISABLE TRIGGER casemove_keeps",
        ),
    ]
