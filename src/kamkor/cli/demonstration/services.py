"""What the desks of the demonstration offer, and to whom; the lines that its hotline answers."""

from collections.abc import Mapping

from kamkor.access.actor import Actor
from kamkor.directory.models import Offer
from kamkor.identification.models import Line

OFFERS: list[tuple[str, str, dict[str, object]]] = [
    ("worker", "psychological", {"languages": ["ky", "ru"], "children": True, "room": "can_take"}),
    ("worker", "social", {"languages": ["ky", "ru", "uz"], "children": True, "room": "can_take"}),
    (
        "shelter",
        "short_shelter",
        {"languages": ["ky", "uz"], "sexes": ["female"], "children": True, "room": "ask"},
    ),
    ("advocate", "legal", {"languages": ["ky", "ru", "uz"], "children": True, "room": "can_take"}),
    ("doctor", "medical", {"languages": ["ky", "ru"], "children": True, "room": "can_take"}),
    ("investigator", "protection_trial", {"languages": ["ky", "ru"], "room": "ask"}),
    ("child", "child_care", {"languages": ["ky", "ru"], "adults": False, "children": True, "room": "ask"}),
    ("child", "child_protection", {"languages": ["ky", "ru"], "adults": False, "children": True}),
    ("inspector", "employment", {"languages": ["ky", "ru"], "room": "can_take"}),
    ("consul", "documents", {"languages": ["ky", "ru"], "children": True, "room": "ask"}),
    ("consul", "release", {"languages": ["ky", "ru"], "children": True, "room": "ask"}),
]


LINES = [("0 800 000 000", "phone", True), ("@ak_bulak_demo", "messenger", False)]  # invented


def fill(actors: Mapping[str, Actor]) -> None:
    for username, service, facts in OFFERS:
        desk = actors[username].desk
        Offer.objects.create(desk=desk, service=service, place=desk.place, **facts)
    line = actors["operator"].desk
    for order, (number, channel, keeps_hashes) in enumerate(LINES, start=1):
        Line.objects.create(
            desk=line,
            code=f"{line.code}-{order}",
            number=number,
            channel=channel,
            keeps_hashes=keeps_hashes,
        )
