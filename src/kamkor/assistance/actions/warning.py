"""The warning of the child-protection body: at once, with the fewest items, at the system's time."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance import sharing
from kamkor.assistance.actions.cases import must_be_open
from kamkor.assistance.actions.children import start_path
from kamkor.assistance.actions.referrals import Agreement, Request, default_end, new_referral
from kamkor.assistance.models import Case, Referral
from kamkor.base import codelists
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.directory.models import Offer
from kamkor.methods.journeys import Urgency
from kamkor.people.models import Consent
from kamkor.people.sharing import particulars
from kamkor.vault.models import Item

PURPOSE = SERVICE = "child_protection"


@action("child.warn")
def warn(actor: Actor, case: Case, *, body: Offer) -> Referral:
    """Tell a child-protection body that there is a child, by a referral or a neutral letter. Nobody is asked
    first; a second person checks it afterwards. A warning that still stands is not sent twice."""
    must_be_open(case)
    if not case.person.standing().is_child:
        raise Problem(_("This person is not recorded as a child"), _("Correct the age first if it is wrong."))
    if warning_of(actor, case) is not None:
        raise WrongState
    path = start_path(actor, case)
    referral = new_referral(
        actor,
        case.person.standing(),
        request=Request(body, PURPOSE, _urgency(case)),
        agreement=Agreement(default_end(), Consent.Ground.CHILD, ground()),
        items=_fewest(actor, case),
        case=case,
    )
    path.protection_desk, path.protection_told_at = body.desk, timezone.now()
    path.save(update_fields=["protection_desk", "protection_told_at"])
    return referral


def warning_of(actor: Actor, case: Case) -> Referral | None:
    """The warning that stands for this case, if any: neither declined nor taken back nor ended."""
    sent = Referral.objects.visible_to(actor).filter(case=case, purpose=PURPOSE, status__in=Referral.READABLE)
    rows = sent.select_related("consent", "receiver", "outside").order_by("-pk")
    return next((row for row in rows if row.standing in Referral.READABLE), None)


def ground() -> str:
    """Why it is told without being asked, in the words of the list of laws."""
    return codelists.label("legal_article", settings.CHILD_WARNING_LAW)


def told_of(case: Case) -> dict[str, object]:
    """What of the person and of the first day is told, by name: nothing that the setting leaves out."""
    person = case.person.standing()
    known = {name: getattr(person, name) for name in sharing.BASIC_FACTS}
    known |= {name: getattr(case, name) for name in sharing.SIGNS}
    return {name: value for name, value in known.items() if name in settings.CHILD_WARNING_ITEMS}


def _fewest(actor: Actor, case: Case) -> list[Item]:
    """One item with the open facts, and those particulars that the setting names."""
    person, told = case.person.standing(), told_of(case)
    facts = [name for name in sharing.BASIC_FACTS if name in told]
    signs = {name: str(told[name]) for name in sharing.SIGNS if name in told}
    said = [
        row.item for row in particulars(actor, person.all_ids()) if row.kind in settings.CHILD_WARNING_ITEMS
    ]
    return [sharing.write_basics(actor, person, facts, **signs), *said]


def _urgency(case: Case) -> str:
    return Urgency.EMERGENCY if "now" in {case.danger, case.medical_need} else Urgency.URGENT
