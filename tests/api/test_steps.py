"""What one answer names the next request uses, as a partner's program would."""

from contextlib import ExitStack
from itertools import chain
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.generation.stateful import run_state_machine_as_test

from kamkor.base import codelists
from kamkor.openapi import LINKS
from tests.api.calling import partner
from tests.api.test_schema import CHECKS, GUARDS, schema
from tests.databases import ON_POSTGRESQL
from tests.walls.records import fill
from tests.world import World

STEPS = settings(
    max_examples=10,
    stateful_step_count=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.skipif(ON_POSTGRESQL, reason="once is enough")
def test_where_an_answer_leads_the_next_request_arrives(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "TOKEN_REQUESTS_PER_MINUTE", 10**9)
    codelists.load()
    fill(world)
    secret = partner(world, "centre", "supervisor").secret
    linked = schema().include(operation_id=sorted({*LINKS, *chain.from_iterable(LINKS.values())}))
    linked.config.generation.update(modes=[GenerationMode.POSITIVE])
    machine: Any = linked.as_state_machine()
    arrived: set[str] = set()

    class Steps(machine):  # type: ignore[misc]
        def setup(self) -> None:
            self.around = ExitStack()
            for store in ("default", "keys"):
                self.around.enter_context(transaction.atomic(using=store))

        def teardown(self) -> None:
            for store in ("default", "keys"):
                transaction.set_rollback(True, using=store)
            self.around.close()

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {secret}"}}

        def validate_response(self, response: Any, case: Any, *_args: Any, **_more: Any) -> None:
            case.validate_response(response, checks=CHECKS[:-1])  # the last one asks each time anew
            if response.status_code < 300:
                arrived.add(case.operation.definition.raw["operationId"])

    run_state_machine_as_test(Steps, settings=STEPS)
    followed = {name for name in arrived if GUARDS[name].model is not None}
    assert len(followed) > 1, arrived  # what has an id in its address was led to
