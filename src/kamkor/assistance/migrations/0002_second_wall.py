from django.db import migrations

from kamkor.base.wall import MY_DESK, protect


class Migration(migrations.Migration):
    dependencies = [('assistance', '0001_initial')]
    operations = [
        protect("assistance_event"),
        protect("assistance_case"),
        protect("assistance_followup"),
        protect("assistance_need"),
        protect("assistance_goal"),
        protect("assistance_servicegiven"),
        protect("assistance_stay"),
        protect("assistance_childpath"),
        protect("assistance_exploitation"),
        protect("assistance_note"),
        protect("assistance_document"),
        protect("assistance_task"),
        protect("assistance_demand"),
        protect("assistance_importedfile"),
        protect("assistance_referral", f"desk_id = {MY_DESK} OR receiver_id = {MY_DESK}"),
        protect("assistance_handover", f"desk_id = {MY_DESK} OR receiver_id = {MY_DESK}"),
        protect("assistance_referralstep", "EXISTS (SELECT 1 FROM assistance_referral r WHERE r.id = referral_id)"),
        protect("assistance_demand_released", "EXISTS (SELECT 1 FROM assistance_demand d WHERE d.id = demand_id)"),
        protect("assistance_demand_refused", "EXISTS (SELECT 1 FROM assistance_demand d WHERE d.id = demand_id)"),
    ]
