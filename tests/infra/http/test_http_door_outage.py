"""The log goes away and comes back: the door says so, and goes on."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

import pytest

from infra import ports
from infra.kafka.broker import LocalBroker, running
from infra.kafka.topics import ensure_topics
from infra.settings import Settings
from tests.infra.http.door_examples import ACCEPTED, BATCHED, STRUCTURED, ends, record_at, serving, until_healthy

pytestmark = pytest.mark.kafka


async def test_broker_stopped_and_started_again(tmp_path: Path) -> None:
    """Without its broker the door answers 503 or 429, never 200 and never in silence; with it, it works again, and every event
    that was answered 200 is where the answer said.
    """
    local = LocalBroker(tmp_path / "kafka", *ports.free(2))
    settings = Settings(home=tmp_path, kafka=local.bootstrap)
    with running(local) as first:
        ensure_topics(settings)
        async with serving(settings, answer_within=1.0, most_events=3) as client:
            async def post(number: int) -> tuple[int, dict[str, object]]:
                event = {**ACCEPTED, "id": f"outage-{number}"}
                answer = await client.post("/events", data=json.dumps(event), headers=STRUCTURED)
                assert ("Retry-After" in answer.headers) == (answer.status != 200)
                return answer.status, await answer.json()

            before = [await post(number) for number in range(3)]
            assert [status for status, _ in before] == [200] * 3
            first.stop()
            during = [await post(number) for number in range(10, 16)]
            assert {status for status, _ in during} == {503, 429}
            assert during[0][1]["code"] == "door.log_silent"
            assert "counts once" in str(during[0][1]["todo"])
            assert (await client.get("/health")).status == 503
            with running(local):
                await until_healthy(client)
                after = [await post(number) for number in range(20, 23)]
                assert [status for status, _ in after] == [200] * 3
                for _, said in before + after:
                    value = record_at(settings, said["partition"], said["offset"]).value
                    assert json.loads(value)["id"] == said["id"]
                assert ends(settings) >= 6


async def test_broker_that_stands_still_closes_the_door_by_itself(tmp_path: Path) -> None:
    """A broker that takes connections and answers nothing (stopped by SIGSTOP): first 503 with an unknown outcome, then 429 at
    once; when it goes on, what was under way is written, once.
    """
    local = LocalBroker(tmp_path / "kafka", *ports.free(2))
    settings = Settings(home=tmp_path, kafka=local.bootstrap)
    with running(local) as broker:
        ensure_topics(settings)
        async with serving(settings, answer_within=1.0) as client:
            broker.process.send_signal(signal.SIGSTOP)
            try:
                first = await client.post("/events", data=json.dumps([ACCEPTED] * 2), headers=BATCHED)
                assert first.status == 503
                assert {item["code"] for item in (await first.json())["events"]} == {"door.log_silent"}
                second = await client.post("/events", data=json.dumps(ACCEPTED), headers=STRUCTURED)
                assert second.status == 429
            finally:
                broker.process.send_signal(signal.SIGCONT)
            await until_healthy(client)
            assert ends(settings) == 2


async def test_door_opens_before_the_log_is_there(tmp_path: Path) -> None:
    """Started before its broker, the API serves: 503 with the reason, health says down, and then it works."""
    local = LocalBroker(tmp_path / "kafka", *ports.free(2))
    settings = Settings(home=tmp_path, kafka=local.bootstrap)
    async with serving(settings, connected=False) as client:
        answer = await client.post("/events", data=json.dumps(ACCEPTED), headers=STRUCTURED)
        assert (answer.status, (await answer.json())["code"]) == (503, "door.log_away")
        assert (await (await client.get("/health")).json())["log"] == "away"
        started = await asyncio.to_thread(local.start)
        try:
            await asyncio.to_thread(ensure_topics, settings)
            await until_healthy(client)
            assert (await client.post("/events", data=json.dumps(ACCEPTED), headers=STRUCTURED)).status == 200
        finally:
            await asyncio.to_thread(started.stop)
