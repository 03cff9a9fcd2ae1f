"""What must hold before real people are put in; each check says what is wrong, and the mend."""

import os
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from kamkor.base import wall
from kamkor.base.models import AuditEvent
from kamkor.vault.models import AuditSeal

HERE = {"localhost", "127.0.0.1", "[::1]", "::1", ""}
SKEW = timedelta(seconds=5)
BACKUP_AGE = timedelta(days=2)
SEAL_AGE = timedelta(hours=26)
# As OWASP has them: memory in KiB, and the passes that go with it.
ARGON2 = ((47104, 1), (19456, 2), (12288, 3))
# Django's own checks for deployment that do not fit, with the reason.
DJANGO_LEFT_OUT = {
    "security.W002": "our own middleware says it on every answer",
    "security.W021": "the domain above ours may not be ours to put into browsers' lists",
}


class Problem(NamedTuple):
    what: str
    mend: str


Check = Callable[[], Iterator[Problem]]


def debug() -> Iterator[Problem]:
    if settings.DEBUG:
        yield Problem("Pages that fail show their variables.", "Leave DEBUG off.")
    if os.environ.get("KAMKOR_LOG_LEVEL", "").upper() == "DEBUG":
        yield Problem("The log is written down to every query.", "Set KAMKOR_LOG_LEVEL=WARNING.")
    if settings.WHITENOISE_USE_FINDERS:
        yield Problem(
            "Styles and scripts are served from the source.", "Leave out KAMKOR_STATIC_FROM_SOURCE."
        )


def secret() -> Iterator[Problem]:
    key = settings.SECRET_KEY
    if len(key) < 50 or len(set(key)) < 10 or key.startswith(("django-insecure-", "only-for-")):
        mend = "Leave out KAMKOR_SECRET_KEY: a random one is made in the key folder."
        yield Problem("The key that signs sessions is short, or known to others.", mend)


def https() -> Iterator[Problem]:
    if not settings.SECURE:
        yield Problem(
            "Pages go over plain HTTP.", "Put a proxy with HTTPS before it, and set KAMKOR_SECURE=yes."
        )
    if any(origin.startswith("http://") for origin in settings.CSRF_TRUSTED_ORIGINS):
        yield Problem("Forms are taken from a page without HTTPS.", "KAMKOR_TRUSTED_ORIGINS: https:// alone.")
    if settings.OIDC_ISSUER and not settings.OIDC_ISSUER.startswith("https://"):
        yield Problem("The identity provider is asked without HTTPS.", "KAMKOR_OIDC_ISSUER: https:// alone.")


def hosts() -> Iterator[Problem]:
    if "*" in settings.ALLOWED_HOSTS:
        yield Problem("It answers under any name.", "Name this server alone in KAMKOR_ALLOWED_HOSTS.")
    elif set(settings.ALLOWED_HOSTS) <= HERE:
        yield Problem(
            "It answers this machine alone.", "Set KAMKOR_ALLOWED_HOSTS to the name of this server."
        )


def second_factor() -> Iterator[Problem]:
    if not settings.SECOND_FACTOR:
        yield Problem(
            "A password alone opens people's files.", "Leave out KAMKOR_SECOND_FACTOR, or set it to yes."
        )


def argon2() -> Iterator[Problem]:
    memory, passes = settings.KDF_MEMORY_KIB, settings.KDF_PASSES
    if not any(memory >= least and passes >= times for least, times in ARGON2):
        mend = "Leave out KAMKOR_KDF_MEMORY_KIB and KAMKOR_KDF_PASSES; who has a pass phrase changes it."
        yield Problem(
            f"Guessing a pass phrase costs too little (Argon2id, {memory} KiB, {passes} passes).", mend
        )
    if not settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher"):
        yield Problem("Passwords are not hashed with Argon2.", "Leave PASSWORD_HASHERS as it is.")
    for path in settings.COMMON_PASSWORDS:
        if not path.is_file() or not os.access(path, os.R_OK):
            yield Problem(
                f"The list of known passwords {path} cannot be read.", "Mend KAMKOR_COMMON_PASSWORDS."
            )


def key_places() -> Iterator[Problem]:
    """Who takes the folder of the databases must not take the keys that open them along."""
    folders = {Path(one["NAME"]).parent.resolve() for one in settings.DATABASES.values() if on_sqlite(one)}
    for name in sorted({name for name in dir(settings) if name.endswith("_KEY_FILE")}):
        path = getattr(settings, name)
        if path and folders & set(Path(path).resolve().parents):
            mend = "Set KAMKOR_KEY_FOLDER to a folder elsewhere (/etc/kamkor/keys), and move what is in it."
            yield Problem(f"{name} lies in the folder of the databases.", mend)


def rights() -> Iterator[Problem]:
    """Nobody else on the machine reads what lies here."""
    keys = [getattr(settings, name) for name in dir(settings) if name.endswith("_KEY_FILE")]
    for path in [settings.HOME, settings.KEY_FOLDER, *keys]:
        if path and Path(path).exists() and Path(path).stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Problem(f"Others on this machine may open {path}.", f"chmod go= {path}")


