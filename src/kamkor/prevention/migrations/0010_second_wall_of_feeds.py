from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('prevention', '0009_feeds_and_photos')]
    operations = [protect("prevention_advertphoto"), protect("prevention_feed")]
