"""The signs of a screening as the code list has them, and what they add up to in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamkor.base import codelists
from kamkor.methods.screening import (
    Answer,
    Finding,
    Indicator,
    Profile,
    Result,
    Rule,
    Strength,
    elements_of,
    score,
)

RULES: dict[Rule, Promise] = {
    Rule.TWO_STRONG: _("two strong signs"),
    Rule.STRONG_AND_OTHER: _("a strong sign and another one"),
    Rule.THREE_MEDIUM: _("three medium signs"),
    Rule.TWO_MEDIUM_AND_WEAK: _("two medium signs and a weak one"),
}
FINDINGS: dict[Finding, Promise] = {
    Finding.NOTHING: _("The signs do not add up to exploitation so far."),
    Finding.MEANS_ALONE: _("Deceived, forced or held; exploitation is not shown so far."),
    Finding.EXPLOITED: _("Exploited; think of labour rights, and of a child who was exploited."),
    Finding.DECEIVED_AND_EXPLOITED: _("Deceived or forced when recruited, and exploited afterwards."),
    Finding.COERCED_AND_EXPLOITED: _("Held and exploited; how the recruitment went is not shown so far."),
    Finding.TRAFFICKED: _("The signs point to trafficking."),
}


def labels(codes: Iterable[str]) -> str:
    """The signs in words, each said once: some stand in two dimensions under one name."""
    return ", ".join(dict.fromkeys(codelists.label("ilo_indicator", code) for code in codes))


def by_dimension(codes: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The signs under the code of their dimension, in the order of the list."""
    found: dict[str, list[str]] = {}
    entries = codelists.entries("ilo_indicator")
    for code in sorted(set(codes) & entries.keys(), key=lambda code: entries[code].order):
        found.setdefault(entries[code].extra["dimension"], []).append(code)
    return list(found.items())


@dataclass(frozen=True)
class Group:
    """The signs of one dimension: how many were answered yes, and by which rule it is positive, if it is."""

    code: str
    signs: tuple[str, ...]
    told: tuple[str, ...] = ()
    rule: Promise | None = None


def indicators() -> list[Indicator]:
    dimensions = codelists.entries("ilo_dimension")
    return [
        Indicator(
            code,
            entry.extra["dimension"],
            elements_of(dimensions[entry.extra["dimension"]].extra.get("element", "")),
            {profile: Strength(entry.extra[profile]) for profile in Profile if entry.extra.get(profile)},
        )
        for code, entry in codelists.entries("ilo_indicator").items()
    ]


def weigh(profile: str, answers: dict[str, str]) -> Result:
    """What was told, weighed by the list's rule; a sign that the list no longer has is left out."""
    known = indicators()
    codes = {indicator.code for indicator in known}
    told = {code: Answer(value) for code, value in answers.items() if code in codes}
    return score(told, Profile(profile), known)


def grouped(known: Iterable[Indicator], result: Result | None = None) -> list[Group]:
    """The signs by dimension in the order of the list, with what was told of each."""
    by_dimension: dict[str, list[str]] = {}
    for indicator in known:
        by_dimension.setdefault(indicator.dimension, []).append(indicator.code)
    positive = result.score.positive if result and result.score else {}
    told = result.reasons if result else {}
    return [
        Group(code, tuple(signs), told.get(code, ()), RULES[positive[code]] if code in positive else None)
        for code, signs in by_dimension.items()
    ]
