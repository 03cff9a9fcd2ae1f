import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("vault", "0001_initial"),
        ("assistance", "0003_event_counted_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ImportedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("version", models.CharField(max_length=10)),
                ("named_version", models.CharField(blank=True, max_length=10)),
                ("format", models.CharField(max_length=10)),
                ("rows", models.PositiveIntegerField()),
                ("good", models.PositiveIntegerField()),
                ("bad", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("taken_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.desk"
                    ),
                ),
                (
                    "name",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.item"
                    ),
                ),
                (
                    "upload",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.item"
                    ),
                ),
                (
                    "rejected",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.item",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(taken_at=None) | Q(dropped_at=None), name="import_taken_or_dropped"
                    ),
                    models.CheckConstraint(
                        condition=Q(undone_at=None) | Q(taken_at__isnull=False), name="import_undone_was_taken"
                    ),
                ],
            },
        ),
        migrations.AddField(
            "exploitation",
            "imported",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exploitations",
                to="assistance.importedfile",
            ),
        ),
        protect("assistance_importedfile"),
    ]
