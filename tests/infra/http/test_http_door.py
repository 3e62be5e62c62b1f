"""The HTTP door on the real broker: what is answered is true."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import pytest

from events.canonical import content_id
from events.reading import read
from events.reasons import Reason
from infra.http.forms import LARGEST_BODY, MOST_EVENTS
from infra.settings import Settings
from tests.events.golden import ACTIONS, ADMITTED
from tests.infra.http.door_examples import (
    ACCEPTED,
    BATCHED,
    DOOR_FORMS,
    STRUCTURED,
    VISIT,
    ends,
    record_at,
    records,
    serving,
)

pytestmark = pytest.mark.kafka


async def test_structured_event_is_where_the_answer_says(world_settings: Settings) -> None:
    """One event: 200 with topic, partition and offset, and there in the log are its canonical bytes under its county's key."""
    async with serving(world_settings) as client:
        answer = await client.post("/events", data=json.dumps(VISIT), headers=STRUCTURED)
        said = await answer.json()
    assert answer.status == said["status"] == 200
    assert said["topic"] == world_settings.topics.actions
    record = record_at(world_settings, said["partition"], said["offset"])
    assert (record.key, record.value) == (b"141102", ADMITTED["petition.registered.v1"])
    assert said["id"] == read(record.value).id


async def test_batch_keeps_its_order_and_each_place_is_true(world_settings: Settings) -> None:
    """Every action type in one batch: 200, one item each in the same order, every offset read back."""
    async with serving(world_settings) as client:
        answer = await client.post("/events", data=json.dumps(list(DOOR_FORMS.values())), headers=BATCHED)
        items = (await answer.json())["events"]
    assert answer.status == 200
    assert len(items) == len(DOOR_FORMS)
    offsets: dict[int, list[int]] = {}
    there = records(world_settings)
    for item, type_ in zip(items, DOOR_FORMS, strict=True):
        assert item["status"] == 200
        assert there[item["partition"], item["offset"]].value == (ACTIONS | ADMITTED)[type_]
        offsets.setdefault(item["partition"], []).append(item["offset"])
    assert all(places == sorted(places) for places in offsets.values())


async def test_binary_event_becomes_the_structured_one(world_settings: Settings) -> None:
    """The attributes as headers and the data as the body give the very same event, percent-encoding undone."""
    attributes = {f"ce-{name}": value for name, value in ACCEPTED.items() if name != "data"}
    encoded = {**attributes, "ce-source": "urn%3A141102%3Ars", "Content-Type": "application/json; charset=UTF-8"}
    async with serving(world_settings) as client:
        answer = await client.post("/events", data=json.dumps(ACCEPTED["data"]), headers=encoded)
        said = await answer.json()
    assert answer.status == 200, said
    assert record_at(world_settings, said["partition"], said["offset"]).value == ACTIONS["petition.accepted.v1"]


async def test_the_settings_own_door_is_used(world_settings: Settings) -> None:
    """Without another door, names become pseudonyms under the deployment's own keys, made at first use."""
    async with serving(world_settings, door=None) as client:
        said = await (await client.post("/events", data=json.dumps(VISIT), headers=STRUCTURED)).json()
    value = record_at(world_settings, said["partition"], said["offset"]).value
    assert "王守义".encode() not in value
    assert value != ADMITTED["petition.registered.v1"]
    assert (world_settings.home / "keys" / "pseudonym.key").exists()


async def test_bad_items_in_a_batch_are_told_apart(world_settings: Settings) -> None:
    """207: the good ones are in the log, each bad one has its own reason and what to do, and nothing of it is in the log."""
    wrong = {**ACCEPTED, "id": "mine", "partitionkey": "999999"}
    batch = [ACCEPTED, wrong, 7, {**VISIT, "type": "petition.sung.v1"}, {**VISIT, "surname": "张"}, {**ACCEPTED, "time": "2099-01-01"}]
    async with serving(world_settings) as client:
        answer = await client.post("/events", data=json.dumps(batch), headers=BATCHED)
        items = (await answer.json())["events"]
    assert answer.status == 207
    assert [item["status"] for item in items] == [200, 422, 422, 422, 422, 422]
    assert [item.get("code") for item in items] == [None, Reason.UNKNOWN_COUNTY, Reason.NOT_AN_EVENT, Reason.UNKNOWN_TYPE,
                                                    Reason.WRONG_FIELD, Reason.FUTURE_DATE]
    assert items[1]["id"] == "mine"
    assert all(item["todo"] for item in items[1:])
    assert "张" not in json.dumps(items, ensure_ascii=False).replace("字段", "")
    assert ends(world_settings) == 1


async def test_batch_of_nothing_but_bad_items_is_422(world_settings: Settings) -> None:
    """When nothing got in, the status says so."""
    async with serving(world_settings) as client:
        answer = await client.post("/events", data=b"[{},7]", headers=BATCHED)
        assert answer.status == 422
        assert len((await answer.json())["events"]) == 2
    assert ends(world_settings) == 0


async def test_empty_batch_is_fine(world_settings: Settings) -> None:
    """Nothing to do is done."""
    async with serving(world_settings) as client:
        answer = await client.post("/events", data=b"[]", headers=BATCHED)
        assert (answer.status, await answer.json()) == (200, {"events": []})


