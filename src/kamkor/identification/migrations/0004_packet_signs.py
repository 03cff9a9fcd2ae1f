import django.db.models.deletion
from django.db import migrations, models

import kamkor.base.codelists


class Migration(migrations.Migration):
    dependencies = [("identification", "0003_contact_saves")]
    operations = [
        migrations.AddField("packet", "signs", models.JSONField(blank=True, default=list)),
        migrations.AlterField(
            "packet", "decision", kamkor.base.codelists.CodeField(blank=True, max_length=20)
        ),
        migrations.AddField(
            "fact",
            "packet",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fact",
                to="identification.packet",
            ),
        ),
    ]
