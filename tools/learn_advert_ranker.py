"""Learns the order of adverts from the development part of the labelled ones, and writes the numbers.

Needs scikit-learn (`make science`); what it writes does not.
"""

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

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "bench" / "adverts_gold.jsonl"
TO = ROOT / "src" / "kamkor" / "methods" / "adverts" / "ranker.json"
LEAST = 3  # adverts in which a term must stand
SOFTNESS = 3.0  # inverse of the strength by which weights are held down
DIGITS = 4


def learn(gold: list[Labelled]) -> Ranker:
    """A ranker of adverts on which both readers agree."""
    agreed = [one for one in gold if one.suspicious[0] == one.suspicious[1]]
    texts = [one.advert.text for one in agreed]
    kinds = [_kind(analyzer) for analyzer in (pieces, words)]
    features = FeatureUnion([(str(place), kind) for place, kind in enumerate(kinds)]).fit_transform(texts)
    model = LogisticRegression(C=SOFTNESS, max_iter=2000, class_weight="balanced")
    model.fit(features, [one.suspicious[0] for one in agreed])
    said = model.decision_function(features)
    ruled = [Scorer().read(one.advert.text, one.advert.day).weight for one in agreed]
    return Ranker(
        _terms(kinds, model.coef_[0]),
        round(float(model.intercept_[0]), DIGITS),
        [round(float(said.mean()), DIGITS), round(float(said.std()), DIGITS)],
        [round(statistics.fmean(ruled), DIGITS), round(statistics.pstdev(ruled), DIGITS)],
    )


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
    with GOLD.open("rb") as lines:
        known = [one for one in read_gold(lines) if one.part == "development"]
    text = json.dumps(learn(known)._asdict(), ensure_ascii=False, separators=(",", ":"))
    TO.write_text(f"{text}\n", encoding="utf-8")
