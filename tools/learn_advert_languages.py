"""Learns the languages of adverts from our own translations and the table of cues, and writes the model."""

import csv
import json
import math
import re
from collections import Counter
from pathlib import Path

import polib

from kamkor.methods.adverts.folding import fold
from kamkor.methods.adverts.language import grams
from kamkor.methods.adverts.phrases import in_cyrillic

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "kamkor" / "methods" / "adverts"
KEPT = 3500
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|<[^>]*>|\{[^}]*\}|https?://\S+|[\w.]+@[\w.]+")
CUE_WEIGHT = 3
_LETTERS = "абвгдезиклмнопрстуфэё"
_USUAL = dict(zip(_LETTERS, "abvgdeziklmnoprstufee", strict=True)) | {
    "ч": "ch", "ш": "sh", "ь": "", "ъ": "", "ө": "o", "ү": "u", "ң": "n",
}  # fmt: skip
TYPED = {  # how people write Kyrgyz and Russian in Latin letters
    "ru": (
        {"ж": "zh", "й": "y", "х": "h", "ц": "c", "щ": "sh", "ы": "y", "ю": "yu", "я": "ya"},
        {"ж": "j", "й": "i", "х": "kh", "ц": "ts", "щ": "sch", "ы": "y", "ю": "yu", "я": "ya", "ё": "yo"},
        {"ж": "zh", "й": "j", "х": "h", "ц": "c", "щ": "sch", "ы": "i", "ю": "ju", "я": "ja"},
    ),
    "ky": (
        {"ж": "j", "й": "y", "х": "h", "ц": "ts", "щ": "sh", "ы": "y", "ю": "yu", "я": "ya", "ё": "yo"},
        {"ж": "j", "й": "i", "х": "h", "ц": "c", "щ": "sh", "ы": "i", "ю": "yu", "я": "ya", "ң": "ng"},
        {"ж": "zh", "й": "y", "х": "kh", "ц": "c", "щ": "sh", "ы": "y", "ю": "iu", "я": "ia"},
    ),
}


def texts() -> dict[str, list[str]]:
    """What is known to be in each language and way of writing."""
    found: dict[str, list[str]] = {
        name: [] for name in ("ky", "ru", "uz", "uz_Cyrl", "en", "ky_Latn", "ru_Latn")
    }
    for name in ("ky", "ru", "uz", "uz_Cyrl"):
        for entry in polib.pofile(str(ROOT / "locale" / name / "LC_MESSAGES" / "django.po")):
            found[name] += [entry.msgstr, *entry.msgstr_plural.values()]
            found["en"] += [entry.msgid] if name == "ky" else []
    for table in ("cues.csv", "calm.csv"):
        for row in csv.DictReader((PACKAGE / table).open(encoding="utf-8")):
            if row["language"] == "*":
                continue
            words = re.sub(r"@\w+|[*|#.&]", " ", row["phrase"].partition("!")[0])
            found[row["language"]] += [words] * CUE_WEIGHT
            if row["language"] == "uz":
                found["uz_Cyrl"] += [in_cyrillic(words)] * CUE_WEIGHT
    for name, ways in TYPED.items():
        for way in ways:
            letters = str.maketrans(_USUAL | way)
            found[f"{name}_Latn"] += [text.lower().translate(letters) for text in found[name]]
    return found


def learn() -> dict[str, dict[str, object]]:
    """The commonest pieces of each language with the logarithm of how often each is met."""
    model: dict[str, dict[str, object]] = {}
    for name, known in texts().items():
        counts: Counter[str] = Counter()
        for text in known:
            tokens = fold(PLACEHOLDER.sub(" ", text)).tokens()
            counts.update(grams(token.word for token in tokens if not token.word[0].isdigit()))
        total = sum(counts.values())
        pieces = {piece: round(math.log(count / total), 2) for piece, count in counts.most_common(KEPT)}
        model[name] = {"missing": round(math.log(0.5 / total), 2), "pieces": pieces}
    least = min(float(str(part["missing"])) for part in model.values())
    for part in model.values():
        part["missing"] = least
    return model


if __name__ == "__main__":
    text = json.dumps(learn(), ensure_ascii=False, separators=(",", ":"))
    (PACKAGE / "languages.json").write_text(f"{text}\n", encoding="utf-8")
