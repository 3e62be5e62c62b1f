"""What came of it, from the tables: figures, quality against the truth, and two findings with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from infra.city.quality import Quality, compare
from projections.queries import shown

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

Json = dict[str, Any]

KINDS = "SELECT kind, uniqExact(finding_id) AS findings FROM standing_findings GROUP BY kind ORDER BY kind"
TOTALS = """
SELECT (SELECT uniqExact(event_id) FROM actions FINAL WHERE type != 'clock.ticked.v1') AS events,
       (SELECT count() FROM submissions) AS submissions, (SELECT count() FROM current_matters) AS matters,
       (SELECT uniqExact(finding_id) FROM findings WHERE kind = 'retracted') AS withdrawn
"""
LAPSES = """
SELECT rule, countIf(state = 'met') AS met, countIf(state = 'missed') AS missed, countIf(state = 'running') AS running
FROM clocks WHERE rule IN ('R-22', 'R-23d', 'R-23t', 'R-34') GROUP BY rule ORDER BY rule
"""
EXAMPLE = """
SELECT finding_id FROM standing_findings WHERE kind = {kind:String} AND status = 'standing'
ORDER BY length(evidence) DESC, finding_id LIMIT 1
"""


def figures(warehouse: Warehouse) -> Json:
    """Totals, standing findings by kind, clocks by rule."""
    return {"totals": warehouse.named(TOTALS)[0], "findings": warehouse.named(KINDS), "clocks": warehouse.named(LAPSES)}


def quality(warehouse: Warehouse, truth: Json) -> Quality:
    """What stands in the tables against the simulator's truth."""
    standing = (orjson.loads(raw) for raw, in warehouse.rows(
        "SELECT f.raw FROM findings AS f WHERE f.finding_id IN (SELECT finding_id FROM standing_findings)"))
    matters = (orjson.loads(raw) for raw, in warehouse.rows("SELECT raw FROM current_matters"))
    return compare(truth, standing, matters)


def example(warehouse: Warehouse, kind: str) -> Json | None:
    """One standing finding of that kind, whole, with its reasons."""
    found = warehouse.rows(EXAMPLE, {"kind": kind})
    return shown.finding(warehouse, str(found[0][0])).document if found else None
