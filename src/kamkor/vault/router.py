"""Two databases: the records, and the small key store whose loss of a row is the erasure of a file."""

from typing import Any

from django.core.management import call_command
from django.db.models import Model

from kamkor.base import migrating

KEY_STORE = "keys"
KEY_STORE_MODELS = {("vault", "storedkey")}
KEY_STORE_APPS = {app for app, _model in KEY_STORE_MODELS}


class KeyStoreRouter:
    """Sends the models marked `key_store` to the key store, and nothing else."""

    def db_for_read(self, model: type[Model], **hints: object) -> str | None:
        return KEY_STORE if getattr(model, "key_store", False) else None

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: object) -> bool | None:
        return None if getattr(one, "key_store", False) == getattr(other, "key_store", False) else False

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        """SQL and Python in a migration belong to the records unless it says `hints={"key_store": True}`."""
        kept = (app_label, model_name) in KEY_STORE_MODELS or bool(hints.get("key_store"))
        return kept == (db == KEY_STORE)


def migrate(database: str) -> None:
    """Bring one database up to date.

    All but the vault's migrations have nothing to do in the key store, which only notes them: to go through
    them would take as long as in the records.
    """
    with migrating.narrow():
        if database == KEY_STORE:
            for app in KEY_STORE_APPS:
                call_command("migrate", app, database=database, interactive=False, verbosity=0)
        call_command("migrate", database=database, fake=database == KEY_STORE, interactive=False, verbosity=0)
