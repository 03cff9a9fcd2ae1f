from django.db import migrations

from kamkor.base.wall import MY_DESK, widen

WITH_ITS_NUMBER = (
    "EXISTS (SELECT 1 FROM statistics_returnfigure n"
    f" WHERE n.id = statistics_returnchange.figure_id AND n.desk_id = {MY_DESK})"
)


class Migration(migrations.Migration):
    """A desk that became part of another keeps its signature on what it changed; the other one reads it."""

    dependencies = [('statistics', '0003_returns')]
    operations = [widen('statistics_returnchange', WITH_ITS_NUMBER, f'desk_id = {MY_DESK}')]
