"""The second wall: row-level security on PostgreSQL, told in each transaction which desk is acting.

A setting that outlived its transaction would hand the next borrower of a pooled connection everything, so
settings are always local to a transaction. On SQLite there is no second wall, only the first (`visible_to`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, router, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

MY_DESK = "nullif(current_setting('kamkor.desk', true), '')::bigint"
EVERYTHING = "current_setting('kamkor.scope', true) = 'all'"
COUNTING = "current_setting('kamkor.scope', true) = 'counts'"
NOT_COUNTING = "current_setting('kamkor.scope', true) IS DISTINCT FROM 'counts'"


# What the transaction that is open was told last: desk and scope.
_told: ContextVar[tuple[str, str]] = ContextVar("told", default=("", ""))


@contextmanager
def acting(desk_id: int | None, *, scope: str = "desk") -> Iterator[None]:
    """Let statements see the rows of one desk; with scope "counts" also read the open rows that are counted,
    of every desk; with scope "all" every row (the system itself).

    The previous setting comes back at the end, so that calls may be nested. The outermost one needs not be
    taken back: it ends with its transaction, as it does after an error.
    """
    if connection.vendor != "postgresql":
        yield
        return
    nested, now = connection.in_atomic_block, ("" if desk_id is None else str(desk_id), scope)
    with transaction.atomic():
        _set(*now)
        before = _told.set(now)
        try:
            yield
        finally:
            _told.reset(before)
        if nested:
            _set(*_told.get())


def alone(work: str) -> None:
    """Wait until nobody else is at this work, and let others wait until the transaction ends. On SQLite a
    transaction that writes is alone from its beginning."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"kamkor {work}"])


def _set(desk: str, scope: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('kamkor.desk', %s, true), set_config('kamkor.scope', %s, true)", [desk, scope]
        )


def check_role() -> None:
    """Refuse to run on a PostgreSQL role to which row-level security would not apply."""
    if connection.vendor == "postgresql" and _first(
        "select r.rolsuper or r.rolbypassrls or exists(select 1 from pg_class c where c.relowner = r.oid)"
        " or exists(select 1 from pg_class c where c.relrowsecurity and pg_has_role(c.relowner, 'MEMBER'))"
        " from pg_roles r where r.rolname = current_user"
    ):
        raise ImproperlyConfigured(
            "KAMKOR_DATABASE must name a role that is no superuser, has no BYPASSRLS, owns no table and "
            "is no member of the owner: row-level security does not hold for the present one."
        )


def check_owner() -> None:
    """Refuse to migrate as a role from which the wall hides rows: what changes data in a migration would find
    none, change none, and say nothing."""
    if connection.vendor == "postgresql" and _first(
        "select exists(select 1 from pg_class c where c.relrowsecurity"
        " and (c.relforcerowsecurity or not pg_has_role(c.relowner, 'USAGE')))"
    ):
        raise ImproperlyConfigured(
            "KAMKOR_OWNER_DATABASE must name the role that owns the tables, and none of them may have FORCE "
            "ROW LEVEL SECURITY: a migration would find no rows of desks and change none, without a word."
        )


def _first(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return bool(cursor.fetchone()[0])


class Statements(Operation):
    """A migration step of plain statements, by the database's kind; it leaves the models as they are."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, forwards: dict[str, list[str]], backwards: dict[str, list[str]]) -> None:
        self.forwards = forwards
        self.backwards = backwards

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        self._run(app_label, editor, self.forwards)

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        self._run(app_label, editor, self.backwards)

    @staticmethod
    def _run(app_label: str, editor: BaseDatabaseSchemaEditor, statements: dict[str, list[str]]) -> None:
        if router.allow_migrate(editor.connection.alias, app_label):
            for statement in statements.get(editor.connection.vendor, []):
                editor.execute(statement)


def protect(table: str, condition: str = f"desk_id = {MY_DESK}") -> Statements:
    """A migration step that puts `table` behind the second wall; leakproof operators only.

    What is asked for least comes first: the system asks for every row.
    """
    return Statements(
        {
            "postgresql": [
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
                f'CREATE POLICY second_wall ON "{table}" USING ({EVERYTHING} OR {condition})',
            ]
        },
        {
            "postgresql": [
                f'DROP POLICY second_wall ON "{table}"',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            ]
        },
    )


def widen(table: str, condition: str, before: str) -> Statements:
    """A migration step after which the wall around `table` asks for `condition` instead of `before`, be it
    wider or narrower."""
    rule = f'ALTER POLICY second_wall ON "{table}" USING ({EVERYTHING} OR %s)'
    return Statements({"postgresql": [rule % condition]}, {"postgresql": [rule % before]})


def readable(table: str, name: str, condition: str) -> Statements:
    """A migration step after which rows behind the wall of `table` are found where `condition` holds too, and
    not changed. PostgreSQL asks the last name first, so that whoever counts is through at once."""
    policy = f'second_wall_{name} ON "{table}"'
    return Statements(
        {"postgresql": [f"CREATE POLICY {policy} FOR SELECT USING ({condition})"]},
        {"postgresql": [f"DROP POLICY {policy}"]},
    )


def append_only(table: str) -> Statements:
    """A migration step after which rows of `table` can be added but neither changed nor deleted."""
    verbs = ("UPDATE", "DELETE")
    return Statements(
        {
            "postgresql": [
                "CREATE OR REPLACE FUNCTION kamkor_append_only() RETURNS trigger LANGUAGE plpgsql AS"
                " $$BEGIN RAISE EXCEPTION 'rows of %% are only ever added', TG_TABLE_NAME; END$$",
                f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"'
                " FOR EACH STATEMENT EXECUTE FUNCTION kamkor_append_only()",
            ],
            "sqlite": [
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'rows of this table are only ever added'); END"
                for verb in verbs
            ],
        },
        {
            "postgresql": [f'DROP TRIGGER append_only ON "{table}"'],
            "sqlite": [f"DROP TRIGGER {table}_no_{verb.lower()}" for verb in verbs],
        },
    )
