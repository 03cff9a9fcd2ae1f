"""The lists in docs/security.md name everything of their kind that the program has."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CheckConstraint

from kamkor.base import throttle
from kamkor.base.uploads import ENDINGS
from kamkor.cli.start import THREADS
from tests.docs.test_docs import DOCS, ROOT, settings_read
from tools.audit import SEVERE

SECURITY = (DOCS / "security.md").read_text()
SOURCE = ROOT / "src" / "kamkor"
# What opens a connection by itself; allauth asks the provider.
NETWORK = re.compile(
    r"^(?:import|from) (?:socket|ssl|http\.client|urllib\.request|httpx|requests|smtplib|ftplib)\b"
    r"|^from allauth\.socialaccount\.(?:providers|adapter)",
    re.MULTILINE,
)
# What the modules of the vault take from the libraries of cryptography, as it is called there.
PRIMITIVES = {
    "AESGCM": "AES-256-GCM",
    "Suite": "HPKE",
    "Argon2id": "Argon2id",
    "HKDF": "HKDF-SHA256",
    "Ed25519PrivateKey": "Ed25519",
    "X25519PrivateKey": "X25519",
    "pyrage": "age",
}
BESIDE = {
    "InvalidTag",
    "InvalidSignature",
    "SHA256",
    "AEAD",
    "KDF",
    "KEM",
    "Ed25519PublicKey",
    "X25519PublicKey",
}


def part(heading: str) -> str:
    return SECURITY.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.asvs("11.1.1")
def test_every_key_is_listed() -> None:
    files = {name for name in settings_read() if name.endswith("_KEY_FILE")}
    assert len(files) > 5
    assert {name for name in files if f"`{name}`" not in part("Keys")} == set()


@pytest.mark.asvs("11.1.2")
def test_every_primitive_is_listed() -> None:
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for names in re.findall(r"^from cryptography[\w.]* import (.+)$", path.read_text(), re.MULTILINE):
            found |= {name.strip() for name in names.split(",")}
        if re.search(r"^import pyrage", path.read_text(), re.MULTILINE):
            found.add("pyrage")
    assert found - BESIDE == set(PRIMITIVES)
    assert {name for name in PRIMITIVES.values() if name not in part("Cryptography")} == set()


@pytest.mark.asvs("13.1.1")
def test_every_module_that_opens_connections_is_listed() -> None:
    modules = {path for path in SOURCE.rglob("*.py") if NETWORK.search(path.read_text())}
    assert len(modules) > 4
    told = part("Connections")
    assert {
        str(path.relative_to(SOURCE)) for path in modules if f"`{path.relative_to(SOURCE)}`" not in told
    } == set()


@pytest.mark.asvs("5.1.1")
def test_every_kind_of_document_is_listed() -> None:
    assert {kind for kind in ENDINGS if kind not in part("Documents")} == set()


@pytest.mark.asvs("16.1.1", "16.2.3")
def test_nothing_is_logged_but_where_the_list_says() -> None:
    """One handler, for standard error; no module opens a log of its own."""
    assert {handler["class"] for handler in settings.LOGGING["handlers"].values()} == {
        "logging.StreamHandler"
    }
    for path in SOURCE.rglob("*.py"):
        assert not re.search(r"addHandler|FileHandler|SysLogHandler|basicConfig", path.read_text()), path
    files = {name for name in settings_read() if re.search(r"_(LIST|REGISTER|COPY)_FILE$", name)}
    assert {name for name in files if f"`{name}`" not in part("Logs")} == set()


@pytest.mark.asvs("2.1.2", "2.2.3")
def test_every_rule_about_what_must_fit_together_is_listed() -> None:
    rules = {
        rule.name
        for model in apps.get_models()
        if model.__module__.startswith("kamkor.")
        for rule in model._meta.constraints
        if isinstance(rule, CheckConstraint)
    }
    assert set(re.findall(r"`(\w+)`", part("Data that must fit together"))) == rules


@pytest.mark.asvs("2.1.3")
def test_every_limit_is_listed() -> None:
    told = part("Limits of the work")
    limits = {name for name in settings_read() if re.search(r"_(MAX_\w+|SECONDS|PER_MINUTE|POOL)$", name)}
    limits |= {name for name in settings_read() if name.startswith("KAMKOR_UNUSUAL_")}
    assert {name for name in limits if f"`{name}`" not in told} == {
        "KAMKOR_SHIFT_WARNING_SECONDS",
        "KAMKOR_TOKEN_MAX_DAYS",
    }
    assert f"{THREADS} in each process" in told
    assert f"| {throttle.FREE}, {throttle.FREE_OF_ADDRESS};" in told
    assert f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,}" in told


@pytest.mark.asvs("15.1.1")
def test_each_severity_has_its_term() -> None:
    told = part("Components of others, and how soon they are mended")
    assert {
        severity for severity in SEVERE if not re.search(rf"^\| {severity}\b.*\d", told, re.MULTILINE)
    } == set()


def test_the_lists_are_found_from_the_threat_model() -> None:
    assert "(security.md)" in (DOCS / "threat-model.md").read_text()
    assert Path(DOCS / "security.md").exists()
