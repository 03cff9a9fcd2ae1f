"""What is attached to a case: saved by the browser and never shown, and handed on whole however large."""

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from kamkor.assistance.actions import answering
from kamkor.assistance.models import Case, Document
from kamkor.base.uploads import PIECE
from kamkor.vault.models import ItemPiece
from tests.assistance.referring import case_at, refer
from tests.base.test_uploads import paper
from tests.world import World

SCRIPT = b"<script>fetch('/desk/people/')</script>"
HOSTILE = {
    "page.html": b"<!doctype html><title>x</title>" + SCRIPT,
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
    "sheet.pdf": paper(),
    "style.css": b"@import url(//evil.example/);",
}


def large() -> bytes:
    return random.Random(7).randbytes(PIECE).hex().encode() + b"\nthe end"


def attach(world: World, case: Case, name: str, content: bytes) -> Document:
    given = {"kind": "photo", "file": SimpleUploadedFile(name, content, "text/html")}
    answer = world.client("centre").post(reverse("document-add", args=[case.pk]), given)
    assert answer.status_code == 302, answer.content
    return Document.objects.latest("pk")


def saved(client: Client, address: str) -> bytes:
    """The content, when the answer is one that no browser shows or runs on our origin."""
    answer: HttpResponseBase = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store"
    return bytes(answer.getvalue())


@pytest.mark.asvs("3.2.1", "5.3.1", "5.4.1")
def test_no_address_shows_what_somebody_attached(world: World) -> None:
    case = case_at(world)
    documents = [attach(world, case, name, content) for name, content in HOSTILE.items()]
    referral = refer(world, case, labels=("document",))
    assert referral.consent.items.filter(label="document").count() == len(HOSTILE)
    for document in documents:
        content = saved(world.client("centre"), reverse("document", args=[document.pk]))
        assert b"CANARY" not in content
        other = reverse("referral-document", args=[referral.pk, document.item_id])
        assert saved(world.client("clinic"), other) == content
        assert world.client("stranger").get(other).status_code == 404


def test_a_large_document_is_the_same_for_whoever_may_have_it(world: World) -> None:
    case = case_at(world)
    document = attach(world, case, "long.txt", large())
    assert document.size == len(large())
    assert ItemPiece.objects.filter(item=document.item).count() == 3
    assert saved(world.client("centre"), reverse("document", args=[document.pk])) == large()
    referral = refer(world, case, labels=("document",))
    address = reverse("referral-document", args=[referral.pk, document.item_id])
    assert saved(world.client("clinic"), address) == large()
    assert world.client("stranger").get(address).status_code == 404
    answering.see(world.actor("clinic"), referral)
    answering.accept(world.actor("clinic"), referral)
    copied = answering.open_file(world.actor("clinic"), referral, kind="trafficking")
    [own] = Document.objects.filter(case=copied)
    assert saved(world.client("clinic"), reverse("document", args=[own.pk])) == large()
    case.person.refresh_from_db()
    world.actor("centre").keyring.turn(case.person.file)
    assert saved(world.client("centre"), reverse("document", args=[document.pk])) == large()
    assert saved(world.client("clinic"), address) == large()
