"""Makes the persons and cases of a whole file."""

from kamkor.access.actor import Actor
from kamkor.assistance.htcds import mapping
from kamkor.assistance.htcds.mapping import Plan, Terms, terms
from kamkor.assistance.imports.filer import Filer
from kamkor.assistance.models import Case, Exploitation, Goal, ImportedFile, Note
from kamkor.base import codelists
from kamkor.identification.models import Fact
from kamkor.methods.htcds import CaseBundle, write
from kamkor.people.models import Person


class Filing(Filer):
    """One person, one case for each bundle. Nothing is in the database before `save`."""

    def __init__(self, actor: Actor, imported: ImportedFile) -> None:
        super().__init__(actor, imported.desk)
        self._imported = imported

    def take(self, bundle: CaseBundle) -> None:
        told = terms(bundle, self.day)
        person = self._person(bundle, told)
        case = self._case(bundle, told, person)
        self._standing(bundle, told, person)
        self._harm(bundle, told, case)
        self._records(told, case)
        if told.agreed:
            self.agreement(person)

    def _person(self, bundle: CaseBundle, told: Terms) -> Person:
        born = mapping.partial(bundle.person, "prs_Birthdate")
        return self.person(
            told.particulars,
            sex=told.sex,
            age=mapping.age_group(born, self.day),
            birth_year=born.year if born else None,
            citizenships=told.citizenships,
            languages=told.languages,
        )

    def _case(self, bundle: CaseBundle, told: Terms, person: Person) -> Case:
        opened_on = told.opened_on or self.day
        return self.case(
            person,
            kind="trafficking",
            came_by="import",
            opened_on=opened_on,
            closed_on=mapping.closed_on(bundle, opened_on, self.day) if told.closed else None,
            close_reason=told.close_reason,
        )

    def _standing(self, bundle: CaseBundle, told: Terms, person: Person) -> None:
        if not told.standing:
            return
        presumed = told.standing == "presumed"
        fact = Fact(
            desk=self.desk,
            person=person,
            kind=Fact.Kind.PRESUMED if presumed else Fact.Kind.DECISION,
            on=str(mapping.partial(bundle.case, "cas_IncomingReferralDate") or told.opened_on),
            value="" if presumed else told.standing,
            recorded_by=self.user,
        )
        if presumed:
            fact.ground = told.standing_by
        else:
            fact.body = told.standing_by
        self.add(fact)

    def _harm(self, bundle: CaseBundle, told: Terms, case: Case) -> None:
        """The coded columns, and with them all that was sent."""
        source = write(bundle.records, format="json").decode()
        self.add(
            Exploitation(
                **vars(told.harm),
                **self.of(case),
                code_version="2.0",
                source_values=self.seal(case.person, "source", source, media_type="application/json"),
                imported=self._imported,
            )
        )

    def _records(self, told: Terms, case: Case) -> None:
        for plan in told.plans:
            goal = Goal(
                **self.of(case),
                text=self.seal(case.person, "plan", _wording(plan)),
                due_on=plan.due_on,
                reached_on=plan.reached_on,
            )
            self.add(goal)
        for text in told.notes:
            self.add(Note(**self.of(case), kind=Note.Kind.FACT, text=self.seal(case.person, "note", text)))


def _wording(plan: Plan) -> str:
    return plan.text or codelists.label("htcds.spl_Type", plan.type) or "—"
