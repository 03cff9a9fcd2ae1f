"""Conditions about other rows, written as SQL where the ORM's own subquery is slower to build than to run."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models.expressions import Expression, F
from django.db.models.sql.compiler import SQLCompiler


class RowExists(Expression):
    """Whether one of `selects` finds a row; `{}` in it stands for a column of the outer row, named as in a
    filter.

    What everybody may see is narrowed a dozen times on a page: there `Exists` took half of its time.
    """

    conditional = True

    def __init__(self, column: str, selects: Sequence[str], params: Sequence[object]) -> None:
        super().__init__(output_field=models.BooleanField())
        self.column: Any = F(column)
        self.selects, self.params = selects, params

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        column, params = compiler.compile(self.column)
        assert not params, "a column of the row itself"
        found = (f"EXISTS ({select.replace('{}', column)})" for select in self.selects)
        return f"({' OR '.join(found)})", list(self.params)
