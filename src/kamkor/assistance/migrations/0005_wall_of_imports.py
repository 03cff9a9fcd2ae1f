from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('assistance', '0004_table_imports')]
    operations = [
        protect("assistance_tableimport"),
        protect("assistance_importedrow"),
        protect("assistance_likelyhere"),
        protect("assistance_importmapping"),
    ]
