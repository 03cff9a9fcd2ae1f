"""Makes the persons and cases of many rows, in as many statements as for a few."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.models import Case, ChildPath, Exploitation, Goal, Note
from kamkor.base.public import fresh_code
from kamkor.identification.models import Contact, Fact
from kamkor.people.files import found_by
from kamkor.people.models import Consent, Particular, Person
from kamkor.vault import names
from kamkor.vault.batch import Batch
from kamkor.vault.models import File, Item

ORDER: tuple[type[Model], ...] = (
    *(Person, Case, Particular, Fact, Exploitation, Goal, Note, ChildPath, Consent, Contact),
)
BATCH = 200
Row = TypeVar("Row", bound=Model)


class Filer:
    """New files of one desk and the rows that point to them. Nothing is in the database before `save`."""

    def __init__(self, actor: Actor, desk: Desk) -> None:
        self.user, self.desk = actor.signed_in, desk
        self.day = timezone.localdate()
        self._keyring = actor.keyring
        self._batch = Batch(actor.keyring, desk.holder, by=actor.user_id)
        self._rows: dict[type[Model], list[Model]] = {model: [] for model in ORDER}
        self._names: list[tuple[Person, list[str]]] = []

    def save(self) -> None:
        """Keys and sealed texts first, then what points to them."""
        self._batch.save()
        for model, rows in self._rows.items():
            model._base_manager.bulk_create(rows, batch_size=BATCH)
        filed = {person.pk: own for person, own in self._names if own}
        names.index_new(self._keyring, self.desk.holder, filed)

    def person(self, particulars: Mapping[str, list[str]], **facts: object) -> Person:
        """A file with its sealed texts by kind; `facts` are open columns of Person."""
        person = self.add(
            Person(
                desk=self.desk,
                file=self._batch.new_file(),
                code=fresh_code(),
                created_by=self.user,
                **facts,
            )
        )
        for kind, texts in particulars.items():
            for text in texts:
                item = self.seal(person, kind, text)
                self.add(Particular(desk=self.desk, person=person, kind=kind, item=item))
        found = found_by((kind, text) for kind, texts in particulars.items() for text in texts)
        self._names.append((person, found))
        return person

    def case(self, person: Person, *, kind: str, opened_on: date, **facts: object) -> Case:
        """A matter of hers; a child's path begins with it."""
        case = self.add(
            Case(desk=self.desk, person=person, code=fresh_code(), kind=kind, opened_on=opened_on, **facts)
        )
        if person.is_child:
            self.add(ChildPath(**self.of(case), interviewer=self.user))
        return case

    def agreement(self, person: Person, at: datetime | None = None) -> None:
        """The first layer: to help her and keep a file here."""
        self.add(
            Consent(
                desk=self.desk,
                person=person,
                layer=Consent.Layer.FILE,
                purpose="help_and_file",
                language=person.languages[0] if person.languages else "",
                taken_by=self.user,
                given_at=at or timezone.now(),
            )
        )

    def of(self, case: Case) -> dict[str, object]:
        """The columns that every row of a case has."""
        return {"desk": self.desk, "case": case, "recorded_by": self.user}

    def seal(self, person: Person, label: str, text: str, *, media_type: str = "text/plain") -> Item:
        """Into a file that this batch makes."""
        return self._batch.write(person.file, label, text, media_type=media_type)

    def seal_alone(self, label: str, text: str) -> Item:
        """Into a file of its own, for what is about nobody's file."""
        return self._batch.write(self.new_file(), label, text)

    def new_file(self) -> File:
        return self._batch.new_file()

    def add(self, row: Row) -> Row:
        self._rows[type(row)].append(row)
        return row
