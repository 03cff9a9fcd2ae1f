"""A referral on a stick: one desk opens it, and no other; a key that was put in on the way is refused."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kamkor.assistance import enclosing
from kamkor.assistance.actions import records
from kamkor.base.uploads import check
from kamkor.vault import crossing
from tests.assistance.referring import FACT, MESSAGE, SECRETS, WORKING, case_at, refer
from tests.assistance.test_referral_answers import outside_offer
from tests.world import World


def file_of(world: World, receiver: str, content: dict[str, Any]) -> bytes:
    pair = world.desks[receiver].holder.current()
    return crossing.seal_file(crossing.public_of(crossing.address_of(pair)) or b"", content)


def send(world: World, desk: str, raw: bytes, **more: str) -> Any:
    file = SimpleUploadedFile("referral.json", raw, "application/json")
    return world.client(desk).post(reverse("referral-from-file"), {"file": file, **more})


def test_the_receiver_alone_opens_it(world: World) -> None:
    raw = file_of(
        world, "clinic", {"code": "KM-2", "rows": [["Name", "canary"]], "particulars": {"call_name": "A"}}
    )
    assert b"canary" not in raw
    opened = send(world, "clinic", raw)
    assert (opened.status_code, "canary" in opened.content.decode()) == (200, True)
    for desk in ("centre", "stranger"):
        assert send(world, desk, raw).status_code == 422


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b"null", b'{"sealed": "!", "to": 1}', b"\xff", b"[" * 9000]
)
def test_what_is_no_such_file_is_said(world: World, raw: bytes) -> None:
    assert send(world, "clinic", raw).status_code == 422


def test_what_was_changed_on_the_way_does_not_open(world: World) -> None:
    told = json.loads(file_of(world, "clinic", {"code": "KM-2", "rows": 7, "particulars": []}))
    assert send(world, "clinic", json.dumps(told).encode()).status_code == 200  # odd, and ours
    told["sealed"] = told["sealed"][:-8] + "AAAAAAA="
    assert send(world, "clinic", json.dumps(told).encode()).status_code == 422


def test_exactly_what_was_agreed_to_is_sealed_to_an_address_whose_sign_was_heard(world: World) -> None:
    referral = refer(world, case_at(world), offer=outside_offer())
    page, client = reverse("referral-sealed-file", args=[referral.pk]), world.client("centre")
    pair = world.desks["clinic"].holder.current()  # as if it were another installation's
    address, sign = crossing.address_of(pair), crossing.check_sign(bytes(pair.public))
    for wrong in ({"address": address, "sign": "0000-0000-0000-0000"}, {"address": "x", "sign": sign}):
        assert client.post(page, wrong).status_code == 422
    assert world.client("stranger").get(page).status_code == 404
    answer = client.post(page, {"address": address, "sign": sign.lower()})
    assert answer["Content-Disposition"] == f'attachment; filename="{referral.code}.kamkor.json"'
    raw = b"".join(answer)
    shown = send(world, "clinic", raw).content.decode()
    assert all(text in shown for text in (referral.code, SECRETS["call_name"], FACT, MESSAGE))
    assert not [text for text in (*SECRETS.values(), FACT, WORKING) if text.encode() in raw]
    assert WORKING not in shown


def test_documents_travel_inside_within_a_bound_and_are_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_at(world)
    text = b"canary in a document"
    checked = check(SimpleUploadedFile("her-name.txt", text))
    records.add_document(world.actor("centre"), case, kind="other", title="T", checked=checked)
    referral = refer(world, case, offer=outside_offer(), labels=("call_name", "document"))
    page, client = reverse("referral-sealed-file", args=[referral.pk]), world.client("centre")
    pair = world.desks["clinic"].holder.current()
    to = {"address": crossing.address_of(pair), "sign": crossing.check_sign(bytes(pair.public))}
    raw = b"".join(client.post(page, to))
    assert text not in raw
    opened = send(world, "clinic", raw)
    assert [one.name for one in opened.context["enclosed"]] == ["1.txt"]
    saved = send(world, "clinic", raw, documents="yes")
    with zipfile.ZipFile(io.BytesIO(b"".join(saved))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"1.txt": text}
    assert send(world, "stranger", raw, documents="yes").status_code == 422
    bare = send(world, "clinic", b"".join(client.post(page, to | {"without": "on"})))
    assert (bare.status_code, bare.context["enclosed"]) == (200, [])
    monkeypatch.setattr(enclosing, "MOST_BYTES", 5)
    refused = client.post(page, to)
    assert (refused.status_code, "can be enclosed" in refused.content.decode()) == (422, True)
    # What another installation puts in is no better than any upload.
    odd = [7, {}, {"content": "!"}, {"type": "text/plain", "content": "TVqQAAMAAAAEAAAA//8AALgA"}]
    told = send(world, "clinic", file_of(world, "clinic", {"code": "../x", "documents": odd}))
    assert [bool(one.problem) for one in told.context["enclosed"]] == [True] * 4
