"""`sanfang simulate` as people call it: into a file, into a sandbox, never into the live world."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from typer.testing import CliRunner

from events.errors import UsageError
from infra.city.carry import TICK_KEY, city_door, write_log
from infra.cli.app import build

if TYPE_CHECKING:
    from pathlib import Path

    from infra.settings import Settings
    from tests.infra.city.conftest import City

SMALL = ["--days", "40", "--petitions", "120", "--seed", "5"]


def _call(*words: str) -> Any:
    return CliRunner().invoke(build(), list(words))


def test_a_file_with_the_truth_beside(tmp_path: Path) -> None:
    """The file, the truth beside it, and a summary that a program can read."""
    out = tmp_path / "city.jsonl"
    result = _call("--home", str(tmp_path / "home"), "simulate", *SMALL, "--out", str(out), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["petitions"] == 120
    assert told["records"] == len(out.read_bytes().splitlines())
    truth = orjson.loads((tmp_path / "city.jsonl.truth.json").read_bytes())
    assert truth["counts"]["submissions"] == 120
    assert not (tmp_path / "home").exists(), "a file needs no deployment"


def test_the_live_world_is_refused(tmp_path: Path) -> None:
    """Before anything is started or made, with the reason."""
    result = _call("--home", str(tmp_path / "home"), "simulate", *SMALL, "--emit")
    assert isinstance(result.exception, UsageError)
    assert result.exception.code == "simulate.live"
    assert "clock" in result.exception.what
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("where", [[], ["--emit", "--out", "x.jsonl"]])
def test_one_place_to_go_to(where: list[str], tmp_path: Path) -> None:
    """Neither and both are refused."""
    result = _call("--home", str(tmp_path), "--world", "city", "simulate", *SMALL, *where)
    assert isinstance(result.exception, UsageError)
    assert result.exception.code == "simulate.where"


def test_a_city_of_the_future_is_not_emitted(tmp_path: Path) -> None:
    """A log takes no future dates, so a year that is not over is refused before a broker is asked."""
    result = _call("--home", str(tmp_path), "--world", "city", "simulate", *SMALL, "--start", "2190-01-01", "--emit")
    assert isinstance(result.exception, UsageError)
    assert result.exception.code == "simulate.future"


class Log:
    """A log that keeps what it is given, by partition; the real one is in the test below."""

    def __init__(self) -> None:
        self.partitions: dict[int, list[tuple[bytes, bytes]]] = defaultdict(list)
        self.flushed = 0

    def write(self, id_: str, key: bytes, value: bytes, *, partition: int | None = None) -> None:
        del id_
        self.partitions[int(key) % 3 if partition is None else partition].append((key, value))

    def flush(self) -> None:
        self.flushed = sum(map(len, self.partitions.values()))


def test_ticks_go_into_every_partition_in_their_place(city: City) -> None:
    """Every partition has every tick, with the same bytes, between the same neighbours as in the order of arrival."""
    log = Log()
    written = write_log(city.simulation, city_door(7), log, 3, lambda _: None)
    assert written == log.flushed
    ticks = [record.value for record in city.records if record.everywhere]
    for partition, held in log.partitions.items():
        assert [value for key, value in held if key == TICK_KEY] == ticks
        assert [value for _, value in held] == [
            record.value for record in city.records if record.everywhere or int(record.key) % 3 == partition]


@pytest.mark.kafka
def test_into_a_real_sandbox_once(world_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command writes a sandbox's log on a real broker, each county in one partition; a second city is refused."""
    from kafka import KafkaConsumer, TopicPartition

    from infra.kafka import clients

    assert world_settings.kafka
    monkeypatch.setenv("SANFANG_KAFKA", world_settings.kafka)
    words = ["--home", str(world_settings.home), "--world", world_settings.world, "simulate", *SMALL, "--emit", "--json"]
    result = _call(*words)
    assert result.exit_code == 0, result.output + repr(result.exception)
    told = json.loads(result.stdout)
    truth = orjson.loads((world_settings.home / "worlds" / world_settings.world / "truth.json").read_bytes())
    consumer = KafkaConsumer(**clients.kafka_python(world_settings, enable_auto_commit=False))
    try:
        places = [TopicPartition(world_settings.topics.actions, n) for n in range(world_settings.partitions)]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        keys: dict[bytes, set[int]] = defaultdict(set)
        count = 0
        while count < told["records"]:
            batches = consumer.poll(timeout_ms=10_000)
            assert batches, "the log is shorter than was told"
            for place, batch in batches.items():
                count += len(batch)
                for record in batch:
                    keys[record.key].add(place.partition)
    finally:
        consumer.close()
    assert count == told["records"] == (
        truth["counts"]["events"] + truth["counts"]["delivered_twice"] + truth["counts"]["ticks"] * world_settings.partitions)
    assert keys.pop(TICK_KEY) == set(range(world_settings.partitions))
    assert all(len(partitions) == 1 for partitions in keys.values())
    again = _call(*words)
    assert isinstance(again.exception, UsageError)
    assert again.exception.code == "simulate.used"
