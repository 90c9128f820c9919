"""``mimin bench understand``: messages understood a second on one core, with their reasons."""

from __future__ import annotations

import statistics
import time
from itertools import islice

from bench import fill
from mimin.inbox.understanding import understanding
from mimin.language.understand import prepare


def run(*, large: int = 0) -> dict[str, float]:
    """CPU time of understanding alone, and with cleaning and masking before it, over believable messages."""
    understand = understanding()
    texts = list(islice(fill.texts(), 3000))
    prepared = [prepare(text).text for text in texts]
    alone, whole = [], []
    for _ in range(5):
        began = time.process_time()
        for text in prepared:
            understand(text)
        alone.append(len(texts) / (time.process_time() - began))
        began = time.process_time()
        for text in texts:
            understand(prepare(text).text)
        whole.append(len(texts) / (time.process_time() - began))
    return {
        "per_second": round(statistics.median(alone)),
        "per_second_with_masking": round(statistics.median(whole)),
    }
