"""Reference data that is not in the log: regions by GB/T 2260."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.regions import NAMES, city_of

if TYPE_CHECKING:
    from projections.warehouse import Warehouse


def fill_regions(warehouse: Warehouse) -> int:
    """Fills ``regions`` where they are not all there; how many were put in."""
    if warehouse.rows("SELECT uniqExact(code) FROM regions")[0][0] == len(NAMES):
        return 0
    codes = sorted(NAMES)
    warehouse.insert("regions", ["code", "name", "city", "level"],
                     [codes, [NAMES[code] for code in codes], [city_of(code) for code in codes], [_level(code) for code in codes]])
    return len(codes)


def _level(code: str) -> int:
    return 4 if code.endswith("0000") else 3 if code.endswith("00") else 2
