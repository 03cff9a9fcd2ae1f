"""What later adverts brought: Kyrgyz and Russian in Latin letters, warnings, denials that have ended."""

import pytest

from kamkor.methods.adverts.language import language_of
from kamkor.methods.adverts.scoring import Scorer


def said(text: str) -> dict[int, str]:
    return {flag.code: text[flag.start : flag.end] for flag in Scorer().read(text).flags}


@pytest.mark.parametrize(
    ("text", "language", "code", "words"),
    [
        (
            "🙏🏽 rabota v Turcii, pasport budet u nas do konca sezona",
            "ru",
            8,
            "pasport budet u nas do konca",
        ),
        ("Voennyi kontrakt, grazhdanstvo za tri mesyaca, 2 milliona rublei", "ru", 13, "Voennyi kontrakt"),
        ("Edem po turisticheskoy vize, dokumenty sdelaem na meste", "ru", 9, "dokumenty sdelaem na meste"),
        ("Klubga biychi kyzdar kerek, 18-25 jash, suluu bolsun", "ky", 11, "biychi"),
        ("Jumush bar, ech kimge aytpa, akchasy kundo", "ky", 15, "ech kimge aytpa"),
        ("Zarplata 5000 evro v mesyac v Polshe, sbor klubniki", "ru", 1, "5000 evro"),
    ],
)
def test_latin_letters_hide_no_sign_and_spans_stay_those_of_the_text(
    text: str, language: str, code: int, words: str
) -> None:
    assert language_of(text) == language
    assert words in said(text)[code]


@pytest.mark.parametrize(
    "text", ["Trebuetsya povar, pasport ne zabiraem, bez predoplaty", "Ashpozchu kerek, pasport albaibyz"]
)
def test_a_denial_in_latin_letters_is_heard(text: str) -> None:
    assert not {7, 8} & said(text).keys()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Shirin Non novvoyxonasiga novvoy kerak, oyligi 4 mln som", "uz"),
        ("Koreyaga ishga olib ketamiz, pasport bizda turadi", "uz"),
        ("Driver needed for a jam factory, no visa help, call Aibek", "en"),
    ],
)
def test_english_and_uzbek_in_latin_letters_stay_themselves(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Осторожно, мошенники! Просят предоплату и забирают паспорта.",
        "Мигранттарга юридикалык жардам: паспортуңузду кармап калса чалыңыз.",
        "Firibgarlar oldindan pul soʻrab, pasportni olib qoʻyadi.",
        "Warning: people who promise jobs ask for a deposit and take your passport.",
    ],
)
def test_what_a_warning_says_of_others_is_no_sign(text: str) -> None:
    assert not {7, 8} & said(text).keys()


def test_who_says_that_he_is_no_swindler_is_read_as_ever() -> None:
    assert {7, 8} <= said("Мы не мошенники, предоплата 500 $, паспорт сдаёте водителю.").keys()


def test_a_denial_behind_its_word_ends_there() -> None:
    assert 9 in said("Виза керек эмес, документти ошол жактан барганда кылабыз.")
    assert 7 not in said("Без залога, предоплаты и взносов, дрель своя.")
