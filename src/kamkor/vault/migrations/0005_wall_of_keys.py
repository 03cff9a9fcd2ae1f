from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('vault', '0004_joined_and_old_keys')]
    operations = [protect('vault_wrap', 'false'), protect('vault_share', 'false')]
