"""One Latin spelling for a name written in Kyrgyz, Russian, Uzbek (both alphabets) or a transliteration.

Each letter is first written in plain Latin; then an ordered list of rules brings the usual Latin spellings
of one sound together. The result is for comparing, never for showing.
"""

import re
import unicodedata

_APOSTROPHES = "'’‘ʻʼ`´ʹ"

# Letters whose Latin form would be lost by taking their accents off, and Cyrillic ones that never had any.
_LETTERS = str.maketrans(
    {
        **dict(zip("абвгдезиклмнопрстуфыэ", "abvgdeziklmnoprstufie", strict=True)),
        **dict(zip("ңөүўқғҳһәіұє", "nouokghhaiue", strict=True)),
        **dict(
            zip(
                "ж х ц ч ш щ ю я ё й ї ґ ҷ".split(),
                "zh kh ts ch sh sh yu ya yo i i g zh".split(),
                strict=True,
            )
        ),
        **dict(zip("ş ç ğ ı ß ž č š".split(), "sh ch g i s zh ch sh".split(), strict=True)),
        **dict.fromkeys("ъь", ""),
    }
)

_RULES = [
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"^(al[ei]|ma|o|ro)x(?=[aei])", r"\1ks"),  # Alexei, Maxim, Oxana; elsewhere x is х, as in Uzbek
        (r"dsch|dzh|dj|zh", "j"),
        (r"tsch|tch", "ch"),
        (r"shch|sch", "sh"),
        (r"(?<=[aeiouy])j(?![aeiouyj])", "i"),  # Ajgul, Sergej
        (r"gh", "g"),
        (r"kh|x", "h"),
        (r"ph", "f"),
        (r"tz", "ts"),
        (r"ck|q", "k"),
        (r"w", "v"),
        (r"c(?=[aeiouy])", "j"),  # Turkish: Canıbek, Cengiz
        (r"c(?!h)", "k"),
        (r"(?<![aeiouy])yo", "e"),  # ё is often written е, but not in Бахтиёр
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
        (r"oe(?=[^aeiouv])", "o"),  # German: Goekcen, Guelnara
        (r"ue(?=[^aeiouv])", "u"),
        (r"iu", "u"),  # Айгюль beside Айгуль
        (r"^ie|(?<=[aeou])ie|ie(?!v)", "e"),  # but keep Али-ев
        (r"skaia$", "ski"),
        (r"(.)\1+", r"\1"),
    )
]


def plain(word: str) -> str:
    """The common Latin spelling of one word; unknown alphabets pass through in lower case."""
    latin = unicodedata.normalize("NFC", word.lower()).translate(_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", latin) if c.isalpha() or c in _APOSTROPHES)
    for pattern, spelling in _RULES:
        bare = pattern.sub(spelling, bare)
    return bare.translate(dict.fromkeys(map(ord, _APOSTROPHES)))


def split(text: str) -> list[str]:
    """The words of a written name; apostrophes and accents belong to the word, hyphens part it."""
    composed = unicodedata.normalize("NFC", text)
    return re.findall(rf"(?:[^\W\d_]|[{_APOSTROPHES}\u0300-\u036f])+", composed)
