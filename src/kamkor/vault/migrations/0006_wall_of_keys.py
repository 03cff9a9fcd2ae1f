from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('vault', '0005_documents_in_pieces')]
    operations = [protect('vault_wrap', 'false')]
