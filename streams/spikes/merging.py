"""Log and findings of all partitions brought into one order, so that the stage sees the same whoever was quicker.

Within a partition: actions in their order, and findings before the tick that came after their cause. No partition goes past a
tick before all have passed it; a partition has passed it when the worker has judged it and all findings up to there are in.
Who feeds it must have read the log at least as far as the findings he hands over (`infra/running/spikes.py`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from events.alerts import AlertBase
from events.vocabulary import Category
from streams.spikes.counted import FINDING, RETRACTED, TICKED, Action, Finding, of_finding, of_rating, read
from streams.spikes.stage import Stage

_CARRIED = "jurisdiction.received"
_CATEGORIES = frozenset(map(str, Category))


@dataclass(slots=True)
class _Partition:
    log: deque[tuple[int, Action]] = field(default_factory=deque)
    findings: deque[Finding] = field(default_factory=deque)
    position: dict[str, int] = field(default_factory=dict)
    """Of the actions since the last tick that was passed."""
    judged: int = 0
    reached: int = -1
    """The place of the last finding counted: one whose cause is older is taken to follow it."""

    def tick(self) -> tuple[int, Action] | None:
        return self.log[0] if self.log and self.log[0][1].type == TICKED else None


class Merge:
    def __init__(self, stage: Stage, partitions: int) -> None:
        self.stage = stage
        self.last_tick: datetime | None = None
        self._partitions = [_Partition() for _ in range(partitions)]
        self._category: dict[str, Category] = {}

    def action(self, partition: int, offset: int, value: bytes) -> None:
        """A record of the log that the worker took in; what cannot be read it has rejected, and is passed over here."""
        place = self._partitions[partition]
        action = read(value)
        if action is None:
            return
        place.log.append((offset, action))
        place.position[action.id] = offset
        if action.type.startswith(_CARRIED):
            for raw in action.data.actions:
                carried = read(bytes(raw))
                if carried is not None:
                    place.position[carried.id] = offset
                    self._learn(carried)

    def finding(self, partition: int, value: bytes) -> None:
        self._partitions[partition].findings.append(FINDING.decode(value))

    def judged(self, partition: int, beyond: int) -> None:
        """The worker has judged all before that offset, and all findings of it have been handed over."""
        self._partitions[partition].judged = beyond

    def advance(self) -> list[AlertBase]:
        """As far as everything known allows."""
        said: list[AlertBase] = []
        while True:
            for place in self._partitions:
                said += self._take(place)
            ticks = [place.tick() for place in self._partitions]
            passed = [tick for tick, place in zip(ticks, self._partitions, strict=True) if tick is not None and place.judged > tick[0]]
            if len(passed) < len(ticks) or not ticks:
                return said
            _, first = min(passed, key=lambda one: one[1].time)
            if self.last_tick is None or first.time > self.last_tick:
                said += self.stage.tick(first.time, first.id)
                self.last_tick = first.time
            for place, (offset, tick) in zip(self._partitions, passed, strict=True):
                if tick.time <= first.time:
                    place.log.popleft()
                    place.position = {id_: at for id_, at in place.position.items() if at > offset}

    def _take(self, place: _Partition) -> list[AlertBase]:
        """What a partition brings before its next tick, with what that tick itself caused."""
        said: list[AlertBase] = []
        while place.log and place.log[0][1].type != TICKED:
            _, action = place.log.popleft()
            self._learn(action)
            if (rated := of_rating(action)) is not None:
                said += self.stage.count(rated, self._of(rated.submission), action.time, action.id)
        tick = place.tick()
        while place.findings:
            finding = place.findings[0]
            known = place.position.get(finding.causationid, place.reached)
            if tick is not None and known > tick[0]:
                break
            place.findings.popleft()
            place.reached = max(known, place.reached)
            if finding.type == RETRACTED:
                self.stage.withdraw(finding.data.retracts)
            elif (item := of_finding(finding)) is not None:
                said += self.stage.count(item, self._of(item.submission), finding.time, finding.id)
        return said

    def _learn(self, action: Action) -> None:
        if action.data.category in _CATEGORIES and action.type.startswith("petition.registered"):
            self._category[action.subject] = Category(action.data.category)

    def _of(self, submission: str) -> Category:
        return self._category.get(submission, Category.OTHER)
