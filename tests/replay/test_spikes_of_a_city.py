"""The second stage over what the real fold says of a simulated city."""

from __future__ import annotations

import random
from datetime import date

import pytest

from events.alerts import ALERT
from events.canonical import canonical
from events.errors import RejectedInput
from events.reading import read
from infra.city.carry import Record, city_door, records
from infra.city.simulation import Order, Simulation
from streams.fold import Fold
from streams.spikes.merging import Merge
from streams.spikes.stage import Stage
from streams.state import MemoryStore, State


@pytest.fixture(scope="module")
def judged() -> list[tuple[Record, list[bytes]]]:
    """Two months of a small city, each record with its findings."""
    fold, told = Fold(State(MemoryStore())), list[tuple[Record, list[bytes]]]()
    for record in records(Simulation(Order(start=date(2023, 2, 1), days=45, petitions=900, seed=7)), city_door(7)):
        try:
            findings = [finding for _, finding in fold.step(read(record.value)).findings]
        except RejectedInput:
            findings = []
        told.append((record, findings))
    return told


def _alerts(judged: list[tuple[Record, list[bytes]]], seed: int) -> tuple[list[bytes], Merge]:
    """Fed in pieces of any size."""
    merge, rng, said = Merge(Stage(), 1), random.Random(seed), list[bytes]()
    for offset, (record, findings) in enumerate(judged):
        merge.action(0, offset, record.value)
        for finding in findings:
            merge.finding(0, finding)
        merge.judged(0, offset + 1)
        if rng.random() < 1 / seed or offset + 1 == len(judged):
            said += [canonical(event) for event in merge.advance()]
    return said, merge


def test_however_it_is_fed_the_same_is_said(judged: list[tuple[Record, list[bytes]]]) -> None:
    """Record by record or hundreds at a time: the same alerts, each of the published form; all findings that stand are counted."""
    piecemeal, merge = _alerts(judged, 1)
    at_once, _ = _alerts(judged, 200)
    assert piecemeal == at_once
    assert all(ALERT.validate_json(alert, strict=True) for alert in piecemeal)
    kinds = {watched for cells in merge.stage.tallies.days.values() for _, _, watched in cells}
    assert {"first", "repeat", "deadline_missed", "upward"} <= kinds
