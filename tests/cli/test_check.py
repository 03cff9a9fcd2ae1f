"""Every unsafe setting is refused with its mend, and one installation passes."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings as configured
from django.utils import timezone
from pytest_django import Settings

from kamkor.base import wall
from kamkor.base.models import AuditEvent
from kamkor.cli import deployment
from kamkor.cli.check import check
from kamkor.vault import seals
from tests import postgres
from tests.databases import ON_POSTGRESQL, server
from tests.ready import SERVER

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _safe(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation to which nothing is to be said; each test spoils one thing."""
    for name in [name for name in os.environ if name.startswith("KAMKOR_") and name != SERVER]:
        monkeypatch.delenv(name)
    home, keys, away = tmp_path / "home", tmp_path / "keys", tmp_path / "away"
    for folder in (home, keys, away):
        folder.mkdir(mode=0o700)
    settings.HOME, settings.KEY_FOLDER = home, keys
    for name in ("HOST", "SEAL", "WEBHOOK", "FACTOR", "BACKUP"):
        setattr(settings, f"{name}_KEY_FILE", keys / name.lower())
    settings.SEAL_COPY_FILE = away / "seals.jsonl"
    settings.BACKUP_LIST_FILE = home / "backups.jsonl"
    settings.BACKUP_LIST_FILE.touch(mode=0o600)
    settings.BACKUP_OFFICERS, settings.BACKUP_KEY_STORE_FILE = ["age1…"], away / "keys.kamkor"
    settings.SECRET_KEY = "qW3rT6yU8iO0pA2sD4fG6hJ8kL0zX2cV4bN6mQ8wE0rT2yU4iO6pA8sD"
    settings.SECURE = settings.SESSION_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.ALLOWED_HOSTS = ["kamkor.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://kamkor.example"]
    settings.KDF_MEMORY_KIB, settings.KDF_PASSES = 47104, 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.WHITENOISE_USE_FINDERS = False
    settings.SECOND_FACTOR = True


def run() -> str:
    """What `kamkor check --deploy` says; it says something exactly when it fails."""
    done = CliRunner().invoke(check, ["--deploy"])
    assert (done.exit_code == 0) == ("Nothing unsafe" in done.output), done.output
    return done.output


def test_a_safe_installation_passes() -> None:
    assert run() == "Nothing unsafe was found in the settings.\n"


@pytest.mark.asvs("12.2.1", "13.4.2")
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEBUG", True, "show their variables"),
        ("WHITENOISE_USE_FINDERS", True, "served from the source"),
        ("SECRET_KEY", "only-for-tests", "signs sessions is short"),
        ("SECRET_KEY", "a" * 80, "signs sessions is short"),
        ("SECURE", False, "plain HTTP"),
        ("CSRF_TRUSTED_ORIGINS", ["http://kamkor.example"], "without HTTPS"),
        ("OIDC_ISSUER", "http://id.example", "identity provider is asked without HTTPS"),
        ("ALLOWED_HOSTS", ["*"], "answers under any name"),
        ("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], "answers this machine alone"),
        ("SECOND_FACTOR", False, "A password alone"),
        ("KDF_MEMORY_KIB", 64, "costs too little"),
        ("KDF_MEMORY_KIB", 19456, "costs too little"),
        ("PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"], "not hashed with Argon2"),
        ("WEBHOOKS_LOCAL", True, "own network"),
        ("BACKUP_OFFICERS", [], "No officer can open a backup"),
        ("BACKUP_KEY_STORE_FILE", None, "The key store has no copy"),
        ("BACKUP_LIST_FILE", Path("/nowhere"), "No backup was made in two days"),
        ("AS_OWNER", True, "password of the owner"),
        ("SESSION_COOKIE_SECURE", False, "security.W011"),
    ],
)
def test_an_unsafe_setting_is_refused(settings: Settings, name: str, value: object, said: str) -> None:
    setattr(settings, name, value)
    assert said in run()


@pytest.mark.asvs("11.4.4")
def test_less_memory_with_more_passes_is_as_good(settings: Settings) -> None:
    settings.KDF_MEMORY_KIB, settings.KDF_PASSES = 19456, 2
    assert "Nothing unsafe" in run()


