"""Browsers that seal what they send: taken once, opened by whoever may, shut out in a moment, and no door for
anybody else."""

import json
import uuid
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.access import sessions
from kamkor.access.sessions import Draft
from kamkor.surveys import actions, browsers, envelopes
from kamkor.surveys.models import Device, Envelope, MediaFile, Quarantined, Questionnaire, Submission
from kamkor.vault import tokens
from kamkor.vault.envelopes import seal_envelope
from kamkor.vault.models import File
from tests.surveys.test_openrosa import BOUNDARY, SECRET, Phone, filled, offered, texts  # noqa: F401 - a fixture
from tests.world import World

TYPE = f"multipart/form-data; boundary={BOUNDARY}"


class Browser:
    """What the scripts of the pages do, without a browser."""

    def __init__(
        self, world: World, *, desk: str = "centre", link: Questionnaire | None = None, mark: str = "m"
    ) -> None:
        secret, self.client = tokens.new_secret(), Client()
        actor = world.actor(desk, "supervisor")
        self.pair = actor.desk.holder.current()
        if link is None:
            self.device = actions.begin_browser(actor, actor.desk, secret=secret, name="Phone", sign_in="m")
            self.client.cookies[browsers.COOKIE] = secret
            self.page, self.to = reverse("fill"), reverse("fill-send")
        else:
            self.device = actions.make_link(actor, link, secret=secret, why="Why", ends_on=None)
            self.page, self.to = reverse("fill-link", args=[secret]), reverse("fill-link-send", args=[secret])

    def sealed(self, content: bytes, kind: str = "form", mark: uuid.UUID | None = None) -> dict[str, Any]:
        mark = mark or uuid.uuid4()
        sealed = seal_envelope(self.pair, content, kind=kind, mark=mark)
        return {"mark": str(mark), "kind": kind, "sealed": sealed, "made": timezone.now().isoformat()}

    def form(self, xml: str, **given: Any) -> dict[str, Any]:
        part = 'Content-Disposition: form-data; name="xml_submission_file"; filename="x"'
        body = f"--{BOUNDARY}\r\n{part}\r\n\r\n"
        return self.sealed(f"{TYPE}\n{body}{xml}\r\n--{BOUNDARY}--\r\n".encode(), **given)

    def send(
        self, *items: dict[str, Any], behind: timedelta = timedelta(), ours: str = "1", tie: str = ""
    ) -> Any:
        about = {
            item["mark"]: {
                "kind": item["kind"],
                "pair": item.get("pair", self.pair.pk),
                "made": item["made"],
                "tie": tie,
                "digest": item.get("digest", sha256(item["sealed"]).hexdigest()),
            }
            for item in items
        }
        told = json.dumps({"sent_at": (timezone.now() - behind).isoformat(), "items": about})
        files = {item["mark"]: SimpleUploadedFile(item["mark"], item["sealed"]) for item in items}
        return self.client.post(self.to, {"about": told, **files}, headers={"X-Kamkor-Field": ours})

    def told(self, *items: dict[str, Any], **given: Any) -> dict[str, Any]:
        answer = self.send(*items, **given)
        assert answer.status_code == 200
        said: dict[str, Any] = answer.json()["items"]
        return said


def open_all(world: World) -> Any:
    return world.client("centre", "supervisor").post(reverse("envelopes-open"))


def test_a_form_sent_twice_is_taken_once_and_counted(
    world: World,
    offered: Questionnaire,  # noqa: F811
    django_capture_on_commit_callbacks: Any,
) -> None:
    browser, committed = Browser(world), django_capture_on_commit_callbacks
    item = browser.form(filled())
    first = browser.told(item, behind=timedelta(days=2))[item["mark"]]
    assert first["state"] == "sent"
    assert browser.told(item)[item["mark"]] == first  # the answer was lost on the way
    envelope = Envelope.objects.get()
    assert SECRET.encode() not in bytes(envelope.item.sealed)
    assert envelope.written_at - envelope.received_at > timedelta(days=1)  # its clock was two days behind
    assert not Submission.objects.exists()  # nobody has opened it
    with committed(execute=True):
        open_all(world)
        open_all(world)
    submission = Submission.objects.get()
    assert (submission.received_at, submission.device) == (envelope.received_at, browser.device)
    assert submission.answers["main"] == {"region": "osh", "work/leaves": "yes"}
    envelope.item.refresh_from_db()
    assert not envelope.item.size  # what was opened is kept once
    assert browser.told(item)[item["mark"]] == first


