"""Histories that no clerk would write: acts by anybody, corrections of anything at any number, links and splits of whatever there is."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.streams.scenarios.test_scenarios import clocks, event, judged, shown, stands

NUMBERS = ("A", "B", "D")
OFFICES = ("@cb", "@c-housing", "@c-labour", "@tb", "@t-housing", "@cgov", "@pb")
PEOPLE = (["王守义"], ["甲一", "乙二"], ["乙二", "丙三"], [])
Said = list[Any]


def day(chance: random.Random) -> str:
    return f"2023-0{chance.randint(3, 6)}-{chance.randint(1, 28):02d}"


def act(chance: random.Random, number: int) -> Said:
    office, other, some = chance.choice(OFFICES), chance.choice(OFFICES), chance.choice([*NUMBERS, "Z"])
    kind, data = chance.choice([
        ("forwarded", {"to": other}), ("assigned", {"to": other, "by_decision": True}), ("accepted", {}), ("accepted", {"route": "31.2"}),
        ("replied", {}), ("served", {"document": "reply"}), ("objected", {}), ("returned", {"by": other}), ("informed", {"route": "31.6"}),
        ("declined", {"ground": "not_competent"}), ("jurisdiction_decided", {"to": other}), ("extended", {"days": 20}),
        ("review_requested", {"channel": "letter"}), ("review_decided", {"outcome": "redo"}), ("link.confirmed", {"with_submission": some}),
        ("link.rejected", {"with_submission": some}), ("attached", {"to_submission": some}), ("matters.split", {"submissions": [some]}),
        *[("corrected", {"corrects": chance.choice([f"e{chance.randrange(16)}", "rA"]), **said})
          for said in ({}, {"time": f"{day(chance)}T09:00:00"}, {"subject": some}, {"subject": some})],
    ])
    return [kind, day(chance), chance.choice(NUMBERS), {"office": office, **data}, {"id": f"e{number}"}]


def history(chance: random.Random) -> list[Said]:
    registered: list[Said] = [
        ["registered", day(chance), number, {"office": chance.choice(OFFICES), "channel": chance.choice(["letter", "visit", "web"]),
                                             "petitioners": chance.choice(PEOPLE), "text": chance.choice(["$wages", "$wages", "$road"])},
         {"id": f"r{number}"}] for number in NUMBERS[:chance.randint(1, 3)]]
    return registered + [act(chance, number) for number in range(chance.randint(4, 14))]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_in_whatever_order(seed: int, tmp_path: Path) -> None:
    """The same acts in another order: the same findings stand, clocks, levels and notes are the same, and nothing breaks."""
    chance = random.Random(seed)
    for _ in range(15):
        acts = [event(said) for said in history(chance)]
        told = []
        for _ in range(2):
            result = judged([*acts, event(["tick", "2023-12-01"])], tmp_path)
            matters = {id_: orjson.loads(state) for id_, state in sorted(result.matters.items())}
            told.append((stands(result), clocks(matters), [shown(matter) for matter in matters.values()], result.held))
            chance.shuffle(acts)
        assert told[0] == told[1]
