"""How a question is asked: its SQL is a file, its filters are parameters, its answer says how much of the log it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from events.errors import UsageError
from events.regions import name_of
from projections.progress import as_of, as_of_said

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

BEGINNING: Final = date(1900, 1, 1)
END: Final = date(2299, 12, 31)
LIMITS: Final[Mapping[str, Any]] = {"max_execution_time": 30}


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a list. Which of them a list knows, it says itself."""

    county: str = ""
    office: str = ""
    rule: str = ""
    kind: str = ""
    since: date = BEGINNING
    until: date = END
    limit: int = 50

    def given(self) -> set[str]:
        plain = Filters()
        return {name for name in self.__dataclass_fields__ if getattr(self, name) != getattr(plain, name)} - {"limit"}

    def params(self) -> dict[str, Any]:
        # one row more than asked for tells whether there is more
        return {"county": self.county, "office": self.office, "rule": self.rule, "kind": self.kind,
                "since": self.since, "until": self.until, "limit": self.limit + 1}


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, and what they rest on: the offset and log time of each partition of each feed that was asked."""

    rows: list[dict[str, Any]]
    as_of: dict[str, Any]
    more: bool = False
    """There are more rows than the limit let through."""
    document: dict[str, Any] = field(default_factory=dict)
    """For one thing shown whole: its parts by name."""

    def plain(self) -> dict[str, Any]:
        return {"as_of": self.as_of, **({"document": self.document} if self.document else {"rows": self.rows, "more": self.more})}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that can be asked for."""

    name: str
    feeds: tuple[str, ...]
    filters: frozenset[str]
    kind: str = ""
    """What ``kind`` means here."""
    kinds: tuple[str, ...] = ()
    """The words it may be; none: any."""

    def ask(self, warehouse: Warehouse, filters: Filters) -> Answer:
        unknown = filters.given() - self.filters
        if unknown:
            raise UsageError("queries.filter", f"{self.name} cannot be narrowed by {', '.join(sorted(unknown))}",
                             todo=f"use {', '.join(sorted(self.filters))}")
        if filters.kind and self.kinds and filters.kind not in self.kinds:
            raise UsageError("queries.kind", f"{filters.kind!r} is no {self.kind}", todo=f"one of: {', '.join(self.kinds)}")
        if filters.county and name_of(filters.county) is None:
            raise UsageError("queries.county", f"no county, city or province has the code {filters.county!r}",
                             todo="six digits of GB/T 2260, e.g. 141102 离石区")
        if filters.limit < 1:
            raise UsageError("queries.limit", "the limit is at least 1", todo="give another --limit")
        known = told(warehouse, self.feeds)
        rows = self.rows(warehouse, filters)
        return Answer(rows[:filters.limit], known, more=len(rows) > filters.limit)

    def rows(self, warehouse: Warehouse, filters: Filters) -> list[dict[str, Any]]:
        """What the filters leave: one more than the limit, where there are more."""
        return ask(warehouse, self.name, filters.params())


def ask(warehouse: Warehouse, name: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    names, rows = warehouse.table(sql(name), params, settings=LIMITS)
    return [dict(zip(names, row, strict=True)) for row in rows]


def told(warehouse: Warehouse, feeds: Sequence[str]) -> dict[str, Any]:
    """Asked before the rows, so that an answer never claims more than it knows."""
    from projections.history.then import Then  # noqa: PLC0415 - half a second, which whoever only lists the filters need not wait

    if isinstance(warehouse, Then):
        return warehouse.told()
    return as_of_said(as_of(warehouse, tuple(feeds)))


@cache
def sql(name: str) -> str:
    return files("projections.queries").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def absent(what: str, id_: str) -> UsageError:
    return UsageError("queries.absent", f"there is no {what} {id_!r}", todo=f"sanfang {what}s list shows some; was it in another --world?")
