"""The whole of a verification, partition by partition."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from infra.verifying import columns, cut, outputs, tables
from infra.verifying.chain import Chain, as_rejected_table
from infra.verifying.refold import Followed, event_id, refold, touched_by
from infra.verifying.report import Parting, Report
from infra.verifying.states import digest
from streams.ruleset import RuleBook, with_packs

if TYPE_CHECKING:
    from infra.kafka.snapshot import Record
    from infra.settings import Settings
    from infra.verifying.cut import Cut
    from infra.verifying.states import Store

Progress = Callable[[int, int], None]
"""Hears how many offsets of how many are done."""


def verify(settings: Settings, progress: Progress = lambda *_: None) -> Report:
    """Reads everything, writes nothing; `Report.keep` keeps what came of it."""
    report, began = Report(settings.world, datetime.now(UTC)), time.monotonic()
    rules = RuleBook(with_packs(settings.home / "rules"))
    with cut.taken(settings) as taken:
        report.up_to, done = dict(taken.most), 0
        for number in sorted(taken.log.bounds):
            _partition(taken, number, rules, report, partial(_add, progress, done, taken.log.total))
            done += taken.most[number]
        if taken.tables is not None:
            for table in ("actions", "findings", "alerts"):
                report.partings += columns.columns(taken.tables, table)
            _aggregates(taken, report)
        report.notes += taken.notes
    report.seconds = time.monotonic() - began
    return report


def _partition(taken: Cut, number: int, rules: RuleBook, report: Report, progress: Callable[[int], None]) -> None:
    store = taken.stores.get(number)
    log = Chain(min(taken.most[number], taken.tops.get(("actions", number), 0)))
    followed = refold(_told(log.through(taken.log.of(number)), progress), taken.log.topic, rules, least=taken.least[number],
                      store_at=store.offset if store else None)
    report.events += followed.events
    said = Chain(min(taken.findings.bounds[number][1], taken.tops.get(("findings", number), 0)))
    report.partings += outputs.findings(number, followed, said.through(taken.findings.of(number)))
    report.partings += outputs.rejected(number, followed, taken.rejected.of(number))
    deque(said.rest(taken.findings.of(number)), maxlen=0)  # where the comparison ended early
    latest = {(record.key or b"").decode(errors="replace"): (record.offset, None if record.value is None else sha256(record.value).digest())
              for record in taken.matters.of(number)}
    wrong = outputs.matters(number, followed, {id_: told for id_, (_, told) in latest.items()})
    report.partings += [_named(one, taken) for one in wrong]
    if store is not None:
        _state(taken, number, store, followed, rules, report)
    if taken.tables is not None:
        report.partings += tables.records(taken.tables, "actions", number, log, taken.log.of(number))
        report.partings += tables.records(taken.tables, "findings", number, said, taken.findings.of(number))
        for table, again in (("alerts", taken.alerts.of), ("rejected", lambda one: as_rejected_table(taken.rejected.of(one)))):
            whole = _chain(again(number), taken.tops.get((table, number), 0))
            report.partings += tables.records(taken.tables, table, number, whole, again(number))
            report.digests.setdefault(table, {})[number] = whole.digest
        report.partings += tables.matters(taken.tables, number, latest, taken.matters.bounds[number][1],
                                          taken.tops.get(("matters", number), 0))
    for what, told in (("actions", log.digest), ("findings", _digest(followed)), ("state", followed.state_digest)):
        if told:
            report.digests.setdefault(what, {})[number] = told


def _chain(records: Iterable[Record], below: int) -> Chain:
    chain = Chain(below)
    deque(chain.through(records), maxlen=0)
    return chain


def _state(taken: Cut, number: int, store: Store, followed: Followed, rules: RuleBook, report: Report) -> None:
    if not followed.at_store or followed.state is None:
        report.partings.append(Parting(number, store.offset, "state", said="an offset without an event in the log"))
        return
    if digest(store.records()) == followed.state_digest:
        return
    there = dict(store.records())
    keys = sorted(key for key in there.keys() | followed.state.keys() if there.get(key) != followed.state.get(key))
    where = [(*touched_by(taken.log.of(number), rules, key, store.offset), key) for key in keys[:3]]
    offset, event, key = min(where)
    report.partings.append(Parting(number, offset, "state", event, _short(key, there.get(key)), _short(key, followed.state.get(key))))


def _aggregates(taken: Cut, report: Report) -> None:
    """Asked again where rows came in between: only what stays is a difference."""
    if taken.tables is None:
        return
    first = columns.aggregates(taken.tables)
    if first:
        time.sleep(1)
        again = {one.what + one.said for one in columns.aggregates(taken.tables)}
        report.partings += [one for one in first if one.what + one.said in again]


def _add(progress: Progress, before: int, of: int, more: int) -> None:
    progress(before + more, of)


def _named(one: Parting, taken: Cut) -> Parting:
    """With the id of the event at its offset."""
    record = taken.log.at(one.partition, one.offset) if one.offset >= 0 else None
    return Parting(one.partition, one.offset, one.what, event_id(record.value) if record else "", one.said, one.follows)


def _told(records: Iterable[Record], progress: Callable[[int], None]) -> Iterator[Record]:
    for count, record in enumerate(records, start=1):
        yield record
        if count % 1_000 == 0:
            progress(record.offset)


def _digest(followed: Followed) -> str:
    whole = sha256()
    for finding in followed.findings[:followed.least_findings]:
        whole.update(finding.digest)
    return whole.hexdigest()


def _short(key: bytes, value: bytes | None) -> str:
    return f"{key.decode(errors='replace')[:60]} {sha256(value).hexdigest()[:12] if value is not None else 'absent'}"
