"""How names are written in other alphabets and by other people's rules; each table is one custom."""

from random import Random

_BASE = dict(zip("абвгдеёзийклмнопрстуфхцчшыэюя", "abvgdeëzijklmnoprstufhcčšyeûâ", strict=True))
_COMMON = dict(zip("абвгдезиклмнопрстуф", "abvgdeziklmnoprstuf", strict=True))


def _table(text: str) -> dict[str, list[str]]:
    """`ж:zh,j` for each letter and the ways of writing it; what is not named is as everywhere."""
    own = {}
    for pair in text.split():
        letter, _, ways = pair.partition(":")
        own[letter] = ways.split(",")
    return {**{letter: [way] for letter, way in _COMMON.items()}, **own}


SYSTEMS = {
    "passport": _table(
        "ё:e ж:zh й:i х:kh ц:ts ч:ch ш:sh щ:shch ъ:ie ь: ы:y э:e ю:iu я:ia ң:n ө:o ү:u ў:u қ:k ғ:g ҳ:h"
    ),
    "bgn": _table(
        "ё:yo ж:j й:y х:kh ц:ts ч:ch ш:sh щ:shch ъ: ь:' ы:y э:e ю:yu я:ya ң:ng ө:ö ү:ü ў:ŭ қ:q ғ:gh ҳ:h"
    ),
    "iso9": _table("ё:ë ж:ž й:j х:h ц:c ч:č ш:š щ:ŝ ъ: ь:ʹ ы:y э:è ю:û я:â ң:ň ө:ô ү:ù ў:ŭ қ:ķ ғ:ġ ҳ:ḩ"),
    "turkish": _table(
        "ё:yo ж:c й:y х:h ц:ts ч:ç ш:ş щ:şç ъ: ь: ы:ı э:e ю:yu я:ya ң:n,ñ ө:ö ү:ü ў:o,u қ:k ғ:ğ ҳ:h"
    ),
    "chat": _table(
        "ё:e,yo,jo,io ж:j,zh,dj,dzh,g й:i,y,j х:h,kh,x ц:c,ts,s ч:ch,4 ш:sh,w щ:sch,sh ъ: ь:,',i ы:y,i "
        "э:e ю:u,yu,ju,iu я:a,ya,ja,ia ң:n,ng ө:o,e,u ү:u,y ў:o,u,o' қ:q,k ғ:g,g',gh ҳ:h,x "
        "в:v,w к:k,k,k,c з:z,s"
    ),
    "german": _table(
        "ё:jo ж:sch,dsch й:j,i х:ch ц:z ч:tsch ш:sch щ:schtsch ъ: ь: ы:y э:e ю:ju я:ja ң:ng ө:ö,oe ү:ü,ue "
        "ў:o қ:k ғ:g ҳ:h в:w з:s"
    ),
    "english": _table(
        "ё:yo,io ж:j,zh й:y,i х:kh,h ц:ts ч:ch ш:sh щ:shch ъ: ь: ы:y,i э:e ю:yu,u я:ya,ia ң:ng,n ө:o,u "
        "ү:oo,u ў:o қ:k,q ғ:g,gh ҳ:h у:oo,u и:i,ee к:k,k,c"
    ),
}
_UZBEK = {
    **_COMMON,
    **dict(zip("хҳқжйы", "xhqjyi", strict=True)),
    **dict(
        zip("ё ц ч ш щ э ю я ў ғ ө ү ң".split(), "yo ts ch sh sh e yu ya oʻ gʻ oʻ u ng".split(), strict=True)
    ),
    "ъ": "ʼ",
    "ь": "",
}
_BACK = (
    "shch:щ sch:ш zh:ж kh:х ch:ч sh:ш ts:ц yu:ю ya:я yo:ё ye:е "
    "oʻ:ў o':ў gʻ:ғ g':ғ ng:ң dj:дж a:а b:б c:к d:д e:е "
    "f:ф g:г h:х i:и j:ж k:к l:л m:м n:н o:о p:п q:к r:р s:с t:т u:у v:в w:в x:х y:ы z:з"
).split()


def write(text: str, system: str, rng: Random) -> str:
    """In this system, each word by one choice of spelling for each letter."""
    table = SYSTEMS[system]
    words = []
    for word in text.split(" "):
        chosen = {letter: rng.choice(ways) for letter, ways in table.items()}
        low = "".join(chosen.get(sign, sign) for sign in word.lower())
        words.append(low[:1].upper() + low[1:] if word[:1].isupper() else low)
    return " ".join(words)


def to_uzbek_latin(text: str) -> str:
    words = []
    for word in text.split(" "):
        low = "".join(_UZBEK.get(sign, sign) for sign in word.lower())
        low = "ye" + low[1:] if word[0] in "Ее" else low
        words.append(low[:1].upper() + low[1:] if word[:1].isupper() else low)
    return " ".join(words)


def back_to_cyrillic(text: str) -> str:
    """As somebody reads a passport aloud to a clerk: letter by letter."""
    low = text.lower()
    for pair in _BACK:
        there, _, back = pair.partition(":")
        low = low.replace(there, back)
    return low.title()


def russian_spelling(text: str, rng: Random) -> str:
    """A Kyrgyz or Uzbek name as Russian clerks write it."""
    soft = rng.random() < 0.7
    for there, back in (("гүл", "гуль"), ("күл", "куль"), ("күм", "кюм"), ("мөл", "мел")):
        text = text.replace(there, back if soft else there).replace(
            there.title(), (back if soft else there).title()
        )
    if rng.random() < 0.35:
        text = text.replace("ж", "дж").replace("Ж", "Дж")
    if rng.random() < 0.15:
        text = text.replace("кыт", "хыт").replace("акт", "ахт")
    if rng.random() < 0.2:
        text = text.replace("Э", "Е").replace("ы", "и")
    return text.translate(LOST_LETTERS)


LOST_LETTERS = str.maketrans("ңөүўқғҳҢӨҮЎҚҒҲ", "ноуукгхНОУУКГХ")
