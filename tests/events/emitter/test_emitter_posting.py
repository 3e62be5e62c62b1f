"""The HTTP emitter against a staged door: a web server that answers from a script."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from events import Delivered, Emitter, NotDelivered
from events.errors import RejectedInput, UsageError
from tests.kafka_tools import PATIENCE

Answer = tuple[int, Any, dict[str, str]]
Script = Callable[[int, list[Any]], Answer]


def taken(events: list[Any]) -> list[dict[str, Any]]:
    return [{"id": event["id"], "status": 200, "topic": "t", "partition": 1, "offset": number} for number, event in enumerate(events)]


@contextmanager
def door(script: Script) -> Iterator[tuple[str, list[list[Any]]]]:
    """A web server that answers each request by ``script(number, events)``; yields its address and what it was posted."""
    posted: list[list[Any]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            events = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            posted.append(events)
            status, said, headers = script(len(posted), events)
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", posted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is counted, not waited for."""
    monkeypatch.setattr("events.emitter.posting.LONGEST_PAUSE", 0.01)


def test_all_good() -> None:
    """Everything is posted once, in order, and each delivery says where."""
    with door(lambda _, events: (200, {"events": taken(events)}, {})) as (url, posted):
        with Emitter(url) as emitter:
            deliveries = [emitter.send({"id": str(number)}) for number in range(1_200)]
        assert [event["id"] for batch in posted for event in batch] == [str(number) for number in range(1_200)]
    assert all(len(batch) <= 500 for batch in posted)
    assert deliveries[0].result() == Delivered("0", "t", 1, 0)


def test_busy_door_is_asked_again_later() -> None:
    """429 with Retry-After, then 503 without any, then success: posted three times, delivered once."""
    answers: dict[int, Answer] = {1: (429, {"code": "door.busy", "what": "busy"}, {"Retry-After": "1"}), 2: (503, b"<html>", {})}
    with door(lambda number, events: answers.get(number, (200, {"events": taken(events)}, {}))) as (url, posted):
        with Emitter(url) as emitter:
            assert emitter.send({"id": "1"}).result(10).id == "1"
        assert posted == [[{"id": "1"}]] * 3


