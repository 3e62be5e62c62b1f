"""The lists: what each is narrowed by. Their SQL is in `sql/`, a file of the same name each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from events.findings import KINDS
from events.matters import ClockState, Stage
from events.vocabulary import Channel, OfficeKind
from projections.queries.asking import Filters, Listing

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

_DAYS: Final = frozenset({"since", "until"})


class _Oversight(Listing):
    def rows(self, warehouse: Warehouse, filters: Filters) -> list[dict[str, Any]]:
        from projections.queries import oversight  # noqa: PLC0415 - the rules, which whoever asks for another list need not wait for

        return oversight.rows(warehouse, filters)


MATTERS: Final = Listing("matters", ("matters",), _DAYS | {"county", "office", "kind"}, "stage 阶段", tuple(Stage))
SUBMISSIONS: Final = Listing("submissions", ("matters",), _DAYS | {"county", "office", "kind"}, "channel 渠道", tuple(Channel))
FINDINGS: Final = Listing("findings", ("findings",), _DAYS | {"county", "office", "rule", "kind"}, "kind of finding 种类",
                          tuple(name.split(".")[1] for name in KINDS))
CLOCKS: Final = Listing("clocks", ("matters",), _DAYS | {"county", "office", "rule", "kind"}, "state 状态", tuple(ClockState))
OFFICES: Final = Listing("offices", ("actions", "matters"), frozenset({"county", "office", "rule", "kind"}), "kind of office 机关类别",
                         tuple(OfficeKind))
ALERTS: Final = Listing("alerts", ("alerts",), _DAYS | {"county", "kind"}, "state 状态", ("open", "acknowledged", "resolved"))
FLOW: Final = Listing("flow", ("actions", "findings"), _DAYS | {"county", "kind"}, "type of action or kind of finding 种类")
READS: Final = Listing("reads", ("actions",), _DAYS | {"county", "office", "kind"}, "kind 种类", ("unsealed", "erased"))
OVERSIGHT: Final = _Oversight("oversight", ("actions",), _DAYS | {"county", "office", "kind"}, "kind 种类", (
    "recommendation", "urgent_report", "meeting", "leader", "supervision", "mediation"))
TIMELINESS: Final = Listing("timeliness", ("matters",), _DAYS | {"county", "office"})

ALL: Final = {listing.name: listing for listing in (MATTERS, SUBMISSIONS, FINDINGS, CLOCKS, OFFICES, ALERTS, FLOW, READS, OVERSIGHT,
                                              TIMELINESS)}