def test_a_key_beside_the_databases_is_refused(settings: Settings, tmp_path: Path) -> None:
    inside = tmp_path / "home" / "keys" / "host_key"
    settings.DATABASES = {"default": {**settings.DATABASES["default"], "ENGINE": "x.sqlite3"}}
    before = settings.DATABASES["default"]["NAME"]
    settings.DATABASES["default"]["NAME"] = tmp_path / "home" / "kamkor.sqlite3"
    try:
        settings.HOST_KEY_FILE = inside
        found = [problem.what for problem in deployment.key_places()]
    finally:
        settings.DATABASES["default"]["NAME"] = before
    assert found == ["HOST_KEY_FILE lies in the folder of the databases."]


@pytest.mark.asvs("13.3.2")
def test_what_others_on_the_machine_may_open_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.SEAL_KEY_FILE.write_text("x")
    settings.SEAL_KEY_FILE.chmod(0o640)
    (tmp_path / "home").chmod(0o755)
    said = run()
    assert f"chmod go= {settings.SEAL_KEY_FILE}" in said
    assert f"chmod go= {tmp_path / 'home'}" in said


@pytest.mark.asvs("6.3.2")
def test_the_demonstration_is_refused(settings: Settings) -> None:
    (settings.HOME / "demo-accounts.json").write_text("[]")
    assert "This is the demonstration" in run()


def test_a_backup_that_is_too_old_is_told(settings: Settings) -> None:
    before = (timezone.now() - timedelta(days=3)).timestamp()
    os.utime(settings.BACKUP_LIST_FILE, (before, before))
    assert "No backup was made in two days" in run()


def test_a_log_whose_copy_lies_beside_it_or_that_nobody_seals_is_refused(settings: Settings) -> None:
    settings.SEAL_COPY_FILE = settings.HOME / "seals.jsonl"
    assert "who cuts one cuts both" in run()
    AuditEvent.objects.add(verb="case.open", at=timezone.now() - timedelta(days=2))
    assert "not sealed for a day" in run()
    settings.SEAL_COPY_FILE = settings.KEY_FOLDER / "seals.jsonl"
    with wall.acting(None, scope="all"):
        seals.seal_batch()
    assert "Nothing unsafe" in run()


@pytest.mark.asvs("16.2.2")
def test_a_clock_that_was_set_back_is_refused() -> None:
    AuditEvent.objects.add(verb="case.open", at=timezone.now() + timedelta(hours=1))
    assert "entry of the future" in run()


def test_the_owners_password_has_no_place_in_the_servers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAMKOR_OWNER_DATABASE", "postgresql://owner@/kamkor")
    assert "password of the owner" in run()


def test_tables_that_are_not_up_to_date_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(executor: object, targets: object) -> list[int]:
        return [1]

    monkeypatch.setattr("kamkor.cli.deployment.MigrationExecutor.migration_plan", plan)
    assert "tables of default are not up to date" in run()


@pytest.mark.asvs("12.3.1", "12.3.2")
def test_a_database_far_away_is_reached_by_a_checked_way(monkeypatch: pytest.MonkeyPatch) -> None:
    far = {"ENGINE": "django.db.backends.postgresql", "HOST": "db.example", "OPTIONS": {"sslmode": "require"}}
    monkeypatch.setattr(configured, "DATABASES", {"default": far})
    assert [problem.what for problem in deployment.role()] == [
        "The way to the database default is not checked."
    ]
    far["OPTIONS"] = {"sslmode": "verify-full"}
    assert list(deployment.role()) == []


@pytest.mark.asvs("13.2.2")
@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no roles")
def test_a_role_that_can_become_the_owner_is_refused() -> None:
    with server().admin() as administrator:
        administrator.execute(f"GRANT {postgres.OWNER} TO {postgres.APPLICATION}".encode())
        try:
            assert any("can become the owner" in problem.what for problem in deployment.bound())
        finally:
            administrator.execute(f"REVOKE {postgres.OWNER} FROM {postgres.APPLICATION}".encode())
    assert list(deployment.bound()) == []


@pytest.mark.asvs("16.2.2")
@pytest.mark.skipif(not ON_POSTGRESQL, reason="one clock")
def test_two_clocks_that_differ_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    later = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "clock and ours differ" in next(deployment.clock()).what


def test_a_list_of_known_passwords_that_is_not_there_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.COMMON_PASSWORDS = [tmp_path / "no-such-list"]
    assert "no-such-list cannot be read" in run()
    (tmp_path / "no-such-list").write_text("password\n")
    assert "Nothing unsafe" in run()
