"""The second stage: findings counted, days judged, alerts said. Pure: what goes in is items and ticks, what comes out events.

Streams of one partition (a county, and its categories) are looked at with every finding of the running day: the line of a
running day once crossed stays crossed. Sums over partitions are looked at when every partition has passed the same tick. At the first tick
of a day the days before are judged as they are known then: what no longer holds is corrected, what is calm again is resolved.
An alarm of more than two days ago is not raised any more: a backfill of history wakes nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from events.alerts import AlertBase, AlertOpened, AlertResolved, AlertUpdated, Grain, Stream, alert_id, said
from events.alerts.life import OpenedData, ResolvedData, ResolveReason, UpdatedData, UpdateReason
from events.alerts.picture import LEAST_MATTERS
from events.vocabulary import Category
from streams.spikes.counted import Item, day_of
from streams.spikes.pictures import METHOD, midnight, picture
from streams.spikes.powers import Ints
from streams.spikes.settings import SpikeSettings
from streams.spikes.tallies import Cell, Tallies
from streams.spikes.watch import Watch

_FRESH: Final = 2


@dataclass(frozen=True, slots=True)
class Open:
    """An alert that is open."""

    id: str
    stream: Stream
    day: int
    """On which it was raised."""
    matters: int


class Stage:
    def __init__(self, settings: SpikeSettings | None = None) -> None:
        self.tallies = Tallies()
        self.watch = Watch(settings or SpikeSettings())
        self.alerts: dict[str, Open] = {}
        self._changed: dict[int, set[Cell]] = {}

    def count(self, item: Item, category: Category, at: datetime, cause: str) -> list[AlertBase]:
        """One more finding; an alert if the running day of its county's streams is one now."""
        watch = self.watch
        before = self.tallies.count((item.county, category, item.watched), item.day)
        cell = self.tallies.add(item, category, watch.today)
        if item.day < watch.today:
            self._changed.setdefault(item.day, set()).add(cell)
        if item.day != watch.today or watch.running is None or item.county not in watch.universe.counties:
            return []
        over = watch.universe.over(cell)
        watch.now[over] += self.tallies.count(cell, item.day) - before
        return self._look(np.array(over[:2]), at, cause)

    def withdraw(self, finding: str) -> None:
        found = self.tallies.withdraw(finding)
        if found is None:
            return
        day, cell = found
        if day < self.watch.today:
            self._changed.setdefault(day, set()).add(cell)
        elif day == self.watch.today and self.watch.running is not None:
            self.watch.recount(self.tallies)

    def tick(self, at: datetime, cause: str) -> list[AlertBase]:
        """Every partition has passed this tick."""
        today = day_of(at)
        found: list[AlertBase] = []
        if today > self.watch.today:
            self.watch.open(today, self.tallies, self._changed)
            found = self._review(at, cause)
            self._changed = {}
        if self.watch.running is not None:
            found += self._look(np.arange(len(self.watch.universe.streams)), at, cause)
        return found

    def _look(self, streams: Ints, at: datetime, cause: str) -> list[AlertBase]:
        """The running day so far."""
        watch = self.watch
        detector = watch.running
        if detector is None:
            return []
        crossed = streams[detector.would_alarm(watch.now[streams], streams)]
        return [event for index in crossed.tolist() for event in self._raise(index, watch.today, at, cause)]

    def _raise(self, index: int, day: int, at: datetime, cause: str) -> list[AlertBase]:
        stream = self.watch.universe.streams[index]
        if stream.key in self.alerts:
            return []
        shown = picture(self.watch, self.tallies, index, day, at)
        if shown is None or shown.matters < LEAST_MATTERS:
            return []
        id_ = alert_id(stream, Grain.DAY, at, METHOD)
        self.alerts[stream.key] = Open(id_, stream, day, shown.matters)
        link = {"link": f"/alerts/{id_}"}
        data = OpenedData.model_validate(dict(shown) | link)
        return [said(AlertOpened, data, alert=id_, county=stream.region, time=at, cause=cause)]

    def _review(self, at: datetime, cause: str) -> list[AlertBase]:
        """What the closed days, judged anew, say of alerts that are open, and which are new."""
        watch, found = self.watch, list[AlertBase]()
        if not watch.last:
            return found
        for alert in list(self.alerts.values()):
            index = watch.universe.at[alert.stream.region, alert.stream.category, alert.stream.watched]
            found += self._follow(alert, index, at, cause)
        for judged in watch.last[-_FRESH:]:
            for index in np.nonzero(judged.closed.alarms)[0].tolist():
                found += self._raise(index, judged.day, at, cause)
        return found

    def _follow(self, alert: Open, index: int, at: datetime, cause: str) -> list[AlertBase]:
        watch = self.watch
        region = alert.stream.region
        until = midnight(watch.today)
        since = [judged for judged in watch.last if judged.day >= alert.day]
        crossed = any(judged.closed.alarms[index] or judged.closed.again[index] for judged in watch.last)
        standing = watch.running is not None and bool(watch.running.open[index])
        remembered = alert.day >= watch.today - len(watch.last)
        if not standing and (remembered or not crossed):
            never = remembered and not crossed
            del self.alerts[alert.stream.key]
            reason = ResolveReason.CORRECTED if never else ResolveReason.BACK_WITHIN
            return [said(AlertResolved, ResolvedData(reason=reason, until=until), alert=alert.id, county=region, time=at, cause=cause)]
        corrected = any(day in self._changed for day in range(alert.day - 1, watch.today - 1))
        again = bool(since) and since[-1].day > alert.day and bool(since[-1].closed.again[index])
        if not (corrected or again):
            return []
        shown = picture(watch, self.tallies, index, since[-1].day if since else watch.today - 1, at)
        if shown is None or shown.matters == alert.matters or shown.matters < LEAST_MATTERS:
            return []
        self.alerts[alert.stream.key] = replace(alert, matters=shown.matters)
        reason_said = UpdateReason.CORRECTED if corrected and not again else UpdateReason.CONTINUES
        data = UpdatedData.model_validate(dict(shown) | {"link": f"/alerts/{alert.id}", "reason": reason_said})
        return [said(AlertUpdated, data, alert=alert.id, county=region, time=at, cause=cause)]
