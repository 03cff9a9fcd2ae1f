"""Files of cases from other systems: all or nothing, nothing lost, nothing open that must be sealed."""

import pytest
from django.core.exceptions import PermissionDenied

from kamkor.access.actor import Actor
from kamkor.assistance.actions import htcds
from kamkor.assistance.htcds import outgoing
from kamkor.assistance.htcds.incoming import RowsRefused, Sent, TakenBefore
from kamkor.assistance.htcds.undoing import WorkedOn
from kamkor.assistance.htcds.wording import WORDING
from kamkor.assistance.models import Case, Exploitation, Goal, ImportedFile, Note
from kamkor.identification.models import Fact
from kamkor.methods.htcds import MESSAGES, Record, cases, read
from kamkor.people.files import read_particulars
from kamkor.people.models import Consent, Particular, Person
from kamkor.vault import names
from tests.assistance.handing_out import agreed, exported
from tests.databases import ON_POSTGRESQL
from tests.htcds_files import make_file
from tests.world import World


def kept(actor: Actor, raw: bytes, layout: str = "csv") -> ImportedFile:
    sent = Sent(f"cases.{layout}", raw)
    return htcds.receive(actor, actor.desk, sent=sent, reading=sent.read())


def one(actor: Actor, **fields: str) -> Case:
    """One case from a file with one row."""
    head, row = ",".join(fields), ",".join(f'"{text}"' for text in fields.values())
    htcds.take(actor, kept(actor, f"{head}\n{row}\n".encode()))
    return Case.objects.latest("pk")


def content(records: list[Record]) -> list[str]:
    """Without row numbers, which change on the way, in an order of its own."""
    return sorted(
        repr((sorted(r.values.items()), sorted(r.original.items()), sorted(r.extra.items()))) for r in records
    )


@pytest.mark.parametrize(
    ("version", "layout", "count"),
    [
        ("2.0", "csv", 60 if ON_POSTGRESQL else 1000),
        ("2.0", "json", 60),
        ("1.0", "csv", 60),
        ("1.0", "json", 60),
        ("0.2", "csv", 60),
        ("0.2", "json", 60),
    ],
)
def test_every_good_row_comes_in_and_goes_out_as_it_was(
    world: World, version: str, layout: str, count: int
) -> None:
    actor = world.actor("centre", "supervisor")
    raw, expected = make_file(version, layout, cases=count)
    imported = kept(actor, raw, layout)
    assert (imported.version, imported.good, imported.bad) == (
        version,
        len(expected.good),
        len(expected.bad),
    )
    htcds.take(actor, imported, keep_good=True)
    sent = Sent(f"cases.{layout}", raw).read()
    assert Case.objects.count() == Person.objects.count() == len(cases(sent))
    assert set(Case.objects.values_list("came_by", flat=True)) == {"import"}
    for layout_out in ("csv", "json"):
        out = exported(actor, layout_out)
        again = read(f"out.{layout_out}", out)
        assert again.errors == []
        assert content(again.records) == content(sent.records)


FULL = {
    "prs_FirstName": "Бегимай",
    "prs_SecondName": "Мисалова",
    "prs_Birthdate": "03.05.1996",
    "prs_Gender": "TransgenderFeminine",
    "prs_Citizenship": "KGZ;Uzbekistan",
    "prs_PrimaryLanguage": "Кыргызча",
    "prs_IdentityNumber": "10305199600001",
    "prs_MobilePhone": "+996 555 000 111",
    "prs_HomePhone": "+996 3222 0 00 00",
    "prs_Email": "b@example.org",
    "prs_MailingStreet": "Бир көчө 1",
    "prs_MailingCity": "Ош",
    "vic_TraffickingStatus": "ActualVictimOfTrafficking",
    "vic_TraffickingStatusDecisionMakingOrg": "CourtOrProsecution",
    "vic_AgreementToManagePersonalData": "yes",
    "vic_TypeOfExploitation": "ForcedLabour",
    "vic_ForcedLabourIndustry": "F_Construction",
    "vic_MethodsOfControl": "DebtBondage;FalsePromises",
    "vic_AgeWhenTrafficked": "19",
    "cas_Status": "Closed",
    "cas_ReasonForCaseClosure": "Goals reached",
    "cas_IncomingReferralDate": "2021-03",
    "hte_Type": "Exploitation",
    "hte_Country": "RU",
    "hte_Date": "2020",
    "spl_Objectives": "A passport again",
    "spl_PlannedEndDate": "2021-09-01",
    "cco_CaseComment": "Came with her sister",
    "Local office": "room 4",
}


