"""Consent in layers, withdrawn at any time, and the emergency that a second person reviews."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kamkor.base.problems import Problem, WrongState
from kamkor.people.actions import consents as actions
from kamkor.people.actions.exclusions import exclude
from kamkor.people.files import Terms
from kamkor.people.models import Consent, Particular, Person, allowed_by
from kamkor.vault.models import Item
from tests.people.stories import actor_of, client_of, colleague, get, post
from tests.world import World


def later(days: int = 30) -> str:
    return str(timezone.localdate() + timedelta(days=days))


def phone(person: Person) -> Item:
    return Particular.objects.get(person=person, kind="phone").item


def shared(world: World, person: Person, *, layer: str = "sharing", ground: str = "consent") -> Consent:
    """The clinic may read her telephone number, under a consent or an emergency."""
    actor, ends_on = world.actor("centre"), timezone.localdate() + timedelta(days=30)
    clinic, chosen = world.desks["clinic"], [phone(person)]
    if ground == "consent":
        purpose = "story" if layer == "story" else "referral"
        consent = actions.take(
            actor, person, Terms(layer=layer, purpose=purpose, receiver=clinic, items=chosen, ends_on=ends_on)
        )
    else:
        consent = actions.act_at_once(
            actor, person, Terms(ground=ground, reason="Now", purpose="referral",
            receiver=clinic, items=chosen, ends_on=ends_on),
        )  # fmt: skip
    actor.keyring.share(chosen, clinic.holder, ref=consent.ref)
    return consent


def clinic_reads(world: World, person: Person) -> bool:
    return world.actor("clinic").keyring.can_read(phone(person))


def test_day_one_is_one_sentence_in_her_language_and_one_tap(world: World) -> None:
    person = world.person()
    Person.objects.filter(pk=person.pk).update(languages=["uz"])
    client = world.client("centre")
    text = get(client, "consent-take", person.pk).content.decode()
    assert 'lang="uz"' in text
    assert "yordam" in text
    cyrillic = get(client, "consent-take", person.pk, query="?layer=file&language=uz-cyrl").content.decode()
    assert "ёрдам" in cyrillic
    assert post(client, "consent-take", person.pk).status_code == 302
    consent = Consent.objects.get()
    assert (consent.layer, consent.language, consent.is_active) == ("file", "uz", True)


def test_sharing_names_purpose_receiver_items_and_end(world: World) -> None:
    person = world.person()
    client = world.client("centre")
    url = "?layer=sharing&language=ru"
    where = reverse("consent-take", args=[person.pk]) + url
    assert client.post(where, {"purpose": "referral"}).status_code == 422
    given = {"purpose": "referral", "receiver": world.desks["clinic"].pk, "ends_on": later()}
    both = given | {"outside": ""}
    assert client.post(where, both | {"ends_on": "2020-01-01"}).status_code == 422
    assert client.post(where, both | {"purpose": "story"}).status_code == 422
    item = phone(person)
    assert client.post(where, both | {"items": [str(item.pk)], "interpreter": "on"}).status_code == 302
    consent = Consent.objects.get()
    assert consent.language == "ru"
    assert consent.interpreter
    assert list(consent.items.all()) == [item]


def test_only_her_own_items_can_be_chosen(world: World) -> None:
    person, other = world.person(), world.person()
    given = {
        "purpose": "referral",
        "receiver": world.desks["clinic"].pk,
        "ends_on": later(),
        "items": [str(phone(other).pk)],
    }
    client = world.client("centre")
    where = reverse("consent-take", args=[person.pk]) + "?layer=sharing"
    assert client.post(where, given).status_code == 422


def test_withdrawing_shuts_what_was_shared_at_once(world: World) -> None:
    person = world.person()
    consent = shared(world, person)
    assert clinic_reads(world, person)
    client = world.client("centre")
    assert post(client, "consent-withdraw", consent.pk, once="mark").status_code == 302
    assert not clinic_reads(world, person)
    consent.refresh_from_db()
    assert not consent.is_active
    assert not Consent.objects.in_force().filter(pk=consent.pk).exists()
    assert post(client, "consent-withdraw", consent.pk, once="mark").status_code == 302
    assert post(client, "consent-withdraw", consent.pk).status_code == 422


def test_withdrawing_the_file_withdraws_what_stands_on_it(world: World) -> None:
    person = world.person()
    consent = shared(world, person)
    file = actions.take(world.actor("centre"), person, Terms(layer="file", purpose="help_and_file"))
    actions.withdraw(world.actor("centre"), file)
    consent.refresh_from_db()
    assert consent.state == "withdrawn"
    assert not clinic_reads(world, person)


def test_a_consent_ends_on_its_day(world: World) -> None:
    consent = shared(world, world.person())
    Consent.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    consent.refresh_from_db()
    assert consent.state == "ended"
    assert not Consent.objects.in_force().exists()


def test_all_ways_to_ask_whether_a_consent_is_in_force_agree(world: World) -> None:
    consent, today = shared(world, world.person()), timezone.localdate()
    ends = (today - timedelta(days=1), today, today + timedelta(days=1))
    withdrawn = (None, timezone.now())
    seen = set()
    for layer, ends_on, at, upheld in product(Consent.Layer, ends, withdrawn, (None, True, False)):
        Consent.objects.update(layer=layer, ends_on=ends_on, withdrawn_at=at, upheld=upheld)
        consent.refresh_from_db()
        found = consent.is_active
        assert Consent.objects.in_force().exists() is found
        assert Consent.objects.filter(allowed_by("pk")).exists() is found
        seen.add(found)
    assert seen == {True, False}


def test_a_story_counts_only_after_a_second_person(world: World) -> None:
    person = world.person()
    consent = shared(world, person, layer="story")
    assert consent.state == "waiting"
    assert not Consent.objects.in_force().exists()
    assert list(Consent.objects.to_review(world.actor("centre"))) == []
    with pytest.raises(Problem):
        actions.review(world.actor("centre"), consent, upheld=True)
    second = colleague(world)
    assert list(Consent.objects.to_review(actor_of(world, second))) == [consent]
    actions.review(actor_of(world, second), consent, upheld=True)
    assert Consent.objects.in_force().get() == consent


def test_a_story_is_not_smuggled_in_as_sharing(world: World) -> None:
    with pytest.raises(Problem):
        actions.take(
            world.actor("centre"),
            world.person(),
            Terms(
                layer="sharing", purpose="story", receiver=world.desks["clinic"], ends_on=timezone.localdate()
            ),
        )


def test_danger_to_life_acts_at_once_and_waits_for_review(world: World) -> None:
    person = world.person()
    client = world.client("centre")
    given = {
        "ground": "emergency",
        "purpose": "police",
        "receiver": world.desks["police"].pk,
        "items": [str(phone(person).pk)],
        "ends_on": later(7),
    }
    assert post(client, "consent-emergency", person.pk, **given).status_code == 422
    assert (
        post(client, "consent-emergency", person.pk, reason="He is at the door", **given).status_code == 302
    )
    consent = Consent.objects.get()
    assert consent.is_active
    assert consent.review_due is not None
    assert consent.review_due - timezone.now() < timedelta(hours=24)
    assert "He is at the door" not in get(client, "consent-reviews").content.decode()
    second = client_of(colleague(world))
    assert "He is at the door" in get(second, "consent-reviews").content.decode()


def test_what_is_not_upheld_is_shut(world: World) -> None:
    person = world.person()
    consent = shared(world, person, ground="emergency")
    assert clinic_reads(world, person)
    client = client_of(colleague(world))
    assert post(client, "consent-review", consent.pk, upheld="maybe").status_code == 422
    assert post(client, "consent-review", consent.pk, upheld="no").status_code == 302
    assert not clinic_reads(world, person)
    consent.refresh_from_db()
    assert consent.state == "not_upheld"
    with pytest.raises(WrongState):
        actions.review(world.actor("centre"), consent, upheld=True)


def test_the_childs_ground_is_for_children(world: World) -> None:
    person = world.person()
    with pytest.raises(Problem):
        shared(world, person, ground="child")
    Person.objects.filter(pk=person.pk).update(age="doubt")
    person.refresh_from_db()
    assert shared(world, person, ground="child").is_active


def test_a_receiver_kept_out_is_refused(world: World) -> None:
    person = world.person()
    exclude(world.actor("centre"), person, reason="works_there", excluded_desk=world.desks["clinic"])
    with pytest.raises(Problem):
        shared(world, person)


def test_strangers_and_other_roles_touch_no_consent(world: World) -> None:
    person = world.person()
    consent = shared(world, person, ground="emergency")
    assert "Айгүл" in get(client_of(colleague(world)), "consent-reviews").content.decode()
    for desk in ("line", "clinic", "stranger"):
        assert post(world.client(desk), "consent-withdraw", consent.pk).status_code == 404
        assert post(world.client(desk), "consent-review", consent.pk, upheld="no").status_code == 404
        assert "Айгүл" not in get(world.client(desk), "consent-reviews").content.decode()
    assert post(world.client("centre", "statistician"), "consent-withdraw", consent.pk).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.withdraw(world.actor("stranger"), consent)
