"""A warehouse that knows what was known at a cut, and nothing later.

The same questions are asked: of tables that hold the latest only, the views over the history take the place; and every table
is kept to the rows up to the cut, by ClickHouse itself (``additional_table_filters`` reaches into views). A table that cannot
be kept so refuses to be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from projections.history.build import heads
from projections.history.cut import Cut, covered, cut, not_built
from projections.history.moment import moment
from projections.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_INSTEAD: Final = {
    "current_matters": "current_matters_then", "matters": "matters_then", "submissions": "submissions_then", "clocks": "clocks_then",
    "petitions": "petitions_then", "offices": "offices_then", "acting_offices": "acting_offices_then",
    "daily_flow": "daily_flow_then",
    "standing_findings": "standing_findings_then", "findings": "finding_history",
}
_NAMED: Final = re.compile(
    rf"\b(FROM|JOIN)(\s+)({'|'.join(sorted(_INSTEAD, key=len, reverse=True))})\b(?!\s*\()(\s+FINAL\b)?", re.IGNORECASE)
_KEPT: Final = {"actions": "offset", "matter_history": "offset", "finding_history": "cause_offset"}
_FEW: Final = 50
"""Matters that fit into a setting."""
_PLAIN: Final = re.compile(r"[\w.:-]+")
LATEST_ONLY: Final = ("matters", "findings", "daily_flow", "office_sightings", "heads", "history_heads")
"""Not kept by place: an as-of question that reads them all the same must fail, not answer of today."""


class Then(Warehouse):
    """Shares the connection of the one it was made of; closing it is the other's business."""

    def __init__(self, now: Warehouse, at: Cut, matters: Sequence[str] = ()) -> None:
        self._matters = matters
        super().__init__(now._client, now.database)  # noqa: SLF001  the same class
        self.now = now
        self.cut = at

    def about(self, *matters: str) -> Then:
        """The same for questions about these matters: nothing else of the history of matters is looked at."""
        few = len(matters) <= _FEW and all(_PLAIN.fullmatch(matter) for matter in matters)
        return Then(self.now, self.cut, matters if few else ())

    def about_submission(self, id_: str) -> Then:
        """The same for questions about one submission: of whatever matters it was a part by then."""
        return self.about(*(str(row[0]) for row in self.rows(
            "SELECT DISTINCT matter_id FROM matter_history WHERE has(submissions.id, {id:String}) ORDER BY matter_id", {"id": id_})))

    def told(self) -> dict[str, Any]:
        return self.cut.plain()

    def table(self, sql: str, params: Mapping[str, Any] | None = None, *, settings: Mapping[str, Any] | None = None,
              formats: Mapping[str, str] | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
        kept = {**(settings or {}), **filters(self.database, self.cut, self._matters)}
        return super().table(past(sql), params, settings=kept, formats=formats)

    def raw(self, sql: str, form: str, *, settings: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        return super().raw(past(sql), form, settings={**(settings or {}), **filters(self.database, self.cut, self._matters)})


def past(sql: str) -> str:
    """The question, asked of the history."""
    return _NAMED.sub(lambda found: f"{found[1]}{found[2]}{_INSTEAD[found[3].lower()]}{_final(found)}", sql)


def instead(table: str) -> str:
    """What is asked in the table's place."""
    return _INSTEAD.get(table, table)


def _final(found: re.Match[str]) -> str:
    """The history of findings has rows that may stand twice until they are merged; views answer once by themselves."""
    return " FINAL" if found[4] and found[3].lower() == "findings" else ""


def filters(database: str, at: Cut, matters: Sequence[str] = ()) -> dict[str, str]:
    partitions, offsets = list(at.offsets), list(at.offsets.values())
    said = {f"{database}.{table}": f"toInt64(`{column}`) <= transform(`partition`, {partitions}, {offsets}, -1)"
            for table, column in _KEPT.items()}
    if matters:
        said[f"{database}.matter_history"] += " AND matter_id IN (" + ", ".join(f"\\'{matter}\\'" for matter in matters) + ")"
    # an alert is answered by people and told by channels: it has a place in time, and none among the actions
    said[f"{database}.alerts"] = f"toUnixTimestamp64Milli(`log_time`) <= {int(at.log_time.timestamp() * 1000)}"
    # a record was rejected when the log held it, not when the worker said so
    said[f"{database}.rejected"] = f"toInt64(`log_offset`) <= transform(`log_partition`, {partitions}, {offsets}, -1)"
    said |= {f"{database}.{table}": f"throwIf(1, \\'{table} holds the latest only; no as-of\\') = 0" for table in LATEST_ONLY}
    return {"additional_table_filters": "{" + ", ".join(f"'{table}': '{one}'" for table, one in said.items()) + "}"}


_OURS: Final = re.compile(r"""
    \{('\w+\.\w+':\ '(
        toInt64\(`\w+`\)\ <=\ transform\(`\w+`,\ \[[\d,\ ]*\],\ \[[-\d,\ ]*\],\ -1\)
      | toUnixTimestamp64Milli\(`log_time`\)\ <=\ \d+
      | throwIf\(1,\ \\'\w+\ holds\ the\ latest\ only;\ no\ as-of\\'\)\ =\ 0
    )'(,\ |(?=\})))+\}""", re.VERBOSE)


def is_ours(said: str) -> bool:
    """Whether filters are of the form that `filters` gives: offsets compared with numbers, nothing else computed."""
    return _OURS.fullmatch(said) is not None


def then(warehouse: Warehouse, said: str, build: Callable[[dict[int, int]], None] | None = None) -> Then:
    """The warehouse as of then. ``build`` may carry the history on where it does not reach so far; without it that is an error."""
    at = cut(warehouse, moment(said))
    lacking = covered(at, heads(warehouse))
    if lacking and build is not None:
        build(lacking)
        lacking = covered(at, heads(warehouse))
    if lacking:
        raise not_built(lacking)
    return Then(warehouse, at)
