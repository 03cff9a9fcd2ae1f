from django.db import migrations

from kamkor.base.wall import COUNTING, readable

# What figures and oversight are made of: codes, days, kinds, desks. Nothing sealed, no key, no entry of an index;
# exclusions are among them because they hold for who oversees, too.
COUNTED = (
    "people_person",
    "people_exclusion",
    "identification_contact",
    "identification_fact",
    "assistance_case",
    "assistance_servicegiven",
    "assistance_referral",
    "assistance_handover",
)


class Migration(migrations.Migration):
    dependencies = [
        ('people', '0009_wall_of_the_vault'),
        ('identification', '0002_second_wall'),
        ('assistance', '0002_second_wall'),
    ]
    operations = [readable(table, "counts", COUNTING) for table in COUNTED]
