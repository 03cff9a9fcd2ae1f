"""Questionnaires that come with the project: written as CSV, made into the workbooks that telephones need."""

import csv
import io
from collections.abc import Iterator, Sequence
from importlib.resources import files

from openpyxl import Workbook

LANGUAGES = {
    "en": "English (en)",
    "ky": "Кыргызча (ky)",
    "ru": "Русский (ru)",
    "uz": "Oʻzbekcha (uz)",
}
VERSION = "2026-11-22.2"
TITLES: dict[str, dict[str, str]] = {
    "ngo_capacity": {
        "en": "What organisations can do against trafficking",
        "ky": "Уюмдар адамдарды сатууга каршы эмне кыла алат",
        "ru": "Что организации могут против торговли людьми",
        "uz": "Tashkilotlar odam savdosiga qarshi nima qila oladi",
    },
    "service_needs": {
        "en": "Which services are needed: focus group",
        "ky": "Кандай кызматтар керек: фокус-топ",
        "ru": "Какие услуги нужны: фокус-группа",
        "uz": "Qanday xizmatlar kerak: fokus-guruh",
    },
    "children_left": {
        "en": "Children whose parents are away: what to look at",
        "ky": "Ата-энеси алыста жүргөн балдар: эмнеге көңүл буруу керек",
        "ru": "Дети, чьи родители уехали: на что обратить внимание",
        "uz": "Ota-onasi uzoqda boʻlgan bolalar: nimaga eʼtibor berish kerak",
    },
    "labour_market": {
        "en": "Count at a labour market",
        "ky": "Эмгек базарындагы саноо",
        "ru": "Подсчёт на рынке труда",
        "uz": "Mehnat bozorida sanash",
    },
    "training_test": {
        "en": "Training: before and after",
        "ky": "Окуу: алдында жана кийин",
        "ru": "Обучение: до и после",
        "uz": "Oʻqish: oldin va keyin",
    },
    "shelter_exit": {
        "en": "After the shelter: leaving and later talks",
        "ky": "Баш калкалоочу жайдан кийин: кетүү жана кийинки аңгемелер",
        "ru": "После приюта: выезд и последующие беседы",
        "uz": "Boshpanadan keyin: ketish va keyingi suhbatlar",
    },
}

OF = {
    "ngo_capacity": "organisations",
    "labour_market": "places",
}  # what a filled form tells of


def title(name: str, language: str) -> str:
    return TITLES[name].get(language, TITLES[name]["en"])


def shipped(name: str, language: str = "en") -> bytes:
    """The XLSForm of one of TITLES in all languages; it has its title in one, and begins in that one."""
    begins = language if language in LANGUAGES else "en"
    book = Workbook(write_only=True)
    for part in ("survey", "choices"):
        sheet = book.create_sheet(part)
        for row in _rows(name, part):
            sheet.append(row)
    settings = book.create_sheet("settings")
    settings.append(["form_id", "form_title", "version", "default_language"])
    settings.append([name, title(name, begins), VERSION, LANGUAGES[begins]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(name: str, sheet: str) -> Iterator[Sequence[str]]:
    text = (files("kamkor.codes") / "data" / "forms" / f"{name}.{sheet}.csv").read_text(encoding="utf-8")
    heading, *rows = csv.reader(io.StringIO(text))
    yield [f"label::{LANGUAGES[cell]}" if cell in LANGUAGES else cell for cell in heading]
    yield from rows
