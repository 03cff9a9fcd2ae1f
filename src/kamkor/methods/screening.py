"""Reading the signs of a screening by the ILO's rule, always with the reasons and never as a decision.

The indicators and their strengths are data of the caller. A profile whose strengths are not known is not
scored at all: its signs are shown by act, means and purpose, and a person judges.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Profile(StrEnum):
    ADULT_LABOUR = "adult_labour"
    CHILD_LABOUR = "child_labour"
    ADULT_SEXUAL = "adult_sexual"
    CHILD_SEXUAL = "child_sexual"

    @property
    def child(self) -> bool:
        return self in (Profile.CHILD_LABOUR, Profile.CHILD_SEXUAL)


class Strength(StrEnum):
    STRONG = "S"
    MEDIUM = "M"
    WEAK = "W"


class Element(StrEnum):
    """The three elements of trafficking (Palermo Protocol, article 3a)."""

    ACT = "act"
    MEANS = "means"
    PURPOSE = "purpose"


class Finding(IntEnum):
    """What the signs add up to, from least to most."""

    NOTHING = 0
    MEANS_ALONE = 1  # deceived, forced or held, exploitation not shown (yet)
    EXPLOITED = 2  # a matter of labour rights, or of a child exploited where no act is shown
    DECEIVED_AND_EXPLOITED = 3  # deceived or forced when recruited, free to leave afterwards
    COERCED_AND_EXPLOITED = 4  # held afterwards, the recruitment not shown
    TRAFFICKED = 5


class Rule(StrEnum):
    """Which combination of yes answers made a dimension positive."""

    TWO_STRONG = "two_strong"
    STRONG_AND_OTHER = "strong_and_other"
    THREE_MEDIUM = "three_medium"
    TWO_MEDIUM_AND_WEAK = "two_medium_and_weak"


@dataclass(frozen=True)
class Indicator:
    code: str
    dimension: str
    elements: frozenset[Element]
    strengths: Mapping[Profile, Strength]


@dataclass(frozen=True)
class Score:
    """`positive` names the dimensions found, each with the rule that it met."""

    finding: Finding
    positive: Mapping[str, Rule]


@dataclass(frozen=True)
class Result:
    """`reasons` are the codes answered yes, by dimension; `signs` the same by element of trafficking.

    `score` is None when `refused`. For a child `means_needed` is False (Palermo Protocol, article 3c).
    """

    refused: bool
    score: Score | None
    reasons: Mapping[str, tuple[str, ...]]
    signs: Mapping[Element, tuple[str, ...]]
    means_needed: bool


def elements_of(text: str) -> frozenset[Element]:
    """The elements named in the list's words, such as "means (fraud/deception), recruitment"."""
    named = {Element.ACT: "recruitment", Element.MEANS: "means", Element.PURPOSE: "purpose"}
    return frozenset(element for element, word in named.items() if word in text)


def score(answers: Mapping[str, Answer], profile: Profile, strengths: Iterable[Indicator]) -> Result:
    """Weigh the answers by the indicators' `strengths`; only yes counts. An unknown code is a ValueError."""
    indicators = list(strengths)
    if strange := answers.keys() - {indicator.code for indicator in indicators}:
        raise ValueError(f"Not in this list of indicators: {', '.join(sorted(strange))}")
    found = [indicator for indicator in indicators if answers.get(indicator.code) is Answer.YES]
    refused = not can_score(profile, indicators)
    dimensions = {indicator.dimension: None for indicator in found}
    return Result(
        refused=refused,
        score=None if refused else _score(found, profile),
        reasons={name: tuple(i.code for i in found if i.dimension == name) for name in dimensions},
        signs={element: tuple(i.code for i in found if element in i.elements) for element in Element},
        means_needed=not profile.child,
    )


def can_score(profile: Profile, indicators: Iterable[Indicator]) -> bool:
    """Whether every dimension has strengths for this profile; a stray one is not enough to score by."""
    known: dict[str, bool] = {}
    for indicator in indicators:
        known[indicator.dimension] = known.get(indicator.dimension, False) or profile in indicator.strengths
    return bool(known) and all(known.values())


def _score(found: list[Indicator], profile: Profile) -> Score:
    positive: dict[str, Rule] = {}
    for dimension in dict.fromkeys(indicator.dimension for indicator in found):
        signs = [i.strengths[profile] for i in found if i.dimension == dimension and profile in i.strengths]
        rule = _rule_met(signs)
        if rule:
            positive[dimension] = rule
    elements = [indicator.elements for indicator in found if indicator.dimension in positive]
    act_shown = any(Element.ACT in indicator.elements for indicator in found)
    child_acted_on = profile.child and act_shown
    return Score(_finding(elements, means_needed=not child_acted_on), positive)


def _rule_met(signs: list[Strength]) -> Rule | None:
    strong, medium, weak = (signs.count(strength) for strength in Strength)
    if strong >= 2:
        return Rule.TWO_STRONG
    if strong and medium + weak:
        return Rule.STRONG_AND_OTHER
    if medium >= 3:
        return Rule.THREE_MEDIUM
    if medium == 2 and weak:
        return Rule.TWO_MEDIUM_AND_WEAK
    return None


def _finding(positive: list[frozenset[Element]], *, means_needed: bool) -> Finding:
    """Recruitment carries act and means; what is done at the destination carries means alone."""
    exploited = any(Element.PURPOSE in elements for elements in positive)
    recruited = any(elements >= {Element.ACT, Element.MEANS} for elements in positive)
    held = any(Element.MEANS in elements and Element.ACT not in elements for elements in positive)
    if not exploited:
        return Finding.MEANS_ALONE if recruited or held else Finding.NOTHING
    if not means_needed or (recruited and held):
        return Finding.TRAFFICKED
    if held:
        return Finding.COERCED_AND_EXPLOITED
    return Finding.DECEIVED_AND_EXPLOITED if recruited else Finding.EXPLOITED
