"""Every guarded page that is shown by GET, opened by somebody who may: the table of the policy says who."""

from collections.abc import Iterator
from typing import Any

from kamkor.access import policy
from kamkor.access.policy import EVERYONE
from kamkor.assistance.models import Referral
from kamkor.base.pages import Page
from kamkor.identification.models import InterpretedTalk
from tests.walls.records import Records
from tests.walls.test_access_walk import GUARDED
from tests.world import World

ROLES = ("worker", "supervisor", "coordinator", "operator", "statistician", "commission_member", *EVERYONE)
RECEIVERS: dict[Any, str] = {Referral: "clinic", InterpretedTalk: "commission"}
# Pages that answer something else to whoever may open them here, and why; each has a test where it is done.
ELSEWHERE = {
    "/desk/attached/<uuid:mark>/": "leads back to where the form is attached",
    "/desk/cases/<int:pk>/child/warn": "not about a child",
    "/desk/figures/programme/donor.xlsx": "leads back: no period was chosen",
    "/desk/demands/<int:pk>/sheet": "nothing has been decided yet",
    "/desk/imports/<int:pk>/": "leads on to the columns, which nobody has matched yet",
    "/desk/imports/<int:pk>/bad-rows": "no row has been refused",
    "/desk/imports/<int:pk>/run": "leads back: the table has not been begun",
    "/desk/people/two-files/<int:pk>/run": "leads back: the search is over",
    "/desk/staff/<int:pk>/subject": "no ministry's provider is set up",
}


def opener(records: Records, page: Page) -> tuple[str, str]:
    """A desk and a role there that the rule of the page allows."""
    relation = records.relation(page)
    for role in ROLES:
        if policy.verdict(role, page.verb, relation).allowed:
            return "centre", role
    role = next(role for role in ROLES if policy.verdict(role, page.verb, "received").allowed)
    return RECEIVERS[page.model], role


def opened(world: World, records: Records) -> Iterator[tuple[str, Any, Any]]:
    """Each page as it is answered, and whose browser asked: the rest is a file, or named in ELSEWHERE."""
    clients: dict[tuple[str, str], Any] = {}
    for route, page in GUARDED.items():
        if "GET" in page.methods and route not in ELSEWHERE:
            who = opener(records, page)
            if who not in clients:
                clients[who] = world.client(*who)
            answer = clients[who].get(records.path(route, page))
            assert answer.status_code == 200, f"{route} {who}: {answer.status_code}"
            if answer["Content-Type"].startswith("text/html"):
                yield route, answer, clients[who]
