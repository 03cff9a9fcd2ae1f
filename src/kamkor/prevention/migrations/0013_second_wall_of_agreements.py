from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [("prevention", "0012_seasonal_agreements")]
    operations = [protect("prevention_agreement"), protect("prevention_seasonreport")]
