"""Telephones and the server: the standard's requests one by one, and whatever else may be sent."""

import base64
import hashlib
import json
import zlib
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from kamkor.surveys import actions, checking, retention
from kamkor.surveys.models import Attachment, Device, Quarantined, Questionnaire, Submission
from kamkor.surveys.openrosa import settings_for
from kamkor.vault import tokens
from kamkor.vault.models import File
from tests.methods.surveys.books import HOUSEHOLD, workbook
from tests.surveys.malformed import GIANT, KINDS, LARGE, large, malformed
from tests.world import World

SECRET = "canary of her own words"
BOUNDARY = "kamkor-test"


class Phone:
    """A telephone as Collect behaves: Basic, and forms in parts."""

    def __init__(self, world: World, desk: str = "centre") -> None:
        secret = tokens.new_secret()
        actor = world.actor(desk, "supervisor")
        self.device = actions.add_device(actor, actor.desk, secret=secret, name="Phone")
        self.headers = {"Authorization": f"Basic {base64.b64encode(f'phone:{secret}'.encode()).decode()}"}
        self.client = Client()

    def get(self, path: str, **given: Any) -> Any:
        return self.client.get(path, headers=self.headers, **given)

    def send(self, xml: str | bytes | None, files: dict[str, bytes] | None = None) -> Any:
        parts = [("xml_submission_file", "form.xml", xml)] if xml is not None else []
        parts += [(name, name, content) for name, content in (files or {}).items()]
        body = b"".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
            f"Content-Type: text/xml\r\n\r\n".encode()
            + (content.encode() if isinstance(content, str) else content)
            + b"\r\n"
            for name, file, content in parts
        )
        return self.raw(body + f"--{BOUNDARY}--\r\n".encode())

    def raw(self, body: bytes, media_type: str = f"multipart/form-data; boundary={BOUNDARY}") -> Any:
        return self.client.post(
            reverse("field-submission"), data=body, content_type=media_type, headers=self.headers
        )


def filled(own: str = "uuid:1", *, said: str = "", form: str = "household", version: str = "2026-1") -> str:
    return (
        f'<data id="{form}" version="{version}"><region>osh</region>'
        f"<work><leaves>yes</leaves><story>{SECRET}</story></work>"
        f"<member><away>yes</away></member><member><away>no</away></member>{said}"
        f"<meta><instanceID>{own}</instanceID></meta></data>"
    )


@pytest.fixture
def offered(world: World, monkeypatch: pytest.MonkeyPatch) -> Questionnaire:
    monkeypatch.setattr(checking, "has_java", lambda: False)
    raw = workbook(HOUSEHOLD)
    actor = world.actor("centre", "supervisor")
    version = actions.upload(actor, actor.desk, checked=checking.check("h.xlsx", raw), workbook=raw)
    return version.questionnaire


def texts(response: Any, tag: str) -> list[str]:
    root = ElementTree.fromstring(response.content)
    return [node.text or "" for node in root.iter() if node.tag.rpartition("}")[2] == tag]


def test_a_telephone_gets_the_list_the_form_and_its_files(world: World, offered: Questionnaire) -> None:
    phone = Phone(world)
    actions.attach(world.actor("centre", "supervisor"), offered, name="a.png", content=b"picture")
    listed = phone.get(reverse("field-forms"))
    assert (listed.status_code, listed["X-OpenRosa-Version"]) == (200, "1.0")
    assert listed["Content-Type"].startswith("text/xml")
    assert texts(listed, "formID") == ["household"]
    assert texts(listed, "hash") == [f"md5:{offered.newest().digest}"]
    (address,) = texts(listed, "downloadUrl")
    assert phone.get(address).content.decode() == offered.newest().xform
    manifest = phone.get(texts(listed, "manifestUrl")[0])
    assert texts(manifest, "filename") == ["a.png"]
    assert phone.get(texts(manifest, "downloadUrl")[0]).content == b"picture"
    assert texts(phone.get(reverse("field-forms"), data={"formID": "none"}), "formID") == []
    actions.close(world.actor("centre", "supervisor"), offered)
    assert texts(phone.get(reverse("field-forms")), "formID") == []
    assert phone.get(address).status_code == 404


