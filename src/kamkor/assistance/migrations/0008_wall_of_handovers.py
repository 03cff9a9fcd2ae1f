from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('assistance', '0007_indexes_of_what_waits')]
    operations = [
        protect(
            "assistance_handover_referrals",
            "EXISTS (SELECT 1 FROM assistance_handover h WHERE h.id = handover_id)",
        ),
    ]
