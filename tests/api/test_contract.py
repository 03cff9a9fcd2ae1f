"""What a partner system may rely on: keys, versions, pages of lists, and what the work needs."""

from typing import Any

import pytest
from django.test import Client

from kamkor.access.models import KeptAnswer
from kamkor.assistance.actions.cases import edit, open_case
from kamkor.assistance.models import Case
from kamkor.directory.models import Offer
from kamkor.identification.actions.contacts import close, open_contact, record
from kamkor.identification.models import Contact
from kamkor.people.models import Consent, Person
from tests.api.calling import ROOT, Partner, partner
from tests.world import World

CALL = {"kind": "prank", "channel": "phone"}
INTAKE: dict[str, Any] = {
    "person": {"sex": "female", "age": "adult", "languages": ["ky"]},
    "particulars": {"name": "Айгүл Сыдыкова", "phone": "+996 555 010 203"},
    "consent": {"ground": "consent", "language": "ky"},
    "case": {"kind": "trafficking"},
}


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json()["errors"]]


# Sending twice


def test_the_same_key_and_body_count_once_and_get_the_same_answer(world: World) -> None:
    ours, key = partner(world), {"Idempotency-Key": "one"}
    first, again = ours.post("contacts", CALL, **key), ours.post("contacts", CALL, **key)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again["Idempotency-Replayed"] == "true"
    assert Contact.objects.count() == 1
    other = ours.post("contacts", CALL | {"kind": "wrong"}, **key)
    assert (other.status_code, other.json()["type"]) == (422, "/api/v1/problems#key-reused")
    elsewhere = ours.post("people", CALL, **key)
    assert elsewhere.json()["type"].endswith("#key-reused")
    theirs = partner(world, "stranger").post("contacts", CALL | {"kind": "wrong"}, **key)
    assert theirs.status_code == 201


def test_what_was_refused_may_be_sent_again_mended(world: World) -> None:
    ours, key = partner(world), {"Idempotency-Key": "one"}
    assert ours.post("contacts", CALL | {"kind": "none"}, **key).status_code == 422
    assert ours.post("contacts", CALL, **key).status_code == 201


def test_while_the_first_is_being_worked_on_the_second_waits(world: World) -> None:
    ours, key = partner(world), {"Idempotency-Key": "one"}
    ours.post("contacts", CALL, **key)
    KeptAnswer.objects.update(answer=None)
    again = ours.post("contacts", CALL, **key)
    assert (again.status_code, again.json()["type"]) == (409, "/api/v1/problems#in-progress")


def test_a_change_without_a_key_is_refused_and_a_search_needs_none(world: World) -> None:
    ours = partner(world)
    refused = ours.send("POST", "contacts", CALL)
    assert (refused.status_code, pointers(refused)) == (400, ["Idempotency-Key"])
    assert ours.post("contacts", CALL, **{"Idempotency-Key": "ключ"}).status_code == 400
    assert ours.send("POST", "people/search", {"text": "Айгүл"}).status_code == 200


# Versions


def test_a_lost_update_is_refused_with_the_version_that_stands(world: World) -> None:
    ours, actor = partner(world), world.actor("centre")
    case = open_case(actor, world.person(), kind="trafficking")
    read = ours.get(f"cases/{case.pk}")
    assert read["ETag"] == f'"{case.version}"'
    assert ours.send("PATCH", f"cases/{case.pk}", {"danger": "now"}).status_code == 428
    edit(actor, case, expected=case.version, facts={"danger": "none"})
    lost = ours.send("PATCH", f"cases/{case.pk}", {"danger": "now"}, **{"If-Match": read["ETag"]})
    assert (lost.status_code, lost["ETag"]) == (412, '"2"')
    assert Case.objects.get(pk=case.pk).danger == "none"
    weak = ours.send("PATCH", f"cases/{case.pk}", {"danger": "now"}, **{"If-Match": 'W/"2"'})
    assert weak.status_code == 412
    done = ours.send("PATCH", f"cases/{case.pk}", {"danger": "now"}, **{"If-Match": lost["ETag"]})
    assert (done.status_code, done["ETag"], done.json()["danger"]) == (200, '"3"', "now")


