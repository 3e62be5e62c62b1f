"""Columns against the bytes of their row, by the same expressions that filled them; aggregates against the rows they were made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.verifying.report import Parting

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

_DEFAULTS: Final = """
SELECT name, type, default_kind, default_expression FROM system.columns
WHERE database = {database:String} AND table = {table:String} AND default_kind IN ('DEFAULT', 'EPHEMERAL') ORDER BY position
"""
_SAID: Final = """
SELECT county, day, kind, max(said), max(follows), max(part), min(at) FROM
(
    SELECT county, day, kind, uniqExactMerge(events) AS said, 0 AS follows, 0 AS part, 18446744073709551615 AS at FROM daily_flow
    WHERE feed = '{table}' GROUP BY county, day, kind
    UNION ALL
    SELECT county, toDate32(event_time, 'Asia/Shanghai') AS day, {kind} AS kind, 0, uniqExact({id}), any(`partition`), min(`offset`)
    FROM {table} FINAL WHERE {counted} GROUP BY county, day, kind
)
GROUP BY county, day, kind HAVING max(said) != max(follows) ORDER BY day, county, kind LIMIT 1
"""
_FLOWS: Final = {
    "actions": {"kind": "replaceRegexpOne(type, '[.]v[0-9]+$', '')", "id": "event_id", "counted": "readable AND county != '*'"},
    "findings": {"kind": "kind", "id": "finding_id", "counted": "kind != ''"},
}


def columns(warehouse: Warehouse, table: str) -> list[Parting]:
    """The first row of each partition that has a column which its bytes do not say."""
    described = warehouse.rows(_DEFAULTS, {"database": warehouse.database, "table": table})
    known = ", ".join(f"{expression} AS `{name}`" for name, _, kind, expression in described if kind == "EPHEMERAL")
    wrong = [(name, f"toString(`{table}`.`{name}`) != toString(CAST({expression} AS {type_}))")
             for name, type_, kind, expression in described if kind == "DEFAULT"]
    which = ", ".join(f"({test}, '{name}')" for name, test in wrong)
    any_wrong = " OR ".join(test for _, test in wrong)
    # the newest versions only: FINAL before anything is compared
    rows = warehouse.rows(
        f"WITH {known} SELECT `partition`, min(`offset`) AS at, argMin("  # noqa: S608 - from the engine's own description
        f"tupleElement(arrayFirst(x -> x.1, [{which}]), 2), `offset`) FROM {table} FINAL WHERE {any_wrong} GROUP BY `partition`")
    return [Parting(int(number), int(at), f"table {table}", said=f"column {name}", follows="what the bytes say")
            for number, at, name in rows]


def aggregates(warehouse: Warehouse) -> list[Parting]:
    """The daily flow counts the distinct events of its rows, neither more nor less."""
    partings = []
    for table, words in _FLOWS.items():
        for county, day, kind, said, follows, number, at in warehouse.rows(_SAID.format(table=table, **words)):
            partings.append(Parting(int(number), int(at) if follows else -1, "table daily_flow",
                                    said=f"{county} {day} {kind}: {said}", follows=str(follows)))
    return partings
