"""A plain model that learns labels from messages: words and pieces of words, weighed, and a linear separator.

scikit-learn is loaded when something is learned, not before. Pure Python otherwise; no Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

_WORD = r"[^\W_]+"
_STRICT = 0.4
"""How freely the separator may follow single messages (C of the support vector machine)."""


@dataclass(frozen=True)
class Learned:
    """A model that was learned."""

    labels: tuple[str, ...]
    pipeline: Any

    def rank(self, texts: Sequence[str]) -> list[list[tuple[str, float]]]:
        """For each cleaned text all labels with scores from 0 to 1 that add up to 1, the best first."""
        return [_ranked(self.labels, row) for row in self.pipeline.decision_function(texts).tolist()]


def _ranked(labels: Sequence[str], row: Sequence[float] | float) -> list[tuple[str, float]]:
    margins = row if isinstance(row, Sequence) else (-row, row)  # of two labels there is one margin
    weights = [exp(4.0 * (margin - max(margins))) for margin in margins]
    scores = [(label, weight / sum(weights)) for label, weight in zip(labels, weights, strict=True)]
    return sorted(scores, key=lambda pair: -pair[1])


def learn(texts: Sequence[str], labels: Sequence[str]) -> Learned:
    """Learn from labelled, cleaned texts; at least two labels. About a thousand texts a second.

    The same texts give the same model. Raises ``ValueError`` where there is nothing to tell apart.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    if len(set(labels)) < 2:
        raise ValueError("two labels are needed to learn from")
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=_WORD)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=3)
    pipeline = make_pipeline(make_union(words, pieces), LinearSVC(C=_STRICT, random_state=0))
    pipeline.fit(texts, labels)
    return Learned(tuple(pipeline.classes_), pipeline)
