"""The importer and a real broker: what is in the log afterwards, also when the importer was killed."""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from kafka import KafkaConsumer, TopicPartition

from events.actions import ClockTicked
from events.reading import read
from infra.cli.app import build
from infra.kafka import clients
from infra.settings import Settings
from tests.infra.importing.tables import as_csv, board
from tests.kafka_tools import PATIENCE

pytestmark = pytest.mark.kafka

REAL = Path(__file__).parents[3].parent / "shared" / "data" / "messages-with-replies.csv.gz"

KILLED = """
import os, sys
from infra.importing import log_side
written = log_side.KafkaLog.write
def write(self, records, calls=[]):
    calls.append(1)
    written(self, records if len(calls) < 2 else records[:250])
    if len(calls) == 2:
        os._exit(137)  # the broker has these, nobody has set them down
log_side.KafkaLog.write = write
from infra.cli.app import build
build()(args=sys.argv[1:])
"""


def in_the_log(settings: Settings) -> list[Any]:
    """Every record of the world's log, read as the language reads it."""
    consumer = KafkaConsumer(**clients.kafka_python(settings), enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        places = [TopicPartition(settings.topics.actions, partition) for partition in range(settings.partitions)]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        records = []
        while any(consumer.position(place) < end for place, end in ends.items()):
            for batch in consumer.poll(timeout_ms=5_000).values():
                records += [read(record.value, record.key) for record in batch]
        return records
    finally:
        consumer.close()


def sanfang(settings: Settings, *arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """The command line, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SANFANG_")} | {
        "SANFANG_HOME": str(settings.home), "SANFANG_WORLD": settings.world, "SANFANG_KAFKA": settings.bootstrap}
    start = ("-c", code) if code else ("-m", "infra.cli")
    return subprocess.run([sys.executable, *start, "import", *arguments], env=environment, cwd=settings.home.parent,
                          capture_output=True, text=True, check=False, timeout=PATIENCE)


def test_killed_in_the_middle_then_run_again_everything_is_in_once(world_settings: Settings, tmp_path: Path) -> None:
    """The broker took records that the importer never heard of; the second run finds them and sends the rest."""
    path = tmp_path / "board.csv"
    path.write_text(as_csv(board(n) for n in range(1, 601)), encoding="utf-8")
    world_settings.home.mkdir(exist_ok=True)
    assert sanfang(world_settings, str(path), "--mapping", "message-board", code=KILLED).returncode == 137
    assert len(in_the_log(world_settings)) == 750
    again = sanfang(world_settings, str(path), "--mapping", "message-board", "--json")
    assert again.returncode == 0, again.stderr
    assert orjson.loads(again.stdout)["already_in"] == 750
    records = in_the_log(world_settings)
    assert max(Counter(record.id for record in records if not isinstance(record, ClockTicked)).values()) == 1
    assert len(records) == 1200 + world_settings.partitions
    assert sum(isinstance(record, ClockTicked) for record in records) == world_settings.partitions


def test_two_imports_at_once_do_not_mix(world_settings: Settings, tmp_path: Path) -> None:
    """The second one is told to wait, rather than sending the same once more."""
    from infra.importing import ledger

    path = tmp_path / "board.csv"
    path.write_text(as_csv([board(1)]), encoding="utf-8")
    with ledger.opened(world_settings.home / "worlds" / world_settings.world):
        second = sanfang(world_settings, str(path), "--mapping", "message-board")
    assert second.returncode == 4
    assert "[import.running]" in second.stderr
    assert in_the_log(world_settings) == []


@pytest.mark.skipif(not REAL.exists(), reason="../shared/data is not here")
def test_a_real_board_of_ten_years_arrives_and_arrives_once(world_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """2,816 real messages and 2,815 replies go in, none is refused; the same again adds nothing."""
    for name, value in (("HOME", world_settings.home), ("WORLD", world_settings.world), ("KAFKA", world_settings.bootstrap)):
        monkeypatch.setenv(f"SANFANG_{name}", str(value))
    for expected in ({"petition.registered.v1": 2816, "petition.replied.v1": 2815}, {}):
        before = len(in_the_log(world_settings))
        build()(args=["import", str(REAL), "--mapping", "message-board"], standalone_mode=False)
        assert len(in_the_log(world_settings)) - before == sum(expected.values()) + (world_settings.partitions if expected else 0)
    records = in_the_log(world_settings)
    assert Counter(record.type for record in records) == {
        "petition.registered.v1": 2816, "petition.replied.v1": 2815, "clock.ticked.v1": world_settings.partitions}
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    registered = [record for record in records if record.type == "petition.registered.v1"]
    assert [record.time.isoformat() for record in registered] == sorted(row["time"] for row in rows)
    assert len({record.data.petitioners[0].account for record in registered}) == len({row["user"] for row in rows})
    assert all(record.data.sketch and record.data.sealed for record in registered)
