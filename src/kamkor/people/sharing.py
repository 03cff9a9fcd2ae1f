"""What of a person's file can be chosen when she agrees to share some of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.base import codelists
from kamkor.people.models import Particular, Person
from kamkor.vault.models import Item

NUMBER = "identity_number"  # encodes sex and birth date: shown only when somebody asks for it


@dataclass(frozen=True)
class Shareable:
    """One sealed item, what it is called, and its kind."""

    item: Item
    label: str
    kind: str


def shareable(actor: Actor, person: Person) -> list[Shareable]:
    """Her particulars, each with its words so that two telephones can be told apart; the number is masked."""
    rows = particulars(actor, person.all_ids())
    texts = actor.keyring.read_many([row.item for row in rows if row.kind != NUMBER])
    return [
        Shareable(row.item, f"{item_label(row.item)}: {texts.get(row.item_id, mask())}", row.kind)
        for row in rows
    ]


def particulars(actor: Actor, people: Iterable[int]) -> list[Particular]:
    """What is said of her now, in the order of the code list."""
    rows = Particular.objects.visible_to(actor).filter(person__in=people, ended_at=None)
    order = {code: entry.order for code, entry in codelists.entries("particular").items()}
    return sorted(
        rows.select_related("item__file"), key=lambda row: (order.get(row.kind, len(order)), row.at, row.pk)
    )


def item_label(item: Item | str) -> str:
    """What an item, or a label of one, is called in the reader's language."""
    label = item if isinstance(item, str) else item.label
    lists = ("particular", "item_label")
    return next((codelists.label(name, label) for name in lists if label in codelists.entries(name)), label)


def mask() -> str:
    return _("hidden")
