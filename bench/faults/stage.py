"""Who is at work in a run, what they send, and what is found in the end."""

import random
from collections import Counter
from contextlib import ExitStack
from uuid import uuid4

from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from bench.faults.load import Browser, Deed, Ledger
from bench.faults.place import Place
from kamkor.assistance.actions import records
from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.models import Case, Document, Note, Referral
from kamkor.base import wall
from kamkor.base.models import AuditEvent
from kamkor.cli.audit import describe
from kamkor.directory.models import Offer
from kamkor.identification.models import Contact
from kamkor.vault import seals
from kamkor.vault.models import File, Item, StoredKey
from tests.webhooks.listening import Heard, listening, subscribe
from tests.world import PASSPHRASE, World, build

PEOPLE = 6
LOGGED = {
    "contact": "contact.open",
    "note": "note.add",
    "upload": "document.add",
    "referral": "referral.send",
}


class Stage:
    """A small world of its own, four cases, and a partner's system that is told of referrals."""

    def __init__(self, here: Place, opened: ExitStack) -> None:
        self.here = here
        self.ledger = Ledger()
        with wall.acting(None, scope="all"):
            self.world: World = build()
            worker = self.world.actor("centre")
            self.cases = [open_case(worker, self.world.person(), kind="trafficking") for _ in range(4)]
            self.offer = Offer.objects.create(
                desk=self.world.desks["clinic"], service="medical", place="41706000000000", room="can_take"
            )
            self.note = records.add_note(worker, self.cases[0], text="first")
            self.heard: Heard = opened.enter_context(listening())
            subscribe(self.world, self.heard, "clinic", "worker", "referral.sent")
        connections.close_all()
        self.before = self.counted()

    def browsers(self, role: str = "", number: int = PEOPLE) -> list[Browser]:
        """Operators and workers, each with a session of their own."""
        return [self.browser(role or ("operator" if each % 3 == 0 else "worker")) for each in range(number)]

    def browser(self, role: str) -> Browser:
        with wall.acting(None, scope="all"):
            client = self.world.client("centre", role)
        connections.close_all()
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        return Browser(
            self.here.port, cookies, PASSPHRASE, reverse("contacts" if role == "operator" else "cases")
        )

    def deed(self, number: int) -> Deed:
        """What the person of this number does next: operators record contacts, workers the rest."""
        mark = f"mark {uuid4().hex}"
        fields = [("once", uuid4().hex)]
        if number % 3 == 0:
            return Deed("contact", reverse("contact-open"), [*fields, ("kind", "prank")], mark=mark)
        kind = random.choice(["note", "note", "upload", "referral"])
        case: Case = random.choice(self.cases)
        if kind == "note":
            text = [("kind", "fact"), ("on", str(timezone.localdate())), ("text", mark)]
            return Deed(kind, reverse("note-add", args=[case.pk]), fields + text, mark=mark)
        if kind == "upload":
            title = [("kind", "other"), ("title", mark)]
            file = mark.encode() * random.choice([1, 100, 10_000])
            return Deed(kind, reverse("document-add", args=[case.pk]), fields + title, file, mark)
        asked = [("purpose", "medical"), ("urgency", "normal"), ("ends_on", "2099-01-01")]
        told = [("ground", "consent"), ("message", mark)]
        path = f"{reverse('referral-new', args=[case.pk])}?offer={self.offer.pk}"
        return Deed(kind, path, fields + asked + told, mark=mark)

    # What is found in the end

    def counted(self) -> dict[str, int]:
        """Rows of each kind, and what the access log says of them."""
        with wall.acting(None, scope="all"):
            rows = {
                "contact": Contact.objects.count(),
                "note": Note.objects.count(),
                "upload": Document.objects.count(),
                "referral": Referral.objects.count(),
            }
            for kind, verb in LOGGED.items():
                rows[f"{kind} logged"] = AuditEvent.objects.filter(verb=verb, outcome="done").count()
        connections.close_all()
        return rows

    def marks(self, kind: str) -> Counter[str]:
        """How often each mark is in the database, sealed texts opened."""
        model, column = {
            "note": (Note, "text"),
            "upload": (Document, "title"),
            "referral": (Referral, "message"),
        }[kind]
        ring = self.world.rings["centre"]
        with wall.acting(None, scope="all"):
            items = list(Item.objects.filter(pk__in=model._base_manager.values(column)))
            texts = ring.read_many(items)
        connections.close_all()
        assert len(texts) == len(items), "a sealed text that its own desk cannot open"
        return Counter(text for text in texts.values() if text.startswith("mark "))

    def wrong(self) -> list[str]:
        """What was lost or doubled; empty when all is well."""
        found, now = [], self.counted()
        for kind in LOGGED:
            done = self.ledger.acknowledged(kind)
            rows = now[kind] - self.before[kind]
            logged = now[f"{kind} logged"] - self.before[f"{kind} logged"]
            if not rows == logged == len(done):
                found.append(f"{kind}: {len(done)} acknowledged, {rows} rows, {logged} entries of the log")
            if kind != "contact" and self.marks(kind) != Counter(deed.mark for deed in done):
                found.append(f"{kind}: other texts than those that were acknowledged")
        return found + self.keyless() + [f"a page without a word: {each}" for each in self.ledger.unsaid]

    def sealed(self) -> list[str]:
        """Seal what is left of the access log, and say what is wrong with all of it."""
        with wall.acting(None, scope="all"):
            while seals.seal_batch():
                pass
        with wall.acting(None, scope="all"):  # seals are copied out when they are saved
            findings = seals.verify(settings.SEAL_COPY_FILE)
        connections.close_all()
        return [describe(finding) for finding in findings]

    def keyless(self) -> list[str]:
        with wall.acting(None, scope="all"):
            files = set(File.objects.values_list("pk", "epoch"))
        keys = set(StoredKey.objects.values_list("file_id", "epoch"))
        connections.close_all()
        return [f"{len(files - keys)} files without a key"] if files - keys else []

    def told_twice(self) -> int:
        """Messages that arrived more than once."""
        names = Counter(
            headers.get("webhook-id", headers.get("Webhook-Id", "")) for headers in self.heard.headers
        )
        return sum(times - 1 for times in names.values())
