"""The people of one desk: open facts, sealed particulars, the index of names."""

from dataclasses import dataclass
from random import Random
from uuid import UUID

from bench.population.sealing import Sealer
from bench.population.staff import Office
from bench.population.tables import Loader
from kamkor.codes.loaders import code_list
from kamkor.people.models import Particular, Person
from tests.methods import made_up_names

THIS_YEAR = 2026
PLACES = [code for code, entry in code_list("place").items() if entry.parent]


@dataclass(frozen=True)
class Being:
    """A person who has just been made."""

    pk: int
    desk: int
    file: UUID
    child: bool


def person(loader: Loader, office: Office, sealer: Sealer, rng: Random) -> Being:
    """Two in three women, one in ten a child; always a name, mostly a telephone."""
    file, child, chance = sealer.new_file(), rng.random() < 0.1, rng.random()
    born = THIS_YEAR - (rng.randrange(5, 18) if child else rng.randrange(19, 70))
    name = made_up_names.person(rng)
    table = loader[Person]
    pk = table.add(
        code=f"KM-{table.last:08X}",
        file_id=file,
        desk_id=office.desk.pk,
        sex="female" if chance < 0.66 else "male",
        age="child" if child else "adult",
        birth_year=born,
        citizenships='["KG"]',
        languages='["ky"]',
        home_place=PLACES[int(chance * 7919) % len(PLACES)],
        created_by_id=office.staff[pick(chance, office.staff)],
    )
    texts = {"name": name, **particulars(name, rng)}
    for kind, text in texts.items():
        item = sealer.write(file, kind, text)
        loader[Particular].add(desk_id=office.desk.pk, person_id=pk, kind=kind, item_id=item)
    sealer.index({pk: [text for kind, text in texts.items() if kind in {"name", "call_name"}]})
    return Being(pk, office.desk.pk, file, child)


def particulars(name: str, rng: Random) -> dict[str, str]:
    """What else is known of her: some of it, of some."""
    chance, digits = rng.random(), rng.randrange(10**6)
    known = {
        "call_name": (0.6, name.split()[1]),
        "phone": (0.7, f"+996 555 {digits:06}"),
        "safe_contact": (0.3, "Message only, in the morning, and say that it is about the parcel."),
        "address": (0.25, f"Street of the invented {digits % 900}, flat {digits % 70}"),
    }
    return {kind: text for kind, (share, text) in known.items() if chance < share}


def pick(chance: float, of: list[int]) -> int:
    return int(chance * 104_729) % len(of)
