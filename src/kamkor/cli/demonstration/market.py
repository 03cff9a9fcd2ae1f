"""The invented labour market of the demonstration, made by the same actions as a real one would be: firms,
adverts, counts of those who leave. No firm, telephone number or account of it exists."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.base import wall
from kamkor.cli.demonstration.staff import rows
from kamkor.methods.adverts.exports import Found
from kamkor.prevention.actions import adverts, agreements, claims, complaints, departures, recruiters, visits
from kamkor.prevention.models import Advert, Permit, Recruiter

FIRMS: list[tuple[dict[str, object], list[tuple[str, str, list[tuple[str, int]]]]]] = [
    # a firm, and its permits: country, partner, and what happened how many days ago
    (
        {
            "name": "ОсОО «Көк-Жайык Карьера»",
            "spellings": ["Kok-Jaiyk Career", "Кок-Жайык Карьера"],
            "number": "01234567-0000",
            "place": "41711000000000",
            "phone": "+996 312 000 001",
        },
        [("KR", "Example Farm Co.", [("issued", 400), ("extended", 60)]), ("DE", "", [("refused", 200)])],
    ),
    (
        {
            "name": "ОсОО «Алтын-Жол Работа»",
            "spellings": ["Altyn-Jol Work"],
            "number": "01234568-0000",
            "place": "41721000000000",
            "phone": "+996 3222 00 002",
        },
        [("RU", "ООО «Пример Строй»", [("issued", 300), ("suspended", 40)])],
    ),
    (
        {"name": "ЖЧК «Жаз-Нур»", "spellings": ["Jaz-Nur"], "place": "41703000000000"},
        [("TR", "Örnek Otel", [("issued", 800)])],
    ),
    ({"name": "Агентство «Тез Кетуу»", "spellings": ["Tez Ketuu"], "place": "41711000000000"}, []),
]
YEAR = timedelta(days=365)


def fill(actors: Mapping[str, Actor]) -> None:
    """What the permit officer, the ombudsman's monitor and the inspector find when they begin."""
    keeper, monitor = actors["permits"], actors["monitor"]
    with wall.acting(keeper.desk_id):
        firms = [_firm(keeper, facts, permits) for facts, permits in FIRMS]
        _beside(keeper, firms)
    _adverts(monitor)
    for username in ("monitor", "inspector"):
        with wall.acting(actors[username].desk_id):
            for row in rows("departures"):
                if row["by"] == username:
                    _departure(actors[username], row)
    with wall.acting(monitor.desk_id):
        _season(monitor, firms[2])
    with wall.acting(actors["operator"].desk_id):
        told = {"about": ["fee", "no_refund"], "on": timezone.localdate(), "country": "RU"}
        words = "Заплатил 45 000 сомов за место, никто не уехал, деньги не вернули."
        complaints.take(actors["operator"], firms[1], account=words, complainant="+996 555 030 405", **told)

    with wall.acting(actors["inspector"].desk_id):
        _owed(actors["inspector"], firms[1])
        visits.record(actors["inspector"], actors["inspector"].desk, **_visit())


def _season(monitor: Actor, firm: Recruiter) -> None:
    """Pickers who went to the hotels of a coast for a summer, and of whom some are not back."""
    today = timezone.localdate()
    agreed: dict[str, Any] = {"kind": "firm_employer", "home": firm.name, "abroad": "Örnek Otel"}
    work: dict[str, Any] = {"country": "TR", "sector": "food", "recruiter": firm, "number": "4"}
    days = {"begins": today - timedelta(days=190), "ends": today - timedelta(days=30)}
    season = {**days, "signed_on": today - timedelta(days=200), "places": 40, "settled": ["pay", "housing"]}
    agreement = agreements.record(monitor, monitor.desk, **agreed, **work, **season)
    group: dict[str, Any] = {"kind": "season", "place": "41703000000000", "women": 24, "men": 8}
    gone = {"country": "TR", "sector": "food", "on": today - timedelta(days=188), "agreement": agreement}
    departures.count(monitor, monitor.desk, **group, **gone)
    told: dict[str, Any] = {"on": today - timedelta(days=35), "told_by": ["consulate"], "findings": ["wages"]}
    agreements.report(monitor, agreement, came_back=21, **told)


