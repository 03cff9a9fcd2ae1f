import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('vault', '0006_wall_of_keys')]
    operations = [
        migrations.RemoveIndex('nameentry', 'vault_namee_index_i_4d5717_idx'),
        migrations.AddIndex(
            'nameentry',
            models.Index(fields=['index', 'bucket'], include=['holder', 'sealed'], name='vault_name_bucket'),
        ),
        migrations.AlterField(
            'nameentry',
            'index',
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vault.item'
            ),
        ),
    ]
