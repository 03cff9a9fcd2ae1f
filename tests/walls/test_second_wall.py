"""Row-level security: even a query that forgot `visible_to` finds nothing of another desk."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models

from kamkor.base import wall
from kamkor.people.models import Particular, Person
from tests.world import World

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has no second wall, only the first"
)
pytestmark = [on_postgresql]

# Tables with a desk that name nobody, or that every desk must see to be kept out by.
OPEN = {
    "people.Exclusion": "a receiving desk must find what keeps it out; a person is but a number in it",
    "identification.Line": "the number of a hotline is public",
    "access.Membership": "who works at which desk decides what anybody sees",
    "directory.Offer": "what a desk offers is for all desks",
    "access.Token": "a partner system is found by its secret before anybody knows of which desk it is",
}


def test_a_forgotten_filter_finds_nothing_of_another_desk(world: World) -> None:
    person = world.person("centre")
    with wall.acting(world.desks["stranger"].pk):
        assert not Person.objects.filter(pk=person.pk).exists()
        assert not Particular.objects.exists()
    with wall.acting(world.desks["centre"].pk):
        assert Person.objects.filter(pk=person.pk).exists()


def test_nobody_acting_sees_nothing(world: World) -> None:
    world.person("centre")
    with wall.acting(None):
        assert not Person.objects.exists()


def test_a_row_cannot_be_put_into_another_desk(world: World) -> None:
    person = world.person("centre")
    with wall.acting(world.desks["stranger"].pk):
        assert Person.objects.filter(pk=person.pk).update(birth_year=1990) == 0


def test_the_setting_ends_with_its_block(world: World) -> None:
    with wall.acting(world.desks["centre"].pk):
        pass
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('kamkor.desk', true)")
        assert cursor.fetchone()[0] == ""


def test_the_application_role_is_bound_by_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False, False)
    wall.check_role()


test_the_application_role_is_bound_by_it.pytestmark = [on_postgresql, pytest.mark.django_db]  # type: ignore[attr-defined]


def test_a_role_that_owns_tables_is_refused(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("create temporary table mine (id int)")
    with pytest.raises(ImproperlyConfigured):
        wall.check_role()


def test_every_table_of_a_desk_is_behind_the_wall(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_policies where policyname = 'second_wall'")
        protected = {row[0] for row in cursor.fetchall()}
    for model in apps.get_models():
        fields = {field.name for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)}
        if {"desk", "person", "case"} & fields and model._meta.label not in OPEN:
            assert model._meta.db_table in protected, f"{model._meta.label} has no policy on PostgreSQL"
