"""How well the rules agree with adverts that two people labelled, as a page of Markdown.

A family counts where both readers named it or neither did; an advert counts for the order of the queue where
both said that it should be read first, or both that it need not. Near-duplicates share one voice.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kamkor.methods.adverts.lines import Advert, BadLine, advert, rows
from kamkor.methods.adverts.scoring import Scorer
from kamkor.methods.adverts.tables import families


@dataclass(frozen=True)
class Labelled:
    """An advert with what two readers saw in it."""

    advert: Advert
    language: str
    group: str
    flags: tuple[frozenset[int], frozenset[int]]
    suspicious: tuple[bool, bool]


def read_gold(lines: Iterable[bytes]) -> list[Labelled]:
    """Lines of id, text, language, group, two readers: {"flags": [7], "suspicious": true, "why": …}."""
    return [_labelled(number, row) for number, row in rows(lines)]


def _labelled(number: int, row: dict[str, object]) -> Labelled:
    readers = row.get("readers")
    if (
        not isinstance(readers, list)
        or len(readers) != 2
        or not all(isinstance(one, dict) for one in readers)
    ):
        raise BadLine(
            f"line {number}, readers: not two. Mend: give two labels, each with flags and suspicious."
        )
    first, second = readers
    try:
        flags = (frozenset(map(int, first["flags"])), frozenset(map(int, second["flags"])))
        suspicious = (bool(first["suspicious"]), bool(second["suspicious"]))
    except (KeyError, TypeError, ValueError):
        raise BadLine(
            f'line {number}, readers: Mend: write "flags": [7, 8], "suspicious": true for each.'
        ) from None
    group = str(row.get("group") or f"line {number}")
    return Labelled(advert(number, row), str(row.get("language", "")), group, flags, suspicious)


def evaluate(lines: Iterable[bytes]) -> str:
    """The page."""
    gold = read_gold(lines)
    scorer = Scorer()
    readings = [scorer.read(one.advert.text, one.advert.day) for one in gold]
    found = [{flag.code for flag in reading.flags} for reading in readings]
    right = sum(reading.language == one.language for reading, one in zip(readings, gold, strict=True))
    ordered = [
        (reading.score, one.suspicious[0], one.group)
        for reading, one in zip(readings, gold, strict=True)
        if one.suspicious[0] == one.suspicious[1]
    ]
    groups = len({one.group for one in gold})
    head = [
        f"{len(gold)} adverts in {groups} groups; the readers agree on the queue for {len(ordered)}, "
        f"of which {sum(said for _, said, _ in ordered)} should be read first.",
        "",
        f"Language right: {_share(right, len(gold))}",
        f"Grouped average precision of the score: {average_precision(ordered):.3f} "
        f"(in random order: {_prevalence(ordered):.3f})",
        "",
        "| Family | Both readers | Precision | Recall | F1 |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join(head + [_line(code, gold, found) for code in families()])


def average_precision(ordered: list[tuple[float, bool, str]]) -> float:
    """The mean share of adverts worth reading above each of them; a group of near-duplicates weighs as one.

    Equal scores are taken together, so that the order of the file cannot flatter.
    """
    sizes = Counter(group for _, _, group in ordered)
    total = sum(1 / sizes[group] for _, said, group in ordered if said)
    seen = right = result = 0.0
    for score in sorted({score for score, _, _ in ordered}, reverse=True):
        level = [(said, 1 / sizes[group]) for value, said, group in ordered if value == score]
        seen += sum(weight for _, weight in level)
        gain = sum(weight for said, weight in level if said)
        right += gain
        result += gain * right / seen
    return result / total if total else 0.0


def _prevalence(ordered: list[tuple[float, bool, str]]) -> float:
    sizes = Counter(group for _, _, group in ordered)
    weights = sum(1 / sizes[group] for _, _, group in ordered)
    return sum(1 / sizes[group] for _, said, group in ordered if said) / weights if weights else 0.0


def _line(code: int, gold: list[Labelled], found: list[set[int]]) -> str:
    agreed = [
        (code in one.flags[0], code in flags)
        for one, flags in zip(gold, found, strict=True)
        if (code in one.flags[0]) == (code in one.flags[1])
    ]
    both = sum(said and seen for said, seen in agreed)
    said, seen = sum(said for said, _ in agreed), sum(seen for _, seen in agreed)
    precision, recall = both / seen if seen else None, both / said if said else None
    mean = 2 * both / (said + seen) if said + seen else None
    figures = " | ".join("–" if figure is None else f"{figure:.2f}" for figure in (precision, recall, mean))
    return f"| {code} {families()[code].why} | {said} | {figures} |"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "no adverts"
