"""Complaints of a firm: taken at any desk, answered where the register is kept."""

from datetime import date
from typing import Any

from kamkor.access.actor import Actor
from kamkor.base.actions import action
from kamkor.base.problems import WrongState
from kamkor.base.public import fresh_code
from kamkor.prevention.models import Complaint, Recruiter


@action("complaint.take")
def take(actor: Actor, recruiter: Recruiter, /, *, account: str, complainant: str, **facts: Any) -> Complaint:
    """The account is opened to the desk that keeps the register; who complains stays at this one."""
    file, keeper = actor.keyring.new_file(actor.desk.holder), recruiter.desk
    told = actor.keyring.write(file, "account", account, by=actor.user_id)
    who = actor.keyring.write(file, "complainant", complainant, by=actor.user_id) if complainant else None
    own = {"desk": actor.desk, "keeper": keeper, "taken_by": actor.signed_in, "code": fresh_code()}
    complaint = Complaint.objects.create(
        **own, recruiter=recruiter, file=file, account=told, complainant=who, **facts
    )
    if keeper.pk != actor.desk_id:
        actor.keyring.share([told], keeper.holder, ref=complaint.ref)
    return complaint


@action("complaint.answer")
def answer(actor: Actor, complaint: Complaint, *, answer: str, answered_on: date) -> None:
    if complaint.answer:
        raise WrongState
    complaint.answer, complaint.answered_on = answer, answered_on
    complaint.save(update_fields=["answer", "answered_on"])
