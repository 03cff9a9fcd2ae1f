"""The bill of materials is what the locks say, with every hash, and as CycloneDX wants it."""

import json
import re

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools.sbom import ROOT, WRITTEN, bill, pinned

WRITTEN_BILL = json.loads(WRITTEN.read_text())


@pytest.mark.asvs("15.1.2")
def test_it_is_up_to_date() -> None:
    assert bill() == WRITTEN_BILL, "make sbom"


@pytest.mark.asvs("15.1.2")
def test_every_pin_and_every_hash_of_the_lock_is_in_it() -> None:
    """Read once more in another way, so that a mistake in reading the lock shows."""
    lock = (ROOT / "requirements" / "base.txt").read_text()
    parts = {
        part["name"]: part for part in WRITTEN_BILL["components"] if part["purl"].startswith("pkg:pypi/")
    }
    blocks = re.split(r"\n(?=\S)", lock)
    counted = 0
    for block in blocks:
        if "==" not in block.split("\n")[0]:
            continue
        name, version = re.split("==", block.split("\n")[0].split(";")[0].rstrip("\\ "))
        listed = {each["content"] for each in parts[name.split("[")[0]]["hashes"]}
        assert parts[name.split("[")[0]]["version"] == version.strip()
        assert listed == set(re.findall("sha256:([0-9a-f]{64})", block)) != set()
        counted += 1
    assert counted == len(pinned(lock)) > 30


def test_what_browsers_get_is_in_it_and_what_builds_it_is_marked() -> None:
    scopes = {part["name"]: part["scope"] for part in WRITTEN_BILL["components"]}
    assert scopes["htmx.org"] == scopes["govuk-frontend"] == scopes["django"] == "required"
    assert scopes["esbuild"] == "excluded"
    assert scopes["numpy"] == "optional"


def test_it_is_valid_cyclonedx_and_names_no_registry() -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(WRITTEN.read_text()) is None
    assert "://" not in WRITTEN.read_text()
