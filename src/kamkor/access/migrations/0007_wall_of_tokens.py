from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('access', '0006_sign_ins')]
    operations = [
        protect('access_token'),
        protect('access_keptanswer', 'EXISTS (SELECT 1 FROM access_token t WHERE t.id = token_id)'),
    ]
