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
        **dict(zip("ş ç ğ ı ß ž č š û â".split(), "sh ch g i s zh ch sh yu ya".split(), strict=True)),
        **dict.fromkeys("ъь", ""),
    }
)

_RULES = [
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"^(al[ei]|ma|o|ro)x(?=[aei])", r"\1ks"),  # Alexei, Maxim, Oxana; elsewhere x is х, as in Uzbek
        (r"^x(?=en)", "ks"),
        (r"^j(?=uli|uri)", "y"),  # Julia, Jurij
        (r"dsch|dzh|dj|zh", "j"),
        (r"tsch|tch", "ch"),
        (r"shch|sch", "sh"),
        (r"(?<=[aeiouy])j(?![aeiouyj])", "i"),  # Ajgul, Sergej
        (r"gh", "g"),
        (r"kh|x", "h"),
        (r"ph", "f"),
        (r"tz", "ts"),
        (r"ck|q", "k"),
        (r"^w(?=[^aeiouy])", "sh"),  # Wpakova, as in chats
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

# Letters of the two alphabets that look alike, and digits that stand for letters.
_LOOKS = ("aeopcyxkmthbi", "аеорсухкмтнві")
_TO_CYRILLIC, _TO_LATIN = str.maketrans(*_LOOKS), str.maketrans(*reversed(_LOOKS))
_ALIKE = frozenset("".join(_LOOKS))
_DIGITS = str.maketrans({"0": "o", "3": "z", "4": "ch", "1": "l"})
_BIRTH = re.compile(r"\d{2,}(?:\s*-?\s*(?:ж|г\.?\s*р|г|год[а-я]*|жылы|yil\w*|йил\w*)\b\.?)?")
_GLUED = re.compile(r"(?<=[^\W\d_A-ZА-ЯЁҢӨҮЎҚҒҲ]{3})(?=[A-ZА-ЯЁҢӨҮЎҚҒҲ][^\W\d_A-ZА-ЯЁҢӨҮЎҚҒҲ])")

_CUSTOMS = [
    (re.compile(there), back)
    for there, back in (
        (r"c(?!h)", "k"),
        (r"sch", "zh"),
        (r"w", "sh"),
        (r"(?<![aeiou])y(?![aeiou])", "u"),
        (r"\bj(?=[aeou])", "y"),
    )
]

_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
_FROM_LATIN_KEYS = str.maketrans(_KEYS + '{}:"<>~', _RUSSIAN_KEYS + "хъжэбюё")
_FROM_RUSSIAN_KEYS = str.maketrans(_RUSSIAN_KEYS + "өүң", _KEYS + "jey")


def plain(word: str) -> str:
    """The common Latin spelling of one word; unknown alphabets pass through in lower case."""
    composed = (
        unicodedata.normalize("NFC", _one_alphabet(word.lower())).translate(_DIGITS).translate(_LETTERS)
    )
    bare = "".join(c for c in unicodedata.normalize("NFKD", composed) if c.isalpha() or c in _APOSTROPHES)
    for pattern, spelling in _RULES:
        bare = pattern.sub(spelling, bare)
    return bare.translate(dict.fromkeys(map(ord, _APOSTROPHES)))


def split(text: str) -> list[str]:
    """The words of a written name; apostrophes and accents belong to the word, hyphens part it.

    Years and other numbers are left out; a digit between letters is taken for the letter it looks like.
    """
    composed = _GLUED.sub(" ", _BIRTH.sub(" ", unicodedata.normalize("NFC", text)))
    found = re.findall(rf"(?:[^\W_]|[{_APOSTROPHES}\u0300-\u036f])+", composed)
    return [word for word in found if any(sign.isalpha() for sign in word)]


def other_keyboard(text: str) -> str:
    """The text as it would be, had the keyboard been switched: Fquekm was meant to be Айгуль."""
    low = _BIRTH.sub(" ", text.lower())
    if 2 * sum("а" <= sign <= "я" for sign in low) > sum(sign.isalpha() for sign in low):
        return low.translate(_FROM_RUSSIAN_KEYS)
    return low.translate(_FROM_LATIN_KEYS)


def other_customs(text: str) -> list[str]:
    """A Latin text by customs that the rules cannot serve as well: c for k, sch for ж, w for sh, y for ү."""
    found = [text.lower()]
    for there, back in _CUSTOMS:
        found += [there.sub(back, reading) for reading in found if there.search(reading)]
    return found[1:]


def _one_alphabet(word: str) -> str:
    """A word with letters of two alphabets is brought back to the one that its unlike letters are of."""
    cyrillic = [sign for sign in word if "Ѐ" <= sign <= "ӿ"]
    latin = [sign for sign in word if sign.isalpha() and not "Ѐ" <= sign <= "ӿ"]
    if not cyrillic or not latin:
        return word
    sure = [sum(sign not in _ALIKE for sign in signs) for signs in (cyrillic, latin)]
    return word.translate(_TO_LATIN if sure[1] > sure[0] else _TO_CYRILLIC)
