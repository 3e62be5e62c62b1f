"""The lists: what each is narrowed by. Their SQL is in `sql/`, a file of the same name each."""

from __future__ import annotations

from typing import Final

from projections.queries.asking import Listing

_DAYS: Final = frozenset({"since", "until"})

MATTERS: Final = Listing("matters", ("matters",), _DAYS | {"county", "office", "kind"}, kinds="stage 阶段")
SUBMISSIONS: Final = Listing("submissions", ("matters",), _DAYS | {"county", "office", "kind"}, kinds="channel 渠道")
FINDINGS: Final = Listing("findings", ("findings",), _DAYS | {"county", "office", "rule", "kind"}, kinds="kind 种类")
CLOCKS: Final = Listing("clocks", ("matters",), _DAYS | {"county", "office", "rule", "kind"}, kinds="state 状态")
OFFICES: Final = Listing("offices", ("actions", "matters"), frozenset({"county", "office", "rule", "kind"}),
                         kinds="kind of office 机关类别")
ALERTS: Final = Listing("alerts", ("alerts",), _DAYS | {"county", "kind"}, kinds="state 状态")
FLOW: Final = Listing("flow", ("actions", "findings"), _DAYS | {"county", "kind"}, kinds="type of action or kind of finding 种类")
READS: Final = Listing("reads", ("actions",), _DAYS | {"county", "office", "kind"}, kinds="unsealed or erased 查阅或删除")
TIMELINESS: Final = Listing("timeliness", ("matters",), _DAYS | {"county", "office"})

ALL: Final = {listing.name: listing for listing in (MATTERS, SUBMISSIONS, FINDINGS, CLOCKS, OFFICES, ALERTS, FLOW, READS, TIMELINESS)}
