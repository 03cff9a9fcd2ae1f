"""Learns the order of adverts from labelled ones and from wordings of signs, and writes the numbers.

Needs scikit-learn (`make science`); what it writes does not.
"""

import csv
import json
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from kamkor.methods.adverts.evaluation import Labelled, read_gold
from kamkor.methods.adverts.ranker import Ranker, pieces, words
from kamkor.methods.adverts.scoring import Scorer
from kamkor.methods.adverts.tables import families

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "bench" / "adverts_gold.jsonl"
LATER = ROOT / "bench" / "adverts_later.jsonl"
LEARNT = {"development", "mended", "latin"}  # parts; the others are kept to tell how well it orders
WORDINGS = ROOT / "bench" / "adverts_wordings.csv"
TO = ROOT / "src" / "kamkor" / "methods" / "adverts" / "ranker.json"
LEAST = 3  # adverts in which a term must stand
SOFTNESS = 3.0  # inverse of the strength by which weights are held down
DIGITS = 4
GRAVE = 0.5  # weight of a sign from which its wordings speak for reading an advert first


def learn(gold: list[Labelled], wordings: list[tuple[str, bool]]) -> Ranker:
    """A ranker of adverts on which both readers agree, with sentences of which it is known what they say."""
    agreed = [one for one in gold if one.suspicious[0] == one.suspicious[1]]
    texts = [*(one.advert.text for one in agreed), *(text for text, _ in wordings)]
    first = [*(one.suspicious[0] for one in agreed), *(said for _, said in wordings)]
    kinds = [_kind(analyzer) for analyzer in (pieces, words)]
    features = FeatureUnion([(str(place), kind) for place, kind in enumerate(kinds)]).fit_transform(texts)
    model = LogisticRegression(C=SOFTNESS, max_iter=2000, class_weight="balanced").fit(features, first)
    said = model.decision_function(features)[: len(agreed)]
    ruled = [Scorer().read(one.advert.text, one.advert.day).weight for one in agreed]
    return Ranker(
        _terms(kinds, model.coef_[0]),
        round(float(model.intercept_[0]), DIGITS),
        [round(float(said.mean()), DIGITS), round(float(said.std()), DIGITS)],
        [round(statistics.fmean(ruled), DIGITS), round(statistics.pstdev(ruled), DIGITS)],
    )


def known_wordings() -> list[tuple[str, bool]]:
    """Sentences with a grave sign, and ordinary ones."""
    with WORDINGS.open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["code"]) for row in csv.DictReader(file)]
    return [(text, bool(code)) for text, code in rows if not code or families()[int(code)].weight >= GRAVE]


def _kind(analyzer: Callable[[str], Iterable[str]]) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, min_df=LEAST)


def _terms(kinds: list[TfidfVectorizer], weights: Iterable[float]) -> list[dict[str, list[float]]]:
    left = iter(weights)
    return [
        {
            term: [round(float(idf), DIGITS), round(float(next(left)), DIGITS)]
            for term, idf in zip(kind.get_feature_names_out(), kind.idf_, strict=True)
        }
        for kind in kinds
    ]


if __name__ == "__main__":
    labelled = [one for file in (GOLD, LATER) for one in read_gold(file.read_bytes().splitlines())]
    known = [one for one in labelled if one.part in LEARNT]
    text = json.dumps(learn(known, known_wordings())._asdict(), ensure_ascii=False, separators=(",", ":"))
    TO.write_text(f"{text}\n", encoding="utf-8")
