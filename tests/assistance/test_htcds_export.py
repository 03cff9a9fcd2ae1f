"""What leaves: all that came, what was changed here, and what was made here; nothing else."""

import dataclasses

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.assistance.actions import htcds
from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.htcds import outgoing
from kamkor.assistance.htcds.mapping import terms
from kamkor.assistance.models import Case, Exploitation, Goal, Note
from kamkor.base.models import AuditEvent
from kamkor.identification.models import Fact
from kamkor.methods.htcds import CaseBundle, Record, cases, read
from kamkor.people import files
from kamkor.people.models import Consent, Particular
from tests.assistance.handing_out import exported as handed_out
from tests.assistance.test_htcds_import import FULL, kept, one
from tests.world import World


def exported(actor: Actor) -> list[CaseBundle]:
    """As another system would read it."""
    reading = read("out.csv", handed_out(actor))
    assert reading.errors == []
    return cases(reading)


def test_an_edit_after_the_import_is_in_the_export(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    case = one(actor, **FULL)
    person = case.person
    phone = Particular.objects.filter(person=person, kind="phone").earliest("pk")
    actor.keyring.rewrite(phone.item, "+996 700 999 888", by=actor.user_id)
    actor.keyring.rewrite(Note.objects.get(case=case).text, "Came alone", by=actor.user_id)
    Goal.objects.filter(case=case).update(reached_on="2021-08-15")
    Case.objects.filter(pk=case.pk).update(closed_on=None, close_reason="")
    Exploitation.objects.filter(case=case).update(means=["DebtBondage"], country="KZ", transit=["UZ"])
    Fact.objects.create(
        desk=actor.desk, person=person, kind="decision", value="not_confirmed", on="2022", body="commission"
    )
    Consent.objects.update(withdrawn_at=case.opened_at)
    [bundle] = exported(actor)
    said = {name: str(value) for name, value in (bundle.person | bundle.case).items()}
    assert said["prs_MobilePhone"] == "+996 700 999 888"
    assert said["prs_HomePhone"] == FULL["prs_HomePhone"]
    assert said["cas_Status"] == "Active"
    assert "cas_ReasonForCaseClosure" not in said
    assert said["vic_MethodsOfControl"] == "('DebtBondage',)"
    assert said["vic_TraffickingStatus"] == "NotAVictimOfTrafficking"
    assert said["vic_TraffickingStatusDecisionMakingOrg"] == "NonPoliceGovernmentalOrganization"
    assert said["vic_AgreementToManagePersonalData"] == "False"
    assert said["prs_Gender"] == "TransgenderFeminine"  # not changed here, so as it was sent
    assert bundle.comments == ["Came alone"]
    assert str(bundle.services[0]["spl_ActualEndDate"]) == "2021-08-15"
    assert bundle.services[0]["spl_Objectives"] == FULL["spl_Objectives"]
    assert {event["hte_Country"] for event in bundle.events} == {"KZ", "UZ"}
    assert bundle.records[0].extra["Local office"] == "room 4"


def test_what_is_read_again_says_what_the_database_says(world: World) -> None:
    """Every kind of change, read back in our own terms."""
    actor = world.actor("centre", "supervisor")
    case = one(actor, **{**FULL, "prs_Gender": "Masculine"})
    Exploitation.objects.filter(case=case).update(
        purposes=["Servitude"], industry="", recruiter_relation="Familial", started="2018-02", ended="2019",
        place="41706000000000", age_then=None,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(opened_on="2021-03-09", close_reason="transferred")
    case.person.citizenships, case.person.languages, case.person.sex = ["TJ"], ["ru", "tg"], "other"
    case.person.save()
    files.add_particular(actor, case.person, "email", "c@example.org")
    [bundle] = exported(actor)
    [held] = outgoing.gather(actor)
    got = terms(bundle, timezone.localdate())
    wanted = outgoing.now(held, got)
    emails = {"email": ["b@example.org; c@example.org"]}
    wanted = dataclasses.replace(wanted, particulars=wanted.particulars | emails)
    assert dataclasses.asdict(got) == dataclasses.asdict(wanted)


def test_a_case_made_here_is_told_from_its_facts(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    case = open_case(actor, world.person("centre"), kind="trafficking")
    Exploitation.objects.create(desk=actor.desk, case=case, purposes=["ForcedLabour"], country="RU")
    item = actor.keyring.write(case.person.file, "working_note", "Only for us", by=actor.user_id)
    Note.objects.create(desk=actor.desk, case=case, kind=Note.Kind.WORKING, text=item)
    [bundle] = exported(actor)
    assert bundle.person["prs_FirstName"] == "Айгүл"
    assert bundle.person["vic_TypeOfExploitation"] == ("ForcedLabour",)
    assert bundle.case["cas_Status"] == "Active"
    assert bundle.events[0]["hte_Country"] == "RU"
    assert bundle.comments == []


def test_cases_of_two_systems_stay_apart(world: World) -> None:
    """Both number their cases 1, 2, 3; and one case is ours."""
    actor = world.actor("centre", "supervisor")
    for town in ("Osh", "Talas"):
        rows = f'CaseNumber,prs_FirstName,cco_CaseComment\n7,Erkin,"From {town}"\n7,Erkin,"Again {town}"\n'
        htcds.take(actor, kept(actor, rows.encode()))
    open_case(actor, world.person("centre"), kind="trafficking")
    found = exported(actor)
    assert [bundle.comments for bundle in found] == [
        ["From Osh", "Again Osh"], ["From Talas", "Again Talas"], [],
    ]  # fmt: skip
    assert found[0].records[0].extra["CaseNumber"] == "7"


def test_new_rows_belong_to_the_same_person(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    rows = "CaseNumber,prs_FirstName,cco_CaseComment\n7,Erkin,One\n7,Tilek,Two\n"
    htcds.take(actor, kept(actor, rows.encode()))
    second = Case.objects.latest("pk")
    item = actor.keyring.write(second.person.file, "note", "Three", by=actor.user_id)
    Note.objects.create(desk=actor.desk, case=second, text=item)
    found = {str(bundle.person["prs_FirstName"]): bundle.comments for bundle in exported(actor)}
    assert found == {"Erkin": ["One"], "Tilek": ["Two", "Three"]}


def test_a_perpetrators_row_is_left_alone(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    rows = (
        "CaseNumber,prs_FirstName,per_RoleInProcess,cas_Status\n"
        "7,Erkin,,Active\n7,Sampleev,RecruiterOrIntermediary,Active\n"
    )
    htcds.take(actor, kept(actor, rows.encode()))
    name = Particular.objects.get(kind="name")
    actor.keyring.rewrite(name.item, "Erkin Obraztsov", by=actor.user_id)
    [bundle] = exported(actor)
    told: list[Record] = bundle.records
    assert [row.values["prs_FirstName"] for row in told] == ["Erkin", "Sampleev"]
    assert told[0].values["prs_SecondName"] == "Obraztsov"


def test_the_log_says_how_many_and_why(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    one(actor, **FULL)
    exported(actor)
    event = AuditEvent.objects.filter(verb="htcds.export").exclude(reason="").get()
    assert (event.changed, event.reason) == (["cases: 1"], "check")


def test_few_queries_however_many_cases(world: World, django_assert_max_num_queries: object) -> None:
    actor = world.actor("centre", "supervisor")
    for name in ("Erkin", "Tilek", "Azamat"):
        one(actor, **{**FULL, "prs_FirstName": name})
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert len(outgoing.records(actor, Case.objects.values_list("pk", flat=True))) == 3
