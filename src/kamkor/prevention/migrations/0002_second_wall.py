from django.db import migrations

from kamkor.base.wall import MY_DESK, protect


class Migration(migrations.Migration):
    dependencies = [('prevention', '0001_initial')]
    operations = [
        protect("prevention_owners"),
        protect("prevention_check"),
        protect("prevention_complaint", f"desk_id = {MY_DESK} OR keeper_id = {MY_DESK}"),
    ]
