"""A door form to start from, and a door with keys that are no secret."""

from __future__ import annotations

from typing import Any

from events.door import DerivedDataKeys, Door, DoorKeys

KEYS = DoorKeys(b"p" * 32, b"s" * 32)
DATA_KEYS = DerivedDataKeys(b"d" * 32)
DOOR = Door(KEYS, DATA_KEYS)
OFFICE = {"id": "bureau-1411", "level": 3, "kind": "petition_bureau"}


def registered(**data: Any) -> dict[str, Any]:
    """A visit registered at the city's bureau."""
    return {
        "specversion": "1.0", "type": "petition.registered.v1", "time": "2024-03-01T09:30:00", "subject": "XF2024030100001",
        "partitionkey": "141102",
        "data": {"office": OFFICE, "channel": "visit", "purpose": "claim", "category": "labour",
                 "petitioners": [{"name": "刘秀英", "document_number": "142322196503127742", "phone": "13935800123"}],
                 "title": "拖欠农民工工资", "text": "去年在工地干活八个月,包工头至今不给工资,请求帮助讨要。", **data},
    }