def test_one_bad_item_keeps_no_other_back(world: World, offered: Questionnaire) -> None:  # noqa: F811
    browser = Browser(world)
    good, cut, foreign = (
        browser.form(filled()),
        browser.form(filled("uuid:2")),
        browser.form(filled("uuid:3")),
    )
    cut["sealed"] = cut["sealed"][:-9]
    cut["digest"] = "0" * 64
    foreign["pair"] = world.actor("stranger", "supervisor").desk.holder.current().pk
    moved = browser.sealed(b"x") | {"kind": "note"}  # sealed as one thing, sent as another
    no_form = browser.form(filled("uuid:4", form="unknown"))
    nonsense = browser.sealed(b"no form")
    odd = browser.sealed(b"x") | {"mark": "not-a-mark"}
    said = browser.told(good, cut, foreign, moved, no_form, nonsense, odd)
    states = [said[item["mark"]]["state"] for item in (good, cut, foreign, moved, no_form, nonsense, odd)]
    assert states == ["sent", "refused", "refused", "sent", "sent", "sent", "refused"]
    open_all(world)
    assert Submission.objects.get().instance_id == "uuid:1"
    assert set(Quarantined.objects.values_list("problem", flat=True)) == {"unknown_form", "not_multipart"}
    again = good | {"sealed": browser.form(filled("uuid:5"), mark=uuid.UUID(good["mark"]))["sealed"]}
    assert browser.told(again)[good["mark"]]["state"] == "refused"
    for about in ("", "{}", "[]", '{"sent_at": "x", "items": {}}', '{"sent_at": 1, "items": [1]}'):
        sent = browser.client.post(browser.to, {"about": about}, headers={"X-Kamkor-Field": "1"})
        assert sent.status_code == 400, about


def test_an_envelope_that_no_key_opens_waits_and_is_said(world: World, offered: Questionnaire) -> None:  # noqa: F811
    browser = Browser(world)
    spoilt = browser.form(filled())
    spoilt["sealed"] = spoilt["sealed"][:-1] + bytes([spoilt["sealed"][-1] ^ 1])
    browser.told(spoilt, browser.form(filled("uuid:2")))
    open_all(world)
    assert Submission.objects.get().instance_id == "uuid:2"
    assert Envelope.objects.waiting().get().problem == "unreadable"


