"""What the desks of the demonstration offer, and to whom."""

from collections.abc import Mapping

from kamkor.access.actor import Actor
from kamkor.directory.models import Offer

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


def fill(actors: Mapping[str, Actor]) -> None:
    for username, service, facts in OFFERS:
        desk = actors[username].desk
        Offer.objects.create(desk=desk, service=service, place=desk.place, **facts)
