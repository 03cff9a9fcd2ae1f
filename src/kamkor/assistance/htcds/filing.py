"""Makes the persons and cases of a whole file, in as many statements as for a few."""

from typing import TypeVar

from django.db.models import Model
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.assistance.htcds import mapping
from kamkor.assistance.htcds.mapping import Plan, Terms, terms
from kamkor.assistance.models import Case, Exploitation, Goal, ImportedFile, Note
from kamkor.base import codelists
from kamkor.base.public import fresh_code
from kamkor.identification.models import Fact
from kamkor.methods.htcds import CaseBundle, write
from kamkor.people.files import NAMES
from kamkor.people.models import Consent, Particular, Person
from kamkor.vault import names
from kamkor.vault.batch import Batch
from kamkor.vault.models import Item

ORDER: tuple[type[Model], ...] = (Person, Case, Particular, Fact, Exploitation, Goal, Note, Consent)
BATCH = 200
Row = TypeVar("Row", bound=Model)


class Filing:
    """One person, one case for each bundle. Nothing is in the database before `save`."""

    def __init__(self, actor: Actor, imported: ImportedFile) -> None:
        assert actor.user is not None
        self._keyring, self._user, self._imported = actor.keyring, actor.user, imported
        self._desk = imported.desk
        self._batch = Batch(actor.keyring, self._desk.holder, by=actor.user_id)
        self._day = timezone.localdate()
        self._rows: dict[type[Model], list[Model]] = {model: [] for model in ORDER}
        self._names: list[tuple[Person, list[str]]] = []

    def add(self, bundle: CaseBundle) -> None:
        told = terms(bundle, self._day)
        person = self._person(bundle, told)
        case = self._case(bundle, told, person)
        self._standing(bundle, told, person)
        self._harm(bundle, told, case)
        self._records(told, case)
        if told.agreed:
            self._agreement(person)

    def save(self) -> None:
        """Keys and sealed texts first, then what points to them."""
        self._batch.save()
        for model, rows in self._rows.items():
            model._base_manager.bulk_create(rows, batch_size=BATCH)
        filed = {person.pk: own for person, own in self._names if own}
        names.index_new(self._keyring, self._desk.holder, filed)

    def _person(self, bundle: CaseBundle, told: Terms) -> Person:
        born = mapping.partial(bundle.person, "prs_Birthdate")
        person = Person(
            desk=self._desk,
            file=self._batch.new_file(),
            code=fresh_code(),
            sex=told.sex,
            age=mapping.age_group(born, self._day),
            birth_year=born.year if born else None,
            citizenships=told.citizenships,
            languages=told.languages,
            created_by=self._user,
        )
        self._add(person)
        for kind, texts in told.particulars.items():
            for text in texts:
                item = self._seal(person, kind, text)
                self._add(Particular(desk=self._desk, person=person, kind=kind, item=item))
        found_by = [text for kind in NAMES for text in told.particulars.get(kind, [])]
        self._names.append((person, found_by))
        return person

    def _case(self, bundle: CaseBundle, told: Terms, person: Person) -> Case:
        opened_on = told.opened_on or self._day
        closed_on = mapping.closed_on(bundle, opened_on, self._day) if told.closed else None
        case = Case(
            desk=self._desk,
            person=person,
            code=fresh_code(),
            kind="trafficking",
            came_by="import",
            opened_on=opened_on,
            closed_on=closed_on,
            close_reason=told.close_reason,
        )
        return self._add(case)

    def _standing(self, bundle: CaseBundle, told: Terms, person: Person) -> None:
        if not told.standing:
            return
        presumed = told.standing == "presumed"
        fact = Fact(
            desk=self._desk,
            person=person,
            kind=Fact.Kind.PRESUMED if presumed else Fact.Kind.DECISION,
            on=str(mapping.partial(bundle.case, "cas_IncomingReferralDate") or told.opened_on),
            value="" if presumed else told.standing,
            recorded_by=self._user,
        )
        if presumed:
            fact.ground = told.standing_by
        else:
            fact.body = told.standing_by
        self._add(fact)

    def _harm(self, bundle: CaseBundle, told: Terms, case: Case) -> None:
        """The coded columns, and with them all that was sent."""
        source = write(bundle.records, format="json").decode()
        self._add(
            Exploitation(
                **vars(told.harm),
                **self._of(case),
                code_version="2.0",
                source_values=self._seal(case.person, "source", source, media_type="application/json"),
                imported=self._imported,
            )
        )

    def _records(self, told: Terms, case: Case) -> None:
        for plan in told.plans:
            goal = Goal(
                **self._of(case),
                text=self._seal(case.person, "plan", _wording(plan)),
                due_on=plan.due_on,
                reached_on=plan.reached_on,
            )
            self._add(goal)
        for text in told.notes:
            self._add(Note(**self._of(case), kind=Note.Kind.FACT, text=self._seal(case.person, "note", text)))

    def _agreement(self, person: Person) -> None:
        self._add(
            Consent(
                desk=self._desk,
                person=person,
                layer=Consent.Layer.FILE,
                purpose="help_and_file",
                language=person.languages[0] if person.languages else "",
                taken_by=self._user,
            )
        )

    def _of(self, case: Case) -> dict[str, object]:
        return {"desk": self._desk, "case": case, "recorded_by": self._user}

    def _seal(self, person: Person, label: str, text: str, *, media_type: str = "text/plain") -> Item:
        return self._batch.write(person.file, label, text, media_type=media_type)

    def _add(self, row: Row) -> Row:
        self._rows[type(row)].append(row)
        return row


def _wording(plan: Plan) -> str:
    return plan.text or codelists.label("htcds.spl_Type", plan.type) or "—"
