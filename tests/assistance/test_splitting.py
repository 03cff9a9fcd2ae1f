"""Files of some colleagues go to another desk of the organisation, with all that is about each person."""

from typing import Any

from pytest_django import DjangoCaptureOnCommitCallbacks

from kamkor.access.models import DeskOwned, Membership
from kamkor.assistance.actions import cases
from kamkor.assistance.models import Case, Handover
from kamkor.assistance.splitting import split, whom
from kamkor.people import about, files
from kamkor.people.models import Person, Relationship
from kamkor.surveys.models import Envelope, Questionnaire, Submission
from kamkor.surveys.tied import Tie
from kamkor.vault import desks, names
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import Item
from tests.walls.records import SECRET, fill
from tests.world import PASSPHRASE, World

COMMIT = DjangoCaptureOnCommitCallbacks
SPLIT = "/desk/staff/keys/split"


def head_of_both(world: World) -> Any:
    holder = world.users["centre"].holder
    assert holder is not None
    Membership.objects.create(user=world.users["centre"], desk=world.desks["line"], role="supervisor")
    desks.admit(world.rings["line"], world.desks["line"].holder, holder)
    world.rings["centre"] = Keyring.unlock(holder, PASSPHRASE)
    return world.client("centre", "supervisor")


def sent(world: World) -> dict[str, object]:
    return {"into": world.desks["line"].pk, "workers": [world.users["centre"].pk]}


def centre_alone(world: World) -> Keyring:
    """The keys of the old desk, which a colleague who stays there has, and kept from before."""
    pairs = world.rings["centre"].pairs.values()
    return Keyring([pair for pair in pairs if pair.holder_id == world.desks["centre"].holder_id])


def test_all_that_is_about_her_goes_and_nothing_about_others(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    records = fill(world)
    hers = Person.objects.get(pk=records.keys[Person])
    other = Person.objects.get(pk=int(records.others["<int:other>"]))
    client, line = head_of_both(world), world.desks["line"]
    old = centre_alone(world)
    Envelope.objects.update(tie=Tie.objects.get(case__person=hers))  # it waits, sealed to the old desk's key
    before = {model: len(keys) for model, keys in about.rows_about(hers).items()}
    assert Handover in before
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(SPLIT, sent(world)).status_code == 302
    hers.refresh_from_db()
    assert hers.desk == line
    after = {
        model: len(keys) for model, keys in about.rows_about(hers).items() if issubclass(model, DeskOwned)
    }
    gone = {model.__name__ for model, count in before.items() if issubclass(model, DeskOwned)}
    assert gone - {model.__name__ for model in after} == {"Envelope", "Match", "Relationship", "SamePair"}
    actor = world.actor("line", "worker")
    assert files.read_particulars(actor, [hers])[hers.pk]["name"] == [f"{SECRET} name"]
    found = names.find(actor.keyring, line.holder, f"{SECRET} name")
    assert hers.pk in {match.id for match in found}
    items = list(Item.objects.filter(file=hers.file_id))
    assert items
    assert not Keyring(old._roots).read_many(items), "the old desk's key opens nothing of her"
    assert hers.pk not in {m.id for m in names.find(old, world.desks["centre"].holder, f"{SECRET} name")}
    other.refresh_from_db()
    assert other.desk == world.desks["centre"]
    assert Keyring(old._roots).read_many(Item.objects.filter(file=other.file_id))
    assert not Relationship.objects.filter(person=hers).exists()
    waiting = Envelope.objects.get()
    assert (waiting.desk, waiting.tie, waiting.done_at) == (world.desks["centre"], None, None)
    answered = Submission.objects.get(tie__case__person=hers)
    assert {answered.questionnaire.desk, answered.version.desk, answered.device.desk} == {line}
    assert answered.device.ended_at, "what filled it in is known at the old desk alone"
    assert Questionnaire.objects.filter(desk=world.desks["centre"], form_id=answered.questionnaire.form_id)
    assert answered.tie is not None
    assert world.client("line", "worker").get(answered.tie.address()).status_code == 200


def test_who_was_given_something_of_hers_keeps_it_and_answers_come_along(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    records = fill(world)
    assert records.referral is not None
    clinic, shared = world.rings["clinic"], list(records.referral.consent.items.all())
    reply = clinic.write(clinic.new_file(world.desks["clinic"].holder), "report", "an answer")
    clinic.share([reply], world.desks["centre"].holder, ref=records.referral.reply_ref)
    records.referral.steps.create(desk=world.desks["clinic"], verb="report", report=reply)
    old = centre_alone(world)
    assert old.can_read(reply)
    head_of_both(world)
    actor = world.actor("centre", "supervisor")
    with django_capture_on_commit_callbacks(execute=True):
        done = split(actor, actor.desk, into=world.desks["line"], workers=[world.users["centre"]])
    assert done.left == 0
    assert world.rings["line"].__class__(world.rings["line"]._roots).read(reply) == "an answer"
    assert not Keyring(old._roots).can_read(reply)
    assert clinic.__class__(clinic._roots).read_many(Item.objects.filter(pk__in=[i.pk for i in shared]))


def test_somebody_with_a_case_of_another_colleague_stays(world: World) -> None:
    actor, desk = world.actor("centre"), world.desks["centre"]
    shared, nobodys, merged = world.person(), world.person(), world.person()
    for person in (shared, merged):
        cases.open_case(actor, person, kind="trafficking")
    Case.objects.update(worker=world.users["centre"])
    second = cases.open_case(actor, shared, kind="trafficking")
    Case.objects.filter(pk=second.pk).update(worker=world.users["clinic"])
    into = world.person()
    Person.objects.filter(pk=merged.pk).update(merged_into=into)
    found = set(whom(desk, [world.users["centre"]]))
    assert found == {into}
    assert nobodys not in found


def test_only_the_head_of_both_moves_anything(world: World) -> None:
    person = world.person()
    cases.open_case(world.actor("centre"), person, kind="trafficking")
    client = world.client("centre", "supervisor")
    assert client.get(SPLIT).status_code == 200
    assert client.post(SPLIT, sent(world)).status_code == 422
    head_of_both(world)
    for role in ("worker", "administrator", "advocate"):
        assert world.client("centre", role).post(SPLIT, sent(world)).status_code == 403
    client = world.client("centre", "supervisor")
    assert client.post(SPLIT, sent(world) | {"into": world.desks["clinic"].pk}).status_code == 422
    assert client.post(SPLIT, sent(world) | {"workers": [world.users["clinic"].pk]}).status_code == 422
    assert Person.objects.get(pk=person.pk).desk == world.desks["centre"]