def test_strangers_telephones_and_lost_ones_are_shut_out(world: World, offered: Questionnaire) -> None:
    phone, other = Phone(world), Phone(world, "stranger")
    for header in ("", "Basic", "Basic !!!", "Basic " + base64.b64encode(b"phone:x").decode(), "Bearer x"):
        refused = Client().get(reverse("field-forms"), headers={"Authorization": header})
        assert (refused.status_code, refused["X-OpenRosa-Version"]) == (401, "1.0")
        assert refused["WWW-Authenticate"].startswith("Basic ")
    form = reverse("field-form", args=[offered.newest().pk])
    assert texts(other.get(reverse("field-forms")), "formID") == []
    assert other.get(form).status_code == 404
    assert other.send(filled()).status_code == 404
    actions.revoke_device(world.actor("centre", "supervisor"), phone.device)
    assert phone.get(form).status_code == phone.send(filled()).status_code == 401
    assert not Submission.objects.exists()
    # A person's session is no telephone's secret.
    assert world.client("centre", "supervisor").get(reverse("field-forms")).status_code == 401


def test_a_secret_is_not_taken_in_the_open(
    world: World, offered: Questionnaire, settings: LazySettings
) -> None:
    phone = Phone(world)
    settings.SECURE_SSL_REDIRECT = True
    assert phone.get(reverse("field-forms")).status_code == 403
    assert phone.get(reverse("field-forms"), secure=True).status_code == 200


def test_what_is_sent_is_sealed_but_for_what_may_be_counted(world: World, offered: Questionnaire) -> None:
    phone = Phone(world)
    head = phone.client.head(reverse("field-submission"), headers=phone.headers)
    assert (head.status_code, int(head["X-OpenRosa-Accept-Content-Length"])) == (204, 10 * 2**20)
    assert head["Location"].endswith(reverse("field-submission"))
    taken = phone.send(filled(), {"a.jpg": SECRET.encode()})
    assert (taken.status_code, texts(taken, "message")) == (201, ["Taken."])
    row = Submission.objects.get()
    assert row.answers == {
        "main": {"region": "osh", "work/leaves": "yes"},
        "repeats": {"member": [{"member/away": "yes"}, {"member/away": "no"}]},
    }
    kept = Attachment.objects.get()
    for item in (row.item, kept.item):
        assert SECRET.encode() not in bytes(item.sealed)
    page = world.client("centre", "worker").get(reverse("submission", args=[row.pk]))
    assert {answer["words"]: answer["said"] for answer in page.context["rows"]}[
        "In their own words"
    ] == SECRET
    for desk, role, status in (("centre", "statistician", 403), ("stranger", "worker", 404)):
        got = world.client(desk, role).get(reverse("submission", args=[row.pk]))
        assert got.status_code == status
    picture = world.client("centre", "worker").get(reverse("submission-file", args=[kept.pk]))
    assert b"".join(picture) == SECRET.encode()


def test_one_form_in_several_parts_and_twice_is_one(world: World, offered: Questionnaire) -> None:
    phone = Phone(world)
    for files in ({"a.jpg": b"a"}, {"b.jpg": b"b"}, {"a.jpg": b"a"}, {}):
        assert phone.send(filled(), files).status_code == 201
    assert Submission.objects.count() == 1
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["a.jpg", "b.jpg"]
    assert phone.send(filled(said="<work/>")).status_code == 409
    assert phone.send(filled(), {"a.jpg": b"other"}).status_code == 409
    assert Quarantined.objects.count() == 2


def test_a_correction_takes_the_place_of_the_form_before(world: World, offered: Questionnaire) -> None:
    phone = Phone(world)
    phone.send(filled("uuid:1"))
    edit = filled("uuid:2").replace("</meta>", "<deprecatedID>uuid:1</deprecatedID></meta>")
    assert phone.send(edit).status_code == 201
    assert phone.send(edit).status_code == 201
    assert [row.instance_id for row in Submission.objects.counted()] == ["uuid:2"]
    assert phone.send(edit.replace("uuid:2", "uuid:3")).status_code == 409
    assert phone.send(edit.replace("uuid:2", "uuid:4").replace("uuid:1", "uuid:0")).status_code == 404


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>' + filled().replace("osh", "&b;")
MALFORMED: list[tuple[str | bytes | None, int]] = [
    (None, 400),
    ("", 400),
    ("not xml", 400),
    (filled()[:-20], 400),
    (b"\xff\xfe\x00", 400),
    (BOMB, 400),
    ("<a>" * 60 + "</a>" * 60, 400),
    (filled(form=""), 400),
    (filled(own=""), 400),
    (filled(own="x" * 300), 400),
    (filled(form="unknown"), 404),
    (filled(version="1999"), 404),
    ("<data id='household' xmlns:x='" + "a" * 5000 + "'/>", 400),
    (filled().encode("utf-16"), 201),
    (filled(own="uuid:ы\u202e").encode(), 201),
    (filled(own="uuid:e").replace("<data ", '<data encrypted="yes" '), 201),
    (filled(own="uuid:n").replace("<data ", '<data xmlns="http://example.org/x" '), 201),
    ('<?xml version="1.0" encoding="no-such"?>' + filled(), 400),
]
RAW = [b"", b"--x", b"\x00" * 100, f"--{BOUNDARY}".encode(), b"<data/>"]
TYPES = [
    "",
    "text/xml",
    "multipart/form-data",
    "multipart/form-data; boundary=\x01",
    "multipart/mixed; boundary=a",
]


