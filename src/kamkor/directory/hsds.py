"""The directory as other directories read it: Open Referral's HSDS 3.1.

Where a shelter is and who runs it is in none of it: a shelter is a service of an oblast.
"""

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import get_language

from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.models import CodeEntry
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.directory.places import oblast

VERSION = "3.1"
PROFILE = "https://docs.openreferral.org/en/v3.1/"
OURS = uuid5(NAMESPACE_URL, "urn:kamkor:directory")
TAXONOMY = "service_type"
Json = dict[str, Any]
Provider = Desk | OutsideOrganisation


def key(kind: str, of: object) -> str:
    """The identifier of a thing: the same every time, and nothing can be read from it."""
    return str(uuid5(OURS, f"{kind}:{of}"))


def running() -> list[Offer]:
    """What is on offer now."""
    rows = Offer.objects.running().select_related("desk__organisation", "outside")
    return list(rows.order_by("pk"))


def label(name: str, code: str) -> str:
    return codelists.label(name, code)


def words(names: dict[str, str], code: str) -> str:
    """The name in the language that was asked for, or the one there is."""
    return str(names.get(get_language() or "en") or next(filter(None, names.values()), code))


def providers(offers: Iterable[Offer]) -> dict[str, Provider]:
    """Who offers something that is no shelter, by identifier."""
    return {provider_key(offer.provider): offer.provider for offer in offers if not offer.is_shelter}


def hidden(offers: Iterable[Offer]) -> set[str]:
    """Who runs a shelter too: of those no place nearer than the oblast is told."""
    return {provider_key(offer.provider) for offer in offers if offer.is_shelter}


def provider_key(provider: Provider) -> str:
    return key("desk" if isinstance(provider, Desk) else "organisation", provider.pk)


def organization(provider: Provider, *, full: bool = True) -> Json:
    own = provider_key(provider)
    found: Json = {"id": own, "name": words(provider.names, provider.code), "description": _kind(provider)}
    phone = "" if isinstance(provider, Desk) else provider.phone
    if full and phone:
        found["phones"] = [{"id": key("phone", own), "organization_id": own, "number": phone}]
    return found


def with_services(found: Json, offers: Iterable[Offer], *, hiding: set[str], full: bool) -> Json:
    """An organisation with what it offers, whole or by name; of shelters nothing."""
    own = [offer for offer in offers if not offer.is_shelter and provider_key(offer.provider) == found["id"]]
    if full:
        return found | {"services": [service(offer, hiding=hiding) for offer in own]}
    named = [service(offer, hiding=hiding, full=False) for offer in own]
    return found | {"services": [{name: row[name] for name in ("id", "name", "status")} for row in named]}


def _kind(provider: Provider) -> str:
    return label("desk_kind" if isinstance(provider, Desk) else "organisation_kind", provider.kind)


def service(offer: Offer, *, hiding: set[str], full: bool = True) -> Json:
    """One service; `full` with all that hangs on it."""
    own = key("offer", offer.pk)
    found: Json = {
        "id": own,
        "name": label(TAXONOMY, offer.service),
        "status": "active",
        "last_modified": offer.confirmed_at.isoformat(),
        "assured_date": offer.confirmed_at.date().isoformat(),
    }
    if not offer.adults or offer.children:
        found |= {"minimum_age": 0} if offer.children else {}
        found |= {} if offer.adults else {"maximum_age": 17}
    if not offer.is_shelter:
        found["organization"] = organization(offer.provider, full=False)
        found["organization_id"] = found["organization"]["id"]
    if full:
        found |= _around(offer, own, hiding)
    return found


def _around(offer: Offer, own: str, hiding: set[str]) -> Json:
    found: Json = {
        "service_areas": _service_areas(offer, own),
        "languages": [
            {
                "id": key("language", f"{own} {code}"),
                "service_id": own,
                "code": code,
                "name": label("language", code),
            }
            for code in offer.languages
        ],
        "attributes": [_attribute(offer, own)],
    }
    if offer.hours and not offer.is_shelter:
        found["schedules"] = _schedules(offer, own)
    place = place_of(offer, hiding)
    if place:
        found["service_at_locations"] = [service_at_location(offer, place)]
    return found


def _service_areas(offer: Offer, own: str) -> list[Json]:
    return [
        {"id": key("area", f"{own} {code}"), "service_id": own, "name": label("place", code)}
        for code in _areas(offer)
    ]


def _schedules(offer: Offer, own: str) -> list[Json]:
    return [{"id": key("hours", own), "service_id": own, "description": offer.hours}]


def _areas(offer: Offer) -> list[str]:
    """What is served; of a shelter no more than its oblast."""
    if offer.is_shelter:
        return sorted({oblast(code) for code in (*offer.area, offer.place) if code})
    return list(offer.area)


def _attribute(offer: Offer, own: str) -> Json:
    term = taxonomy_term(codelists.entries(TAXONOMY)[offer.service]) if _known(offer) else None
    found: Json = {
        "id": key("attribute", own),
        "link_id": own,
        "link_entity": "service",
        "label": "service type",
    }
    return found | ({"taxonomy_term_id": term["id"], "taxonomy_term": term} if term else {})


def _known(offer: Offer) -> bool:
    return offer.service in codelists.entries(TAXONOMY)


def place_of(offer: Offer, hiding: set[str]) -> str:
    """The place that may be told; none of a shelter."""
    if offer.is_shelter:
        return ""
    return oblast(offer.place) if provider_key(offer.provider) in hiding else offer.place


def service_at_location(offer: Offer, place: str, *, full: bool = False) -> Json:
    """A service at its place; `full` with where it serves and when it is open."""
    own = key("offer", offer.pk)
    where = {"id": key("place", place), "location_type": "physical", "name": label("place", place)}
    link = key("at", f"{own} {place}")
    found: Json = {"id": link, "service_id": own, "location_id": where["id"], "location": where}
    if full:
        found["service_areas"] = _service_areas(offer, own)
        found |= {"schedules": _schedules(offer, own)} if offer.hours else {}
    return found


def taxonomy() -> Json:
    return {
        "id": key("taxonomy", TAXONOMY),
        "name": TAXONOMY,
        "description": "Kinds of services of the mechanism",
    }


def taxonomy_term(entry: CodeEntry) -> Json:
    name = label(TAXONOMY, entry.code)
    own = {"id": key("term", entry.code), "code": entry.code, "name": name, "description": name}
    return {**own, "taxonomy": TAXONOMY, "taxonomy_id": key("taxonomy", TAXONOMY)}