def test_pause_is_as_long_as_the_door_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry-After is obeyed; without it, the pauses double, up to half a minute."""
    monkeypatch.setattr("events.emitter.posting.LONGEST_PAUSE", 30.0)
    waits: list[float] = []
    monkeypatch.setattr(threading.Event, "wait", lambda _, seconds=None: waits.append(seconds) or False)
    asked = {1: "7", 2: "Wed, 21 Oct 1998 07:28:00 GMT"}
    with door(lambda number, events: (503, {}, {"Retry-After": asked[number]} if number in asked else {}) if number < 9
              else (200, {"events": taken(events)}, {})) as (url, _), Emitter(url, give_up_after=1_000) as emitter:
        emitter.send({"id": "1"}).result(20)
    assert [wait for wait in waits if wait is not None] == [7.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_only_what_the_log_did_not_take_is_posted_again() -> None:
    """207 with some items at 503: those alone go again."""
    refused: list[str] = []

    def script(_: int, events: list[Any]) -> Answer:
        items = taken(events)
        for place, event in enumerate(events):
            if event["id"] == "b" and "b" not in refused:
                refused.append("b")
                items[place] = {"id": "b", "status": 503, "code": "door.log_silent", "what": "silent"}
        return 207, {"events": items}, {}

    with door(script) as (url, posted):
        with Emitter(url, batch_events=3) as emitter:
            deliveries = [emitter.send({"id": name}) for name in "abc"]
            emitter.flush(10)
        again = [event["id"] for batch in posted for event in batch]
    assert sorted(set(again)) == ["a", "b", "c"]
    assert len(again) == 4
    assert all(delivery.result().topic == "t" for delivery in deliveries)


def test_refusal_carries_the_doors_own_words() -> None:
    """An event that the door refuses fails with its code, sentence and advice; the others are delivered."""
    def script(_: int, events: list[Any]) -> Answer:
        return 207, {"events": [{"id": None, "status": 422, "code": "language.unknown_county", "what": "没有 / no such county",
                                 "todo": "correct it"} if event["id"] == "bad" else taken([event])[0] for event in events]}, {}

    with door(script) as (url, _):
        emitter = Emitter(url)
        good, bad = emitter.send({"id": "good"}), emitter.send({"id": "bad"})
        with pytest.raises(NotDelivered) as told:
            emitter.close()
    [(name, error)] = told.value.failures
    assert (name, type(error), error.code, error.todo) == ("bad", RejectedInput, "language.unknown_county", "correct it")
    assert good.result().id == "good"
    with pytest.raises(RejectedInput):
        bad.result()


def test_batch_that_is_too_large_is_halved() -> None:
    """413 for many is answered with smaller batches; 413 for one is its failure."""
    def script(_: int, events: list[Any]) -> Answer:
        return (413, {"code": "door.body", "what": "too large"}, {}) if len(events) > 1 or events[0]["id"] == "3" else (
            200, {"events": taken(events)}, {})

    heard: dict[str, Any] = {}
    with door(script) as (url, _), Emitter(url) as emitter:
        for name in "0123456":
            emitter.send({"id": name}, on_delivery=lambda outcome, name=name: heard.__setitem__(name, outcome))
    assert {name for name, outcome in heard.items() if isinstance(outcome, Delivered)} == set("012456")
    assert heard["3"].code == "door.body"


def test_door_that_is_away_fails_with_the_ids_and_the_address() -> None:
    """Nobody listens: after its patience the emitter says which events are not delivered, and where it knocked."""
    with door(lambda *_: (200, {}, {})) as (url, _):
        pass
    emitter = Emitter(url, give_up_after=0.05)
    emitter.send({"type": "petition.registered.v1", "subject": "XF-1", "time": "2025-03-03"})
    with pytest.raises(NotDelivered) as told:
        emitter.close()
    assert "petition.registered.v1 XF-1 2025-03-03" in str(told.value)
    assert f"{url}/events" in str(told.value)
    assert told.value.failures[0][1].code == "emitter.door_away"


@pytest.mark.parametrize("answer", [(200, b"<html>hello</html>", {}), (200, {"events": []}, {}), (404, {}, {}), (200, [1], {})])
def test_answer_that_is_not_of_a_door_is_no_success(answer: Answer) -> None:
    """Another server at that address, a proxy's page: nothing counts as delivered that was not said to be in the log."""
    with door(lambda *_: answer) as (url, _):
        emitter = Emitter(url)
        emitter.send({"id": "1"})
        with pytest.raises(NotDelivered, match="is that address Sanfang's API"):
            emitter.close()


def test_what_is_no_json_is_refused_at_once() -> None:
    """A document that cannot be written as JSON is the caller's to correct, before anything is sent."""
    with door(lambda _, events: (200, {"events": taken(events)}, {})) as (url, posted), Emitter(url) as emitter:
        with pytest.raises(RejectedInput):
            emitter.send({"id": object()})
        assert posted == []


def test_program_that_forgets_to_close_still_hands_over() -> None:
    """A program that ends without closing its emitter loses nothing that it had sent."""
    with door(lambda _, events: (200, {"events": taken(events)}, {})) as (url, posted):
        code = f"from events import Emitter; e = Emitter({url!r}); [e.send({{'id': str(n)}}) for n in range(900)]"
        subprocess.run([sys.executable, "-c", code], check=True, timeout=PATIENCE)
        assert sum(map(len, posted)) == 900


def test_addresses_and_closed_emitters() -> None:
    """What is no address is told at once; after close, nothing is taken any more."""
    with pytest.raises(UsageError):
        Emitter("localhost:18080")
    with door(lambda _, events: (200, {"events": taken(events)}, {})) as (url, _):
        emitter = Emitter(url)
        emitter.close()
        with pytest.raises(UsageError):
            emitter.send({"id": "1"})


def test_defect_of_the_emitter_itself_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Should its own thread fail (staged), the events concerned fail with it; nobody waits for ever."""
    monkeypatch.setattr(Emitter, "_post", lambda *_: 1 / 0)
    emitter = Emitter("http://127.0.0.1:1")
    emitter.send({"id": "1"})
    with pytest.raises(NotDelivered, match="ZeroDivisionError"):
        emitter.close()
    assert "own error" in caplog.text
