"""What is made anew after a step of a migration: what changed, what points to it, and nothing else."""

from collections.abc import Iterator

import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from kamkor.base.migrating import narrow


def model(name: str, *targets: str, many: str = "") -> ModelState:
    fields: list[tuple[str, models.Field]] = [("id", models.AutoField(primary_key=True))]  # type: ignore[type-arg]
    fields += [(one.lower(), models.ForeignKey(f"app.{one}", models.CASCADE)) for one in targets]
    fields += [("many", models.ManyToManyField(f"app.{many}"))] if many else []
    return ModelState("app", name, fields)


@pytest.fixture
def state() -> Iterator[ProjectState]:
    """A file belongs to a desk, a note to a file and to another note; a list has many files."""
    made = ProjectState()
    notes = model("Note", "File", "Note")
    for each in (
        model("Desk"),
        model("File", "Desk"),
        notes,
        model("List", many="File"),
        model("Offer", "Desk"),
    ):
        made.add_model(each)
    with narrow():
        assert made.apps.get_models()
        yield made


def remade(state: ProjectState, name: str) -> set[str]:
    before = dict(state.apps.all_models["app"])
    state.alter_model_options("app", name, {"verbose_name": "another"})
    now = state.apps.all_models["app"]
    assert now.keys() == before.keys()
    assert now[name]._meta.verbose_name == "another"
    return {each for each in now if now[each] is not before[each]}


def test_what_points_to_it_is_made_anew_and_what_it_points_to_is_not(state: ProjectState) -> None:
    assert remade(state, "file") == {"file", "note", "list", "list_many"}
    assert remade(state, "desk") == {"desk", "file", "note", "list", "list_many", "offer"}
    assert remade(state, "offer") == {"offer"}


def test_afterwards_every_field_points_to_the_model_that_stands(state: ProjectState) -> None:
    for name in ("file", "desk", "note"):
        remade(state, name)
    standing = state.apps.all_models["app"]
    for each in standing.values():
        for field in each._meta.get_fields(include_hidden=True):
            if field.is_relation and field.related_model is not None:
                assert field.related_model is standing[field.related_model._meta.model_name or ""], field


def test_a_step_that_reads_rows_is_given_all_models_anew(state: ProjectState) -> None:
    before = dict(state.apps.all_models["app"])
    state.alter_model_options("app", "offer", {})
    state.clear_delayed_apps_cache()  # as Django does before such a step
    assert all(state.apps.all_models["app"][name] is not before[name] for name in before)
