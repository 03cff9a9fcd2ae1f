from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('access', '0007_kept_after_a_shift_and_given_passwords')]
    operations = [
        protect('access_token'),
        protect('access_keptanswer', 'EXISTS (SELECT 1 FROM access_token t WHERE t.id = token_id)'),
    ]