def test_open_facts_of_a_person_are_changed_by_whoever_saw_the_last_ones(world: World) -> None:
    ours, person = partner(world), world.person()
    path = f"people/{person.pk}/facts"
    read = ours.get(path)
    assert ours.send("PATCH", path, {"interpreter": True}).status_code == 428
    Person.objects.filter(pk=person.pk).update(home_place="KG-O")
    lost = ours.send("PATCH", path, {"interpreter": True}, **{"If-Match": read["ETag"]})
    assert lost.status_code == 412
    done = ours.send("PATCH", path, {"interpreter": True, "languages": ["ky"]}, **{"If-Match": lost["ETag"]})
    told = done.json()
    assert (done.status_code, told["interpreter"], told["languages"]) == (200, True, ["ky"])
    assert told["home_place"] == "KG-O", "what was left out stays"
    assert done["ETag"] == ours.get(path)["ETag"] != lost["ETag"]
    assert ours.send("PATCH", path, {"sex": "x"}, **{"If-Match": done["ETag"]}).status_code == 422
    for desk in ("clinic", "stranger"):
        assert partner(world, desk).send("PATCH", path, {"sex": ""}, **{"If-Match": "*"}).status_code == 404
    line = partner(world, "line", "operator").send("PATCH", path, {"sex": ""}, **{"If-Match": "*"})
    assert line.status_code in {403, 404}
    merged = world.person(name="Second File")
    Person.objects.filter(pk=merged.pk).update(merged_into=person)
    gone = ours.send("PATCH", f"people/{merged.pk}/facts", {"sex": ""}, **{"If-Match": "*"})
    assert gone.status_code == 422
    assert Person.objects.get(pk=merged.pk).sex == merged.sex


def test_a_contact_is_written_on_while_it_is_open(world: World) -> None:
    ours, line = partner(world, "line", "operator"), world.actor("line", "operator")
    contact = open_contact(line, line.desk, channel="phone")
    path = f"contacts/{contact.pk}"
    read = ours.get(path)
    assert ours.send("PATCH", path, {"danger": "none"}).status_code == 428
    record(line, contact, given={"topic": ""}, version=contact.version)
    lost = ours.send("PATCH", path, {"danger": "none"}, **{"If-Match": read["ETag"]})
    assert (lost.status_code, lost["ETag"]) == (412, '"2"')
    done = ours.send("PATCH", path, {"danger": "none", "note": "calm"}, **{"If-Match": lost["ETag"]})
    assert (done.status_code, done["ETag"], done.json()["danger"]) == (200, '"3"', "none")
    assert "calm" not in done.content.decode()
    assert partner(world, "stranger").get(path).status_code == 404
    close(line, Contact.objects.get(pk=contact.pk), kind="prank", given={}, version=3)
    over = ours.send("PATCH", path, {"danger": "now"}, **{"If-Match": "*"})
    assert (over.status_code, Contact.objects.get(pk=contact.pk).danger) == (422, "none")


def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    ours, person = partner(world), world.person()
    case = open_case(world.actor("centre"), person, kind="trafficking")
    for path in (
        f"cases/{case.pk}",
        f"people/{person.pk}",
        f"people/{person.pk}/facts",
        "code-lists/sex",
        "cases",
    ):
        first = ours.get(path)
        same = ours.get(path, **{"If-None-Match": first["ETag"]})
        assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
        assert not first["ETag"].startswith("W/")


# Lists


def test_pages_follow_one_another_without_gap_or_repeat(world: World) -> None:
    ours = partner(world)
    made = [ours.post("contacts", CALL).json()["id"] for _ in range(5)]
    seen: list[int] = []
    cursor = ""
    while True:
        page = ours.get(f"contacts?limit=2&cursor={cursor}").json()
        seen += [row["id"] for row in page["items"]]
        if cursor == "":
            made.append(
                ours.post("contacts", CALL).json()["id"]
            )  # comes in between: neither repeats nor hides
        cursor = page["next"] or ""
        if not cursor:
            break
    assert seen == made[:5][::-1]


