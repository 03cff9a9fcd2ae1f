"""One record of each kind at `centre`, and the referral, packet and handover that reach other desks."""

import io
import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from typing import Any

from django.db import models
from django.utils import timezone
from PIL import Image

from kamkor.access.actor import ANYBODY, Actor
from kamkor.access.duty import Shift
from kamkor.assistance.actions import cases
from kamkor.assistance.models import (
    Case,
    Referral,
    ReferralStep,
)
from kamkor.base.pages import Page
from kamkor.base.uploads import Checked
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.methods.adverts.exports import Found
from kamkor.methods.indicators import declared
from kamkor.methods.surveys.shipped import shipped
from kamkor.people.models import Consent
from kamkor.prevention.actions import adverts, agreements, claims, complaints, departures, recruiters, visits
from kamkor.prevention.models import Recruiter
from kamkor.prevention.models.recruiters import OfRecruiter
from kamkor.statistics import returns
from kamkor.statistics.models import Estimate, Figure, Release, ReleaseFile, Return, ReturnFigure
from kamkor.surveys.coded import AnswerCode, CodedAnswer
from kamkor.surveys.models import (
    Attachment,
    Device,
    Envelope,
    MediaFile,
    Quarantined,
    Questionnaire,
    Submission,
    Version,
)
from kamkor.surveys.tied import Activity, Filled, Filling, Tie
from kamkor.vault import receipts
from kamkor.vault.envelopes import seal_envelope
from kamkor.vault.keyring import end_grants, seal_for
from kamkor.website import actions as door
from kamkor.website.sheets import Sheet, SheetText
from tests.walls.of_desks import of_desk, of_systems
from tests.walls.of_people import (
    SECRET,
    forgetting,
    hand_over,
    of_case,
    of_person,
    refer,
    search,
    secret,
)
from tests.world import World

__all__ = ["SECRET", "Records", "fill", "secret"]

NOTED = b'{"fields": [["text", "canary noted"]]}'
PUBLIC = (
    Offer,
    OutsideOrganisation,
    Figure,
    Release,
    Recruiter,
    *OfRecruiter.__subclasses__(),
    Sheet,
)  # for every desk

RETURNS, INDICATORS = "/desk/figures/returns/<slug:code>/", "/desk/figures/indicators/<slug:code>/"


@cache
def parts() -> dict[str, dict[str, str]]:
    """Parts of addresses that mean something else than elsewhere."""
    period, code = {"<slug:code>": returns.periods()[1].code}, {"<slug:code>": next(iter(declared()[0]))}
    hotline = {"<slug:which>": "hotlines", "<slug:code>": "117"}
    return {
        RETURNS: period,
        f"{RETURNS}file": period,
        INDICATORS: code,
        f"{INDICATORS}file/<slug:which>": code | {"<slug:which>": "csv"},
        "/desk/figures/standards/<slug:which>": {"<slug:which>": "sdg"},
        "/desk/figures/<int:year>/<slug:name>/<slug:which>": {"<slug:which>": "xlsx"},
        "/desk/figures/programme/<slug:which>": {"<slug:which>": "html"},
        "/desk/figures/hidden/<int:pk>/file/<slug:which>": {"<slug:which>": "table"},
        "/desk/figures/questions/<slug:code>/": {"<slug:code>": "glotip"},
        "/desk/figures/questions/<slug:code>/<slug:which>": {"<slug:code>": "glotip", "<slug:which>": "xlsx"},
        "/desk/reference/<slug:which>/": hotline,
        "/desk/reference/<slug:which>/<slug:code>": hotline,
    }


