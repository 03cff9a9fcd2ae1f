from django.db import migrations

from kamkor.base.wall import protect

TABLES = ("activity", "tie", "filling", "filled", "answercode", "codedanswer")


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_attached")]
    operations = [protect(f"surveys_{table}") for table in TABLES]
