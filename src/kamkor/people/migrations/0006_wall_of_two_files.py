from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('people', '0005_two_files')]
    operations = [
        protect("people_samepair"),
        protect("people_duplicatescan"),
    ]
