"""What the worker rejected: projected with its reason and place, and a sign on the mirror of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from events.errors import RejectedInput
from events.reasons import Reason
from events.rejection import headers_for
from projections.projector.feeds import ACTIONS, REJECTED
from projections.queries.asking import ask
from tests.projections.records import AT, Made, put, registered

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

pytestmark = pytest.mark.clickhouse


def test_rejected_action_bears_its_reason(warehouse: Warehouse) -> None:
    """Of two actions of a submission the one that was rejected says why, the other nothing; the sender's headers and bytes stay out;
    rejected, sent again with its old headers and rejected anew, the newer reason counts; twice inserted it is one.
    """
    put(warehouse, ACTIONS, [Made(0, registered(1)), Made(1, registered(1), partition=0)])
    older = headers_for(RejectedInput(Reason.UNKNOWN_COUNTY, "older"), "other", 3, 9, AT)
    newer = headers_for(RejectedInput(Reason.FUTURE_DATE, "2099"), "petition.actions.v1", 0, 1, AT)
    for _ in range(2):
        put(warehouse, REJECTED, [Made(0, b"13800000000", headers=[("phone", b"13800000000"), *older, *newer])])
    assert [(row["offset"], row["rejected"]) for row in ask(warehouse, "actions_of", {"submissions": ["s-1"]})] == [
        (0, ""), (1, Reason.FUTURE_DATE)]
    assert warehouse.rows("SELECT reason, detail, log_partition, log_offset FROM rejected FINAL") == [(Reason.FUTURE_DATE, "2099", 0, 1)]
    assert "13800000000" not in str(warehouse.rows("SELECT * FROM rejected"))
