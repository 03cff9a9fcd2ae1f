from django.db import migrations

from kamkor.base.wall import MY_DESK, protect


class Migration(migrations.Migration):
    dependencies = [('identification', '0001_initial')]
    operations = [
        protect("identification_contact"),
        protect("identification_screening"),
        protect("identification_talk"),
        protect("identification_answer"),
        protect("identification_fact"),
        protect("identification_packet", f"desk_id = {MY_DESK} OR commission_id = {MY_DESK}"),
    ]
