"""Two desks of one organisation become one; nobody else's desk does."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from pytest_django import DjangoCaptureOnCommitCallbacks

from kamkor.access.models import Desk, Membership, Token
from kamkor.base import wall
from kamkor.people import files
from kamkor.people.models import Person
from kamkor.people.turning import forget_the_gone
from kamkor.vault import desks, names, resealing
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import Holder, Item, StoredKey
from tests.walls.records import SECRET, fill
from tests.world import PASSPHRASE, World

COMMIT = DjangoCaptureOnCommitCallbacks
JOIN = "/desk/staff/keys/join"


def keys_of(world: World, code: str) -> Keyring:
    holder = world.users[code].holder
    assert holder is not None
    return Keyring.unlock(holder, PASSPHRASE)


def head_of_both(world: World) -> Any:
    """The head of the centre works at the line too, and a colleague there has admitted him."""
    holder = world.users["centre"].holder
    assert holder is not None
    Membership.objects.create(user=world.users["centre"], desk=world.desks["line"], role="supervisor")
    desks.admit(world.rings["line"], world.desks["line"].holder, holder)
    world.rings["centre"] = keys_of(world, "centre")
    return world.client("centre", "supervisor")


def joined(world: World) -> None:
    answer = head_of_both(world).post(JOIN, {"reader": world.desks["line"].pk})
    assert answer.status_code == 302, answer.content
    world.rings["line"] = keys_of(world, "line")


def test_every_record_is_the_other_desks_and_its_staff_read_it(world: World) -> None:
    fill(world)
    before = {model: model._base_manager.count() for model in apps.get_models()}
    joined(world)
    centre, line = world.desks["centre"], world.desks["line"]
    assert not Desk.objects.get(pk=centre.pk).active
    left = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Desk
        if model not in (Membership, Token)
        if model._base_manager.filter(**{field.name: centre}).exists()
    }
    assert not left
    for model, count in before.items():
        if model._meta.app_label in {"people", "assistance", "identification", "crossborder"}:
            assert model._base_manager.count() == count
    actor = world.actor("line", "worker")
    person = Person.objects.visible_to(actor).order_by("pk").first()
    assert person is not None
    assert files.read_particulars(actor, [person])[person.pk]["name"] == [f"{SECRET} name"]
    found = names.find(actor.keyring, line.holder, f"{SECRET} name")
    assert person.pk in {match.id for match in found}
    assert not Token.objects.filter(desk=centre, ended_at=None).exists()


def test_its_staff_come_along_and_open_what_they_opened(world: World) -> None:
    person = world.person()
    joined(world)
    roles = set(
        Membership.objects.current().filter(user=world.users["centre"]).values_list("desk", flat=True)
    )
    assert roles == {world.desks["line"].pk}
    ring = keys_of(world, "centre")
    assert ring.opens(world.desks["line"].holder)
    row = person.particulars.select_related("item").first()
    assert row is not None
    assert ring.can_read(row.item)
    assert desks.admitted(world.desks["line"].holder) >= {world.users["centre"].holder_id}


def test_files_move_to_the_other_desks_key_and_new_ones_are_under_it(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    person = world.person()
    stolen = Keyring(list(world.rings["centre"].pairs.values()))
    joined(world)
    line, ring = world.desks["line"].holder, world.rings["line"]
    assert resealing.old_keys(line).count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        resealing.reseal(ring, line)
    assert not resealing.old_keys(line).exists()
    assert set(StoredKey.objects.values_list("pair_id", flat=True)) == {line.current().pk}
    rows = [row.item for row in person.particulars.select_related("item")]
    assert not Keyring(stolen._roots).read_many(rows), "a key of the desk that ended opens nothing any more"
    forget_the_gone(world.actor("line", "worker"))
    assert Holder.objects.get(pk=world.desks["centre"].holder_id).joined_to == line
    desks.turn_desk(ring, line)
    assert Keyring(ring._roots).read_many(rows)


def test_what_was_given_to_the_desk_that_ended_is_open_to_the_other(world: World) -> None:
    clinic = world.rings["clinic"]
    item = clinic.write(clinic.new_file(world.desks["clinic"].holder), "note", "for the centre")
    clinic.share([item], world.desks["centre"].holder, ref="referral:1")
    joined(world)
    with wall.acting(world.desks["line"].pk):
        assert world.rings["line"].read(Item.objects.get(pk=item.pk)) == "for the centre"
    assert not world.rings["stranger"].can_read(item)


def test_who_is_not_head_of_both_joins_nothing(world: World) -> None:
    client, line = world.client("centre", "supervisor"), world.desks["line"]
    assert client.get(JOIN).status_code == 200
    assert client.post(JOIN, {"reader": line.pk}).status_code == 422
    Membership.objects.create(user=world.users["centre"], desk=line, role="worker")
    assert client.post(JOIN, {"reader": line.pk}).status_code == 422
    Membership.objects.create(user=world.users["centre"], desk=line, role="supervisor")
    assert client.post(JOIN, {"reader": line.pk}).status_code == 422, "head of both, but without its key"
    assert Desk.objects.get(code="centre").active


@pytest.mark.parametrize("role", ["worker", "administrator", "advocate", "coordinator"])
def test_no_other_role_joins_desks(world: World, role: str) -> None:
    head_of_both(world)
    client = world.client("centre", role)
    assert client.post(JOIN, {"reader": world.desks["line"].pk}).status_code == 403


def test_a_desk_of_another_organisation_is_never_joined(world: World) -> None:
    head_of_both(world)
    holder = world.users["centre"].holder
    assert holder is not None
    Membership.objects.create(user=world.users["centre"], desk=world.desks["clinic"], role="supervisor")
    desks.admit(world.rings["clinic"], world.desks["clinic"].holder, holder)
    world.rings["centre"] = keys_of(world, "centre")
    client = world.client("centre", "supervisor")
    assert client.post(JOIN, {"reader": world.desks["clinic"].pk}).status_code == 422
