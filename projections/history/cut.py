"""A cut: the last offset of each partition of the log that was known at a moment. Exact, or an error that says why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from events.errors import UsageError, WarehouseError, Where
from projections.history.moment import Moment

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

NOTHING: Final = -1
"""Of this partition nothing was known yet."""


@dataclass(frozen=True, slots=True)
class Known:
    """What of one partition was known: up to which offset; when the log took that in; what its clock showed."""

    offset: int
    log_time: datetime | None
    """When we knew."""
    clock: datetime | None
    """When it happened: the business time of the last tick."""


@dataclass(frozen=True, slots=True)
class Cut:
    moment: Moment
    known: dict[int, Known]

    @property
    def offsets(self) -> dict[int, int]:
        return {partition: known.offset for partition, known in self.known.items()}

    @property
    def log_time(self) -> datetime:
        """When we knew: of a log time itself, else of the latest record that was known. For records that no action places."""
        if self.moment.kind == "log" and self.moment.at is not None:
            return self.moment.at
        return max(known.log_time for known in self.known.values() if known.log_time is not None)

    def plain(self) -> dict[str, Any]:
        """The answer's ``as_of``: the log alone, for findings and matters are a function of it."""
        return {"actions": {str(partition): {"offset": known.offset, "log_time": known.log_time.isoformat() if known.log_time else None,
                                             "clock": known.clock.isoformat() if known.clock else None}
                            for partition, known in self.known.items() if known.offset >= 0}}


def cut(warehouse: Warehouse, moment: Moment) -> Cut:
    """Where the log is cut. `UsageError` ``asof.*`` for a moment before the beginning, after the end, or that is not there."""
    ends = {int(partition): (int(last), at, first) for partition, last, at, first in warehouse.rows(
        "SELECT `partition`, max(`offset`), max(log_time), min(log_time) FROM actions GROUP BY `partition` ORDER BY `partition`")}
    if not ends:
        raise UsageError("asof.empty", "the log holds nothing yet 日志为空", todo="sanfang status shows how far the projector has come")
    match moment.kind:
        case "offsets":
            offsets = _given(dict(moment.offsets), ends)
        case "log" if moment.at is not None:
            offsets = _by_log_time(warehouse, moment.at, ends)
        case "business" if moment.at is not None:
            offsets = _by_clock(warehouse, moment.at, ends)
        case _:
            offsets = _by_event(warehouse, moment.event, ends)
    if all(offset < 0 for offset in offsets.values()):
        first = min(at for _, _, at in ends.values())
        raise UsageError("asof.before", f"{moment.said} lies before the beginning: the log begins at {first.isoformat()} 早于日志起点",
                         todo="give a later --as-of")
    return Cut(moment, _told(warehouse, offsets))


def _given(said: dict[int, int], ends: dict[int, Any]) -> dict[int, int]:
    if said.keys() != ends.keys():
        wrong = ", ".join(map(str, sorted(said.keys() ^ ends.keys())))
        raise UsageError("asof.partitions", f"name each partition of the log, and no other: see {wrong} 分区不符",
                         todo=f"the log has {', '.join(map(str, ends))}")
    for partition, offset in said.items():
        if offset > ends[partition][0]:
            raise _after(f"{partition}:{offset}", partition, f"offset {ends[partition][0]}")
    return said


def _by_log_time(warehouse: Warehouse, at: datetime, ends: dict[int, Any]) -> dict[int, int]:
    """All before the first record that came later: never claims what came in afterwards, should a broker's clock jump."""
    later = _later(warehouse, at)
    for partition, (_, last_at, _) in ends.items():
        if partition not in later and last_at < at:
            raise _after(at.isoformat(), partition, last_at.isoformat())
    return _before(warehouse, later, ends)


