"""`matching`: sketches made a second with and without the encoder, and candidates judged a second, on one core."""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from events.door.sketch import sketch
from infra.encoder.model import Encoder, available
from streams.matching.additive import shipped
from tests.bench.figures import Report
from tests.bench.petitions import documents

_KEY = b"k" * 32
_ENCODED = 300


def measure(size: float, runs: int) -> Report:
    report = Report("matching", "sketches and judgements, one core 认定")
    texts = [(form["data"].get("title") or "", form["data"].get("text") or "") for form in documents(int(3_000 * size))
             if form["type"] == "petition.registered.v1"]
    report.add("sketched without the encoder", "texts/s", *(_rate(texts, lambda title, text: sketch(title, text, _KEY))
                                                           for _ in range(runs)))
    kinds: list[tuple[str, list[Any]]] = [("judged without vectors", [_kept(sketch(*each, _KEY)) for each in texts])]
    if available():
        encoder = Encoder(_KEY)
        encoder("热身", "预热")
        some = texts[:max(10, int(_ENCODED * size))]
        report.add("sketched with the encoder", "texts/s",
                   _rate(some, lambda title, text: sketch(title, text, _KEY, encoder(title, text))))
        kinds.append(("judged with vectors", [_kept(sketch(*each, _KEY, encoder(*each))) for each in some]))
    else:
        report.notes.append("no sentence encoder here: `make setup` brings it")
    for name, kept in kinds:
        report.add(name, "candidates/s", *(_judged(kept) for _ in range(runs)))
    report.notes.append("a candidate is another submission of the same petitioner; most events have none")
    return report


def _kept(made: dict[str, Any] | None) -> SimpleNamespace:
    made = made or {"grams": "", "parts": "AIAAAAAA", "mark": ""}
    return SimpleNamespace(sketch=urlsafe_b64decode(made["grams"] + "=="), parts=urlsafe_b64decode(made["parts"] + "=="),
                           mark=made["mark"], received=738_000)


def _rate(texts: Sequence[tuple[str, str]], make: Callable[[str, str], object]) -> float:
    began = time.process_time()
    for title, text in texts:
        make(title, text)
    return len(texts) / (time.process_time() - began)


def _judged(kept: Sequence[Any]) -> float:
    model, began = shipped(), time.process_time()
    for step in (1, 2, 3):
        for one, other in zip(kept, kept[step:], strict=False):
            model.score(one, other, shared=True)
    return 3 * len(kept) / (time.process_time() - began)