def test_a_row_becomes_a_person_a_case_and_what_is_known_of_them(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    case = one(actor, **FULL)
    person = case.person
    assert (person.sex, person.age, person.birth_year) == ("female", "adult", 1996)
    assert (person.citizenships, person.languages) == (["KG", "UZ"], ["ky"])
    assert read_particulars(actor, [person])[person.pk] == {
        "name": ["Бегимай Мисалова"],
        "identity_number": ["10305199600001"],
        "birth_date": ["1996-05-03"],
        "phone": ["+996 555 000 111", "+996 3222 0 00 00"],
        "email": ["b@example.org"],
        "address": ["Бир көчө 1, Ош"],
    }
    assert [match.id for match in names.find(actor.keyring, actor.desk.holder, "Begimai")] == [person.pk]
    assert (case.kind, str(case.opened_on), case.is_open) == ("trafficking", "2021-03-01", False)
    assert case.close_reason == "goals_reached"
    fact = Fact.objects.get(person=person)
    assert (fact.kind, fact.value, fact.on, fact.body) == ("decision", "confirmed", "2021-03", "court")
    harm = Exploitation.objects.get(case=case)
    assert (harm.purposes, harm.industry, harm.age_then) == (["ForcedLabour"], "F_Construction", 19)
    assert (harm.means, harm.country, harm.started) == (["DebtBondage", "FalsePromises"], "RU", "2020")
    goal, note = Goal.objects.get(case=case), Note.objects.get(case=case)
    assert actor.keyring.read(goal.text) == "A passport again"
    assert str(goal.due_on) == "2021-09-01"
    assert actor.keyring.read(note.text) == "Came with her sister"
    assert Consent.objects.visible_to(actor).in_force().get(person=person).layer == "file"


def test_without_her_agreement_there_is_no_consent(world: World) -> None:
    one(world.actor("centre", "supervisor"), **{**FULL, "vic_AgreementToManagePersonalData": "no"})
    assert not Consent.objects.exists()


def test_all_or_nothing_unless_the_good_rows_are_asked_for(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    raw = b"prs_FirstName,cas_Status\nErkin,Active\nTilek,Actve\n=Azamat,Gone\n"
    imported = kept(actor, raw)
    with pytest.raises(RowsRefused):
        htcds.take(actor, imported)
    assert not Person.objects.exists()
    htcds.take(actor, imported, keep_good=True)
    assert Person.objects.count() == 1
    imported.refresh_from_db()
    assert imported.rejected is not None
    refused = actor.keyring.read_bytes(imported.rejected).decode()
    assert "Tilek" in refused
    assert "Did you mean" in refused
    assert "'=Azamat" in refused


def test_the_same_file_is_not_taken_twice_by_mistake(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    raw = b"prs_FirstName,cas_Status\nErkin,Active\n"
    htcds.take(actor, kept(actor, raw))
    with pytest.raises(TakenBefore):
        htcds.take(actor, kept(actor, raw))
    htcds.take(actor, kept(actor, raw), again=True)
    assert Person.objects.count() == 2


def test_only_a_supervisor_of_the_desk_may(world: World) -> None:
    worker, supervisor = world.actor("centre"), world.actor("centre", "supervisor")
    raw = b"prs_FirstName,cas_Status\nErkin,Active\n"
    with pytest.raises(PermissionDenied):
        kept(worker, raw)
    with pytest.raises(PermissionDenied):
        htcds.ask(worker, worker.desk, layout="csv", reason="check")
    imported, stranger = kept(supervisor, raw), world.actor("stranger", "supervisor")
    for change in (htcds.take, htcds.drop, htcds.undo):
        with pytest.raises(PermissionDenied):
            change(stranger, imported)
    htcds.take(supervisor, imported)
    wanted = agreed(supervisor)
    assert outgoing.records(stranger, wanted.cases) == []
    with pytest.raises(PermissionDenied):
        htcds.export(stranger, wanted)


def test_an_import_nobody_worked_on_can_be_undone(
    world: World, django_capture_on_commit_callbacks: object
) -> None:
    actor = world.actor("centre", "supervisor")
    first, second = one(actor, **FULL), one(actor, **{**FULL, "prs_FirstName": "Жаңыл"})
    file = second.person.file
    imported = ImportedFile.objects.latest("pk")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        htcds.undo(actor, imported)
    assert list(Case.objects.all()) == [first]
    assert Particular.objects.exclude(person=first.person).count() == 0
    assert not any(bytes(item.sealed) for item in file.items.all())
    found = names.find(actor.keyring, actor.desk.holder, "Мисалова")
    assert {match.id for match in found} == {first.person_id}


def test_an_import_somebody_worked_on_stays(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    one(actor, **FULL)
    imported = ImportedFile.objects.latest("pk")
    actor.keyring.rewrite(Note.objects.get().text, "Came with her aunt", by=actor.user_id)
    with pytest.raises(WorkedOn):
        htcds.undo(actor, imported)
    assert Case.objects.count() == 1


def test_a_dropped_file_is_gone(world: World, django_capture_on_commit_callbacks: object) -> None:
    actor = world.actor("centre", "supervisor")
    imported = kept(actor, b"prs_FirstName,cas_Status\nErkin,Active\n")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        htcds.drop(actor, imported)
    imported = ImportedFile.objects.get(pk=imported.pk)
    assert not imported.waiting
    assert imported.upload.size == 0


def test_every_message_of_the_reader_can_be_translated() -> None:
    assert set(WORDING) == set(MESSAGES.values())
