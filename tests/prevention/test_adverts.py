"""The watch over adverts: read, judged by people, written about."""

import io
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from kamkor.assistance.models import Task
from kamkor.base import codelists
from kamkor.methods.adverts.exports import Found, adverts_of
from kamkor.methods.adverts.lines import BadLine
from kamkor.methods.adverts.scoring import Scorer
from kamkor.methods.sheets.problems import Limits
from kamkor.prevention import reading
from kamkor.prevention.actions import adverts
from kamkor.prevention.models import Advert, Letter, Review
from tests.prevention.registering import firm_with_permit
from tests.world import World

RISKY = (
    "Девушки 18-25! Работа в Дубае без опыта, визу и билет оплатим, паспорт отдать до выезда. "
    "Никому не говорите. WhatsApp +996 555 123 456"
)
CALM = "Требуется бухгалтер в г. Бишкек, ул. Киевская 95, ОсОО «Береке». Тел. 0312 61 00 00"


def put(world: World, *texts: str, day: date = date(2026, 10, 1)) -> list[Advert]:
    actor = world.actor("commission", "monitor")
    found = [Found(number, text, day) for number, text in enumerate(texts, 1)]
    return adverts.add(actor, actor.desk, found=found, source="telegram", outlet="Jobs").new


def test_what_should_be_read_first_stands_first_and_its_words_are_marked(world: World) -> None:
    codelists.load()
    client = world.client("commission", "monitor")
    pasted = {"text": RISKY, "source": "telegram", "outlet": "Jobs", "day": "2026-10-01"}
    client.post(reverse("advert-new"), {**pasted, "text": CALM})
    shown = client.post(reverse("advert-new"), pasted, follow=True).content.decode()
    assert "<mark>" in shown
    assert "The passport is wanted before a contract" in shown
    assert "+996555123456" in shown
    queue = client.get(reverse("adverts")).content.decode()
    assert queue.index("Девушки") < queue.index("бухгалтер")
    client.post(reverse("advert-new"), pasted)
    assert Advert.objects.count() == 2  # the same once more is the same
    assert world.client("stranger", "monitor").get(reverse("advert", args=[1])).status_code == 404


def test_the_register_is_asked_as_it_stands_now(world: World) -> None:
    permit = firm_with_permit(world)
    text = "Ферма в Корее, 1500 $. ОсОО «Ак-Жол Карьера», г. Бишкек, ул. Токтогула 12"
    before, after = put(world, text, day=date(2026, 4, 1)), put(world, text, day=date(2026, 9, 10))
    assert "17" not in before[0].families
    assert "17" in after[0].families
    page = world.client("commission", "monitor").get(reverse("advert", args=[after[0].pk])).content.decode()
    assert reverse("recruiter", args=[permit.recruiter_id]) in page


def test_copies_and_shared_numbers_are_found(world: World) -> None:
    first, copy, other = put(
        world, RISKY, RISKY.replace("123 456", "777 888"), "Бармен, Стамбул. +996555123456"
    )
    assert (first.like_id, copy.like_id, other.like_id) == (None, first.pk, None)
    page = world.client("commission", "monitor").get(reverse("advert", args=[first.pk])).content.decode()
    assert reverse("advert", args=[copy.pk]) in page
    assert reverse("advert", args=[other.pk]) in page
    assert put(world, RISKY.replace("18-25", "18-28"))[0].like_id == first.pk


def test_a_network_is_followed_through_other_contacts_and_pay_is_told(world: World) -> None:
    first, _between, last = put(
        world,
        "Ферма, зарплата 3500 $. +996555123456",
        "Отель. +996555123456, @hotel_jobs_x",
        "Бар. @hotel_jobs_x",
    )
    page = world.client("commission", "monitor").get(reverse("advert", args=[first.pk])).content.decode()
    assert "«3500 $»" in page
    assert page.index("Linked through other contacts") < page.index(reverse("advert", args=[last.pk]))
    assert not reading.network(world.actor("stranger", "monitor"), first)


def test_a_second_opinion_is_another_persons(world: World) -> None:
    (advert,) = put(world, RISKY)
    client, page = world.client("commission", "monitor"), reverse("advert-review", args=[advert.pk])
    given = {"decision": "write", "why": "Passport", "ask_second": "on"}
    assert client.post(page, {"decision": "write"}).status_code == 422
    assert client.post(page, given).status_code == 302
    assert client.post(page, given).status_code == 422
    assert Review.objects.count() == 1
    assert Advert.objects.get().state == "second"


