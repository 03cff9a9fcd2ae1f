from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('website', '0001_initial')]
    operations = [protect("website_report"), protect("website_message"), protect("website_checkin")]
