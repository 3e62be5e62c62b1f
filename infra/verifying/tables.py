"""The tables against the topics they were filled from, by digest; the first row that differs is looked for where a digest does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from infra.verifying import chain
from infra.verifying.refold import event_id
from infra.verifying.report import Parting
from projections.rebuild import compare

if TYPE_CHECKING:
    from infra.kafka.snapshot import Record
    from infra.verifying.chain import Chain
    from projections.warehouse import Warehouse

_MATTERS: Final = """
SELECT matter_id, `offset`, gone, SHA256(raw) FROM matters FINAL WHERE `partition` = {partition:UInt32}
"""


def records(warehouse: Warehouse, table: str, partition: int, expected: Chain, again: Iterable[Record]) -> list[Parting]:
    """Of a table that has a row for each record. ``again``: those that went through ``expected``, read only where something is wrong."""
    there = {cell: told for (_, cell), told in compare.cells(warehouse, table, {partition: expected.below}).items()}
    for cell in sorted(there.keys() | expected.cells.keys()):
        if there.get(cell) == expected.cells.get(cell):
            continue
        said = compare.rows_of(warehouse, table, partition, cell, expected.below)
        follows = chain.rows(again, cell, expected.below)
        offset = min((at for at in said.keys() | follows.keys() if said.get(at) != follows.get(at, ("", b""))[0]), default=-1)
        digest, value = follows.get(offset, ("", None))
        return [Parting(partition, offset, f"table {table}", event_id(value), said.get(offset, "absent")[:12], digest[:12] or "absent")]
    return []


def matters(warehouse: Warehouse, partition: int, latest: dict[str, tuple[int, bytes | None]], end: int, top: int) -> list[Parting]:
    """Of the table of latest states. ``latest``: matter to offset and digest in the topic, up to ``end``; the table reaches to ``top``."""
    there = {str(id_): (int(offset), None if gone else bytes(digest)) for id_, offset, gone, digest in warehouse.rows(
        _MATTERS, {"partition": partition}, formats={"SHA256(raw)": "bytes"})}
    partings: list[Parting] = []
    for id_ in sorted(there.keys() | latest.keys()):
        said, follows = there.get(id_), latest.get(id_)
        if said == follows or (said is not None and said[0] >= end) or (follows is not None and follows[0] >= top):
            continue  # the same, or one of the two has moved on since
        if said is None and follows is not None and follows[1] is None:
            continue  # gone
        if follows is None and said is not None and said[1] is None:
            continue  # gone, and compaction has taken the record that said so
        at = (follows or said or (0, None))[0]
        partings.append(Parting(partition, at, "table matters", said=f"{id_} {_short(said)}", follows=f"{id_} {_short(follows)}"))
    return sorted(partings)[:1]


def _short(one: tuple[int, bytes | None] | None) -> str:
    if one is None:
        return "absent"
    return f"{one[1].hex()[:12] if one[1] else 'gone'} at {one[0]}"
