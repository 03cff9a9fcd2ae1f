"""What can be done with an estimate: lists are brought, it is started, two people sign, it is published."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.methods.prevalence.reading import Sheet
from kamkor.statistics.estimates import tables
from kamkor.statistics.estimates.published import MEASURE, publish
from kamkor.statistics.estimates.wording import figure, method_name, result_of
from kamkor.statistics.models import Estimate, Figure

RIVALS = ("stepwise", "bic", "dga", "lcm")  # a warning and a lower bound are no figures to publish
LANGUAGES = ("en", "ky", "ru", "uz")


@action("estimate.add")
def add(actor: Actor, desk: Desk, *, sheet: Sheet) -> Estimate:
    """Keep the table of a file, and nothing else of it."""
    return Estimate.objects.create(
        desk=desk, made_by=actor.signed_in, table=tables.kept(sheet), sha256=tables.digest(sheet.table)
    )


@action("estimate.start")
def start(
    actor: Actor, row: Estimate, *, about: Mapping[str, object], settings: Mapping[str, object]
) -> None:
    """Hand it to the worker; from then on nothing of it changes."""
    if row.state != Estimate.State.DRAFT:
        raise WrongState
    row.about, row.settings, row.state = dict(about), dict(settings), Estimate.State.WAITING
    row.save(update_fields=["about", "settings", "state"])


@action("estimate.remove")
def remove(actor: Actor, row: Estimate) -> None:
    """A draft, or one that could not be computed."""
    if row.state not in {Estimate.State.DRAFT, Estimate.State.FAILED}:
        raise WrongState
    Estimate.objects.filter(pk=row.pk).delete()


@action("estimate.sign")
def sign(actor: Actor, row: Estimate, *, method: str) -> None:
    """The first signature says for which method's figure; the second, somebody else's, publishes it."""
    if row.state != Estimate.State.DONE or row.seconded_at is not None:
        raise WrongState
    if row.signed_at is None:
        if method not in may_be_signed(row):
            raise Problem(_("No figure of this method may be published"))
        row.method, row.signed_at, row.signed_by = method, timezone.now(), actor.signed_in
    elif row.signed_by_id == actor.user_id:
        raise Problem(_("A second person signs"), _("Ask a colleague to look at it and to sign."))
    else:
        row.seconded_at, row.seconded_by = timezone.now(), actor.signed_in
        row.figure = _published(row)
        publish(row)
    row.save()


def may_be_signed(row: Estimate) -> list[str]:
    """The methods whose figure may go out: with an interval, and not refused."""
    found = {method: result_of(row, method) for method in RIVALS}
    return [
        method for method, result in found.items() if result and result["N_hat"] is not None and result["ci"]
    ]


def _published(row: Estimate) -> Figure:
    """The figure as the register shows it: of an indication its range and no more."""
    result = result_of(row, row.method)
    assert result is not None
    measure = {}
    for language in LANGUAGES:
        with override(language):
            measure[language] = str(_(MEASURE))
    with override("en"):
        how = f"{method_name(row.method)}; {row.about['definition']}; {row.about['population']}"
        said = figure(result)
    return Figure.objects.create(
        code=f"hidden-number-{row.pk}", subject="trafficking", question="hidden-number", unit="persons",
        measure=measure, said=said[:40], low=_whole(result["ci"]["low"]), high=_whole(result["ci"]["high"]),
        period=str(row.about["period"]), place=str(row.about["place"]), definition=how,
        source=f"{row.desk.code}, estimate {row.pk}, SHA-256 {row.sha256[:16]}", status=result["status"],
        edited_at=timezone.now(),
    )  # fmt: skip


def _whole(value: float) -> Decimal:
    return Decimal(round(value))
