"""Forms attached to the work: filled in from a case, found there, put into its file as somebody confirms."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.actions import cases
from kamkor.assistance.models import Case, Need, Task
from kamkor.base.models import AuditEvent
from kamkor.people import erasure
from kamkor.people.models import Exclusion, Person
from kamkor.surveys import actions, activities, checking, fillings, retention, ties
from kamkor.surveys.models import Device, Envelope, Questionnaire, Submission
from kamkor.surveys.tied import Activity, Filled, Filling, Tie
from kamkor.vault.models import StoredKey
from tests.methods.surveys.books import Sheets, workbook
from tests.surveys.test_without_line import Browser
from tests.world import World

EXIT: Sheets = {
    "survey": [
        ("type", "name", "label"),
        ("integer", "born", "Year of birth"),
        ("select_one sex", "sex", "Sex"),
        ("select_multiple needs", "needs", "Which help is still needed?"),
        ("date", "again", "When shall we talk again?"),
        ("text", "why", "Why?"),
    ],
    "choices": [
        ("list_name", "name", "label"),
        ("sex", "f", "Woman"),
        ("sex", "m", "Man"),
        ("needs", "legal", "A lawyer"),
        ("needs", "doctor", "A doctor"),
        ("needs", "none", "Nothing"),
    ],
    "settings": [("form_id", "form_title", "version"), ("exit", "Leaving", "1")],
}
NEXT_YEAR = f"{timezone.localdate().year + 1}-03-01"
WORDS = "canary because it was far"


def answered(own: str = "uuid:1", born: str = "1990", needs: str = "legal doctor none") -> str:
    return (
        f'<data id="exit" version="1"><born>{born}</born><sex>f</sex><needs>{needs}</needs>'
        f"<again>{NEXT_YEAR}</again><why>{WORDS}</why><meta><instanceID>{own}</instanceID></meta></data>"
    )


@pytest.fixture
def leaving(world: World, monkeypatch: pytest.MonkeyPatch) -> Questionnaire:
    """A form for leaving, which may be attached to everything, with what its answers may fill."""
    monkeypatch.setattr(checking, "has_java", lambda: False)
    actor, raw = world.actor("centre", "supervisor"), workbook(EXIT)
    checked = checking.check("e.xlsx", raw)
    form = actions.upload(actor, actor.desk, checked=checked, workbook=raw).questionnaire
    ties.allow(actor, form, kinds=Tie.KINDS)
    for question, target, codes in (
        ("born", "birth_year", {}),
        ("sex", "sex", {"f": "female", "m": "male"}),
        ("needs", "needs", {"legal": "legal", "doctor": "medical"}),
        ("again", "task", {}),
    ):
        fillings.add(actor, form, question=question, target=target, codes=codes)
    return Questionnaire.objects.get(pk=form.pk)


@pytest.fixture
def case(world: World) -> Case:
    actor = world.actor("centre")
    person = world.person("centre", name="Somebody")
    Person.objects.filter(pk=person.pk).update(birth_year=1989, sex="")
    return cases.open_case(actor, Person.objects.get(pk=person.pk), kind="trafficking")


def sent_from(world: World, case: Case, form: Questionnaire) -> Submission:
    """Filled in on the page to which the case leads, and opened by going back to the case."""
    client, browser = world.client("centre", "worker"), Browser(world)
    to = client.post(reverse("case-fill", args=[case.pk]), {"form": form.pk})["Location"]
    path, _sign, mark = to.partition("?for=")
    assert client.get(path).status_code == 200  # this browser was begun on the way
    item = browser.form(answered())
    assert browser.told(item, tie=mark)[item["mark"]]["state"] == "sent"
    assert WORDS.encode() not in bytes(Envelope.objects.get().item.sealed)
    assert client.get(reverse("tie", args=[mark]))["Location"] == reverse("case-forms", args=[case.pk])
    page = client.get(reverse("case-forms", args=[case.pk])).content.decode()
    submission = Submission.objects.get()
    assert reverse("submission", args=[submission.pk]) in page
    assert (submission.case, submission.desk) == (case, case.desk)
    return submission


def test_an_answer_fills_a_field_only_as_somebody_confirms_it(
    world: World, leaving: Questionnaire, case: Case
) -> None:
    submission, client = sent_from(world, case, leaving), world.client("centre", "worker")
    here = reverse("submission-fill", args=[submission.pk])
    offers = {one["label"]: one for one in client.get(here).context["offers"]}
    assert (offers["Year of birth"]["now"], offers["Year of birth"]["differs"]) == ("1989", True)
    assert not Filled.objects.exists()
    assert client.post(here, {}).status_code == 302  # nothing was ticked
    assert case.person.birth_year == 1989
    by_target = {row.target: row.pk for row in Filling.objects.all()}
    ticked: dict[str, Any] = {"take": list(by_target.values())}
    ticked |= {f"seen_{one['pk']}": one["now"] for one in offers.values()}
    stale = ticked | {f"seen_{by_target['birth_year']}": "1985"}  # a colleague has changed it since
    assert client.post(here, stale).status_code == 409
    assert not Filled.objects.exists()
    assert not Need.objects.exists()
    assert client.post(here, ticked).status_code == 302
    person = Person.objects.get(pk=case.person_id)
    assert (person.birth_year, person.sex) == (1990, "female")
    assert set(Need.objects.filter(case=case).values_list("kind", flat=True)) == {"legal", "medical"}
    assert timezone.localdate(Task.objects.get(case=case).due_at).isoformat() == NEXT_YEAR
    source = Filled.objects.get(target="birth_year")
    assert (source.submission, source.question, source.value) == (submission, "born", 1990)
    assert source.by == world.actor("centre").user
    told = AuditEvent.objects.filter(verb="submission.fill", subject=f"assistance.case:{case.pk}")
    assert {row.changed[0] for row in told} == {"birth_year", "sex", "needs", "task"}
    assert AuditEvent.objects.filter(verb="person.edit").exists()  # written by the field's own action
    again = client.get(here).context["offers"]
    assert all(one["held"] for one in again)
    assert client.post(here, ticked).status_code == 409


def test_answers_of_a_case_are_for_who_may_see_the_case(
    world: World, leaving: Questionnaire, case: Case
) -> None:
    submission = sent_from(world, case, leaving)
    pages = [
        reverse("case-forms", args=[case.pk]),
        reverse("submission", args=[submission.pk]),
        reverse("submission-fill", args=[submission.pk]),
    ]
    mark = reverse("tie", args=[Tie.objects.get().mark])
    for role, status in (("programme_officer", 403), ("statistician", 403)):
        assert {world.client("centre", role).get(page).status_code for page in pages} == {status}
        refused = world.client("centre", role).post(
            reverse("case-fill", args=[case.pk]), {"form": leaving.pk}
        )
        assert refused.status_code == 403
    for desk in ("stranger", "police"):
        client = world.client(desk, "supervisor")
        assert {client.get(page).status_code for page in [*pages, mark]} <= {403, 404}
        client.post(reverse("case-fill", args=[case.pk]), {"form": leaving.pk})
    assert Tie.objects.count() == 1
    # Another desk's browser cannot add to the case, even if it knows the mark.
    other = Browser(world, desk="stranger")
    item = other.form(answered("uuid:7"))
    assert other.told(item, tie=str(Tie.objects.get().mark))[item["mark"]]["state"] == "refused"
    # From whom the person is kept, her answers are kept.
    worker = world.actor("centre")
    kept = {"desk": case.desk, "person": case.person, "reason": "security", "set_by": worker.signed_in}
    Exclusion.objects.create(**kept, user=worker.user)
    client = world.client("centre", "worker")
    assert {client.get(page).status_code for page in pages} == {404}
    assert not Submission.objects.visible_to(worker).exists()


def test_answers_end_with_the_file_of_the_person(
    world: World, leaving: Questionnaire, case: Case, django_capture_on_commit_callbacks: Any
) -> None:
    submission = sent_from(world, case, leaving)
    actor = world.actor("centre")
    offers = {one.filling.target: one for one in ties.offers(actor, submission)}
    year = offers["birth_year"]
    ties.fill(actor, submission, confirmed=[(year.filling.pk, "1989")])
    Submission.objects.update(received_at=timezone.now().replace(year=1999))
    assert not list(retention.old_submissions(timezone.localdate()))  # the file holds it
    key = StoredKey.objects.filter(file_id=submission.item.file_id)
    assert key.exists()
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(case.person)
    for model in (Submission, Filled, Tie, Envelope):
        assert not model._base_manager.exists(), model
    assert not key.exists()
    assert Questionnaire.objects.get() == leaving


def test_trainings_have_links_and_organisations_their_forms(world: World, leaving: Questionnaire) -> None:
    officer, head = world.actor("centre", "programme_officer"), world.client("centre", "programme_officer")
    made = head.post(
        reverse("activity-new"),
        {"kind": "training", "title": "Nurses", "on": "2026-03-02", "participants": ""},
    )
    activity = Activity.objects.get()
    assert made["Location"] == reverse("activity-forms", args=[activity.pk])
    to = head.post(reverse("activity-fill", args=[activity.pk]), {"form": leaving.pk, "link": "1"})[
        "Location"
    ]
    shown = head.post(to, {"why": "To learn"})
    assert shown.status_code == 200
    tie = Tie.objects.get()
    assert Device.objects.get(kind="link").tie == tie
    link = Browser(world, link=leaving)
    Device.objects.filter(pk=link.device.pk).update(tie=tie)
    item = link.form(answered("uuid:3", born="25"))
    link.told(item)
    world.client("centre", "supervisor").get(made["Location"])
    submission = Submission.objects.get()
    assert submission.tie == tie
    assert "submission/" not in head.get(made["Location"]).content.decode()
    fillings.add(
        world.actor("centre", "supervisor"), leaving, question="born", target="participants", codes={}
    )
    (offer,) = ties.offers(world.actor("centre"), submission)  # what is about a person fills nothing here
    ties.fill(world.actor("centre"), submission, confirmed=[(offer.filling.pk, "")])
    assert Activity.objects.get().participants == 25
    assert world.client("stranger", "supervisor").get(made["Location"]).status_code == 404
    activities.edit(officer, activity, facts={"title": "Nurses of Osh"})
    ties.allow(world.actor("centre", "supervisor"), leaving, kinds=["case"])
    refused = head.post(reverse("activity-fill", args=[activity.pk]), {"form": leaving.pk})
    assert refused.status_code == 422


def test_what_came_from_a_telephone_is_attached_by_hand(
    world: World, leaving: Questionnaire, case: Case
) -> None:
    browser = Browser(world)
    browser.told(browser.form(answered()))
    client = world.client("centre", "worker")
    client.post(reverse("envelopes-open"))
    submission = Submission.objects.get()
    assert submission.tie is None
    here = reverse("submission-belongs", args=[submission.pk])
    assert client.post(here, {"case_code": "KM-NONE"}).status_code == 422
    assert client.post(here, {}).status_code == 422
    assert client.post(here, {"case_code": case.code.lower()}).status_code == 302
    submission.refresh_from_db()
    assert submission.tie is not None
    assert submission.tie.case == case
    page = client.get(reverse("questionnaire-uses", args=[leaving.pk]))
    assert page.status_code == 403  # the mapping is for whoever manages the form
    head = world.client("centre", "supervisor")
    add = reverse("filling-add", args=[leaving.pk])
    assert head.get(add, {"question": "why", "target": "needs"}).status_code == 422
    chosen = f"{add}?question=sex&target=danger"
    assert head.post(chosen, {"code_0": "", "code_1": ""}).status_code == 422
    assert head.post(chosen, {"code_0": "now", "code_1": ""}).status_code == 302
    filling = Filling.objects.get(target="danger")
    assert filling.codes == {"f": "now"}
    head.post(reverse("filling-remove", args=[filling.pk]))
    assert not Filling.objects.filter(target="danger").exists()


def test_programme_officers_alone_have_what_links_send_counted_and_read_none_of_it(
    world: World, leaving: Questionnaire, case: Case
) -> None:
    link, browser = Browser(world, link=leaving), Browser(world)
    link.told(link.form(answered("uuid:1")))
    browser.told(browser.form(answered("uuid:2")))
    tie = ties.to_case(world.actor("centre"), case, questionnaire=leaving)
    Envelope.objects.filter(device=browser.device).update(tie=tie)
    tables = reverse("questionnaire-tables", args=[leaving.pk])
    world.client("centre", "programme_officer", unlocked=False).get(tables)
    for desk, role in (("centre", "statistician"), ("stranger", "programme_officer")):
        world.client(desk, role).get(tables)
    assert not Submission.objects.exists()
    officer = world.client("centre", "programme_officer")
    assert officer.get(tables).context["size"] == 1
    own = Submission.objects.get()
    assert own.instance_id == "uuid:1"
    assert officer.get(reverse("submission", args=[own.pk])).status_code == 403
    assert WORDS not in officer.get(tables).content.decode()
    # What was filled in for a case waits for those who keep files.
    officer.post(reverse("envelopes-open"))
    assert Envelope.objects.get(done_at=None).tie == tie
    assert world.client("centre").get(tables).context["size"] == 2
