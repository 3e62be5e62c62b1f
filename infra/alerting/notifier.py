"""The notifier's loop: read, plan, send, write down what became of it.

1. The whole of ``petition.alerts.v1`` is read first: what was told, taken up and silenced is known before anything is sent.
2. What is due is sent, one notification at a time on each channel, channels side by side: a slow one holds up no other.
3. What became of it is written into the log, and is there before anything follows from it.
4. A failed one is tried again, after 2, 4, 8 … seconds, at most five minutes, or as long as the receiver asks; after `MOST` attempts,
   or when it is refused, it is given up, which is an event too.
5. To a receiver that forgets (Alertmanager) what stands is said again each minute; that is no news, and no event.

A notifier that dies between 2 and 3 sends that notification again, under the same id: at least once, and told apart where
the receiver can (docs/alerts.md).
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from kafka import TopicPartition
from pydantic import ValidationError

from events.alerts import ALERT, AlertDelivered, AlertNotDelivered, said
from events.alerts.life import DeliveredData, FailureReason, NotDeliveredData
from events.canonical import canonical
from events.emitter import TrustedEmitter
from infra.alerting import words
from infra.alerting.channels import Channel, Message, Outcome
from infra.alerting.desk import Desk
from infra.alerting.plan import Due, due, standing
from infra.alerting.standing import Standing
from infra.kafka import clients
from projections.projector.reader import Reader
from projections.projector.resume import Point

if TYPE_CHECKING:
    from infra.running.ticker import Clock
    from infra.settings import Settings
    from projections.projector.feeds import Record

MOST: Final = 12
_LONGEST: Final = timedelta(minutes=5)
_REPEAT: Final = timedelta(minutes=1)
_ASKED: Final = timedelta(hours=1)
_POLL: Final = 50
_FAREWELL: Final = 15.0


class Notifier:
    def __init__(self, settings: Settings, channels: Mapping[str, Channel], clock: Clock, stop: threading.Event) -> None:
        self._settings = settings
        self._channels = channels
        self._clock = clock
        self._stop = stop
        self._desk = Desk()
        self._standing = Standing(settings)
        self._repeated = clock.now()
        self._repeating: dict[str, Future[Outcome]] = {}
        self._under_way: dict[str, tuple[Due, Future[Outcome]]] = {}

    def run(self) -> None:
        kafka = clients.kafka_python(self._settings, client_id="sanfang-notifier")
        reader = Reader(kafka, time.monotonic())
        pool = ThreadPoolExecutor(max(1, len(self._channels)), thread_name_prefix="alert")
        try:
            with TrustedEmitter(None, self._settings.topics.alerts, {**kafka, "linger_ms": 0}) as emitter:
                places = [TopicPartition(*place) for place in reader.partitions([self._settings.topics.alerts])]
                reader.start({place: Point(0, -1) for place in places})
                while not self._stop.is_set() and any(reader.lag().values()):
                    self._read(reader)
                while not self._stop.is_set():
                    self._read(reader)
                    self._settle(emitter)
                    self._send(pool)
                    self._repeat(pool)
                    self._standing.tell(self._desk, self._clock.now())
                until = time.monotonic() + _FAREWELL
                while self._under_way and time.monotonic() < until:
                    self._settle(emitter)
                    time.sleep(0.02)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            reader.close()
            self._standing.tell(self._desk, self._clock.now(), ended=True)

    def _read(self, reader: Reader) -> None:
        for records in reader.poll(_POLL, 1_000).values():
            for record in records:
                self._take(record)
        reader.watch(time.monotonic())

    def _take(self, record: Record) -> None:
        try:
            event = ALERT.validate_json(record.value or b"")
        except ValidationError:
            self._standing.unreadable += 1
            sys.stdout.write(f"[alerts.unreadable] 无法读取 / no alert event at {self._settings.topics.alerts}[{record.partition}]"
                             f"@{record.offset}; it is left out\n")
            return
        self._desk.take(event, self._clock.now())

    def _send(self, pool: ThreadPoolExecutor) -> None:
        busy = {one.channel.name for one, _ in self._under_way.values()}
        for one in due(self._desk, self._settings, self._clock.now()):
            if one.channel.name in busy:
                continue
            busy.add(one.channel.name)
            self._desk.leaving(one.id, one.channel.name, one.escalation, {item.event.id: item.alert.id for item in one.items})
            self._under_way[one.id] = one, pool.submit(self._channels[one.channel.name].send, self._message(one))

    def _repeat(self, pool: ThreadPoolExecutor) -> None:
        """What stands is said again to those that would forget it. One that does not take it is seen in the standing."""
        for name in [name for name, future in self._repeating.items() if future.done()]:
            self._standing.repeated[name] = self._repeating.pop(name).result().reason or ""
        now = self._clock.now()
        if now - self._repeated < _REPEAT:
            return
        self._repeated = now
        for name, channel in self._channels.items():
            items = standing(self._desk, name, now)
            if channel.repeats and items and name not in self._repeating:
                message = Message("repeat", "", "", items, base=self._settings.alert_link.rstrip("/"))
                self._repeating[name] = pool.submit(channel.send, message)

    def _message(self, one: Due) -> Message:
        base = self._settings.alert_link.rstrip("/")
        return Message(one.id, words.title(one.items, one.escalation), words.body(one.items, base), one.items, one.escalation,
                       one.attempt, base)

    def _settle(self, emitter: TrustedEmitter) -> None:
        done = [id_ for id_, (_, future) in self._under_way.items() if future.done()]
        for id_ in done:
            one, future = self._under_way.pop(id_)
            events = became(one, future.result(), self._clock.now())
            for event in events:
                emitter.write(event.id, event.partitionkey.encode(), canonical(event))
            emitter.flush(30)
            for event in events:
                self._desk.take(event, self._clock.now())


def became(one: Due, outcome: Outcome, now: datetime) -> list[AlertDelivered | AlertNotDelivered]:
    """What is written down: one event for each alert that the notification told of."""
    events: list[AlertDelivered | AlertNotDelivered] = []
    for alert, items in groupby(sorted(one.items, key=lambda item: item.alert.id), key=lambda item: item.alert):
        covers = tuple(item.event.id for item in items)
        place = {"alert": alert.id, "county": alert.county, "time": now, "cause": covers[-1]}
        told = {"channel": one.channel.name, "notification": one.id, "covers": covers, "escalation": one.escalation, "attempt": one.attempt}
        if outcome.reason is None:
            events.append(said(AlertDelivered, DeliveredData.model_validate(told), **place))
        else:
            failed = {**told, "reason": outcome.reason, "answer": outcome.answer, "next_attempt": next_attempt(one.attempt, outcome, now)}
            events.append(said(AlertNotDelivered, NotDeliveredData.model_validate(failed), **place))
    return events


def next_attempt(attempt: int, outcome: Outcome, now: datetime) -> datetime | None:
    if outcome.reason is FailureReason.REFUSED or attempt >= MOST:
        return None
    wait = min(timedelta(seconds=2 ** min(attempt, 16)), _LONGEST)
    return now + max(wait, min(outcome.wait or timedelta(0), _ASKED))
