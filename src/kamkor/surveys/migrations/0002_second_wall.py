from django.db import migrations

from kamkor.base.wall import protect

TABLES = ('questionnaire', 'version', 'mediafile', 'device', 'submission', 'attachment', 'quarantined')


class Migration(migrations.Migration):
    dependencies = [('surveys', '0001_initial')]
    operations = [protect(f"surveys_{table}") for table in TABLES]
