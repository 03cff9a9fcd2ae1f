"""What is old goes, with all that hangs on it."""

from datetime import date

from kamkor.base import codelists
from kamkor.methods.adverts.exports import Found
from kamkor.prevention import retention
from kamkor.prevention.actions import adverts, complaints
from kamkor.prevention.models import Advert, AdvertContact, Complaint, Letter, Review
from kamkor.vault.models import Item
from tests.prevention.registering import firm_with_permit
from tests.world import World


def test_old_adverts_and_answered_complaints_leave_nothing(world: World) -> None:
    monitor = world.actor("commission", "monitor")
    text = "Работа в Дубае, паспорт отдать до выезда. +996 555 123 456"
    first, copy = adverts.add(
        monitor,
        monitor.desk,
        found=[Found(1, text, date(2020, 1, 1)), Found(2, f"{text}!", date(2026, 1, 1))],
        source="telegram",
    ).new
    assert copy.like_id == first.pk
    adverts.review(monitor, first, decision="write", why="Passport")
    letter = {"to_kind": "outlet", "to_name": "Jobs", "language": "ky", "words": ""}
    adverts.write_letter(monitor, first, written_on=date(2020, 1, 2), **letter)
    codelists.load()
    assert retention.forget_adverts(date(2026, 11, 1)) == 1
    assert [row.pk for row in Advert.objects.all()] == [copy.pk]
    assert not Review.objects.exists()
    assert not Letter.objects.exists()
    assert set(AdvertContact.objects.values_list("advert", flat=True)) == {copy.pk}
    told = {"about": ["fee"], "on": date(2020, 1, 1), "country": "KR"}
    taken = complaints.take(
        world.actor("centre"), firm_with_permit(world).recruiter, account="a", complainant="b", **told
    )
    assert not list(retention.answered(date(2026, 1, 1)))  # an open one stays
    complaints.answer(
        world.actor("commission", "permit_officer"), taken, answer="warned", answered_on=date(2020, 2, 1)
    )
    for old in retention.answered(date(2026, 1, 1)):
        retention.end_complaint(old)
    assert not Complaint.objects.exists()
    assert not Item.objects.filter(pk__in=[taken.account_id, taken.complainant_id]).exists()