@pytest.mark.parametrize(("status", "body", "headers", "code"), [
    (400, b'{"type":', STRUCTURED, Reason.TRUNCATED_JSON),
    (400, b"", STRUCTURED, Reason.TRUNCATED_JSON),
    (400, '{"type":"离石"}'.encode("gb18030"), STRUCTURED, Reason.INVALID_UTF8),
    (400, b"[]", STRUCTURED, Reason.NOT_AN_EVENT),
    (400, b"{}", BATCHED, "door.batch"),
    (400, b"{}", {"Content-Type": "application/json", "ce-specversion": "0.3"}, Reason.NOT_AN_EVENT),
    (400, b"{}", {"Content-Type": "application/json", "ce-specversion": "1.0", "ce-data": "x"}, Reason.NOT_AN_EVENT),
    (413, b"[" + b"{}," * MOST_EVENTS + b"{}]", BATCHED, "door.batch"),
    (413, b" " * (LARGEST_BODY + 1), STRUCTURED, "door.body"),
    (415, b"{}", {"Content-Type": "application/json"}, "door.content_type"),
    (415, b"{}", {"Content-Type": "text/plain"}, "door.content_type"),
    (415, b"{}", {"Content-Type": "application/cloudevents+json; charset=gb18030"}, "door.content_type"),
    (422, json.dumps({**VISIT, "data": {**VISIT["data"], "text": "字" * 20_001}}).encode(), STRUCTURED, Reason.TEXT_TOO_LONG),
    (422, json.dumps({**ACCEPTED, "data": {**ACCEPTED["data"], "route": 31.6}}).encode(), STRUCTURED, Reason.WRONG_FIELD),
])
async def test_what_cannot_be_taken_is_told(world_settings: Settings, status: int, body: bytes, headers: dict[str, str],
                                            code: str) -> None:
    """Each kind of bad request has its status, its code, a sentence and a next step; the door goes on."""
    async with serving(world_settings) as client:
        answer = await client.post("/events", data=io.BytesIO(body), headers=headers)
        said = await answer.json()
        assert (answer.status, said["code"]) == (status, code)
        assert said["what"]
        assert said["todo"]
        after = await client.post("/events", data=json.dumps(ACCEPTED), headers=STRUCTURED)
        assert after.status == 200
    assert ends(world_settings) == 1


async def test_body_without_a_length_is_bounded_too(world_settings: Settings) -> None:
    """A body sent in chunks cannot be larger than one with a length."""
    async def chunks() -> Any:
        for _ in range(9):
            yield b" " * (1024 * 1024)

    async with serving(world_settings) as client:
        answer = await client.post("/events", data=chunks(), headers=STRUCTURED)
        assert (answer.status, (await answer.json())["code"]) == (413, "door.body")


async def test_many_requests_at_once_lose_and_double_nothing(world_settings: Settings) -> None:
    """Forty requests of fifty events side by side: every event once, where the answer says."""
    async with serving(world_settings) as client:
        async def one(number: int) -> list[dict[str, Any]]:
            batch = [{**ACCEPTED, "id": content_id("many", str(number), str(index))} for index in range(50)]
            answer = await client.post("/events", data=json.dumps(batch), headers=BATCHED)
            assert answer.status == 200
            return (await answer.json())["events"]

        items = [item for answer in await asyncio.gather(*map(one, range(40))) for item in answer]
    assert len({(item["partition"], item["offset"]) for item in items}) == 2_000
    assert ends(world_settings) == 2_000


async def test_more_than_fits_is_429_with_retry_after(world_settings: Settings) -> None:
    """While more events are under way than allowed, further requests are put off, not queued; a single large one gets in."""
    class Slow:
        """A door that takes its time (staged), so that two requests meet."""

        def __init__(self) -> None:
            self.entered = asyncio.Event()
            self.loop = asyncio.get_running_loop()

        def admit_many(self, documents: Any, **more: Any) -> Any:
            from tests.infra.http.door_examples import own_door

            self.loop.call_soon_threadsafe(self.entered.set)
            import time

            time.sleep(0.3)
            return own_door().admit_many(documents, **more)

    door = Slow()
    async with serving(world_settings, door=door, most_events=3) as client:
        first = asyncio.create_task(client.post("/events", data=json.dumps([ACCEPTED] * 5), headers=BATCHED))
        await door.entered.wait()
        second = await client.post("/events", data=json.dumps(ACCEPTED), headers=STRUCTURED)
        assert second.status == 429
        assert int(second.headers["Retry-After"]) > 0
        assert (await second.json())["code"] == "door.busy"
        assert (await first).status == 200
        assert (await client.post("/events", data=json.dumps(ACCEPTED), headers=STRUCTURED)).status == 200


async def test_health_and_metrics_name_no_case(world_settings: Settings) -> None:
    """Counters by type and reason, in Prometheus' text form; no id, number or name is in a label."""
    async with serving(world_settings) as client:
        await client.post("/events", data=json.dumps([VISIT, ACCEPTED, {**VISIT, "partitionkey": "999999"}]), headers=BATCHED)
        health = await (await client.get("/health")).json()
        metrics = await (await client.get("/metrics")).text()
    assert health["status"] == "ok"
    assert 'petition_events_total{type="petition.registered.v1"} 1.0' in metrics
    assert 'petition_events_rejected_total{reason="language.unknown_county"} 1.0' in metrics
    assert 'petition_door_requests_total{status="207"} 1.0' in metrics
    assert "petition_door_events_under_way 0.0" in metrics
    assert VISIT["subject"] not in metrics