@dataclass
class Records:
    """The primary key of a record of each model; what is sealed in them contains `canary`."""

    world: World
    keys: dict[type[models.Model], int] = field(default_factory=dict)
    referral: Referral | None = None
    others: dict[str, str] = field(default_factory=dict)  # further parts of addresses

    def keep(self, *rows: models.Model) -> None:
        for row in rows:
            self.keys[type(row)] = row.pk

    def path(self, route: str, page: Page) -> str:
        own = {"<int:pk>": self.keys.get(page.model) if page.model else ""}
        for part, value in {**own, **self.others, **parts().get(route, {})}.items():
            route = route.replace(part, str(value))
        assert not {"<", "None"} & set(re.findall("<|None", route)), f"no record for {route} ({page.model})"
        return route

    def relation(self, page: Page) -> str:
        """How the user at `centre` stands to the record: its own, but for what is everybody's."""
        if page.model is Referral:
            return "sent"
        if page.model in (OutsideOrganisation, Figure, Release):
            return "any"
        return "sent" if page.model is Shift else "own"

    def public(self, page: Page, role: str) -> bool:
        """Whether desks that have nothing to do with the record may find it: then the policy decides."""
        return page.model in PUBLIC or (page.model is Referral and role == "coordinator")

    def received(self, page: Page) -> bool:
        return page.model in (Referral, ReferralStep)

    def end(self, how: str) -> None:
        """End the referral in one of the four ways; what follows from each is tested where it is done."""
        assert self.referral is not None
        consent = self.referral.consent
        if how == "withdrawn":
            Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now())
        elif how == "expired":
            Consent.objects.filter(pk=consent.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
        else:
            Referral.objects.filter(pk=self.referral.pk).update(status=how)
        end_grants(consent.ref)


def fill(world: World) -> Records:
    """Everything that a page of the desk can be about."""
    records = Records(world)
    actor = world.actor("centre")
    person = world.person(
        "centre", name=f"{SECRET} name", call_name=f"{SECRET} call", phone=f"{SECRET} phone"
    )
    case = cases.open_case(actor, person, kind="trafficking")
    records.keep(person, case)
    of_person(records, actor, person)
    forgetting(records, actor)
    of_case(records, actor, person, case)
    of_desk(records, actor, person)
    of_systems(records, actor)
    search(records, actor, person)
    of_register(records, actor)
    of_door(records, actor)
    survey(records, actor)
    refer(records, actor, person, case)
    hand_over(records, actor, person, case)
    figures(records, actor)
    records.others |= {"<int:year>": "2026", "<slug:name>": "contacts", "<slug:group>": "women"}
    records.others |= {"<slug:which>": "hotline", "<slug:code>": "none"}
    records.others |= {"<str:name>": "table.csv"}
    return records


def figures(records: Records, actor: Actor) -> None:
    """A published figure, a release with a file, a signed return of the desk, lists to estimate from."""
    release = Release.objects.create(
        data_set="records", version=1, method="kanon", period="2025", prepared_by=actor.signed_in
    )
    ReleaseFile.objects.create(release=release, name="table.csv", content=b"a", sha256="")
    made = Return.objects.create(desk=actor.desk, period="2026H1", entered_by=records.world.users["line"])
    records.keep(
        Figure.objects.create(code="figure", subject="trafficking", unit="persons", low=1, high=1),
        release,
        made,
        ReturnFigure.objects.create(desk=actor.desk, part_of=made, item="trained", value=7),
        Estimate.objects.create(
            desk=actor.desk,
            made_by=actor.signed_in,
            table={"lists": ["a", "b", "c"], "counts": [[1, 5], [3, 2]], "alone": None},
        ),
    )


def of_register(records: Records, actor: Actor) -> None:
    """A firm with a permit, what is known of it, and who complains."""
    keeper, today = records.world.actor("centre", "permit_officer"), timezone.localdate()
    issued: dict[str, Any] = {"kind": "issued", "on": today, "until": today, "ground": ""}
    firm = recruiters.add(keeper, keeper.desk, facts={"name": "Ak-Zhol"})
    permit = recruiters.add_permit(keeper, firm, country="KR", partner="", number="", **issued)
    told = {"about": ["fee"], "on": today, "country": "KR"}
    records.keep(
        firm,
        permit,
        permit.events.get(),
        recruiters.add_placed(keeper, permit, begins=today, ends=today, women=1, men=0),
        recruiters.add_order(keeper, permit, employer="Farm", work="Harvest", places=1, approved_on=today),
        recruiters.write_owners(keeper, firm, text=f"{SECRET} owners"),
        recruiters.record_check(
            keeper, firm, note=f"{SECRET} check", kind="inspection", on=today, caller_safe=False
        ),
        *of_adverts(keeper),
        *of_a_season(actor),
        departures.count(
            actor, actor.desk, kind="bus", on=today, place=actor.desk.place, sector="farm", under_18=1
        ),
        complaints.take(actor, firm, account=f"{SECRET} account", complainant=f"{SECRET} who", **told),
        visits.record(
            actor, actor.desk, on=today, site="Farm", country="KZ", sector="farm", recommended="Contracts"
        ),
        *of_money(records, actor, firm),
    )


def of_a_season(actor: Actor) -> list[models.Model]:
    """A seasonal agreement, and what was told of those who left under it."""
    today = timezone.localdate()
    season: dict[str, Any] = {"begins": today, "ends": today, "places": 1}
    agreed: dict[str, Any] = {"kind": "by_word", "home": "Village", "abroad": "Farm", "country": "KZ"}
    agreement = agreements.record(actor, actor.desk, sector="farm", **agreed, **season)
    return [agreement, agreements.report(actor, agreement, on=today, came_back=0)]


def of_money(records: Records, actor: Actor, firm: Recruiter) -> list[models.Model]:
    """A sheet of what the person of the case is owed."""
    case = Case.objects.get(pk=records.keys[Case])
    facts = {"who": "", "note": f"{SECRET} proof", "country": "KR", "counted": False}
    claim = claims.take(actor, actor.desk, case=case, recruiter=firm, facts=facts)
    sum_of: dict[str, Any] = {"kind": "wages", "on": timezone.localdate(), "per": "day", "days": 9}
    row = claims.add_row(actor, claim, **sum_of, promised=10, currency="USD")
    return [claim, row, claims.add_step(actor, claim, kind="court", on=timezone.localdate())]


def of_adverts(actor: Actor) -> list[models.Model]:
    """An advert in the queue, an opinion and a letter."""
    text = "Корея, ферма, 3000 $, 0555 123 456"
    found = [Found(1, text, timezone.localdate())]
    (advert,) = adverts.add(actor, actor.desk, found=found, source="telegram").new
    opinion = adverts.review(actor, advert, decision="write", why="Pay", ask_second=True)
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    photo = adverts.keep_photo(actor, advert, Checked("paper.png", picture, "image/png"))
    page: dict[str, Any] = {
        "kind": "rss",
        "address": "https://example.org/rss",
        "outlet": "Site",
        "hours": 24,
    }
    feed = adverts.add_feed(actor, actor.desk, **page)
    letter = adverts.write_letter(
        actor,
        advert,
        to_kind="outlet",
        to_name="Channel",
        language="ru",
        words="",
        written_on=timezone.localdate(),
    )
    return [advert, opinion, letter, photo, feed]


def of_door(records: Records, actor: Actor) -> None:
    """What came in by the public door."""
    receipt = receipts.of("1 2 3 4 5 6 7")
    report = door.receive_report(
        ANYBODY, actor.desk, kind="other", language="en", text=f"{SECRET} report", receipt=receipt
    )
    check_in = door.receive_check_in(
        ANYBODY,
        actor.desk,
        facts={
            "leaves_on": timezone.localdate(),
            "call_on": timezone.localdate() + timedelta(days=9),
            "language": "en",
            "if_silent": "nothing",
        },
        texts={"reach": f"{SECRET} reach", "relative": f"{SECRET} relative"},
    )
    today = timezone.localdate()
    sheet = Sheet.objects.create(
        owner=actor.desk, source="Law", as_of=today, review_on=today + timedelta(days=90)
    )
    SheetText.objects.create(
        sheet=sheet, language="en", version=1, title="Exit", body="Words", by=actor.signed_in
    )
    records.keep(report, check_in, sheet)


def survey(records: Records, actor: Actor) -> None:
    """A questionnaire of the desk."""
    questionnaire = Questionnaire.objects.create(
        desk=actor.desk,
        form_id="labour_market",
        title="Count",
        ties_to=["case", "activity"],
        made_by=actor.signed_in,
    )
    version = Version.objects.create(
        desk=actor.desk,
        questionnaire=questionnaire,
        version="1",
        workbook=shipped("labour_market"),
        xform="<form/>",
        made_by=actor.signed_in,
    )
    device = Device.objects.create(desk=actor.desk, name="Phone", digest="1" * 64, made_by=actor.signed_in)
    records.keep(MediaFile.objects.create(desk=actor.desk, version=version, name="a.png", content=b"picture"))
    own, sealed = {"desk": actor.desk, "device": device}, partial(seal_for, actor.desk.holder)
    xml = f'<data id="labour_market"><remarks>{SECRET} remark</remarks></data>'
    xml = xml.replace("</data>", "<meta><instanceID>1</instanceID></meta></data>")
    submission = Submission.objects.create(
        **own,
        questionnaire=questionnaire,
        version=version,
        instance_id="1",
        item=sealed("submission", xml)[1],
        tie=attached(records, actor, questionnaire),
    )
    coded = {"question": "remarks", "desk": actor.desk}
    records.keep(
        AnswerCode.objects.create(
            **coded, questionnaire=questionnaire, name="c1", label="Papers", made_by=actor.signed_in
        ),
        CodedAnswer.objects.create(**coded, submission=submission, codes=["c1"], by=actor.signed_in),
        Filled.objects.create(**coded, submission=submission, target="task", value=[], by=actor.signed_in),
    )
    records.keep(
        questionnaire,
        version,
        device,
        submission,
        Attachment.objects.create(
            desk=actor.desk, submission=submission, name="a.jpg", item=sealed("attachment", SECRET)[1]
        ),
        Quarantined.objects.create(**own, problem="not_xml", item=sealed("quarantine", SECRET)[1]),
        Envelope.objects.create(
            **own,
            mark=(mark := uuid.uuid4()),
            kind="note",
            pair=(pair := actor.desk.holder.current()),
            digest="2" * 64,
            made_at=timezone.now(),
            item=sealed("envelope", seal_envelope(pair, NOTED, kind="note", mark=mark))[1],
        ),
    )


def attached(records: Records, actor: Actor, questionnaire: Questionnaire) -> Tie:
    """The questionnaire at a training and in the case, whose tie comes back."""
    own = {"desk": actor.desk, "made_by": actor.signed_in}
    activity = Activity.objects.create(**own, kind="training", title="For nurses", on=timezone.localdate())
    tied = {**own, "questionnaire": questionnaire}
    in_case = Tie.objects.create(**tied, case_id=records.keys[Case])
    at_activity = Tie.objects.create(**tied, activity=activity)
    filling = Filling.objects.create(**tied, question="on", target="task")
    records.keep(activity, at_activity, filling)
    records.others["<uuid:mark>"] = str(in_case.mark)
    return in_case
