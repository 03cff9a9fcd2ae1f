"""What a partner system is told that went wrong: types, words, pointers, and answers to rubbish."""

import json

import pytest
from django.db import OperationalError
from django.test import Client

from kamkor.access.api.transport import LARGEST_BODY
from tests.api.calling import ROOT, partner
from tests.api.test_contract import INTAKE, pointers
from tests.world import World


@pytest.mark.asvs("1.5.2", "15.3.3")
def test_unknown_fields_are_refused_by_name_and_each_error_says_where_and_how(world: World) -> None:
    ours = partner(world)
    body = INTAKE | {"case": {"kind": "nothing", "colour": "red"}, "person": {"sex": "female"}}
    answer = ours.post("people", body)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert sorted(pointers(answer)) == ["/case/colour", "/case/kind", "/person/age"]
    assert all(error["detail"] and error["mend"] for error in answer.json()["errors"])


def test_the_words_are_in_the_language_asked_for_and_the_type_is_not(world: World) -> None:
    ours = partner(world)
    answers = [ours.get("cases/1", **{"Accept-Language": code}) for code in ("ky", "ru", "uz", "en")]
    assert {answer.json()["type"] for answer in answers} == {"/api/v1/problems#not-found"}
    assert {answer["Content-Language"] for answer in answers} == {"ky", "ru", "uz", "en"}


def test_every_type_of_problem_is_explained(world: World) -> None:
    page = Client().get("/api/v1/problems").content.decode()
    ours = partner(world)
    for answer in (ours.get("cases/1"), ours.get("cases?x=1"), Client().get(f"{ROOT}cases"), ours.get("x")):
        assert f'id="{answer.json()["type"].partition("#")[2]}"' in page


RUBBISH: list[tuple[bytes, int]] = [
    (b"", 422),
    (b"{", 400),
    (b"\xff\xfe", 400),
    (b"[]", 422),
    (b"null", 422),
    (b'"text"', 422),
    (b'{"text": "a", "text": "b"}', 400),
    (b'{"text": NaN}', 400),
    (b'{"text": "a\\u0000b"}', 422),
    (b'{"text": "\\ud800"}', 422),
    (b'{"\\ud800": "a"}', 422),
    (b'{"text": "a", "birth_year": 1e400}', 422),
    (b'{"text": "a", "birth_year": ' + b"9" * 5000 + b"}", 400),
    (b'{"text": "a", "birth_year": 99999999999999999999}', 422),
    (b'{"text": "a", "birth_year": "1990"}', 422),
    (b'{"text": "a", "birth_year": true}', 422),
    (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    (b'{"text": ' + b"[" * 50 + b"]" * 50 + b"}", 400),
    (b'{"text": "' + b"a" * 200 + b'"}', 422),
]


@pytest.mark.asvs("1.1.1")
def test_rubbish_is_refused_and_never_breaks_anything(world: World) -> None:
    ours = partner(world)
    for body, status in RUBBISH:
        answer = ours.send("POST", "people/search", body)
        assert answer.status_code == status, (body[:60], answer.content[:300])
        assert json.loads(answer.content)["status"] == status
    too_much = ours.send("POST", "people/search", b" " * (LARGEST_BODY + 1))
    assert too_much.status_code == 413
    form = ours.send("POST", "people/search", b"text=a", **{"Content-Type": "text/plain"})
    assert form.status_code == 415
    assert ours.get("cases", Accept="text/html").status_code == 406


@pytest.mark.parametrize(
    "path",
    ["", "cases/0", "cases/-1", "cases/x", "cases/99999999999999999999", "cases/1%00", "cases//", "%ff"],
)
def test_an_address_of_nothing_is_a_problem_too(world: World, path: str) -> None:
    answer = partner(world).get(path or "none/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.asvs("3.5.3")
def test_other_methods_are_refused_with_those_that_are_not(world: World) -> None:
    ours = partner(world)
    refused = ours.send("DELETE", "cases")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert refused["Content-Type"] == "application/problem+json"
    options = ours.send("OPTIONS", "contacts")
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    head, get = ours.send("HEAD", "code-lists/sex"), ours.get("code-lists/sex")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", get["ETag"])
    assert head["Content-Length"] == str(len(get.content))


@pytest.mark.asvs("16.4.1", "16.5.1")
def test_what_breaks_says_where_and_not_what_was_sent(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr("kamkor.people.search.find", broken)
    answer = partner(world).post("people/search", {"text": "canary"})
    assert (answer.status_code, answer.json()["type"]) == (500, "/api/v1/problems#broken")
    assert b"canary" not in answer.content
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize("where", ["kamkor.access.tokens.find", "kamkor.people.search.find"])
def test_what_cannot_be_reached_is_a_problem_too(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Before the token is known as well as within the work."""
    ours = partner(world)

    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("canary")

    monkeypatch.setattr(where, gone)
    answer = ours.post("people/search", {"text": "canary"})
    assert (answer.status_code, answer.json()["type"]) == (503, "/api/v1/problems#unreachable")
    assert answer["Retry-After"] == "30"
    assert b"canary" not in answer.content
