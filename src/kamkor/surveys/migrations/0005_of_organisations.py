from django.db import migrations, models


def was_not_of_people(apps, editor):
    """Until now organisations and places were told as one: the more careful of the two."""
    apps.get_model("surveys", "Questionnaire").objects.filter(of_people=False).update(of_organisations=True)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0004_envelopes_behind_the_wall")]

    operations = [
        migrations.AddField(
            model_name="questionnaire",
            name="of_organisations",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(was_not_of_people, migrations.RunPython.noop),
    ]
