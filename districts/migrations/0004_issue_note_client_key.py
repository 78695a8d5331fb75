import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("districts", "0003_polling_station_updated_at")]

    operations = [
        migrations.AddField(
            model_name="issuenote",
            name="client_key",
            field=models.UUIDField(default=uuid.uuid4, unique=True),
        ),
    ]
