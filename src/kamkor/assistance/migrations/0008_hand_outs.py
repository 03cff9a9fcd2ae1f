import django.db.models.deletion
import django.utils.timezone
import kamkor.base.codelists
from django.conf import settings
from django.db import migrations, models

from kamkor.base.wall import MY_DESK, protect


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0004_duty_roster'),
        ('assistance', '0007_indexes_of_what_waits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HandOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layout', models.CharField(max_length=10)),
                ('reason', kamkor.base.codelists.CodeField(max_length=40)),
                ('cases', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('agreed', models.BooleanField(null=True)),
                ('made_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decider', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.desk')),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.desk')),
            ],
            options={
                'abstract': False,
            },
        ),
        protect("assistance_handout", f"desk_id = {MY_DESK} OR decider_id = {MY_DESK}"),
    ]
