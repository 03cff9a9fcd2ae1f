from django.db import migrations

from kamkor.base.wall import MY_DESK, protect

REQUEST = 'SELECT 1 FROM "crossborder_asked" a WHERE a.request_id = "crossborder_searchrequest".id'


class Migration(migrations.Migration):
    dependencies = [('crossborder', '0001_initial')]
    operations = [
        protect("crossborder_asked", f"desk_id = {MY_DESK} OR asking_id = {MY_DESK}"),
        protect("crossborder_searchrequest", f"desk_id = {MY_DESK} OR EXISTS ({REQUEST})"),
        protect("crossborder_searchstep"),
        protect("crossborder_match"),
    ]
