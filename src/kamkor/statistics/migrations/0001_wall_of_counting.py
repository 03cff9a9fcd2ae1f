from django.db import migrations

from kamkor.base.wall import COUNTING, NOT_COUNTING, readable, widen

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
# Whose wall asks whether the row that they hang on is found: who counts finds none of them by that.
HANGING = {
    "assistance_referralstep": "EXISTS (SELECT 1 FROM assistance_referral r WHERE r.id = referral_id)",
    "assistance_handover_referrals": "EXISTS (SELECT 1 FROM assistance_handover h WHERE h.id = handover_id)",
}


class Migration(migrations.Migration):
    dependencies = [
        ('people', '0009_wall_of_the_vault'),
        ('identification', '0002_second_wall'),
        ('assistance', '0003_handing_and_reopening'),
    ]
    operations = [
        *(readable(table, "counts", COUNTING) for table in COUNTED),
        *(widen(table, f"{NOT_COUNTING} AND {found}", found) for table, found in HANGING.items()),
    ]