def test_malformed_forms_get_their_status_and_none_is_lost(world: World, offered: Questionnaire) -> None:
    phone = Phone(world)
    for xml, status in MALFORMED:
        got = phone.send(xml)
        assert got.status_code == status, xml
        assert texts(got, "message")[0], xml
    refused = sum(status != 201 for _xml, status in MALFORMED)
    assert Quarantined.objects.count() == refused
    before = Quarantined.objects.count()
    for body in RAW:
        for media_type in TYPES:
            got = phone.raw(body, media_type)
            assert (got.status_code, len(texts(got, "message"))) == (400, 1)
    assert Quarantined.objects.count() == before + len(RAW)  # the same bytes are kept once
    assert phone.raw(b"x" * (11 * 2**20)).status_code == 413
    assert phone.client.put(reverse("field-submission"), headers=phone.headers).status_code == 405


def test_of_all_that_goes_wrong_nothing_breaks_and_nothing_is_lost(
    world: World, offered: Questionnaire
) -> None:
    phone = Phone(world)
    phone.client.raise_request_exception = False
    for sent in [*malformed(5 * len(KINDS)), *large(len(LARGE))]:
        got = phone.raw(sent.body, sent.media_type)
        assert got.status_code in {201, 400, 404, 409, 413}, (sent.kind, sent.body[:300])
        assert texts(got, "message")[0]
        if got.status_code != 201 and len(sent.body) <= GIANT:
            digest = hashlib.sha256(sent.body).hexdigest()
            assert Quarantined.objects.filter(digest=digest).exists(), sent.kind
    assert not Attachment.objects.filter(name__contains="/").exists()


def test_what_was_kept_aside_is_tried_again_after_a_mend(world: World, offered: Questionnaire) -> None:
    phone = Phone(world)
    assert phone.send(filled(version="2027")).status_code == 404
    kept = Quarantined.objects.get()
    assert SECRET.encode() not in bytes(kept.item.sealed)
    client, again = world.client("centre", "supervisor"), reverse("quarantine-retry", args=[kept.pk])
    assert client.post(again, follow=True).status_code == 200
    assert not Submission.objects.exists()
    assert SECRET in b"".join(client.get(reverse("quarantine-original", args=[kept.pk]))).decode()
    offered.versions.update(version="2027")
    client.post(again)
    assert Submission.objects.get().answers["main"]["region"] == "osh"
    assert not Quarantined.objects.waiting().exists()
    assert world.client("stranger", "supervisor").post(again).status_code == 404


def test_what_is_sealed_later_is_not_counted_any_more(world: World, offered: Questionnaire) -> None:
    Phone(world).send(filled())
    actions.seal(world.actor("centre", "supervisor"), offered, sealed=["region", "member/away"], of="people")
    assert Submission.objects.get().answers == {
        "main": {"work/leaves": "yes"},
        "repeats": {"member": [{}, {}]},
    }


def test_old_forms_end_with_their_files_and_corrections(world: World, offered: Questionnaire) -> None:
    phone = Phone(world)
    phone.send(filled("uuid:1"), {"a.jpg": b"a"})
    phone.send(filled("uuid:2").replace("</meta>", "<deprecatedID>uuid:1</deprecatedID></meta>"))
    phone.send("broken")
    files = set(File.objects.filter(items__label__in=["submission", "attachment", "quarantine"]))
    assert len(files) == 4
    later = timezone.localdate() + timedelta(days=1)
    newest = list(retention.old_submissions(later))[-1]
    retention.end_submission(newest)
    retention.end_quarantined(*retention.old_quarantined(later))
    assert not Submission.objects.exists()
    assert not Attachment.objects.exists()
    assert not File.objects.filter(pk__in=[file.pk for file in files]).exists()


def test_a_telephone_is_added_by_a_picture_that_collect_reads(world: World) -> None:
    page = world.client("centre", "supervisor").post(reverse("device-new"), {"name": "Phone"})
    assert page.status_code == 200
    assert "<svg" in page.content.decode()
    told = json.loads(
        zlib.decompress(base64.b64decode(settings_for(RequestFactory().get("/"), "s", "Centre")))
    )
    assert told["general"]["server_url"] == "http://testserver/field"
    assert (told["general"]["password"], told["admin"]) == ("s", {})
    assert Device.objects.get().name == "Phone"
