from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('prevention', '0005_departures')]
    operations = [protect("prevention_departure")]