@pytest.mark.parametrize("cursor", ["!", "bnVsbA", "WzFd", "e30", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw"])
def test_a_cursor_of_somebody_elses_making_is_refused(world: World, cursor: str) -> None:
    ours = partner(world)
    for path in ("contacts", "services", "code-lists/sex"):
        answer = ours.get(f"{path}?cursor={cursor}")
        assert answer.status_code in (200, 422), path
        assert answer.status_code == 422 or path != "contacts"


@pytest.mark.asvs("2.2.1")
def test_a_filter_that_is_misspelt_is_refused_by_its_name(world: World) -> None:
    ours = partner(world)
    assert pointers(ours.get("cases?stat=closed")) == ["stat"]
    assert pointers(ours.get("cases?state=shut")) == ["state"]
    assert pointers(ours.get("cases?kind=trafficking&kind=other")) == ["kind"]
    assert ours.get("cases?limit=101").status_code == 422


def test_services_are_found_by_need_and_place_and_shelters_only_by_oblast(world: World) -> None:
    clinic = world.desks["clinic"]
    Offer.objects.create(desk=clinic, service="medical", place="41706000000000", room="can_take")
    Offer.objects.create(desk=clinic, service="short_shelter", place="41706207000000")
    found = partner(world).get("services?service=medical&place=41706000000000&age=adult").json()["items"]
    assert [row["provider"]["code"] for row in found] == ["clinic"]
    hidden = partner(world).get("services?service=short_shelter").json()["items"]
    assert hidden[0]["place"] == "41706000000000"


# The work


def test_a_file_is_opened_with_its_consent(world: World) -> None:
    ours = partner(world)
    made = ours.post("people", INTAKE)
    assert made.status_code == 201, made.content
    person = Person.objects.get()
    assert Consent.objects.get().taken_by_id == ours.token.account_id
    assert person.created_by_id == ours.token.account_id
    without = ours.post("people", INTAKE | {"consent": {"ground": "emergency", "language": "ky"}})
    assert without.status_code == 422
    assert Person.objects.count() == 1


def test_a_referral_goes_from_one_system_to_another_and_back(world: World) -> None:
    ours, theirs = partner(world), partner(world, "clinic")
    offer = Offer.objects.create(desk=world.desks["clinic"], service="medical")
    case = ours.post("people", INTAKE).json()
    shareable = ours.get(f"cases/{case['id']}/shareable").json()["items"]
    phone = next(one["item"] for one in shareable if one["kind"] == "phone")
    consent = {"ground": "consent", "ends_on": "2099-01-01", "language": "ky"}
    asked = {"offer": offer.pk, "purpose": "medical", "items": [phone], "consent": consent}
    sent = ours.post(f"cases/{case['id']}/referrals", asked)
    assert sent.status_code == 201, sent.content
    pk = sent.json()["id"]
    listed = theirs.get("referrals")
    assert [row["id"] for row in listed.json()["items"]] == [pk]
    assert b"555 010 203" not in listed.content
    read = theirs.get(f"referrals/{pk}").json()
    assert [one["text"] for one in read["items"]] == ["+996 555 010 203"]
    assert read["status"] == "seen"
    assert theirs.post(f"referrals/{pk}/accept").json()["status"] == "accepted"
    assert theirs.post(f"referrals/{pk}/report", {"text": "Seen by a doctor."}).status_code == 200
    back = ours.get(f"referrals/{pk}").json()
    assert [step["report"] for step in back["steps"] if step["report"]] == ["Seen by a doctor."]
    again = theirs.post(f"referrals/{pk}/accept")
    assert (again.status_code, again.json()["type"]) == (422, "/api/v1/problems#wrong-state")
    assert ours.post(f"referrals/{pk}/recall").json()["status"] == "recalled"
    assert theirs.get(f"referrals/{pk}").status_code == 404


def test_only_what_can_be_shared_is_and_not_to_whom_it_must_not(world: World) -> None:
    ours = partner(world)
    offer = Offer.objects.create(desk=world.desks["clinic"], service="medical", adults=False, children=True)
    case = ours.post("people", INTAKE).json()["id"]
    consent = {"ground": "consent", "ends_on": "2099-01-01", "language": "ky"}
    asked = {"offer": offer.pk, "purpose": "medical", "basics": True, "consent": consent}
    assert pointers(ours.post(f"cases/{case}/referrals", asked)) == ["/offer"]
    Offer.objects.update(adults=True)
    alien = {"items": ["3f2504e0-4f89-11d3-9a0c-0305e82c3301"]}
    assert pointers(ours.post(f"cases/{case}/referrals", asked | alien)) == ["/items/0"]
    assert pointers(ours.post(f"cases/{case}/referrals", asked | {"basics": False})) == ["/items"]


def test_small_numbers_are_hidden_here_too(world: World) -> None:
    ours = partner(world, "centre", "statistician")
    partner(world).post("contacts", CALL)
    tables = ours.get("counts/2026").json()["tables"]
    contacts = next(table for table in tables if table["name"] == "contacts")
    assert {cell["count"] for cell in contacts["cells"]} <= {0, None}
    assert ours.get("counts/1999").status_code == 404


@pytest.mark.asvs("13.4.5")
def test_all_of_it_is_read_without_a_script(world: World) -> None:
    page = Client().get(ROOT)
    assert page.status_code == 200
    assert b"/api/v1/cases/{id}" in page.content
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert Client().get(f"{ROOT}openapi.json").json()["openapi"] == "3.1.0"


def test_reading_about_it_signs_nobody_out(world: World) -> None:
    browser = world.client("centre", "supervisor")
    for path in (ROOT, f"{ROOT}problems", f"{ROOT}openapi.json", f"{ROOT}cases"):
        browser.get(path)
    assert browser.get("/desk/tokens/").status_code == 200


def test_a_partner_that_holds_nothing_is_told_so(world: World) -> None:
    answer = Partner(partner(world).token, "kamkor_none").get("cases")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="kamkor"')
