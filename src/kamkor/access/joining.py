"""Two desks become one: staff, files and every record of the one are the other's from then on."""

from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access import policy, tokens
from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Membership, Token
from kamkor.base import wall
from kamkor.base.actions import action
from kamkor.base.problems import Problem
from kamkor.vault import desks

OWN_WAY = (Membership, Token)  # moved or ended here, row by row


@action("desk.join")
def join(actor: Actor, desk: Desk, *, into: Desk) -> None:
    """The actor's desk becomes part of another one of its organisation, of which the actor is head too."""
    if into.pk not in [other.pk for other in may_join(actor, desk)]:
        raise Problem(
            _("You are not the head of both desks"),
            _("Ask for the role of its head at the other desk first."),
        )
    admitted = desks.admitted(desk.holder)
    with wall.acting(None, scope="all"):
        desks.join(actor.keyring, desk.holder, into.holder)
        for token in Token.objects.filter(desk=desk, ended_at=None).select_related("pair"):
            tokens.end(token)
        _move_staff(actor, desk, into, admitted)
        for field in _leading_to_desks():
            _move(field, desk, into)
        Desk.objects.filter(pk=desk.pk).update(active=False)


def may_join(actor: Actor, desk: Desk) -> list[Desk]:
    """The other desks of the organisation of which the actor is head, with keys that open them."""
    held = Membership.objects.current().filter(user=actor.user_id, role__in=policy.RULES["desk.join"].roles)
    others = Desk.objects.filter(organisation=desk.organisation, active=True, pk__in=held.values("desk"))
    rows = others.exclude(pk=desk.pk).select_related("holder").order_by("code")
    return [other for other in rows if actor.keys is not None and actor.keys.opens(other.holder)]


def _move_staff(actor: Actor, desk: Desk, into: Desk, admitted: set[int]) -> None:
    """Everybody has the same roles at the other desk, and opens its files if he opened these."""
    for row in list(Membership.objects.current().filter(desk=desk).select_related("user__holder")):
        Membership.objects.filter(pk=row.pk).update(ended_at=timezone.now())
        if not Membership.objects.current().filter(user=row.user, desk=into, role=row.role).exists():
            Membership.objects.create(user=row.user, desk=into, role=row.role)
        if row.user.holder is not None and row.user.holder_id in admitted:
            desks.admit(actor.keyring, into.holder, row.user.holder)


def _leading_to_desks() -> list[Any]:
    """Every column of every model that names a desk, but for what is only ever added: it says where."""
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        if model not in OWN_WAY and not getattr(model, "only_added", False)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Desk
    ]


def _move(field: Any, desk: Desk, into: Desk) -> None:
    """All rows at once. Where that cannot be, one by one: what the other desk has already stays as it was,
    and so does what the two have sent each other."""
    rows = field.model._base_manager.filter(**{field.name: desk})
    try:
        with transaction.atomic():
            rows.update(**{field.name: into})
    except IntegrityError:
        for key in list(rows.values_list("pk", flat=True)):
            try:
                with transaction.atomic():
                    field.model._base_manager.filter(pk=key).update(**{field.name: into})
            except IntegrityError:
                continue
