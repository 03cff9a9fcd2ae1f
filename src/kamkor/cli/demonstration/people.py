"""Invented people of the demonstration, taken through the same actions as real ones would be."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.assistance.actions import cases
from kamkor.assistance.models import Need
from kamkor.base import wall
from kamkor.crossborder import actions as search_requests
from kamkor.identification.models import Contact, Fact
from kamkor.people import files

PEOPLE: list[tuple[dict[str, str], dict[str, object], dict[str, object]]] = [
    (
        {"name": "Сыдыкова Айгүл Маратовна", "call_name": "Айгүл", "phone": "+996 555 010 203"},
        {
            "sex": "female",
            "age": "adult",
            "birth_year": 1996,
            "citizenships": ["KG"],
            "languages": ["ky", "ru"],
        },
        {"kind": "trafficking", "direction": "from", "medical_need": "soon", "danger": "possible"},
    ),
    (
        {"name": "Өмүрбек Токтосунов", "call_name": "Өмүрбек"},
        {"sex": "male", "age": "adult", "birth_year": 1988, "citizenships": ["KG"], "languages": ["ky"]},
        {"kind": "labour_rights", "direction": "from", "danger": "none"},
    ),
    (
        {"call_name": "Мээрим"},
        {"sex": "female", "age": "child", "birth_year": 2011, "citizenships": ["KG"], "languages": ["ky"]},
        {"kind": "child_at_risk", "direction": "in", "medical_need": "now", "danger": "now"},
    ),
    (
        {"name": "Gulnora Yoʻldosheva", "call_name": "Gulnora"},
        {"sex": "female", "age": "adult", "birth_year": 1979, "citizenships": ["UZ"], "languages": ["uz"]},
        {"kind": "trafficking", "direction": "through", "danger": "none"},
    ),
]

SOUGHT: list[tuple[dict[str, object], dict[str, str]]] = [
    (
        {"kind": "missing_abroad", "asker_is": "sibling", "asking_dangerous": "unknown", "asks_others": True},
        {
            "names": "Айгуль Сыдыкова",
            "known": "Уехала в апреле, писала до июня.",
            "asker": "+996 555 020 304",
        },
    ),
    (
        {"kind": "held_as_collateral", "asker_is": "spouse", "asking_dangerous": "yes", "country": "CN"},
        {
            "names": "Таалайбек Примеров",
            "known": "Кампада кармалууда, жумасына бир жолу чалат.",
            "owed": "Товар үчүн 18 000 юань; тамак-аш жана жатак үчүн күн сайын кошулат.",
        },
    ),
    (
        {"kind": "lost_contact", "asker_is": "mother", "asking_dangerous": "no", "country": "KZ"}
        | {"home": "41706000000000", "together": 4},
        {"names": "Бакыт Мисалов", "known": "Тамеки талаасына төртөө кетишкен."},
    ),
]
REFUSED: dict[str, str] = {
    "kind": "police_refused",
    "post": "РИИБ, кезекчи бөлүк, кезекчи инспектор",
    "note": "Арызды кабыл алган жок: карыз жарандык иш деди.",
}
CONTACTS = ["silent", "prank", "wrong", "silent", "hangup", "substantive", "prank", "substantive"]


def fill(actors: Mapping[str, Actor]) -> None:
    """A few files at the crisis centre and a day of the line."""
    worker, operator = actors["worker"], actors["operator"]
    with wall.acting(worker.desk_id):
        for particulars, facts, about in PEOPLE:
            person = files.new_person(worker, worker.desk, particulars, **facts)
            case = cases.open_case(worker, person, **about)  # type: ignore[arg-type]
            today = timezone.localdate()
            Need.objects.create(desk=worker.desk, case=case, kind="psychological", seen_on=today)
            if about["kind"] == "trafficking":
                Fact.objects.create(
                    desk=worker.desk,
                    person=person,
                    kind="presumed",
                    on=str(today),
                    ground="own_word",
                    body="ngo",
                )
    with wall.acting(operator.desk_id):
        for number, kind in enumerate(CONTACTS):
            started = timezone.now() - timedelta(minutes=25 * number)
            Contact.objects.create(
                desk=operator.desk,
                channel="phone",
                kind=kind,
                started_at=started,
                ended_at=started + timedelta(minutes=3),
                seconds=180,
                operator=operator.signed_in,
            )
        for facts, texts in SOUGHT:
            request = search_requests.take(operator, operator.desk, facts=facts, texts=texts)
            if facts["kind"] == "held_as_collateral":
                search_requests.add_step(operator, request, on=str(timezone.localdate()), **REFUSED)
