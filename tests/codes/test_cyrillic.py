"""Uzbek in Cyrillic letters: the rule, the exceptions and what is never touched."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkor.codes.cyrillic import EXCEPTIONS, uz_cyrillic
from kamkor.codes.loaders import code_list, lists

WORDS = {
    "odam savdosidan jabrlangan shaxs": "одам савдосидан жабрланган шахс",
    "qayta yoʻnaltirish": "қайта йўналтириш",
    "Oʻsh viloyati, Jalolobod shahri": "Ўш вилояти, Жалолобод шаҳри",
    "gʻalaba, togʻ": "ғалаба, тоғ",
    "maʼlumot, taʼsir, eʼlon, sanʼat": "маълумот, таъсир, эълон, санъат",
    "elektron aeroport, teatr": "электрон аэропорт, театр",
    "yetti yer, yangi, yurt, yoʻl, yosh": "етти ер, янги, юрт, йўл, ёш",
    "5 aprel, sentabrda": "5 апрель, сентябрда",
    "reabilitatsiya, politsiya, sotsial": "реабилитация, полиция, социал",
    "rayon, mayor": "район, майор",
    "asʼhoblar": "асҳоблар",
    "YOʻL, Yoʻl": "ЙЎЛ, Йўл",
    "PINni kiriting, NNTlar": "PINни киритинг, ННТлар",
}
KEPT = [
    "%(name)s",
    "%s",
    "%d",
    "{count}",
    "{% url %}",
    "<strong class='note'>",
    "&nbsp;",
    "&#39;",
    "https://example.org/yordam?til=uz",
    "yordam@example.org",
    "www.example.org",
    "HTCDS",
    "PIN",
    "CSV",
    "KM-7F3K-2Q",
    "vic_TypeOfExploitation",
    "Facebook Messenger",
]


def exceptions() -> list[dict[str, str]]:
    with EXCEPTIONS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Names and beginnings of addresses, which stay Latin; what ends in "-" may go on in Cyrillic.
LATIN = "|".join(
    rf"\b{row['cyrillic'][:-1]}" if row["latin"].endswith("-") else rf"\b{row['cyrillic']}\b"
    for row in exceptions()
    if re.search("[a-z]", row["cyrillic"])
)


@pytest.mark.parametrize(("latin", "cyrillic"), WORDS.items())
def test_words(latin: str, cyrillic: str) -> None:
    assert uz_cyrillic(latin) == cyrillic


@pytest.mark.parametrize("apostrophe", "ʻʼ'`´‘’")
def test_any_apostrophe_will_do(apostrophe: str) -> None:
    assert uz_cyrillic(f"o{apostrophe}zbek, tog{apostrophe}, ma{apostrophe}no") == "ўзбек, тоғ, маъно"


@pytest.mark.parametrize("kept", KEPT)
def test_codes_markup_and_addresses_stay(kept: str) -> None:
    assert uz_cyrillic(kept) == kept
    assert uz_cyrillic(f"Salom, {kept} va yana") == f"Салом, {kept} ва яна"


def test_every_exception_is_used() -> None:
    rows = exceptions()
    assert len({row["latin"] for row in rows}) == len(rows)
    for row in rows:
        assert row["latin"] == row["latin"].lower()
        assert row["why"]
        if row["latin"].endswith("-"):
            assert uz_cyrillic(row["latin"][:-1] + "ning") == row["cyrillic"][:-1] + "нинг"
        else:
            assert uz_cyrillic(row["latin"]) == row["cyrillic"]


def test_no_latin_letter_is_left_in_a_label() -> None:
    names = (
        r"robots\.txt|Facebook|Instagram|WhatsApp|Telegram|Messenger|Viber|SnapChat|Line|4Sale|WeChat|QZone"
        "|TikTok|Twitter"
    )
    for name in lists():
        for code in code_list(name).values():
            label = re.sub(rf"{names}|[A-Z]{{2,}}", "", uz_cyrillic(code.labels["uz"]))
            if name not in ("organisation", "institution"):
                assert not re.search("[A-Za-z]", label), label


@given(st.text(st.sampled_from("abdefghijklmnopqrstuvxyzʻʼ' ,")))
def test_the_rule_leaves_no_lower_case_latin_letter_and_is_stable(text: str) -> None:
    once = uz_cyrillic(text)
    assert not re.search("[a-z]", re.sub(LATIN, "", once, flags=re.IGNORECASE))
    assert uz_cyrillic(once) == once


@given(st.text(st.characters(codec="utf-8", exclude_characters="".join(map(chr, range(65, 123))))))
def test_text_without_latin_letters_is_untouched(text: str) -> None:
    assert uz_cyrillic(text) == text


@given(st.lists(st.sampled_from([*KEPT, "yoʻl", "eʼlon", "rozilik"])))
def test_placeholders_survive_in_any_order(parts: list[str]) -> None:
    shown = uz_cyrillic(" ".join(parts))
    for part in set(parts) & set(KEPT):
        assert shown.count(part) >= parts.count(part)
