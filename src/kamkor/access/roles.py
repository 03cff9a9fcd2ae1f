"""The roles in the groups that the rows name, how a desk may stand to a record, and what a row is."""

from dataclasses import dataclass

EVERYONE = (
    "operator", "worker", "supervisor", "advocate", "investigator", "prosecutor", "coordinator",
    "border_officer", "consular_officer", "child_protection", "commission_member", "labour_inspector",
    "interpreter", "permit_officer", "monitor", "statistician", "programme_officer", "administrator",
)  # fmt: skip
CASE = ("worker", "supervisor")  # those who keep files
CASE_AND_LAWYER = (*CASE, "advocate")
LINE = ("operator", "supervisor")
RECEIVERS = (
    "worker", "supervisor", "advocate", "investigator", "prosecutor", "consular_officer",
    "child_protection", "labour_inspector", "operator",
)  # fmt: skip
QUICK = ("operator", "border_officer", "consular_officer")  # one page, no file
SENDERS = (*CASE_AND_LAWYER, *QUICK)
WITHOUT_FILES = tuple(role for role in EVERYONE if role not in CASE_AND_LAWYER)
IMPORTERS = ("supervisor", "coordinator", "administrator")
HEAD = ("supervisor", "administrator")
REGISTRARS = ("permit_officer",)
WATCHERS = ("permit_officer", "monitor")  # of adverts
COUNTERS = ("worker", "supervisor", "monitor", "labour_inspector", "border_officer")  # of departures
VISITORS = ("worker", "supervisor", "monitor", "labour_inspector", "consular_officer")  # of workplaces
CLAIMANTS = ("worker", "supervisor", "advocate", "labour_inspector")  # work out what is owed to whom
COMPLAINED_TO = ("operator", "worker", "supervisor", "advocate", "labour_inspector", "monitor")
READ_REGISTER = (
    *COMPLAINED_TO, *REGISTRARS, "investigator", "prosecutor", "coordinator", "border_officer",
    "consular_officer",
)  # fmt: skip
FIELD_HEAD = ("supervisor", "programme_officer")
FIELD = ("worker", *FIELD_HEAD, "statistician")
FORM_TAKERS = (*CASE, "programme_officer")  # what waits sealed is counted; who takes it reads nothing of it
SENDERS_WITH_FILES = (*CASE_AND_LAWYER, "operator")
WITHOUT_A_LINE = (*SENDERS_WITH_FILES, "programme_officer")
ON_DUTY = (*RECEIVERS, "border_officer", "administrator")
PUBLIC, ANY = ("public",), ("any",)  # whoever stands at the public door, who has no role at any desk
REPORTERS = (  # who may enter and sign what a body reports of a half-year
    "supervisor", "investigator", "prosecutor", "consular_officer", "labour_inspector", "permit_officer",
    "monitor", "administrator",
)  # fmt: skip
READERS_OF_PAGES = (*LINE, "worker", "advocate", "administrator", "consular_officer")
OWN = ("own",)
RECEIVED = ("received",)
BOTH = ("own", "received")
KEPT = ("own", "carried")


# Roles that one person never has together, at whichever desks: one is kept from, or watches, the other.
APART: tuple[frozenset[str], ...] = tuple(
    map(
        frozenset,
        (
            *(("advocate", other) for other in ("supervisor", "investigator", "prosecutor", "administrator")),
            ("investigator", "prosecutor"),
            ("permit_officer", "monitor"),
        ),
    )
)


@dataclass(frozen=True)
class Rule:
    """One row: who, on what, and whether the vault must be open for it."""

    roles: tuple[str, ...]
    relations: tuple[str, ...] = OWN
    key: bool = False
    sent_only: tuple[str, ...] = ()  # of these roles, only who has sent it: need-to-know within the desk
