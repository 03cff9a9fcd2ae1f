"""Made-up people, and the ways in which clerks, telephones and embassies spell them."""

from random import Random

GIVEN_WOMEN = (
    "Айгүл Гүлнара Жылдыз Назгүл Мээрим Бегимай Чолпон Нургүл Айнура Гүлмира Асел Жибек Каныкей Сезим "
    "Толгонай Марина Светлана Наталья Ольга Юлия Екатерина Хуршида Гулнора Дилноза Муҳаббат Шаҳноза Нилуфар"
).split()
GIVEN_MEN = (
    "Өмүрбек Чыңгыз Бакыт Нурлан Азамат Жаныбек Эрмек Улан Талант Кубанычбек Үсөн Асан Элдияр Айбек "
    "Таалай Мирлан Сергей Дмитрий Алексей Николай Юрий Ўктам Баходир Жаҳонгир Бахтиёр Қодир Шавкат Улуғбек"
).split()
_BEGINNINGS = (
    "Жума Таш Эсен Мырза Кадыр Токто Бай Тур Асан Кара Абды Сары Нур Болот Орозо Алым Дөөлөт Рыс Кенже Шер"
).split()
_ENDS = "бек бай кул али мат гул болот сейит жан дин бекир ахун".split()
FATHERS = [beginning + end for beginning in _BEGINNINGS for end in _ENDS]

_LATIN = str.maketrans(
    {
        **dict(zip("абвгдезиклмнопрстуфыэ", "abvgdeziklmnoprstufye", strict=True)),
        **dict(zip("ж х ц ч ш щ ю я ё".split(), "zh kh ts ch sh shch yu ya yo".split(), strict=True)),
        **dict(zip("й ң ө ү ў қ ғ ҳ".split(), "y ng o u oʻ q gʻ h".split(), strict=True)),
        **dict.fromkeys("ъь", ""),
    }
)
_WITHOUT_LOCAL_LETTERS = str.maketrans("ңөүўқғҳ", "ноуукгх")


def person(rng: Random) -> str:
    """Surname, given name and (two in three) patronymic, in Cyrillic."""
    woman = rng.random() < 0.6
    given = rng.choice(GIVEN_WOMEN if woman else GIVEN_MEN)
    stem, father = rng.choice(FATHERS), rng.choice(FATHERS)
    if rng.random() < 0.15:
        return f"{father} {'кызы' if woman else 'уулу'} {given}"
    surname = stem.removesuffix("й") + ("ев" if stem[-1] in "йи" else "ов") + "а" * woman
    if rng.random() < 0.33:
        return f"{surname} {given}"
    return f"{surname} {given} {father}{'овна' if woman else 'ович'}"


def respelt(name: str, rng: Random) -> str:
    """The person as somebody else writes her: other alphabet, order, no patronymic, perhaps a typo."""
    written = name.lower().split()
    if len(written) == 3 and written[1] not in ("кызы", "уулу") and rng.random() < 0.6:
        written = written[:2]
    if rng.random() < 0.4:
        written.reverse()
    text = _spelling(" ".join(written), rng)
    return _typo(text, rng) if rng.random() < 0.3 else text


def _spelling(text: str, rng: Random) -> str:
    kind = rng.randrange(4)
    if kind == 0:
        return text
    if kind == 1:
        return text.translate(_WITHOUT_LOCAL_LETTERS)
    latin = text.replace("дж", "j").translate(_LATIN)
    if kind == 2:
        return latin
    for usual, other in (("zh", "j"), ("kh", "h"), ("y", "i"), ("ng", "n"), ("ʻ", ""), ("q", "k")):
        if rng.random() < 0.6:
            latin = latin.replace(usual, other)
    return latin


def _typo(text: str, rng: Random) -> str:
    at = rng.randrange(1, len(text) - 1)
    change = rng.randrange(3)
    if change == 0:
        return text[:at] + text[at + 1 :]
    if change == 1:
        return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
    return text[:at] + rng.choice("aeinrst" if text.isascii() else "аеинрст") + text[at + 1 :]
