from django.db import migrations

from kamkor.base.wall import COUNTING, readable

# What money back is counted from: sums, days and kinds of steps, no name.
COUNTED = ('prevention_claim', 'prevention_claimrow', 'prevention_claimstep')


class Migration(migrations.Migration):
    """Counting also reads the claims of every desk."""

    dependencies = [
        ('statistics', '0007_what_was_told'),
        ('prevention', '0008_second_wall_of_claims'),
    ]

    operations = [readable(table, 'counts', COUNTING) for table in COUNTED]
