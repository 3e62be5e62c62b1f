"""`candidates`: what it costs to look for who else puts the same matter (`streams.neighbours`), as a county's history grows.

Histories of 10,000 to 1,000,000 submissions in one county, in a store on disk; then new ones arrive, each of a text of its own or
one in five of another's. Once at a county's usual pace, so that a longer history is more years; and once all in two quarters.
"""

from __future__ import annotations

import random
import time
from base64 import urlsafe_b64decode
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from events.door.sketch import sketch
from streams import neighbours
from streams.records import ENCODE, CaseFile, OfficeFact, Person, Registration, Sub
from streams.ruleset import SHIPPED
from streams.shell.store import PartitionStore
from streams.state import FILE_OF, FILES, PEOPLE, State
from tests.bench.figures import Report
from tests.bench.petitions import documents
from tests.bench.progress import tell

_COUNTY = "141102"
_A_QUARTER = 2_500
_TODAY = 740_000 // neighbours.WINDOW * neighbours.WINDOW + neighbours.WINDOW - 1
_ARRIVING = 1_000
_KEY = b"k" * 32
_OFFICE = OfficeFact("141102-xf", 2, "petition_bureau")


def measure(size: float, runs: int) -> Report:
    report = Report("candidates", "looking for who else puts the same matter, one core 跨人候选")
    texts = [made for form in documents(int(3_000 * size)) if form["type"] == "petition.registered.v1"
             and (made := sketch(form["data"].get("title"), form["data"].get("text"), _KEY)) is not None]
    for history in (10_000, 100_000, 1_000_000):
        for a_quarter, pace in ((_A_QUARTER, "2,500 a quarter"), (history // 2, "in two quarters")):
            tell(f"{history:,} {pace}")
            with TemporaryDirectory(prefix="sanfang-candidates-") as folder:
                so_many, in_each = int(history * size), max(1, int(a_quarter * size))
                report.add(f"history of {so_many:,}, {pace}", "µs/submission",
                           *(_once(texts, so_many, in_each, Path(folder) / str(run)) for run in range(runs)))
    report.notes.append(f"{neighbours.KEYS} keys, at most {neighbours.LOOKED_AT} looked at under each; what stands behind is counted")
    return report


def _once(texts: list[dict[str, Any]], history: int, a_quarter: int, folder: Path) -> float:
    chance = random.Random(7)
    store = PartitionStore(folder)
    _fill(store, texts, history, a_quarter, chance)
    state = State(store)
    subs = [_sub(f"new{number}", texts, _TODAY, chance) for number in range(_ARRIVING)]
    for sub in subs:
        _file(state, sub)
    began = time.process_time()
    for sub in subs:
        neighbours.settle(state, sub, None, _COUNTY, SHIPPED)
    spent = time.process_time() - began
    store.close()
    return 1e6 * spent / len(subs)


def _file(state: State, sub: Sub) -> None:
    key = f"{_COUNTY}|{sub.id}"
    state.put_file(CaseFile(key, _COUNTY, [sub], {}, {}, []))
    state.put_file_key(key, key)


def _fill(store: PartitionStore, texts: list[dict[str, Any]], history: int, a_quarter: int, chance: random.Random) -> None:
    """The history as it would stand in the store, a quarter at a time."""
    for number, first in enumerate(range(0, history, a_quarter)):
        changes: dict[bytes, bytes | None] = {}
        under: dict[str, list[str]] = defaultdict(list)
        for each in range(first, min(history, first + a_quarter)):
            sub = _sub(f"old{each}", texts, _TODAY - neighbours.WINDOW * number - chance.randrange(neighbours.WINDOW), chance)
            key = f"{_COUNTY}|{sub.id}".encode()
            changes[FILES + key] = ENCODE(CaseFile(key.decode(), _COUNTY, [sub], {}, {}, []))
            changes[FILE_OF + key] = key
            for gram in neighbours.grams_of(sub.reg):
                under[neighbours.under(sub.reg.received // neighbours.WINDOW, gram)].append(neighbours.name_of(sub.reg))
        changes |= {PEOPLE + f"{_COUNTY}|{key}".encode(): ENCODE(sorted(names)) for key, names in under.items()}
        store.write(changes, first)


def _sub(number: str, texts: list[dict[str, Any]], received: int, chance: random.Random) -> Sub:
    """Someone's, with a text like another's once in five times; else with grams of its own."""
    made = chance.choice(texts)
    grams = urlsafe_b64decode(made["grams"] + "=" * (-len(made["grams"]) % 4))
    if chance.random() > 0.2:
        grams = b"".join(sorted(chance.randbytes(4) + grams[at + 4:at + 5] for at in range(0, len(grams), 5)))
    parts = urlsafe_b64decode(made["parts"] + "=" * (-len(made["parts"]) % 4))
    return Sub(Registration(number, number, received, received, received * 86_400, 0, "letter", "claim", "labour", _OFFICE, "",
                            persons=(Person(name=number),), sketch=grams, mark=number[:11], parts=parts))
