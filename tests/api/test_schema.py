"""The OpenAPI document: as it was agreed, and true of every answer to good and bad requests alike."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from kamkor.access import policy
from kamkor.api import document
from kamkor.base import codelists
from tests.api.calling import Partner, partner
from tests.databases import ON_POSTGRESQL
from tests.walls.records import Records, fill
from tests.walls.test_api_walk import OPERATIONS
from tests.world import World

SNAPSHOT = Path(__file__).with_name("openapi.json")
EXAMPLES = int(os.environ.get("API_EXAMPLES", "8"))  # of each kind for each operation; more by hand
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.ignored_auth,
]
Operation = APIOperation[Any, Any, Any, Any]  # of any kind
QUICK = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
GUARDS = {one.name: one.guard for one in OPERATIONS}


def test_the_document_is_the_one_that_was_agreed() -> None:
    """After a change that is meant: `make openapi`, and say it in the changelog."""
    assert json.loads(json.dumps(document())) == json.loads(SNAPSHOT.read_text())


def with_codes(part: Any) -> Any:
    """The document with some codes of each list written out, so that requests get beyond the first check."""
    if isinstance(part, list):
        return [with_codes(one) for one in part]
    if not isinstance(part, dict):
        return part
    if name := part.get("x-code-list"):
        return part | {"enum": list(codelists.entries(name))[:12]}
    return {key: with_codes(value) for key, value in part.items()}


def schema() -> Any:  # of any kind
    found = schemathesis.openapi.from_dict(with_codes(json.loads(json.dumps(document()))))
    found.app = get_wsgi_application()
    return found


def operations(world: World) -> Iterator[Operation]:
    for result in schema().get_all_operations():
        assert isinstance(result, Ok)
        yield result.ok()


def known(records: Records, operation: Operation) -> dict[str, Any]:
    """The parts of the address that lead to something."""
    name = operation.definition.raw["operationId"]
    model = GUARDS[name].model
    parts: dict[str, Any] = {"name": "sex", "year": 2026, "item": records.others["<uuid:item>"]}
    if model is not None:
        parts["id"] = records.keys[model]
    return {key: value for key, value in parts.items() if f"{{{key}}}" in operation.path}


def who_may(world: World, operation: Operation, partners: dict[str, Partner]) -> Partner:
    """The desk that keeps the records, or the one that received the referral."""
    verb = GUARDS[operation.definition.raw["operationId"]].verb
    if verb == "counts.read":
        return partners["statistician"]
    return partners["supervisor" if "own" in policy.RULES[verb].relations else "clinic"]


def try_out(operation: Operation, mode: GenerationMode, who: Partner, parts: dict[str, Any]) -> None:
    strategy = operation.as_strategy(generation_mode=mode, path_parameters=parts or None)
    headers = {"Authorization": f"Bearer {who.secret}"}
    if mode.is_positive and operation.method == "patch":
        headers["If-Match"] = "*"

    @QUICK
    @given(case=strategy)
    def run(case: Case[Any]) -> None:
        with transaction.atomic(), transaction.atomic(using="keys"):
            try:
                case.call_and_validate(checks=CHECKS, headers=headers)
            finally:
                transaction.set_rollback(True)
                transaction.set_rollback(True, using="keys")

    run()


@pytest.mark.asvs("2.2.1", "4.1.1", "15.3.1")
@pytest.mark.usefixtures("_one_connection")
@pytest.mark.skipif(ON_POSTGRESQL and "API_EXAMPLES" not in os.environ, reason="once is enough")
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_as_the_document_says(
    world: World, monkeypatch: pytest.MonkeyPatch, mode: GenerationMode
) -> None:
    monkeypatch.setattr(django_settings, "TOKEN_REQUESTS_PER_MINUTE", 10**9)
    codelists.load()
    records = fill(world)
    partners = {role: partner(world, "centre", role) for role in ("supervisor", "statistician")}
    partners["clinic"] = partner(world, "clinic", "worker")
    wrong = []
    for operation in operations(world):
        try:
            who = who_may(world, operation, partners)
            try_out(operation, mode, who, known(records, operation))
        except BaseExceptionGroup as failed:
            wrong += [f"{operation.label}: {one}" for one in failed.exceptions]
        except AssertionError as failed:
            wrong.append(f"{operation.label}: {failed}")
    assert not wrong, "\n\n".join(wrong)