def test_a_letter_is_a_pdf_and_its_answer_is_kept(world: World) -> None:
    (advert,) = put(world, RISKY)
    client = world.client("commission", "monitor")
    client.post(reverse("advert-review", args=[advert.pk]), {"decision": "write", "why": "Passport"})
    written = {"to_kind": "outlet", "to_name": "Jobs", "language": "ru", "written_on": "2026-10-02"}
    assert client.post(reverse("letter-new", args=[advert.pk]), written).status_code == 302
    letter = Letter.objects.get()
    assert letter.due_on == date(2026, 11, 1)
    task = Task.objects.get(kind="letter_due")
    assert reverse("letter", args=[letter.pk]) in client.get(reverse("tasks")).content.decode()
    paper = client.get(reverse("letter-pdf", args=[letter.pk]))
    assert paper.content.startswith(b"%PDF-")
    assert client.get(reverse("letter", args=[letter.pk])).status_code == 200
    answered = {"answer": "taken_down", "answered_on": "2026-10-20"}
    client.post(reverse("letter-answer", args=[letter.pk]), answered)
    assert "2026-10" in client.get(reverse("advert-figures")).content.decode()
    letter.refresh_from_db()
    task.refresh_from_db()
    assert letter.answer == "taken_down"
    assert task.done_at is not None


def test_a_telegram_export_is_read_and_a_bad_file_names_its_line(world: World) -> None:
    messages = [
        {"id": 1, "type": "service", "text": ""},
        {
            "id": 2,
            "type": "message",
            "date": "2026-09-01T10:00:00",
            "text": ["Ферма ", {"type": "bold", "text": "KR"}],
        },
        {"id": 3, "type": "message", "date": "2026-09-02T10:00:00", "text": ""},
    ]
    export = json.dumps({"name": "Jobs", "messages": messages}).encode()
    (found,) = adverts_of("result.json", export, limits=Limits())
    assert (found.text, found.day, found.outlet) == ("Ферма KR", date(2026, 9, 1), "Jobs")
    every = json.dumps({"chats": {"list": [{"name": "A", "messages": messages}, {"messages": []}]}}).encode()
    assert [one.outlet for one in adverts_of("result.json", every, limits=Limits())] == ["A"]
    for records in (b'{"text": "a"}\n\n{"text": "b"}', b'[{"text": "a"}, {"text": "b"}]'):
        assert [one.text for one in adverts_of("x.jsonl", records, limits=Limits())] == ["a", "b"]
    for broken, line in (
        (b'{"id": 1, "text": "a"}\n{"id": 2}\n', "line 2"),
        (json.dumps({"messages": messages}, indent=1).encode().replace(b'"id": 2', b'"id" 2'), "line 9"),
    ):
        with pytest.raises(BadLine, match=line):
            adverts_of("x.jsonl", broken, limits=Limits())
    client = world.client("commission", "monitor")
    bad = SimpleUploadedFile("x.jsonl", b'{"id": 1, "text": "a"}\nnot json\n')
    answer = client.post(reverse("advert-upload"), {"file": bad, "source": "telegram"})
    assert answer.status_code == 422
    assert "Row 2:" in answer.content.decode()
    good = SimpleUploadedFile("result.json", export)
    assert client.post(reverse("advert-upload"), {"file": good, "source": "telegram"}).status_code == 302
    assert Advert.objects.get().outlet == "Jobs"


def test_every_letter_of_a_text_is_shown_once() -> None:
    flags = Scorer().read_alone(RISKY).flags
    pieces = reading.pieces(RISKY, flags)
    assert "".join(piece.text for piece in pieces) == RISKY
    assert any(8 in piece.codes for piece in pieces)
    assert reading.pieces("Call \u202e0555", [])[0].text == "Call 0555"  # no number is turned round


def test_a_photo_is_kept_beside_its_words_without_what_the_camera_wrote(world: World) -> None:
    codelists.load()
    camera = Image.Exif()
    camera[0x010E] = "taken at home"
    taken = io.BytesIO()
    Image.new("RGB", (2400, 1200), "white").save(taken, "JPEG", exif=camera)
    client = world.client("commission", "monitor")
    pasted = {"text": CALM, "source": "street", "day": "2026-10-01"}
    no_picture = SimpleUploadedFile("words.txt", b"words")
    assert client.post(reverse("advert-new"), {**pasted, "photo": no_picture}).status_code == 422
    photo = SimpleUploadedFile("wall.jpg", taken.getvalue(), content_type="image/jpeg")
    assert b"taken at home" in taken.getvalue()
    shown = client.post(reverse("advert-new"), {**pasted, "photo": photo}, follow=True).content.decode()
    address = reverse("advert-photo", args=[Advert.objects.get().pk])
    assert address in shown
    kept = client.get(address)
    assert (kept["Content-Type"], b"taken at home" in kept.content) == ("image/jpeg", False)
    assert Image.open(io.BytesIO(kept.content)).size == (1600, 800)
    assert world.client("stranger", "monitor").get(address).status_code == 404
