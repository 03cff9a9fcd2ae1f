from django.db import migrations

from kamkor.base.wall import MY_DESK, protect


class Migration(migrations.Migration):
    dependencies = [('people', '0001_initial')]
    operations = [
        protect("people_person"),
        protect("people_particular"),
        protect("people_relationship"),
        protect("people_flag"),
        protect("people_consent", f"desk_id = {MY_DESK} OR receiver_id = {MY_DESK}"),
        protect("people_consent_items", "EXISTS (SELECT 1 FROM people_consent c WHERE c.id = consent_id)"),
    ]
