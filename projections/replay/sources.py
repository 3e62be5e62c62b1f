"""Where the records of a replay come from: the mirror in ClickHouse, or a file as `sanfang export` writes it.

Kafka is read by `infra.replaying`, which knows how to reach it. Whatever the source, a partition is read in the order of its
offsets, and a record that should be there and is not stops the replay: half a log gives no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from events.errors import UsageError, WarehouseError, Where
from projections.replay.lines import Line, lines

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

CHUNK: Final = 8_192
"""Records asked of the mirror at once."""
FOREVER: Final = (1 << 62)


@dataclass(frozen=True, slots=True)
class Span:
    """A partition of the source: its last offset, and about how many records it has."""

    last: int
    records: int


class Source(Protocol):
    """Opened anew by each process; used by one."""

    def spans(self) -> dict[int, Span]: ...

    def lines(self, partition: int, after: int, until: int, counties: Sequence[str]) -> Iterator[Line]:
        """The records with ``after < offset <= until``, of these counties and the ticks; no counties: all."""

    def close(self) -> None: ...


Opening = Callable[[], Source]
"""Opens the source; picklable, so that each process can."""


class Mirror:
    """The table ``actions``."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def spans(self) -> dict[int, Span]:
        return {int(partition): Span(int(last), int(records)) for partition, last, records in self._warehouse.rows(
            "SELECT `partition`, max(`offset`), count() FROM actions GROUP BY `partition` ORDER BY `partition`")}

    def lines(self, partition: int, after: int, until: int, counties: Sequence[str] = ()) -> Iterator[Line]:
        if counties:
            whole(self._warehouse, partition, until)
        previous = after
        while chunk := self._chunk(partition, previous, until, counties):
            for offset, before, key, tombstone, raw, log_time in chunk:
                if offset == previous:
                    continue  # inserted twice, and not merged yet
                if not counties and before != previous:
                    raise hole(partition, int(before), int(offset))
                yield Line(offset + 1, len(raw), partition, offset, None if tombstone else raw, key, log_time)
                previous = offset

    def _chunk(self, partition: int, after: int, until: int, counties: Sequence[str]) -> list[tuple[Any, ...]]:
        narrowed = "AND county IN {counties:Array(String)} " if counties else ""
        return self._warehouse.rows(
            "SELECT `offset`, previous, `key`, tombstone, raw, log_time FROM actions "  # noqa: S608  a condition of ours
            "WHERE `partition` = {partition:UInt32} AND `offset` > {after:Int64} AND `offset` <= {until:Int64} "
            + narrowed + "ORDER BY `partition`, `offset` LIMIT {most:UInt32}",
            {"partition": partition, "after": after, "until": until, "most": CHUNK, "counties": [*counties, "*"]},
            formats={"key": "bytes", "raw": "bytes"})

    def close(self) -> None:
        self._warehouse.close()


def whole(warehouse: Warehouse, partition: int, until: int) -> None:
    """Raises where the mirror lacks a record at or before the offset: each row names the one before it."""
    said = warehouse.rows(
        "SELECT max(`offset`), sum(toInt64(`offset`) - previous) FROM actions FINAL "
        "WHERE `partition` = {partition:UInt32} AND `offset` <= {until:Int64}", {"partition": partition, "until": until})
    top, covered = said[0]
    if int(covered) == int(top) + 1 or int(covered) == 0:
        return
    found = warehouse.rows(
        "SELECT previous, `offset` FROM (SELECT previous, `offset`, "
        "lagInFrame(toInt64(`offset`), 1, toInt64(-1)) OVER (ORDER BY `offset`) AS before "
        "FROM actions FINAL WHERE `partition` = {partition:UInt32} AND `offset` <= {until:Int64}) WHERE before != previous "
        "ORDER BY `offset` LIMIT 1", {"partition": partition, "until": until})
    previous, offset = found[0] if found else (-1, int(top))
    raise hole(partition, int(previous), int(offset))


def hole(partition: int, lacking: int, next_: int) -> WarehouseError:
    return WarehouseError(
        "mirror.hole", f"the mirror lacks records: the log has one at {lacking} before that at {next_} 镜像缺失记录",
        where=Where(topic="actions", partition=partition, offset=lacking),
        todo="start the projector again, it fills what is lacking; or replay --from kafka")


class Exported:
    """A file of records. Read once by each process for its partitions."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def spans(self) -> dict[int, Span]:
        last: dict[int, int] = {}
        count: dict[int, int] = {}
        for line in lines(self._path):
            if line.offset < last.get(line.partition, -1):
                raise self._damaged(line, "offsets do not rise")
            if line.key is None and line.log_time is None:
                raise self._damaged(line, "no record of an export")
            last[line.partition] = line.offset
            count[line.partition] = count.get(line.partition, 0) + 1
        return {partition: Span(last[partition], count[partition]) for partition in sorted(last)}

    def _damaged(self, line: Line, why: str) -> UsageError:
        return UsageError("replay.damaged", f"the file is damaged or was put together: {why} 文件损坏",
                          where=Where(file=str(self._path), line=line.number), todo="export the log again")

    def lines(self, partition: int, after: int, until: int, counties: Sequence[str] = ()) -> Iterator[Line]:
        wanted = {county.encode() for county in (*counties, "*")} if counties else None
        for line in lines(self._path, partition):
            if line.partition == partition and after < line.offset <= until and (wanted is None or line.key in wanted):
                yield line

    def close(self) -> None:
        """Nothing stays open."""