def test_strangers_links_and_lost_browsers(world: World, offered: Questionnaire) -> None:  # noqa: F811
    browser, stranger, link = Browser(world), Browser(world, desk="stranger"), Browser(world, link=offered)
    form = reverse("fill-form", args=[offered.pk])
    assert browser.client.get(form).status_code == link.client.get(link.page).status_code == 200
    assert stranger.client.get(form).status_code == Client().get(form).status_code == 404
    item = browser.form(filled())
    assert Client().post(browser.to).status_code == 404
    assert browser.send(item, ours="").status_code == 403  # as another site's form would
    # A link takes forms of its questionnaire alone, and no notes.
    other = link.form(filled("uuid:9", form="other"))
    note = link.sealed(b"{}", kind="note")
    said = link.told(other, note)
    assert [said[one["mark"]]["state"] for one in (other, note)] == ["sent", "refused"]
    # A telephone that was stolen: the end of its sign-in shuts it out, as the head of the desk can.
    sessions.tell_ended(browser.device.made_by_id, "another")
    assert browser.client.get(form).status_code == 200
    sessions.tell_ended(browser.device.made_by_id, "m")
    assert browser.client.get(form).status_code == browser.send(item).status_code == 404
    assert link.client.get(link.page).status_code == 200
    actions.revoke_device(world.actor("centre", "supervisor"), link.device)
    assert link.client.get(link.page).status_code == link.send(item).status_code == 404
    ended = Browser(world, link=offered)
    Device.objects.filter(pk=ended.device.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert ended.client.get(ended.page).status_code == 404


def test_pictures_come_with_their_form_alone_and_a_link_is_not_flooded(
    world: World,
    offered: Questionnaire,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actions.attach(world.actor("centre", "supervisor"), offered, name="a.png", content=b"picture")
    browser, link = Browser(world), Browser(world, link=offered)
    (pk,) = MediaFile.objects.values_list("pk", flat=True)
    own, open_to_all = reverse("fill-media", args=[offered.pk, pk]), f"{link.page}media/{pk}"
    for one, path in ((browser, own), (link, open_to_all)):
        assert one.client.get(path).content == b"picture"
    assert Browser(world, desk="stranger").client.get(own).status_code == 404
    assert browser.client.get(reverse("fill-media", args=[offered.pk + 1, pk])).status_code == 404
    monkeypatch.setattr(browsers, "A_MINUTE", 0)
    refused = link.send(link.form(filled()))
    assert (refused.status_code, bool(refused["Retry-After"])) == (429, True)
    actions.close(world.actor("centre", "supervisor"), offered)
    assert link.client.get(open_to_all).status_code == link.client.get(link.page).status_code == 404


def test_a_form_is_offered_to_whom_it_is_for_seen_by_whom_it_is_for_and_previewed(
    world: World,
    offered: Questionnaire,  # noqa: F811
) -> None:
    head = world.actor("centre", "supervisor")
    actions.attach(head, offered, name="a.png", content=b"picture")
    phone, browser, link = Phone(world), Browser(world), Browser(world, link=offered)
    own = reverse("fill-form", args=[offered.pk])
    for fill_by, telephone, anybody in (("everybody", 1, 200), ("desk", 1, 404), ("staff", 0, 404)):
        actions.seal(head, offered, sealed=[], of="people", fill_by=fill_by, seen_by="readers")
        assert len(texts(phone.get(reverse("field-forms")), "formID")) == telephone
        assert link.client.get(link.page).status_code == anybody
        assert browser.client.get(own).status_code == 200
    assert phone.send(filled()).status_code == 201  # filled in before: it is not lost
    pages = [reverse(name, args=[offered.pk]) for name in ("questionnaire-tables", "submissions")]
    for role, status in (("worker", 200), ("statistician", 403), ("programme_officer", 403)):
        assert {world.client("centre", role).get(page).status_code for page in pages} == {status}
    assert (
        world.client("centre", "supervisor").get(reverse("questionnaire-link", args=[offered.pk])).status_code
        == 404
    )
    preview, (file,) = reverse("questionnaire-preview", args=[offered.pk]), MediaFile.objects.all()
    shown = world.client("centre", "statistician").get(preview)
    assert ("'wasm-unsafe-eval'" in shown["Content-Security-Policy"], b"sendTo" in shown.content) == (
        True,
        False,
    )
    media = reverse("questionnaire-file-shown", args=[file.pk])
    assert world.client("centre", "worker").get(media).content == b"picture"
    assert {world.client("stranger").get(page).status_code for page in (preview, media, *pages)} == {404}


def test_signing_out_shuts_the_browser_out(world: World, offered: Questionnaire) -> None:  # noqa: F811
    client = world.client("centre", "worker")
    assert client.post(reverse("browser-begin"))["Location"] == reverse("fill")
    assert client.get(reverse("fill")).status_code == 200
    assert world.client("centre", "coordinator").post(reverse("browser-begin")).status_code == 403
    client.post(reverse("sign-out"))
    assert client.get(reverse("fill"))["Location"] == reverse("without-line")
    assert Device.objects.get(kind="browser").ended_at


def test_what_was_written_down_is_opened_by_its_writer_alone_and_entered(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    client = world.client("centre", "worker")
    client.post(reverse("browser-begin"))
    browser = Browser(world)
    browser.client = client
    words = "she sleeps at her aunt's"
    item = browser.sealed(json.dumps({"fields": [["danger", "none"], ["note", words]]}).encode(), "contact")
    assert browser.told(item)[item["mark"]]["state"] == "sent"
    envelope = Envelope.objects.get()
    page = reverse("envelope", args=[envelope.pk])
    assert words in client.get(page).content.decode().replace("&#x27;", "'")
    hers = envelope.device
    for maker, status in ((world.users["line"], 404), (hers.made_by, 200)):  # a colleague of the same desk
        Device.objects.filter(pk=hers.pk).update(made_by=maker)
        assert client.get(page).status_code == status
    entered = client.post(reverse("envelope-take", args=[envelope.pk]))
    assert entered.status_code == 302
    assert entered["Location"].endswith("#kept")
    to = entered["Location"].removesuffix("#kept")
    assert Draft.objects.filter(page=to, sent=False).exists()  # sealed to her: the journey reads it
    file = envelope.item.file_id
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("envelope-end", args=[envelope.pk]))
    assert File.objects.filter(pk=file, items__size=0).exists()
    assert client.get(page).status_code == 404
    note = browser.sealed(b'{"fields": [["text", "x"], ["case_code", "KM-NONE"]]}', "note")
    broken = browser.sealed(b'{"fields": 7}', "service")
    browser.told(note, broken)
    for row in Envelope.objects.waiting():
        assert client.get(reverse("envelope", args=[row.pk])).status_code == 200
        assert client.post(reverse("envelope-take", args=[row.pk]))["Location"] == reverse(
            "envelope", args=[row.pk]
        )


@pytest.mark.asvs("3.4.3")
def test_the_page_speaks_its_language_and_says_who_asks(world: World, offered: Questionnaire) -> None:  # noqa: F811
    link = Browser(world, link=offered)
    page = link.client.get(link.page, headers={"Accept-Language": "en"})
    text = page.content.decode()
    assert "Why" in text
    assert "<noscript>" in text
    assert page["Permissions-Policy"].count("(self)") == 3
    policy = page["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    assert envelopes.AT_ONCE >= 1


@pytest.mark.parametrize(
    ("language", "first"), [("ky", "Kyrgyz (ky)"), ("ru", "ru"), ("uz-cyrl", "Uzbek (uz)")]
)
def test_a_form_begins_in_the_language_of_the_page(language: str, first: str) -> None:
    xform = "".join(
        f'<translation {extra}lang="{name}">x</translation>'
        for name, extra in (
            ("English (en)", 'default="true()" '),
            ("Kyrgyz (ky)", ""),
            ("ru", ""),
            ("Uzbek (uz)", ""),
        )
    )
    made = browsers.in_language(xform, language)
    assert made.count("default=") == 1
    assert f'default="true()" lang="{first}"' in made
    assert browsers.in_language(xform, "fr") == xform


def test_a_stolen_browser_is_shut_out_with_whoever_is_signed_in_there(world: World) -> None:
    stolen, head = world.client("centre", "worker"), world.client("centre", "supervisor")
    session = stolen.session  # as signing in marks it
    session[sessions.MARK] = "stolen"
    session.save()
    stolen.post(reverse("browser-begin"))
    (device,) = Device.objects.filter(kind="browser")
    assert stolen.get(reverse("cases")).status_code == 200
    assert head.get(reverse("devices")).context["rows"][0] == device
    assert head.post(reverse("device-revoke", args=[device.pk])).status_code == 302
    assert stolen.post(reverse("fill-send"), headers={"X-Kamkor-Field": "1"}).status_code == 404
    assert "sign-in" in stolen.get(reverse("cases"))["Location"]
    assert head.get(reverse("devices")).status_code == 200  # of the same account, another sign-in
