"""One person, many cases: a further one is opened from her file, by those who keep files."""

from django.urls import reverse

from kamkor.assistance.models import Case
from kamkor.people.models import Person
from tests.world import World


def test_a_known_person_gets_a_further_case_without_a_second_file(world: World) -> None:
    person = world.person("centre")
    client = world.client("centre")
    address = reverse("case-open", args=[person.pk])
    assert address in client.get(reverse("person-cases", args=[person.pk])).content.decode()
    assert client.post(address, {"kind": ""}).status_code == 422
    answer = client.post(address, {"kind": "labour_rights", "direction": "from"})
    case = Case.objects.get(person=person)
    assert answer["Location"] == reverse("case", args=[case.pk])
    assert (case.kind, case.direction, case.worker) == ("labour_rights", "from", world.users["centre"])
    assert Person.objects.filter(desk=world.desks["centre"]).count() == 1


def test_sent_twice_it_is_opened_once(world: World) -> None:
    person = world.person("centre")
    client = world.client("centre")
    given = {"kind": "trafficking", "once": "a-mark-of-this-form"}
    for _ in range(2):
        assert client.post(reverse("case-open", args=[person.pk]), given).status_code == 302
    assert Case.objects.filter(person=person).count() == 1


def test_strangers_open_none(world: World) -> None:
    address = reverse("case-open", args=[world.person("centre").pk])
    assert world.client("stranger").post(address, {"kind": "trafficking"}).status_code == 404
    assert world.client("centre", "operator").post(address, {"kind": "trafficking"}).status_code == 403
    assert not Case.objects.exists()
