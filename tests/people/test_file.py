"""A person's page, and writing in her file."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kamkor.base.models import AuditEvent
from kamkor.people import looks
from kamkor.people.actions import file as actions
from kamkor.people.actions import ties
from kamkor.people.models import Particular
from kamkor.vault import names
from kamkor.vault.keyring import ChangedMeanwhile
from tests.people.stories import client_of, colleague, get, post
from tests.world import World

PIN = "20101199600123"


def test_the_page_shows_the_safe_way_first_and_masks_the_number(world: World) -> None:
    person = world.person(
        name="Айгүл Сыдыкова", safe_contact="Only on Tuesdays after six", identity_number=PIN
    )
    text = get(world.client("centre"), "person", person.pk).content.decode()
    assert text.index("Only on Tuesdays after six") < text.index("Who the person is")
    assert PIN not in text
    assert "<title>" in text
    assert "Сыдыкова" not in text[text.index("<title>") : text.index("</title>")]


def test_without_a_safe_way_the_page_says_not_to_call(world: World) -> None:
    person = world.person()
    assert "do not call or write" in get(world.client("centre"), "person", person.pk).content.decode()


def test_showing_the_number_is_an_event_of_its_own(world: World) -> None:
    person = world.person(identity_number=PIN)
    row = Particular.objects.get(person=person)
    client = world.client("centre")
    assert client.get(reverse("particular-show", args=[row.pk])).status_code == 405
    assert PIN in post(client, "particular-show", row.pk).content.decode()
    assert AuditEvent.objects.filter(
        verb="particular.show", subject=f"people.particular:{row.pk}", outcome="done"
    ).exists()
    assert PIN not in get(client, "particular-edit", row.pk).content.decode()
    assert PIN not in get(client, "consent-take", person.pk, query="?layer=sharing").content.decode()
    assert PIN not in client.post(reverse("person-print", args=[person.pk]), {"safe": "yes"}).content.decode()


def test_the_number_is_refused_anywhere_else(world: World) -> None:
    person = world.person()
    client = world.client("centre")
    assert post(client, "particular-add", person.pk, kind="other", text=f"PIN {PIN}").status_code == 422
    assert post(client, "particular-add", person.pk, kind="identity_number", text=PIN).status_code == 302
    assert post(client, "flag-raise", person.pk, kind="child", text=PIN).status_code == 422


@pytest.mark.parametrize("desk", ["line", "clinic", "stranger"])
def test_other_desks_get_404_everywhere(world: World, desk: str) -> None:
    person = world.person()
    row = Particular.objects.filter(person=person).first()
    assert row is not None
    client = world.client(desk)
    for name in ("person", "person-edit", "particular-add", "consent-take", "person-who-looked"):
        assert get(client, name, person.pk).status_code == 404
    assert post(client, "particular-edit", row.pk, text="x", version=1).status_code == 404
    assert post(client, "particular-show", row.pk).status_code == 404


@pytest.mark.parametrize("role", ["operator", "coordinator", "statistician", "administrator", "police"])
def test_other_roles_do_not_open_a_file(world: World, role: str) -> None:
    if role == "police":
        role = "investigator"
    assert get(world.client("centre", role), "person", world.person().pk).status_code == 403


def test_a_shut_vault_leads_to_the_unlocking_page(world: World) -> None:
    answer = get(world.client("centre", unlocked=False), "person", world.person().pk)
    assert answer["Location"].startswith(reverse("unlock"))


def test_a_correction_keeps_what_it_said_and_finds_her_by_the_new_name(world: World) -> None:
    person = world.person(name="Бермет Асанова")
    row = Particular.objects.get(person=person)
    client = world.client("centre")
    assert post(client, "particular-edit", row.pk, text="Бермет Токтогулова", version=1).status_code == 302
    assert "Бермет Асанова" in get(client, "particular-edit", row.pk).content.decode()
    ring, holder = world.rings["centre"], world.desks["centre"].holder
    assert [match.id for match in names.find(ring, holder, "Токтогулова")] == [person.pk]
    assert post(client, "particular-end", row.pk).status_code == 302
    assert names.find(ring, holder, "Токтогулова") == []
    assert post(client, "particular-end", row.pk).status_code == 422


def test_two_who_correct_at_once_lose_neither_text(world: World) -> None:
    person = world.person(name="Бермет Асанова")
    row = Particular.objects.get(person=person)
    client = world.client("centre")
    post(client, "particular-edit", row.pk, text="First writer", version=1)
    answer = post(client, "particular-edit", row.pk, text="Second writer", version=1)
    assert answer.status_code == 409
    assert "First writer" in answer.content.decode()
    assert "Second writer" in answer.content.decode()
    with pytest.raises(ChangedMeanwhile):
        actions.correct(world.actor("centre"), row, text="Third", version=1)


def test_two_who_change_the_facts_at_once_see_both(world: World) -> None:
    person = world.person()
    client = world.client("centre")
    page = get(client, "person-edit", person.pk)
    seen = page.context["form"]["seen"].value()
    given = {"sex": "female", "age": "adult", "birth_year": 1997, "language": "ky", "seen": seen}
    assert post(client, "person-edit", person.pk, **given).status_code == 302
    person.refresh_from_db()
    assert (person.birth_year, person.languages) == (1997, ["ky"])
    answer = post(client, "person-edit", person.pk, **(given | {"birth_year": 1998}))
    assert answer.status_code == 409
    assert "1997" in answer.content.decode()
    assert "1998" in answer.content.decode()
    person.refresh_from_db()
    assert person.birth_year == 1997


def test_a_form_sent_twice_adds_once(world: World) -> None:
    person = world.person()
    client = world.client("centre")
    given = {"kind": "phone", "text": "+996 700 000 000", "once": "a-mark-of-this-form"}
    for _time in range(2):
        assert post(client, "particular-add", person.pk, **given).status_code == 302
    assert Particular.objects.filter(person=person, item__label="phone").count() == 2  # one from the start


def test_flags_are_raised_seen_and_cleared(world: World) -> None:
    person = world.person()
    client = world.client("centre")
    assert post(client, "flag-raise", person.pk, kind="do_not_call", text="He reads it").status_code == 302
    text = get(client, "person", person.pk).content.decode()
    assert "He reads it" in text
    flag = person.flags.get()
    assert post(client, "flag-clear", flag.pk).status_code == 302
    assert "He reads it" not in get(client, "person", person.pk).content.decode()
    assert post(client, "flag-clear", flag.pk).status_code == 422


def test_relationships_join_persons_of_one_desk(world: World) -> None:
    one, two = world.person(), world.person(name="Чолпон Сыдыкова")
    client = world.client("centre")
    found = post(client, "person-pick", one.pk, text="Чолпон").content.decode()
    assert reverse("person-relate", args=[one.pk, two.pk]) in found
    assert post(client, "person-relate", one.pk, two.pk, kind="mother").status_code == 302
    assert "Чолпон Сыдыкова" in get(client, "person", one.pk).content.decode()
    assert "This person is there as" in get(client, "person", two.pk).content.decode()
    row = one.relationships.get()
    foreign = world.person("stranger")
    assert get(client, "person-relate", one.pk, foreign.pk).status_code == 404
    assert post(client, "person-unrelate", row.pk).status_code == 302
    assert not one.relationships.exists()


def test_the_page_costs_the_same_with_much_on_it(world: World) -> None:
    person = world.person()
    actor = world.actor("centre")

    def grow(times: int) -> None:
        for _number in range(times):
            actions.add(actor, person, kind="phone", text="+996 700 111 222")
            ties.raise_flag(actor, person, kind="child", text="why")
            ties.relate(actor, person, other=world.person(name="Нур Асан"), kind="sibling")

    def cost() -> int:
        client = world.client("centre")
        get(client, "person", person.pk)
        with (
            CaptureQueriesContext(connections["default"]) as records,
            CaptureQueriesContext(connections["keys"]) as keys,
        ):
            assert get(client, "person", person.pk).status_code == 200
        return len(records) + len(keys)

    grow(3)
    three = cost()
    grow(12)
    assert cost() == three


def test_a_sealed_name_is_in_no_column(world: World) -> None:
    canary = "Зебуниссо Канарейкина"
    person = world.person(name=canary, phone="+996 999 123 123")
    client = world.client("centre")
    post(client, "people", text=canary)
    post(client, "flag-raise", person.pk, kind="child", text=canary)
    get(client, "person", person.pk)
    for alias in ("default", "keys"):
        with connections[alias].cursor() as cursor:
            for table in connections[alias].introspection.table_names(cursor):
                cursor.execute(f'select * from "{table}"')
                rows = str([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor])
                assert "Канарейкина" not in rows
                assert "123 123" not in rows
                assert canary.encode().hex() not in rows


def test_who_looked_is_told_in_words(world: World) -> None:
    person = world.person()
    second = colleague(world, name="gulsara")
    get(client_of(second), "person", person.pk)
    answer = get(world.client("centre"), "person-who-looked", person.pk).content.decode()
    assert "Gulsara" in answer
    assert "Looked at" in answer
    assert get(world.client("centre", "advocate"), "person-who-looked", person.pk).status_code == 403
    assert get(world.client("stranger"), "person-who-looked", person.pk).status_code == 404


def test_a_form_that_was_only_opened_is_told_as_a_look(world: World) -> None:
    person = world.person()
    second = colleague(world, name="gulsara")
    client = client_of(second)
    for name in ("person-edit", "consent-emergency", "person-print"):
        assert get(client, name, person.pk).status_code == 200
    mine = list(looks.events(person).filter(actor_id=second.pk))
    assert len(mine) == 3
    assert {str(look.deed) for look in looks.in_words(mine)} == {"Looked at"}
    post(client, "flag-raise", person.pk, kind="child", text="")
    newest = looks.in_words(list(looks.events(person).filter(actor_id=second.pk)[:1]))
    assert [str(look.deed) for look in newest] == ["recorded"]


def test_paper_is_asked_about_first(world: World) -> None:
    person = world.person()
    client = world.client("centre")
    assert "Айгүл" not in get(client, "person-print", person.pk).content.decode()
    refused = post(client, "person-print", person.pk, safe="no").content.decode()
    assert "Айгүл" not in refused
    assert "Айгүл" in post(client, "person-print", person.pk, safe="yes", what="file").content.decode()
    assert "Printed" in post(client, "person-print", person.pk, safe="yes", what="looks").content.decode()
