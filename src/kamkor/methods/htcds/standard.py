"""The fields, codes and upgrade rules of each version of HTCDS, ready for looking up what people type."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal

from kamkor.codes import htcds, loaders
from kamkor.methods.sheets.cells import squeeze

VERSIONS = ("0.2", "1.0", "2.0")
LATEST = "2.0"

Kind = Literal["text", "date", "number", "checkbox", "picklist", "multiselect"]

# Any other type is a text: a lookup, for one, is the name of whom or what it points to.
KINDS: dict[str, Kind] = {
    "Date": "date",
    "Number": "number",
    "Geolocation": "number",
    "Checkbox": "checkbox",
    "Picklist": "picklist",
    "Multiselect Picklist": "multiselect",
}
# Defined in the text of the standard but missing from its list.
LOCAL_CODES = {"vic_MethodsOfControl": ("RestrictsMovement", "UsesChildren")}
# Platforms come and go: the standard lets anyone add to these two lists, so an unknown one is “Other”.
OPEN_LISTS = frozenset({"vic_RecruitmentWebsitesAndApps", "vic_ExploitationWebsitesAndApps"})
# Words too plain to be taken for one field: a column “Phone” is as likely a person's as an organisation's.
PLAIN_WORDS = frozenset(
    {"city", "country", "state", "street", "postalcode", "longitude", "latitude", "date", "type"}
    | {"description", "phone", "name", "status", "title", "organisation", "objectives"}
)


@dataclass(frozen=True)
class Field:
    """One field. `codes` maps each code to its labels and is empty where any text will do.

    `former` maps spellings of codes of another version to the codes that took their place.
    """

    name: str
    label: str
    kind: Kind
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)

    @property
    def section(self) -> str:
        """The prefix that groups fields: org, prs, vic, per, cas, cco, hte, spl or con."""
        return self.name.split("_")[0]

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Code by every accepted spelling, squeezed; a code comes before a label of another."""
        found: dict[str, str] = {}
        for code, label in ((code, label) for code, labels in self.codes.items() for label in labels):
            # A label that two codes share in some language says nothing.
            found[squeeze(label)] = code if found.get(squeeze(label), code) == code else ""
        clear = {label: code for label, code in found.items() if label and code}
        return clear | {squeeze(code): code for code in self.codes}


@dataclass(frozen=True)
class Standard:
    """One version of HTCDS.

    `upgrade` gives the 2.0 code of a field's code, empty if there is none; `retired` maps each field that 2.0
    no longer has to its successor, or to nothing.
    """

    version: str
    fields: Mapping[str, Field]
    upgrade: Mapping[tuple[str, str], str]
    retired: Mapping[str, str]

    @cached_property
    def columns(self) -> dict[str, list[str]]:
        """Full names by squeezed heading: full name, label, or name without its prefix."""
        found: dict[str, list[str]] = {}
        for item in self.fields.values():
            bare = item.name.split("_", 1)[1]
            for heading in dict.fromkeys((squeeze(item.label), squeeze(bare))):
                found.setdefault(heading, []).append(item.name)
        found.pop("", None)
        return found | {squeeze(name): [name] for name in self.fields}

    def find(self, heading: str) -> str | None:
        """The one field that a heading means; nothing if it is unknown or could be several."""
        names = self.candidates(heading)
        return names[0] if len(names) == 1 and squeeze(heading) not in PLAIN_WORDS else None

    def candidates(self, heading: str) -> list[str]:
        """Every field that a heading could mean."""
        return self.columns.get(squeeze(heading), [])


@cache
def standard(version: str) -> Standard:
    """The standard in one of `VERSIONS`, with the local extension codes."""
    rules = [rule for rule in _rules() if rule["from_version"] == version]
    retired = {rule["field"]: rule["to_code"] for rule in rules if not rule["from_code"]}
    known = htcds.fields(version)
    fields = {each.full_name: _field(version, each.full_name, each.label, each.field_type) for each in known}
    for name, successor in retired.items():
        fields[name] = Field(name, "", standard(LATEST).fields[successor].kind if successor else "text")
    upgrade = {(rule["field"], rule["from_code"]): rule["to_code"] for rule in rules if rule["from_code"]}
    return Standard(version, fields, upgrade, retired)


@cache
def _rules() -> list[dict[str, str]]:
    path = files("kamkor.codes") / "data" / "htcds_upgrade.csv"
    return list(csv.DictReader(path.read_text("utf-8").splitlines(), strict=True))


def _field(version: str, full_name: str, label: str, field_type: str) -> Field:
    codes = dict.fromkeys(LOCAL_CODES.get(full_name, ()), ()) | _codes(full_name, version)
    former = {
        squeeze(rule["from_code"]): rule["to_code"]
        for rule in _rules()
        if rule["field"] == full_name and rule["from_code"] and rule["to_code"] in codes
    }
    return Field(full_name, label, KINDS.get(field_type, "text"), codes, former)


def _codes(full_name: str, version: str) -> dict[str, tuple[str, ...]]:
    name = f"htcds.{full_name}"
    if version not in loaders.lists().get(name, ()):
        return {}
    return {code: tuple(entry.labels.values()) for code, entry in loaders.code_list(name, version).items()}
