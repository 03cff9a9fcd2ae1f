from django.db import migrations

from kamkor.base.wall import MY_DESK, protect, readable


class Migration(migrations.Migration):
    dependencies = [('prevention', '0007_claims_and_visits')]
    operations = [
        protect("prevention_claim"),
        readable("prevention_claim", "register", f"keeper_id = {MY_DESK}"),
        protect("prevention_claimrow"),
        protect("prevention_claimstep"),
        protect("prevention_visit"),
    ]
