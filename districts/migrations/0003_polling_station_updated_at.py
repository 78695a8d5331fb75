"""A TPS row says when it was last updated, so that figures made from it can say it too."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("districts", "0002_indicators")]
    operations = [
        migrations.AddField(
            model_name=name,
            name="updated_at",
            field=models.DateTimeField(db_default=Now(), verbose_name="diperbarui"),
        )
        for name in ("pollingstation", "pollingstationrisk")
    ]
