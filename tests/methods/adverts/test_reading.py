"""Adverts read: flags with their words, what is denied, contacts, languages, the register, the order."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkor.methods.adverts.clusters import clusters
from kamkor.methods.adverts.contacts import contacts_in
from kamkor.methods.adverts.firms import BadRegister, read_register
from kamkor.methods.adverts.language import language_of
from kamkor.methods.adverts.scoring import Scorer

WORDINGS = Path(__file__).resolve().parents[3] / "bench" / "adverts_wordings.csv"
REGISTER = """name,spellings,status,from,to,country
ОсОО «Жаңы Жол»,Jany Jol;New Way,issued,2025-01-01,2025-12-31,KR
ОсОО «Ак Кеме»,,issued,2025-01-01,2026-12-31,TR
ОсОО «Ак Кеме»,,suspended,2026-03-01,,TR
"""


def words(text: str, code: int) -> list[str]:
    return [text[flag.start : flag.end] for flag in Scorer().read(text).flags if flag.code == code]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("Едем завтра, паспорт сдаёте водителю.", 8, "паспорт сдаёте водителю"),
        ("Кореяга жумуш, алдын ала 800 доллар төлөйсүз", 7, "алдын ала 800 доллар төлөйсүз"),
        ("Кореяга жумуш, алдын ала 800 доллар толойсуз", 7, "алдын ала 800 доллар толойсуз"),
        ("Ish bor, oldindan toʻlov 300$", 7, "oldindan toʻlov"),
        ("Ish bor, oldindan to'lov 300$", 7, "oldindan to'lov"),
        ("Иш бор, олдиндан тўлов 300$", 7, "олдиндан тўлов"),
        ("😀 We hold your passport until you repay", 8, "We hold your passport"),
        ("Депозит не возвращается", 7, "Депозит"),
        ("Прeдоплaта 100$", 7, "Прeдоплaта"),  # with Latin letters among the Cyrillic
        ("Пред\u200bоплата 100$", 7, "Пред\u200bоплата"),
        ("Hech kimga aytmang", 15, "Hech kimga aytmang"),
        ("Сбор мандаринов в Сирии", 16, "Сирии"),
        ("Залога нет, но паспорт полежит у прораба", 8, "паспорт полежит у прораба"),
        (
            "Күрөө жок, бирок 3000 сомду медсправка үчүн алдын ала которуп коюңуз",
            7,
            "3000 сомду медсправка үчүн алдын ала",
        ),
        ("Зарплата 9000 долларов в месяц", 1, "9000 долларов"),
    ],
)
def test_a_flag_points_at_its_words(text: str, code: int, said: str) -> None:
    assert said in words(text, code)


@pytest.mark.parametrize(
    "text",
    [
        "Работа без предоплаты",
        "Предоплату не берём, паспорт не забираем",
        "Без залогов, депозитов и взносов",
        "Алдын ала төлөм алынбайт, паспорт кармалбайт",
        "Алдын ала төлөбөйсүз",
        "Oldindan toʻlov olinmaydi, pasport olinmaydi",
        "Олдиндан тўлов олинмайди",
        "Айдоочу керек, күрөөсүз, алдын ала төлөмсүз",
        "Garovsiz, pasport oʻzingizda",
        "Паспорт возвращаем сразу после копирования при подписании договора",
        "No fee, no deposit. We never ask for a fee and do not keep your passport",
    ],
)
def test_what_is_denied_is_no_flag(text: str) -> None:
    assert not [flag for flag in Scorer().read(text).flags if flag.code in {7, 8}]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0555 12-34-56", "+996555123456"),
        ("+996 (7OO) 12 34 56", "+996700123456"),
        ("8 777 123 45 67", "+77771234567"),
        ("8(916)123-45-67", "+79161234567"),
        ("+998 90 123-45-67", "+998901234567"),
        ("0532 123 45 67", "+905321234567"),
        ("010-1234-5678", "+821012345678"),
        ("00971 50 123 4567", "+971501234567"),
        ("wa.me/996555010203", "+996555010203"),
        ("https://t.me/Super_Job", "telegram:super_job"),
        ("инстаграм: @girls.dubai", "instagram:girls.dubai"),
        ("пишите @rabota_kg.", "telegram:rabota_kg"),
        ("JOB@mail.kg", "email:job@mail.kg"),
    ],
)
def test_contacts_have_one_form(written: str, number: str) -> None:
    assert [contact.value for contact in contacts_in(f"тел. {written}, звоните")] == [number]


def test_money_and_days_are_no_contacts() -> None:
    assert (
        contacts_in("60 000 - 80 000 сом, 01.02.2026, 5 000 000 - 7 000 000 сум, 25-35 лет, 500 000 000 сум")
        == []
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ошто кийим дукону ачылды, сатуучу кыз керек, айлыгы жакшы толонот", "ky"),
        ("Нужен сварщик на завод, оплата каждую неделю, общежитие", "ru"),
        ("Toshkentda tikuvchi kerak, oylik yaxshi, ovqat bor", "uz"),
        ("Тошкентда тикувчи керак, ойлик яхши, овқат бор", "uz"),
        ("Cleaners wanted for a hotel by the lake, meals included", "en"),
        ("123 😀 ", "und"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "day", "why"),
    [
        ("Агентство «Жаны Жол», работа в Корее", date(2025, 6, 1), ""),
        ('OcOO "Jany Jol" Koreyaga ishchi oladi', date(2025, 6, 1), ""),
        ("Агентство «Жаңы Жол», работа в Корее", date(2026, 6, 1), "not in force"),
        ("Агентство «Жаңы Жол», работа в Польше", date(2025, 6, 1), "another country"),
        ("Фирма «Ак-Кеме», Турция", date(2025, 6, 1), ""),
        ("Фирма «Чудо Тур», Турция", date(2025, 6, 1), "not on the register"),
        ("Кафе «Чудо», Бишкек", date(2025, 6, 1), ""),
        ("Жаңы Жол Кореяга адам жыйнайт", date(2026, 6, 1), "not in force"),
        ("Ак Кеме жыйнайт, чет өлкөгө", date(2026, 6, 1), "suspended"),
        ("Ак Кеме набирает в Европу, Турция", date(2025, 6, 1), ""),
    ],
)
def test_the_register_on_the_day_of_the_advert(text: str, day: date, why: str) -> None:
    found = [flag.why for flag in Scorer(read_register(REGISTER)).read(text, day).flags if flag.code == 17]
    assert (why in found[0]) if why else not found


def test_a_suspension_ends_what_was_issued() -> None:
    flags = Scorer(read_register(REGISTER)).read("Фирма «Ак Кеме», Турция", date(2026, 4, 1)).flags
    assert "suspended" in next(flag.why for flag in flags if flag.code == 17)


def test_a_register_that_cannot_be_read_says_how_to_mend_it() -> None:
    with pytest.raises(BadRegister, match=r"row 2, from: not a date. Mend"):
        read_register("name,status,from\nАк,issued,1 мая\n")


def test_one_more_flag_never_lowers_the_score() -> None:
    text, before = "ОсОО «Ак», ул. Чуй 1.", -1.0
    for more in ("", " Вылет завтра.", " Залог 100$.", " Никому не говорите.", " Скиньте фото паспорта."):
        text += more
        score = Scorer().read(text).score
        assert before < score < 1
        before = score


def test_a_contact_that_was_flagged_before_is_remembered() -> None:
    scorer = Scorer()
    for _ in range(2):
        assert 18 not in {flag.code for flag in scorer.read("Вебкам, доход, 0555 12 34 56").flags}
    assert 18 in {flag.code for flag in scorer.read("Работа, 0555-123-456").flags}


def test_near_duplicates_are_one_group_and_others_are_not() -> None:
    one = (
        "Кореяга жумушка адамдар керек, күнөсканада иштейсиз, жатакана бар, айлык өз убагында. 0555 12 34 56"
    )
    same = (
        "Кореяга жумушка адамдар керек!! күносканада иштейсиз, жатакана бар, айлык оз убагында 0700 99 88 77"
    )
    other = (
        "Ошто кийим дүкөнүнө сатуучу керек, иш убактысы тогуздан алтыга чейин, дем алыш бар. 0555 12 34 56"
    )
    turned = "Репост. " + ", ".join(reversed(one.partition(". ")[0].split(", "))).replace("о", "o")
    assert clusters([one, other, same, "", "", turned]) == [0, 1, 0, 3, 3, 0]


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=200) | st.text("паспорт не берём 0555+()oО@t.me/ʻ\u0301\u200b\u202e😀İ$«»", max_size=200)
)
def test_any_text_is_read_and_spans_lie_within(text: str) -> None:
    reading = Scorer().read(text)
    assert 0 <= reading.score < 1
    for start, end in [(flag.start, flag.end) for flag in reading.flags]:
        assert 0 <= start <= end <= len(text)
    assert all(text[contact.start : contact.end] for contact in reading.contacts)


def test_many_wordings_are_heard_and_ordinary_ones_pass() -> None:
    with WORDINGS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [{flag.code for flag in Scorer().read(row["text"]).flags} for row in rows]
    missed = [row["text"] for row, codes in zip(rows, found, strict=True) if {int(row["code"] or 3)} - codes]
    alarmed = [
        row["text"] for row, codes in zip(rows, found, strict=True) if not row["code"] and codes - {3, 4}
    ]
    assert len(missed) < 20, missed
    assert len(alarmed) < 20, alarmed
