from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_without_line")]
    operations = [protect("surveys_envelope")]
