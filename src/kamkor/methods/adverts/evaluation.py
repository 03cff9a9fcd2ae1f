"""How well the rules agree with adverts that two people labelled, as a page of Markdown.

A family counts where both readers named it or neither did; an advert counts for the order of the queue where
both said that it should be read first, or both that it need not. Near-duplicates share one voice.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kamkor.methods.adverts.firms import Register
from kamkor.methods.adverts.lines import Advert, BadLine, advert, rows
from kamkor.methods.adverts.ranker import ranker
from kamkor.methods.adverts.scoring import Reading, Scorer
from kamkor.methods.adverts.tables import families


@dataclass(frozen=True)
class Labelled:
    """An advert with what two readers saw in it."""

    advert: Advert
    language: str
    group: str
    flags: tuple[frozenset[int], frozenset[int]]
    suspicious: tuple[bool, bool]
    part: str  # of the set: development, held, or nothing


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
    language, part = str(row.get("language", "")), str(row.get("part") or "")
    return Labelled(advert(number, row), language, group, flags, suspicious, part)


def evaluate(lines: Iterable[bytes], register: Register | None = None) -> str:
    """The page: the whole set, and each of its parts for itself where rows name one."""
    gold, scorer = read_gold(lines), Scorer(register)
    rows = [(one, scorer.read(one.advert.text, one.advert.day)) for one in gold]
    pages = [_page("", rows)]
    parts = dict.fromkeys(one.part for one in gold)
    if len(parts) > 1:
        pages += [_page(part, [row for row in rows if row[0].part == part]) for part in parts]
    return "\n\n".join(pages)


def _page(part: str, rows: list[tuple[Labelled, Reading]]) -> str:
    right = sum(reading.language == one.language for one, reading in rows)
    agreed = [(one, reading) for one, reading in rows if one.suspicious[0] == one.suspicious[1]]
    first = sum(one.suspicious[0] for one, _ in agreed)
    groups = len({one.group for one, _ in rows})
    ruled = _ordered(agreed, [reading.score for _, reading in agreed])
    learned = _ordered(agreed, [ranker().score(one.advert.text, reading) for one, reading in agreed])
    lines = [
        *([f"## Part: {part}", ""] if part else []),
        f"{len(rows)} adverts in {groups} groups; the readers agree on the queue for {len(agreed)}, "
        f"of which {first} should be read first.",
        "",
        f"Language right: {_share(right, len(rows))}",
        f"Grouped average precision of the score: {average_precision(ruled):.3f} "
        f"(in random order: {_prevalence(ruled):.3f})",
        f"Grouped average precision of the learned ranker: {average_precision(learned):.3f}",
        "",
        "| Family | Both readers | Precision | Recall | F1 |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join(lines + [_line(code, rows) for code in families()])


def _ordered(rows: list[tuple[Labelled, Reading]], scores: list[float]) -> list[tuple[float, bool, str]]:
    return [(score, one.suspicious[0], one.group) for (one, _), score in zip(rows, scores, strict=True)]


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


def _line(code: int, rows: list[tuple[Labelled, Reading]]) -> str:
    agreed = [
        (code in one.flags[0], code in {flag.code for flag in reading.flags})
        for one, reading in rows
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
