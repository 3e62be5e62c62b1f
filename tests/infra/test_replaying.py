"""The log itself as the source of a replay, on the real broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kafka import KafkaProducer
from typer.testing import CliRunner

from infra.cli.app import build
from infra.kafka import clients
from infra.replaying import opening
from projections.replay.slices import WHOLE
from projections.replay.whole import Asked, Outcome, replay_all, spans_of
from streams.ruleset import SHIPPED
from tests.projections.history.conftest import records
from tests.projections.indicators.worlds import city

if TYPE_CHECKING:
    from pathlib import Path

    from infra.settings import Settings

pytestmark = pytest.mark.kafka


def test_kafka_and_its_export_give_one_digest(world_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read from Kafka, by one process or two, or from an export of it: the same records, the same digest."""
    producer = KafkaProducer(**clients.kafka_python(world_settings, acks="all"))
    for number, made in records(city(9, 60), 4).items():
        for record in made:
            producer.send(world_settings.topics.actions, record.value, record.key, partition=number)
    producer.close()
    monkeypatch.setenv("SANFANG_KAFKA", world_settings.bootstrap)
    file = tmp_path / "log.jsonl"
    done = CliRunner().invoke(build(), ["--home", str(world_settings.home), "--world", world_settings.world, "export", "--out", str(file)])
    assert done.exit_code == 0, done.output

    def run(source: str, processes: int) -> Outcome:
        opened = opening(world_settings, source)
        return replay_all(Asked(opened, source, SHIPPED.rule_sets, WHOLE), tmp_path / f"{processes}-{len(source)}", spans_of(opened),
                          processes=processes)

    assert run("kafka", 1).digest == run("kafka", 2).digest == run(str(file), 1).digest
    assert run("kafka", 1).summary()["findings"]
