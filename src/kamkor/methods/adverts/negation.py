"""Whether a text denies what it names: «без предоплаты», «паспорт не забираем», алынбайт, olinmaydi, no."""

import re

from kamkor.methods.adverts.folding import Token, bare

_BEFORE = frozenset(
    map(
        bare,
        "без не нет ни никаких никакой никакие никто no not without never zero nobody none dont doesnt wont "
        "cannot ким kim".split(),
    )
)
_AFTER = frozenset(
    map(bare, "не нет нету ни not never жок жокпуз эмес эмеспиз йўқ йўқдир эмас emas yoʻq yoʻqdir".split())
)
_BUT = frozenset(map(bare, "но однако зато бирок лекин lekin ammo аммо but only however лишь".split()))
_FREE = tuple(map(bare, "free бесплатн акысыз бекер bepul бепул текин tekin".split()))
_OWN = tuple(
    map(
        bare,
        "өзүңүздө өзүңөрдө өзүңдө өзүндө колуңуз колуңда колуңар oʻzingizda ўзингизда oʻzida qoʻlingiz "
        "қўлингиз вас себе руках кармане yourself yourselves".split(),
    )
)
_TAKEN = (
    "забир",
    "забер",
    "изыма",
    "отбира",
    "отдае",
    "сдае",
    "take",
    "collect",
)  # with whom it was till then
_ASKED = (  # nouns that take the ending of "without": күрөөсүз, garovsiz; verbs have it for "you"
    "күрөө депозит взнос предоплата задаток аванс кепилдик комиссия төлөм айыппул паспорт документ "
    "garov depozit toʻlov zakalat avans komissiya jarima pasport hujjat гаров тўлов закалат ҳужжат"
)
_WITHOUT = re.compile(rf"(?:{'|'.join(map(bare, _ASKED.split()))})(?:сыз|сиз|суз|siz)$")
_ALSO = {7: _FREE, 8: _OWN}  # money that is not taken, a passport that stays with its owner
_VERB = re.compile(
    r"(?!дубаи|мумбаи|запас|компас)\w{2,}[бп][аео]"
    r"(?:и(?:т|м|б[иыуо][зс]|с[иыуо][зн]\w*)|г[аео]н\w*|с|(?<=[ае])и|с[ыиу]н|н[иыуо]з\w*)$"
    r"|(?:толо|бол|кор|суило)бои$"
    r"|\w{2,}ma(?:y\w*|ng\w*|gan\w*|sdan|sin|slik\w*)$"
    r"|\w{2,}ма(?:иди|иди\w*|имиз|исиз|иман|нг|нгиз|ган\w*|сдан|син)$"
)
_GIVEN_BACK = re.compile("возвра|верн|qayt|refund|return|каит")
_FAR = frozenset({"не", "not", "never", "dont", "doesnt", "wont"})  # deny a verb and what it governs
_REACH_FAR, _REACH_BEFORE, _REACH_AFTER = 4, 3, 3


def holds_negation(words: list[list[str]]) -> bool:
    """Whether a phrase says no of itself («опыт не нужен»), so that a no around it denies nothing."""
    return any(all(_negative(way) for way in ways) for ways in words)


def _negative(word: str) -> bool:
    return word in _BEFORE or word in _AFTER or bool(_VERB.match(word) or _WITHOUT.match(word))


def turns(words: list[Token]) -> bool:
    """Whether what follows these words is not what went before: «залога нет, но паспорт сдаёте».

    A denial that stands behind what it denies has ended there; only one before goes on through a list.
    """
    return any(token.word in _BUT or token.word in _AFTER or bool(_VERB.match(token.word)) for token in words)


def denied(tokens: list[Token], first: int, last: int, family: int) -> bool:
    """Whether a word of denial governs these tokens: shortly before, among or after, within the same commas.

    "Free" (bepul, бекер) denies that money is asked, "with you" (өзүңүздө) that a passport is taken.
    """
    before = [
        token.word for token in tokens[max(0, first - _REACH_FAR) : first] if token.part == tokens[first].part
    ]
    if any(word in _FAR for word in before) or any(word in _BEFORE for word in before[-_REACH_BEFORE:]):
        return True
    if any(_negative(token.word) for token in tokens[first : last + 1]):
        return True
    after = [token for token in tokens[last + 1 : last + 1 + _REACH_AFTER] if token.part == tokens[last].part]
    if any(_GIVEN_BACK.match(token.word) for token in after):
        return False  # a deposit that is not given back is a deposit
    also = _ALSO.get(family, ())
    if family == 8 and before and before[-1] == "you" and tokens[first].word in {"keep", "hold"}:
        return True
    said = tokens[first : last + 1]
    taken = family == 8 and any(token.word.startswith(_TAKEN) for token in said)
    if not taken and any(token.word.startswith(also) for token in [*said, *after]):
        return True
    return any(token.word in _AFTER or _VERB.match(token.word) for token in after)
