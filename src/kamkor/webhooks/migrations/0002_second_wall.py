from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('webhooks', '0001_initial')]
    operations = [
        protect("webhooks_subscription"),
        protect("webhooks_delivery"),
    ]
