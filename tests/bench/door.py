"""`door`: door forms admitted a second, on one core: people to pseudonyms, text to sketch and sealed words, checked and canonical."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from events.door import Door
from infra.city.carry import city_door
from infra.keys import open_door
from infra.settings import Settings
from tests.bench.figures import Report
from tests.bench.petitions import SEED, documents

_AT_ONCE = 500


def measure(size: float, runs: int) -> Report:
    report = Report("door", "admitted at the door, one core 入口")
    forms = documents(int(3_000 * size))
    registrations = [form for form in forms if form["type"] == "petition.registered.v1"]
    others = [form for form in forms if form["type"] != "petition.registered.v1"]
    plain = city_door(SEED)
    derived = report.add("registrations, keys computed", "events/s", *(_rate(plain, registrations) for _ in range(runs)))
    report.add("other actions", "events/s", *(_rate(plain, others) for _ in range(runs)))
    report.add("all, as they come", "events/s", *(_rate(plain, forms) for _ in range(runs)))
    with_vault = [_with_vault(registrations, at_once=at_once) for at_once in (_AT_ONCE, 1)]
    for what, rate in zip((f"registrations, keys in the vault, {_AT_ONCE} at once", "the same, one by one"), with_vault, strict=True):
        report.add(what, "events/s", rate, baseline="keys computed", against=derived.median)
    report.notes.append(f"{len(registrations):,} registrations of {_text(registrations):.0f} characters, {len(others):,} other actions; "
                        "the vault writes each submission's key to the disk before it is used")
    return report


def _rate(door: Door, forms: Sequence[Mapping[str, Any]]) -> float:
    began = time.process_time()
    for form in forms:
        door.admit(form)
    return len(forms) / (time.process_time() - began)


def _with_vault(forms: Sequence[Mapping[str, Any]], *, at_once: int) -> float:
    """Seconds of the wall clock here: the disk is waited for."""
    with tempfile.TemporaryDirectory(prefix="sanfang-bench-") as home:
        door = open_door(Settings(home=Path(home)))
        began = time.perf_counter()
        for start in range(0, len(forms), at_once):
            door.admit_many(forms[start:start + at_once])
        return len(forms) / (time.perf_counter() - began)


def _text(forms: Sequence[Mapping[str, Any]]) -> float:
    return sum(len(form["data"].get("text") or "") for form in forms) / max(1, len(forms))
