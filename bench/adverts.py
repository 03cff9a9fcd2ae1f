"""Adverts: how fast they are read and grouped, and how well near-duplicates and languages are told.

`python -m bench.adverts 5000` takes a quick look; without a number it is 100,000 adverts.
"""

import json
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.options import Options
from kamkor.methods.adverts.clusters import clusters
from kamkor.methods.adverts.evaluation import evaluate
from kamkor.methods.adverts.language import language_of
from kamkor.methods.adverts.many import Reader, answers

GOLD = Path(__file__).with_name("adverts_gold.jsonl")
FULL = 100_000
READ = 20_000  # adverts by which the speed of reading is told
SHORT = 60  # signs of the excerpts by which languages are told
EXCERPTS = 4000
COPIES = (1, 1, 1, 2, 3, 5, 12)  # near-duplicates of one advert
TYPED = str.maketrans("ңөүҢӨҮ", "ноуНОУ")
SIGNS = ("!", "!!", " 🔥", " ✅", "...")


def main(_given: Options | None = None, adverts: int = FULL) -> None:
    """Prints the section of the page of benchmarks."""
    texts, truth = made(adverts)
    print(f"## Adverts\n\n{adverts:,} adverts: sentences of {GOLD.name} mixed anew, copied with changes.\n")
    print("| What | Measured | Goal |\n| --- | --- | --- |")
    before, clock = time.process_time(), time.perf_counter()
    found = clusters(texts)
    seconds, waited = time.process_time() - before, time.perf_counter() - clock
    precision, recall = pairwise(truth, found)
    mean = 2 * precision * recall / (precision + recall)
    goal = 30 * adverts / FULL
    print(f"| near-duplicates, CPU seconds ({waited:.1f} by the clock) | {seconds:.1f} | {goal:.1f} |")
    print(f"| near-duplicates, pairwise F1 | {mean:.4f} ({precision:.4f} right, {recall:.4f} found) | 0.99 |")
    speed(texts[:READ])
    print(f"| language right at {SHORT} signs | {100 * languages():.2f} % | 99.5 % |")
    for line in orders():
        print(line)


def speed(texts: list[str]) -> None:
    """How many adverts `kamkor adverts score` reads in its two processes, by the clock and in CPU time."""
    given = [json.dumps({"id": number, "text": text}).encode() for number, text in enumerate(texts)]
    clock, before = time.perf_counter(), used()
    count = sum(1 for _ in answers(given, Reader()))
    waited, seconds = time.perf_counter() - clock, used() - before
    print(f"| adverts read a second, two processes, by the clock | {count / waited:,.0f} | 2,000 |")
    print(
        f"| adverts read in a second of CPU time of each of two cores | {2 * count / seconds:,.0f} | 2,000 |"
    )


def used() -> float:
    """CPU seconds of this process and of those that it waited for."""
    return sum(
        use.ru_utime + use.ru_stime
        for use in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def orders() -> Iterator[str]:
    """The grouped average precision of both orders on the adverts kept apart."""
    with GOLD.open("rb") as lines:
        page = evaluate(lines).partition("Part: held")[2]
    ruled, learned = re.findall(r"Grouped average precision of the \D+?([\d.]+)", page)
    yield f"| grouped average precision, adverts kept apart: rules alone | {ruled} | |"
    yield f"| grouped average precision, adverts kept apart: learned ranker | {learned} | more than {ruled} |"


def made(adverts: int, seed: int = 7) -> tuple[list[str], list[int]]:
    """Texts with the number of the advert that each is a copy of, in a random order."""
    chance = random.Random(seed)
    sentences = pool()
    rows: list[tuple[str, int]] = []
    number = 0
    while len(rows) < adverts:
        number += 1
        base = original(chance, sentences[chance.choice([*sentences])])
        rows += [(changed(chance, base), number) for _ in range(chance.choice(COPIES))]
    rows = rows[:adverts]
    chance.shuffle(rows)
    return [text for text, _ in rows], [group for _, group in rows]


def pool() -> dict[str, list[str]]:
    """Pieces of the labelled adverts by language, one of each group of near-duplicates."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["group"] not in seen:
            seen.add(row["group"])
            pieces = row["text"].replace("!", ".").replace(",", ".").split(".")
            found.setdefault(row["language"], []).extend(
                piece.strip() for piece in pieces if piece.count(" ") > 1
            )
    return found


def original(chance: random.Random, sentences: list[str]) -> str:
    """Six pieces with a number of its own; few of them are met together anywhere else."""
    pieces = chance.sample(sentences, 6)
    pieces.insert(3, f"{chance.randint(8, 90)}00 $")
    return ". ".join(pieces)


def changed(chance: random.Random, text: str) -> str:
    """The same advert as another person would post it: typed otherwise, with a slip and another number."""
    words = text.split(" ")
    slip = chance.randrange(len(words))
    words[slip] = words[slip][:-1] + chance.choice("аеоиa") if len(words[slip]) > 3 else words[slip]
    text = " ".join(words)
    text = text.translate(TYPED) if chance.random() < 0.4 else text
    text = text.upper() if chance.random() < 0.1 else text
    ends = f"{chance.choice(SIGNS)} 0{chance.choice(('555', '700', '772'))} {chance.randint(100000, 999999)}"
    return f"{text}{ends}"


def pairwise(truth: list[int], found: list[int]) -> tuple[float, float]:
    """Of the pairs put together, the share that belongs together; and the other way round."""
    both = pairs(Counter(zip(truth, found, strict=True)).values())
    return both / max(1, pairs(Counter(found).values())), both / max(1, pairs(Counter(truth).values()))


def pairs(sizes: Iterable[int]) -> int:
    """How many pairs there are in groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in sizes)


def languages() -> float:
    """The share of excerpts of the labelled adverts whose language is told; typed without ң, ө, ү too."""
    chance = random.Random(3)
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    right = 0
    for _ in range(EXCERPTS):
        row = chance.choice(rows)
        text = row["text"].translate(TYPED) if chance.random() < 0.5 else row["text"]
        start = text.find(" ", chance.randrange(max(1, len(text) - SHORT))) + 1
        right += language_of(text[start : start + SHORT]) == row["language"]
    return right / EXCERPTS


if __name__ == "__main__":
    main(adverts=int(sys.argv[1]) if len(sys.argv) > 1 else FULL)
