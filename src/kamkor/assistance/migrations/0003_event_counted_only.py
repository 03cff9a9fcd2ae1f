from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assistance", "0002_second_wall")]
    operations = [
        migrations.AddField("event", "counted_only", models.PositiveIntegerField(default=0)),
    ]