def demonstration() -> Iterator[Problem]:
    accounts = settings.HOME / "demo-accounts.json"
    if accounts.exists():
        yield Problem(
            f"This is the demonstration: its passwords are in {accounts}.", "Begin a new KAMKOR_HOME."
        )


def local_messages() -> Iterator[Problem]:
    if settings.WEBHOOKS_LOCAL:
        yield Problem("Messages to partners may go into the own network.", "Leave out KAMKOR_WEBHOOKS_LOCAL.")


def backups() -> Iterator[Problem]:
    if not settings.BACKUP_OFFICERS:
        yield Problem("No officer can open a backup.", "Set KAMKOR_BACKUP_OFFICERS to two people's age keys.")
    if settings.BACKUP_KEY_STORE_FILE is None:
        yield Problem(
            "The key store has no copy.", "Set KAMKOR_BACKUP_KEY_STORE_FILE to a file on another disk."
        )
    made = settings.BACKUP_LIST_FILE
    if not made.exists() or age(made) > BACKUP_AGE:
        yield Problem(
            "No backup was made in two days.", "Run `kamkor backup` every night, and `kamkor drill`."
        )


def log() -> Iterator[Problem]:
    copy = settings.SEAL_COPY_FILE.resolve()
    if settings.HOME.resolve() in copy.parents:
        mend = "Set KAMKOR_SEAL_COPY_FILE to a file on another machine's disk."
        yield Problem("The copy of the log's seals lies beside the log: who cuts one cuts both.", mend)
    with wall.acting(None, scope="all"):
        first = AuditEvent.objects.order_by("pk").first()
        seal = AuditSeal.objects.order_by("pk").last()
    since = seal.at if seal else (first.at if first else None)
    if since and timezone.now() - since > SEAL_AGE:
        yield Problem("The access log was not sealed for a day.", "Run `kamkor audit seal` every hour.")


def clock() -> Iterator[Problem]:
    """A clock that goes wrong lets consents live on, and codes of a second factor fail."""
    now = timezone.now()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (theirs,) = cursor.fetchone()
        if abs(theirs - timezone.now()) > SKEW:
            yield Problem("The database's clock and ours differ.", "Let both follow the same time server.")
    with wall.acting(None, scope="all"):
        newest = AuditEvent.objects.order_by("-pk").first()
    if newest and newest.at > now + SKEW:
        yield Problem("The log holds an entry of the future: the clock was set back.", "Mend the clock.")


def tables() -> Iterator[Problem]:
    for alias in settings.DATABASES:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield Problem(f"The tables of {alias} are not up to date.", "kamkor migrate")


def role() -> Iterator[Problem]:
    """On PostgreSQL the second wall stands only before a role that neither owns nor becomes the owner."""
    if settings.AS_OWNER or any(name.startswith("KAMKOR_OWNER_") for name in os.environ):
        mend = "Leave KAMKOR_OWNER_… and KAMKOR_AS_OWNER out of the server's environment."
        yield Problem("The server holds the password of the owner of the tables.", mend)
    for alias, one in settings.DATABASES.items():
        if on_sqlite(one):
            continue
        if one["HOST"] not in HERE and not one["HOST"].startswith("/") and unverified(one["OPTIONS"]):
            yield Problem(
                f"The way to the database {alias} is not checked.", "…?sslmode=verify-full in its URL."
            )
    if connection.vendor == "postgresql":
        yield from bound()


def bound() -> Iterator[Problem]:
    mend = "Connect as a role of its own: see PostgreSQL in docs/operator.md."
    try:
        wall.check_role()
    except ImproperlyConfigured as error:
        yield Problem(str(error), mend)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT DISTINCT relowner FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = current_schema()::regnamespace) owners"
            " WHERE pg_has_role(current_user, relowner, 'member')"
        )
        if cursor.fetchone()[0]:
            yield Problem("The application's role can become the owner of the tables.", mend)


def django_checks() -> Iterator[Problem]:
    from django.core import checks

    for found in checks.run_checks(include_deployment_checks=True):
        if found.id not in DJANGO_LEFT_OUT:
            yield Problem(
                f"{found.id}: {found.msg.split('.')[0]}.", found.hint or "See Django's documentation."
            )


def on_sqlite(one: dict[str, object]) -> bool:
    return str(one["ENGINE"]).endswith("sqlite3")


def unverified(options: dict[str, str]) -> bool:
    return options.get("sslmode") != "verify-full"


def age(path: Path) -> timedelta:
    return timedelta(seconds=timezone.now().timestamp() - path.stat().st_mtime)


EVERYWHERE: tuple[Check, ...] = (debug, rights, argon2, clock)
DEPLOYED: tuple[Check, ...] = (
    *EVERYWHERE,
    secret,
    https,
    hosts,
    second_factor,
    key_places,
    demonstration,
    local_messages,
    backups,
    log,
    role,
    django_checks,
)
ASKING = {log, clock}


def problems(checks: tuple[Check, ...]) -> list[Problem]:
    """What is wrong. Tables that are not up to date are not asked anything."""
    stale = list(tables())
    asked = [check for check in checks if check not in ASKING or not stale]
    return stale + [problem for check in asked for problem in check()]
