"""Writes docs/sbom.json: every package that is shipped, or builds what is, with its hashes, as CycloneDX.

It reads the locks alone, needs no network, and is the same text for the same locks.
"""

import base64
import json
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parent.parent
WRITTEN = ROOT / "docs" / "sbom.json"
PYTHON = ("base.txt", "science.txt")
SHIPPED = {"govuk-frontend", "htmx.org", "inter-ui"}
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=(sha256):([0-9a-f]{64})")


def main() -> None:
    WRITTEN.write_text(json.dumps(bill(), indent=1, sort_keys=True) + "\n")
    print(f"{len(bill()['components'])} packages in {WRITTEN.relative_to(ROOT)}.")


def bill() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    packages: dict[tuple[str, str], dict[str, Any]] = {}
    for file in PYTHON:
        for name, version, hashes in pinned((ROOT / "requirements" / file).read_text()):
            scope = "required" if file == "base.txt" else "optional"
            packages.setdefault((name, version), component("pypi", name, version, hashes) | {"scope": scope})
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    front = [
        component("npm", *package) | {"scope": "required" if package[0] in SHIPPED else "excluded"}
        for package in of_front_end(lock)
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "kamkor",
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [*packages.values(), *front],
    }


def pinned(lock: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Name, version and hashes of each package of a lock of Python's."""
    found: list[tuple[str, str, list[tuple[str, str]]]] = []
    for line in lock.splitlines():
        if pin := PIN.match(line):
            found.append((pin[1].lower(), pin[2], []))
        if found:
            found[-1][2].extend(("SHA-256", digest) for _, digest in HASH.findall(line))
    return found


def of_front_end(lock: dict[str, Any]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The same of the front end's lock; what only builds it is marked as excluded from what is shipped."""
    found = []
    for place, package in sorted(lock["packages"].items()):
        if not place:
            continue
        algorithm, _, digest = package["integrity"].partition("-")
        name = place.rpartition("node_modules/")[2]
        hashed = [(algorithm.upper().replace("SHA", "SHA-"), base64.b64decode(digest).hex())]
        found.append((name, package["version"], hashed))
    return found


def component(kind: str, name: str, version: str, hashes: list[tuple[str, str]]) -> dict[str, Any]:
    address = f"pkg:{kind}/{quote(name)}@{quote(version)}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "hashes": [{"alg": algorithm, "content": digest} for algorithm, digest in sorted(set(hashes))],
    }


if __name__ == "__main__":
    main()
