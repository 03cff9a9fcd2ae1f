from django.db import migrations

from kamkor.base.wall import MY_DESK, Statements, protect

HOLDER = f"(SELECT d.holder_id FROM access_desk d WHERE d.id = {MY_DESK})"

# Grants lead from an item to whoever may read it, and back: asked by the owner of the tables, whom no policy
# stops, or the policies would ask one another for ever. They tell nothing but about the desk that is acting.
SHARED = {
    "kamkor_item_shared": "g.item_id = $1",
    "kamkor_file_shared": "EXISTS (SELECT 1 FROM vault_item i WHERE i.id = g.item_id AND i.file_id = $1)",
}
ASK = """
CREATE FUNCTION {name}(uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT EXISTS (
    SELECT 1 FROM vault_grant g JOIN vault_keypair k ON k.id = g.recipient_id
    WHERE {which} AND k.holder_id = {holder}
) $$
"""
OWN_FILE = f"EXISTS (SELECT 1 FROM vault_file f WHERE f.id = file_id AND f.holder_id = {HOLDER})"
OWN_ITEM = (
    "EXISTS (SELECT 1 FROM vault_item i JOIN vault_file f ON f.id = i.file_id"
    f" WHERE i.id = item_id AND f.holder_id = {HOLDER})"
)
TO_US = f"EXISTS (SELECT 1 FROM vault_keypair k WHERE k.id = recipient_id AND k.holder_id = {HOLDER})"
OURS = f"user_id IN (SELECT m.user_id FROM access_membership m WHERE m.desk_id = {MY_DESK})"


class Migration(migrations.Migration):
    dependencies = [
        ('people', '0008_erasure'),
        ('access', '0002_tokens'),
        ('vault', '0003_indexes_of_what_waits'),
    ]
    operations = [
        Statements(
            {"postgresql": [ASK.format(name=name, which=which, holder=HOLDER) for name, which in SHARED.items()]},
            {"postgresql": [f"DROP FUNCTION {name}(uuid)" for name in SHARED]},
        ),
        protect("vault_file", f"holder_id = {HOLDER} OR kamkor_file_shared(id)"),
        protect("vault_item", f"{OWN_FILE} OR kamkor_item_shared(id)"),
        protect("vault_itemversion", "EXISTS (SELECT 1 FROM vault_item i WHERE i.id = item_id)"),
        protect("vault_grant", f"{TO_US} OR {OWN_ITEM}"),
        protect("vault_nameentry", f"holder_id = {HOLDER}"),
        # Whom it keeps out must find it; to them it says a number and nothing else.
        protect("people_exclusion", f"desk_id = {MY_DESK} OR excluded_desk_id = {MY_DESK} OR place <> '' OR {OURS}"),
    ]
