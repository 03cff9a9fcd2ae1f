"""Row-level security: even a query that forgot `visible_to` finds nothing of another desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection, models, transaction

from kamkor.access.middleware import scope_of
from kamkor.access.models import Desk
from kamkor.base import wall
from kamkor.base.models import AuditEvent
from kamkor.people.models import Particular, Person
from kamkor.vault.models import File, Item
from tests.walls.rows import fill_every
from tests.world import World

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has no second wall, only the first"
)
pytestmark = [on_postgresql]

# Tables that hang on a desk or a person and every desk reads, and why.
OPEN = {
    "identification.Line": "the number of a hotline is public",
    "access.Membership": "who works at which desk decides what anybody sees",
    "directory.Offer": "what a desk offers is for all desks",
    "prevention.Recruiter": "who may send people abroad is public; what is not is in other tables",
}
# Rows between two desks, either of which may write them: the desk in them says whose step it was.
OF_TWO = {"assistance.ReferralStep", "crossborder.Asked", "prevention.Complaint"}
# What whoever counts or oversees finds of all desks: nothing sealed, no key, nothing of the index of names.
COUNTED = {
    "people_person",
    "people_exclusion",
    "identification_contact",
    "identification_fact",
    "assistance_case",
}
COUNTED |= {"assistance_servicegiven", "assistance_referral", "assistance_handover"}
COUNTED |= {"assistance_need", "assistance_stay", "assistance_followup", "assistance_exploitation"}
COUNTED |= {"statistics_return", "statistics_returnfigure"}
COUNTED |= {"prevention_claim", "prevention_claimrow", "prevention_claimstep"}
REFUSED, DOUBLE = "42501", "23505"  # row-level security, a value that must be unique
NOT_ALLOWED = "P0001"  # by the trigger of what is only ever added
ONLY_ADDED = {"statistics_returnchange"}


def related(model: type[models.Model]) -> set[type[models.Model]]:
    return {
        field.related_model
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and isinstance(field.related_model, type)
    }


def holding_people() -> set[type[models.Model]]:
    """Every table of a desk, every sealed text, and what hangs on one of those, learned from the models."""
    everything = [
        model
        for model in apps.get_models(include_auto_created=True)
        if not getattr(model, "key_store", False) and model._meta.label not in OPEN
    ]
    found: set[type[models.Model]] = {Person, File, Item}
    found |= {model for model in everything if "desk" in {field.name for field in model._meta.fields}}
    while more := {model for model in everything if related(model) & found} - found:
        found |= more
    return found - {Desk}


TABLES = sorted(model._meta.db_table for model in holding_people())


def ask(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]


def rows(table: str) -> list[tuple[Any, ...]]:
    return ask(f'SELECT * FROM "{table}"')


def key(table: str) -> str:
    """The name of a table's own key."""
    with connection.cursor() as cursor:
        return str(connection.introspection.get_primary_key_column(cursor, table))


def error_of(statement: str, values: list[Any] | None = None) -> str:
    """What PostgreSQL calls the error that a statement ends in."""
    try:
        with transaction.atomic():
            ask(statement, values)
    except Error as error:
        return str(error.__cause__.sqlstate)  # type: ignore[union-attr]
    return ""


def untouched(table: str, statement: str) -> bool:
    """Whether it finds no row, or where rows are only ever added, is not allowed at all."""
    if table in ONLY_ADDED:
        return error_of(statement) == NOT_ALLOWED
    return ask(statement) == [(0,)]


