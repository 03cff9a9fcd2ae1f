"""What of adverts and complaints is old, and how it ends; run by `kamkor tick`."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from kamkor.base import wall
from kamkor.people import erasure, retention
from kamkor.people.retention import RecordClass
from kamkor.prevention.models import (
    Advert,
    AdvertContact,
    AdvertPhoto,
    Claim,
    ClaimRow,
    ClaimStep,
    Complaint,
    Letter,
    Review,
)
from kamkor.vault.keyring import destroy
from kamkor.vault.models import File


def old_adverts(day: date) -> Iterable[Advert]:
    return Advert._base_manager.filter(day__lt=day)


def forget_adverts(today: date) -> int:
    """Without a warning each: they are many, and nobody's file."""
    with wall.acting(None, scope="all"), transaction.atomic():
        rows = (
            list(old_adverts(retention.begun_before("advert", today))) if retention.months("advert") else []
        )
        for advert in rows:
            end_advert(advert)
    return len(rows)


def end_advert(advert: Advert) -> None:
    """With the numbers and the letters about it: an advert may name somebody."""
    Advert._base_manager.filter(like=advert).update(like=None)
    for model in (AdvertContact, AdvertPhoto, Review, Letter):
        model._base_manager.filter(advert=advert).delete()
    advert.delete()


def answered(day: date) -> Iterable[Complaint]:
    return Complaint._base_manager.filter(answered_on__lt=day).select_related("desk", "file")


def end_complaint(complaint: Complaint) -> None:
    """Nothing of it is counted, and its rows alone would say that somebody complained."""
    file = complaint.file
    erasure.register([file.pk])
    destroy(file)
    complaint.delete()
    File.objects.filter(pk=file.pk).delete()


def ended_claims(day: date) -> Iterable[Claim]:
    """Those of a case go with the file of its person."""
    return Claim._base_manager.filter(ended_on__lt=day, case=None).select_related("desk", "file")


def end_claim(claim: Claim) -> None:
    file = claim.file
    erasure.register([file.pk])
    for model in (ClaimRow, ClaimStep):
        model._base_manager.filter(claim=claim).delete()
    destroy(file)
    claim.delete()
    File.objects.filter(pk=file.pk).delete()


def _nobody(_row: object) -> None:
    return None


retention.CLASSES["complaint"] = RecordClass(answered, end_complaint, _nobody)
retention.CLASSES["claim"] = RecordClass(ended_claims, end_claim, _nobody)
