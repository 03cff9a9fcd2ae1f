"""What every body and every answer is made of."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from kamkor.base import codelists

Item = TypeVar("Item")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class In(BaseModel):
    """A body: a field that is not known is refused by its name, and nothing is guessed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Filter(BaseModel):
    """What may stand after the question mark."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """An answer, made from objects that the handler was allowed to load."""

    model_config = ConfigDict(from_attributes=True)


class Page(Out, Generic[Item]):
    """Some of the rows, and where the next ones begin."""

    items: list[Item]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last.")]


@dataclass(frozen=True)
class CodeOf:
    """Marks a text as a code of a list, as it stands today; `blank` where nothing need be known."""

    name: str
    blank: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, core_schema.str_schema(max_length=80))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: Callable[[CoreSchema], dict[str, Any]]
    ) -> dict[str, Any]:
        return {"type": "string", "maxLength": 80, "x-code-list": self.name}

    def check(self, code: str) -> str:
        if not (self.blank and not code) and code not in codelists.entries(self.name):
            raise PydanticCustomError("code", "no code", {"list": self.name})
        return code


def _day(value: Any) -> date:
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "no day")


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None or not 1900 <= moment.year <= 2100:
        raise PydanticCustomError("moment", "no moment")
    return moment


def _uuid(value: Any) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise PydanticCustomError("uuid", "no identifier") from None


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
Key = Annotated[UUID, BeforeValidator(_uuid), WithJsonSchema({"type": "string", "format": "uuid"})]
Text = Annotated[str, Field(max_length=4000)]
Line = Annotated[str, Field(max_length=300)]
Country = Annotated[str, CodeOf("country")]
Language = Annotated[str, CodeOf("language")]
Place = Annotated[str, CodeOf("place", blank=True)]


class Paged(Filter):
    """How every list is asked for."""

    LARGEST: ClassVar[int] = 100

    cursor: Annotated[str, Field(max_length=400, description="“next” of the page before.")] = ""
    limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 25