def insert(table: str, number: int) -> str:
    """The error that putting in a row once more ends in."""
    row = list(COPIES[table][number])
    marks = ", ".join(["%s"] * len(row))
    return error_of(f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE VALUES ({marks})', row)


COPIES: dict[str, list[tuple[Any, ...]]] = {}


@pytest.fixture
def filled(world: World) -> Iterator[World]:
    """A row in every table, kept as text so that any type can be put in again."""
    fill_every(world, list(holding_people()))
    for table in TABLES:
        with connection.cursor() as cursor:
            names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        columns = ", ".join(f'"{name}"::text' for name in names)
        COPIES[table] = ask(f'SELECT {columns} FROM "{table}"')
    yield world
    COPIES.clear()


def test_every_table_that_holds_people_is_behind_the_wall(world: World) -> None:
    protected = {
        table for (table,) in ask("select tablename from pg_policies where policyname='second_wall'")
    }
    enforced = {table for (table,) in ask("select relname from pg_class where relrowsecurity")}
    assert len(TABLES) > 45
    assert not set(TABLES) - protected, "a table without a policy: give it one with base.wall.protect"
    assert protected == enforced


def test_what_is_said_to_be_open_is_there() -> None:
    for label in OPEN:
        assert apps.get_model(label)


test_what_is_said_to_be_open_is_there.pytestmark = [on_postgresql, pytest.mark.django_db]  # type: ignore[attr-defined]


@pytest.mark.asvs("8.2.2")
def test_raw_statements_find_change_and_delete_nothing_of_other_desks(filled: World) -> None:
    """Each table, each verb; `stranger` has nothing to do with any of it."""
    assert not [table for table in TABLES if not COPIES[table]], "make a row of it in rows.py"
    for table in TABLES:
        own = key(table)
        with wall.acting(filled.desks["stranger"].pk):
            assert rows(table) == [], table
            assert untouched(table, f'UPDATE "{table}" SET "{own}" = "{own}"'), table
            assert untouched(table, f'DELETE FROM "{table}"'), table
            assert {insert(table, number) for number in range(len(COPIES[table]))} == {REFUSED}, table


@pytest.mark.asvs("16.4.2")
def test_everybody_writes_the_log_and_reads_what_their_own_desk_did(world: World) -> None:
    centre, stranger = world.desks["centre"].pk, world.desks["stranger"].pk
    for desk in (centre, stranger, None):
        with wall.acting(stranger):
            AuditEvent.objects.add(verb="case.read", subject="x", desk_id=desk)
    for acts, found in ((stranger, {(stranger,)}), (centre, {(centre,)}), (None, set())):
        with wall.acting(acts):
            assert set(ask("SELECT desk_id FROM base_auditevent")) == found
            assert error_of("UPDATE base_auditevent SET desk_id = 1") == NOT_ALLOWED
            assert error_of("DELETE FROM base_auditevent") == NOT_ALLOWED


def test_no_desk_finds_or_touches_wrapped_keys(world: World) -> None:
    """Not even those of its own members: they are looked up by the life of keys alone."""
    table = "vault_wrap"
    held = rows(table)
    assert held
    marks = ", ".join(["%s"] * len(held[0]))
    for desk in (world.desks["centre"].pk, world.desks["stranger"].pk, None):
        with wall.acting(desk):
            assert rows(table) == []
            assert ask(f'UPDATE "{table}" SET pair_id = pair_id') == [(0,)]
            assert ask(f'DELETE FROM "{table}"') == [(0,)]
            again = f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE VALUES ({marks})'
            assert error_of(again, list(held[0])) == REFUSED
    assert rows(table) == held


def test_the_owner_of_the_rows_is_stopped_by_nothing_but_their_keys(filled: World) -> None:
    """So that the test before cannot pass because nobody may do anything."""
    with wall.acting(filled.desks["centre"].pk):
        for table in TABLES:
            seen = rows(table)
            assert seen, table
            change = f'UPDATE "{table}" SET "{key(table)}" = "{key(table)}"'
            assert table in ONLY_ADDED or ask(change)[0][0] > 0, table
            assert DOUBLE in {insert(table, number) for number in range(len(COPIES[table]))}, table


@pytest.mark.asvs("16.5.3")
def test_nobody_acting_finds_nothing_in_any_table(filled: World) -> None:
    with wall.acting(None):
        assert not [table for table in TABLES if rows(table)]


@pytest.mark.asvs("8.2.2")
def test_who_counts_reads_what_is_counted_and_changes_nothing(filled: World) -> None:
    """As coordinators and statisticians act: of other tables they find no row, were a filter forgotten."""
    with wall.acting(filled.desks["stranger"].pk, scope="counts"):
        for table in TABLES:
            assert bool(rows(table)) is (table in COUNTED), table
            assert untouched(table, f'UPDATE "{table}" SET "{key(table)}" = "{key(table)}"'), table
            assert untouched(table, f'DELETE FROM "{table}"'), table
            assert {insert(table, number) for number in range(len(COPIES[table]))} == {REFUSED}, table
    for name in ("coordinator", "statistician", "monitor"):
        assert scope_of(filled.actor("line", name)) == "counts"


def test_a_row_cannot_be_handed_to_another_desk(filled: World) -> None:
    owned = [model for model in holding_people() if "desk" in {field.name for field in model._meta.fields}]
    centre, stranger = filled.desks["centre"].pk, filled.desks["stranger"].pk
    with wall.acting(centre):
        for model in owned:
            if model._meta.label not in OF_TWO:
                statement = (
                    f'UPDATE "{model._meta.db_table}" SET desk_id = {stranger} WHERE desk_id = {centre}'
                )
                added = model._meta.db_table in ONLY_ADDED
                assert error_of(statement) == (NOT_ALLOWED if added else REFUSED), model


def test_a_receiving_desk_finds_the_shared_item_and_none_beside_it(filled: World) -> None:
    with wall.acting(filled.desks["clinic"].pk):
        seen = ask("SELECT id, file_id FROM vault_item")
        assert seen == ask("SELECT i.id, i.file_id FROM vault_item i JOIN vault_grant g ON g.item_id = i.id")
        assert len(seen) == 1
        assert ask("SELECT count(*) FROM vault_file") == [(1,)]
        assert ask("SELECT count(*) FROM vault_nameentry") == [(0,)]


@pytest.mark.asvs("8.4.1")
def test_a_forgotten_filter_finds_nothing_of_another_desk(world: World) -> None:
    person = world.person("centre")
    with wall.acting(world.desks["stranger"].pk):
        assert not Person.objects.filter(pk=person.pk).exists()
        assert not Particular.objects.exists()
    with wall.acting(world.desks["centre"].pk):
        assert Person.objects.filter(pk=person.pk).exists()


def test_the_setting_ends_with_its_block(world: World) -> None:
    with wall.acting(world.desks["centre"].pk):
        pass
    assert ask("select current_setting('kamkor.desk', true)") == [("",)]


def test_the_application_role_is_bound_by_it() -> None:
    assert ask("select rolsuper, rolbypassrls from pg_roles where rolname = current_user") == [(False, False)]
    wall.check_role()


test_the_application_role_is_bound_by_it.pytestmark = [on_postgresql, pytest.mark.django_db]  # type: ignore[attr-defined]


@pytest.mark.asvs("13.2.2")
def test_a_role_that_owns_tables_is_refused(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    ask("create temporary table mine (id int)")
    with pytest.raises(ImproperlyConfigured):
        wall.check_role()
