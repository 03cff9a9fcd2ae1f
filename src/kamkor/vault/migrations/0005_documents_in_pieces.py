import django.db.models.deletion
from django.db import migrations, models

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0004_joined_and_old_keys"),
    ]
    operations = [
        migrations.CreateModel(
            name="ItemPiece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pieces", to="vault.item"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "version", "number"), name="vault_piece_once")
                ],
            },
        ),
        protect("vault_itempiece", "EXISTS (SELECT 1 FROM vault_item i WHERE i.id = item_id)"),
    ]
