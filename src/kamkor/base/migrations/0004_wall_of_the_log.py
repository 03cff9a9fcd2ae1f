from django.db import migrations

from kamkor.base.wall import EVERYTHING, MY_DESK, Statements

LOG = "base_auditevent"


class Migration(migrations.Migration):
    """Everybody adds to the log, also before it is known who acts; each desk reads what it did itself."""

    dependencies = [("base", "0003_throttle")]
    operations = [
        Statements(
            {
                "postgresql": [
                    f"ALTER TABLE {LOG} ENABLE ROW LEVEL SECURITY",
                    f"CREATE POLICY added_by_anybody ON {LOG} FOR INSERT WITH CHECK (true)",
                    f"CREATE POLICY second_wall ON {LOG} FOR SELECT USING ({EVERYTHING} OR desk_id = {MY_DESK})",
                ]
            },
            {
                "postgresql": [
                    f"DROP POLICY second_wall ON {LOG}",
                    f"DROP POLICY added_by_anybody ON {LOG}",
                    f"ALTER TABLE {LOG} DISABLE ROW LEVEL SECURITY",
                ]
            },
        )
    ]