def _owed(inspector: Actor, firm: Recruiter) -> None:
    """What a man in the fields is owed, and a fee that was not given back."""
    facts = {"who": "Бакыт Мисалов", "note": "Оозеки келишим, чат бар.", "country": "KZ", "counted": True}
    claim = claims.take(inspector, inspector.desk, case=None, recruiter=firm, facts=facts)
    on = timezone.localdate() - timedelta(days=30)
    wages: dict[str, Any] = {"kind": "wages", "promised": 9_000, "per": "day", "days": 75, "currency": "KZT"}
    claims.add_row(inspector, claim, **wages, paid=90_000, on=on, som=Decimal("0.17"))
    fee: dict[str, Any] = {"kind": "fee", "promised": 45_000, "per": "whole", "currency": "KGS"}
    claims.add_row(inspector, claim, **fee, on=on)
    claims.add_step(inspector, claim, kind="asked_firm", on=on + timedelta(days=3))


def _visit() -> dict[str, Any]:
    return {
        "on": timezone.localdate() - timedelta(days=18),
        "site": "Мисал тамеки талаасы",
        "country": "KZ",
        "sector": "farm",
        "by": ["inspection", "consulate", "ngo"],
        "women": 14,
        "men": 22,
        "under_18": 3,
        "findings": ["wages", "papers", "children"],
        "recommended": "Паспорттор ээлерине кайтарылсын, балдар талаадан чыгарылсын.",
        "to_name": "Мисал чарбасы",
    }


def _firm(keeper: Actor, facts: Mapping[str, object], permits: list[Any]) -> Recruiter:
    firm = recruiters.add(keeper, keeper.desk, facts=facts)
    for number, (country, partner, (first, *later)) in enumerate(permits, 1):
        named = {"country": country, "partner": partner, "number": f"{firm.pk}-{number}"}
        permit = recruiters.add_permit(keeper, firm, **named, **_event(*first))
        for event in later:
            recruiters.add_event(keeper, permit, **_event(*event))
        if country == "KR":
            _work(keeper, permit)
    return firm


def _event(kind: str, days_ago: int) -> dict[str, Any]:
    on = timezone.localdate() - timedelta(days=days_ago)
    grants = kind in ("issued", "extended")
    return {"kind": kind, "on": on, "until": on + YEAR if grants else None, "ground": f"№ {days_ago}"}


def _work(keeper: Actor, permit: Permit) -> None:
    today = timezone.localdate()
    order: dict[str, Any] = {"employer": "Example Farm Co.", "work": "Теплица", "places": 40}
    pay: dict[str, Any] = {"pay": 1_900_000, "currency": "KRW", "approved_on": today - timedelta(days=55)}
    recruiters.add_order(keeper, permit, **order, **pay)
    sent: dict[str, Any] = {"begins": today - timedelta(days=50), "ends": today - timedelta(days=20)}
    recruiters.add_placed(keeper, permit, **sent, women=11, men=23, came_back=2)


def _beside(keeper: Actor, firms: list[Recruiter]) -> None:
    recruiters.write_owners(keeper, firms[1], text="Учредитель и директор вымышлены.")
    found: dict[str, Any] = {"kind": "test_call", "caller_safe": True, "findings": ["fee_asked"]}
    on = timezone.localdate() - timedelta(days=45)
    recruiters.record_check(keeper, firms[1], note="Назвали плату за место.", on=on, **found)


def _adverts(monitor: Actor) -> None:
    with wall.acting(monitor.desk_id):
        for source in ("telegram", "newspaper", "street"):
            given = [row for row in rows("adverts") if row["source"] == source]
            found = [Found(place, row["text"], _day(row)) for place, row in enumerate(given, 1)]
            adverts.add(monitor, monitor.desk, found=found, source=source, outlet=given[0]["outlet"])
        first: Advert = Advert.objects.visible_to(monitor).order_by("-score", "pk")[0]
        why = "Телефондон башка дарек жок, акыны алдын ала сурашат."
        adverts.review(monitor, first, decision="write", why=why)
        on = timezone.localdate() - timedelta(days=35)
        to: dict[str, Any] = {"to_kind": "outlet", "to_name": first.outlet, "language": "ky", "words": ""}
        adverts.write_letter(monitor, first, written_on=on, **to)


def _day(row: Mapping[str, str]) -> date:
    return timezone.localdate() - timedelta(days=int(row["days_ago"]))


def _departure(actor: Actor, row: Mapping[str, str]) -> None:
    numbers = {name: int(row[name]) for name in ("women", "men", "under_18")}
    facts = {name: row[name] for name in ("kind", "place", "spot", "country", "sector", "carrier")}
    departures.count(actor, actor.desk, on=_day(row), **facts, **numbers)
