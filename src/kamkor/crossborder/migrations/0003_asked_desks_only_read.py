from django.db import migrations

from kamkor.base.wall import MY_DESK, readable, widen

OWN = f"desk_id = {MY_DESK}"
ASKED = (
    'EXISTS (SELECT 1 FROM crossborder_asked a WHERE a.request_id = "crossborder_searchrequest".id'
    f" AND a.desk_id = {MY_DESK})"
)
BEFORE = f'{OWN} OR EXISTS (SELECT 1 FROM "crossborder_asked" a WHERE a.request_id = "crossborder_searchrequest".id)'


class Migration(migrations.Migration):
    """A desk that was asked reads a request and changes nothing of it."""

    dependencies = [('crossborder', '0002_second_wall')]
    operations = [
        widen("crossborder_searchrequest", OWN, BEFORE),
        readable("crossborder_searchrequest", "asked", ASKED),
    ]
