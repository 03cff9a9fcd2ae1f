from django.conf import settings
from django.db import migrations, models

import kamkor.people.models.person


class Migration(migrations.Migration):
    """Everybody who has a file was filed by an older release; who gets one from now on is filed as today."""

    dependencies = [
        ("access", "0005_second_factor"),
        ("people", "0010_openings"),
        ("vault", "0004_joined_and_old_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="filed_as",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="person",
            name="filed_as",
            field=models.PositiveSmallIntegerField(default=kamkor.people.models.person.filed_today),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("left_at", None)), fields=["desk", "filed_as"], name="person_filed_as"
            ),
        ),
    ]