def _by_clock(warehouse: Warehouse, at: datetime, ends: dict[int, Any]) -> dict[int, int]:
    """All before the first tick that is later, where a tick that is not earlier is there too."""
    ticks = {int(partition): (first, last, offset) for partition, first, last, offset in warehouse.rows(
        "SELECT `partition`, min(event_time), max(event_time), minIf(`offset`, event_time > {at:DateTime64(3, 'UTC')}) FROM actions "
        "WHERE type = 'clock.ticked.v1' AND readable GROUP BY `partition`", {"at": at})}
    found: dict[int, int] = {}
    for partition in ends:
        if partition not in ticks:
            raise UsageError("asof.no-clock", "the clock of this partition has never ticked, so no business time is known 无时钟",
                             where=Where(topic="actions", partition=partition), todo="ask by log time, event or offsets")
        first, last, offset = ticks[partition]
        if last < at:
            raise _after(at.isoformat(), partition, f"clock {last.isoformat()}")
        if last > at:
            found[partition] = int(offset)
        if first > at:
            found[partition] = 0  # its clock had not begun
    return _before(warehouse, found, ends)


def _by_event(warehouse: Warehouse, event: str, ends: dict[int, Any]) -> dict[int, int]:
    places = warehouse.rows("SELECT `partition`, min(`offset`), argMin(log_time, `offset`) FROM actions WHERE event_id = {id:String} "
                            "AND readable GROUP BY `partition`", {"id": event})
    if not places:
        raise UsageError("asof.no-event", f"no event is called {event} 无此事件", todo="give its id as `matters show` prints it")
    at = max(row[2] for row in places)  # a tick is in every partition: when the last of them had it
    return {**_before(warehouse, _later(warehouse, at), ends), **{int(partition): int(offset) for partition, offset, _ in places}}


def _later(warehouse: Warehouse, at: datetime) -> dict[int, int]:
    """The first record of each partition that the log took in after that; none where there is none."""
    return {int(partition): int(offset) for partition, offset in warehouse.rows(
        "SELECT `partition`, min(`offset`) FROM actions WHERE log_time > {at:DateTime64(3, 'UTC')} GROUP BY `partition`", {"at": at})}


def _before(warehouse: Warehouse, later: dict[int, int], ends: dict[int, Any]) -> dict[int, int]:
    """The last record before each of these offsets; where none is later, the last of all."""
    found = {partition: last for partition, (last, _, _) in ends.items()}
    for partition, offset in later.items():
        found[partition] = int(warehouse.rows(
            "SELECT if(count() = 0, -1, toInt64(max(`offset`))) FROM actions "
            "WHERE `partition` = {partition:UInt32} AND `offset` < {offset:UInt64}",
            {"partition": partition, "offset": offset})[0][0])
    return found


def _told(warehouse: Warehouse, offsets: dict[int, int]) -> dict[int, Known]:
    known = {partition: Known(offset, None, None) for partition, offset in sorted(offsets.items())}
    rows = warehouse.rows(
        "SELECT `partition`, max(log_time), maxIf(toNullable(event_time), type = 'clock.ticked.v1') FROM actions "
        "WHERE toInt64(`offset`) <= transform(`partition`, {partitions:Array(UInt32)}, {offsets:Array(Int64)}, toInt64(-1)) "
        "GROUP BY `partition`",
        {"partitions": list(offsets), "offsets": list(offsets.values())})
    for partition, at, clock in rows:
        known[int(partition)] = Known(offsets[int(partition)], at, clock)
    return known


def _after(said: str, partition: int, last: str) -> UsageError:
    return UsageError("asof.after", f"{said} lies after the end: partition {partition} is held up to {last} 晚于已知末尾",
                      where=Where(topic="actions", partition=partition),
                      todo="leave --as-of out for what is known now, or give an earlier one")


def covered(cut: Cut, held: dict[int, tuple[int, int]]) -> dict[int, int]:
    """The partitions whose history does not reach the cut yet, with the offset it must reach."""
    return {partition: offset for partition, offset in cut.offsets.items() if offset > held.get(partition, (-1, 0))[0]}


def not_built(lacking: dict[int, int]) -> WarehouseError:
    partition, offset = next(iter(lacking.items()))
    return WarehouseError("asof.not-built", "the history does not reach this point yet 沿革尚未生成到该时点",
                          where=Where(topic="actions", partition=partition, offset=offset), todo="sanfang history build")
