"""Does an office's id name a place that is there, and not below the level it claims (GB/T 2260, background.md §5)?

Ours: no register of offices is published, and every event tells the facts about its offices itself, so an act by or to an office that
nobody knows is taken in as told: the law binds whoever acts, and a petitioner's time limits never hang on a clerk's typing. But an
id that begins with a code of GB/T 2260 says where the office is. If there is no such place, or the office claims a level above
that of the place, the matter shows it (`streams.notes`). Ids of another form are no codes, and are not doubted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_CODE: Final = re.compile(r"(\d{2})(\d{2})(\d{2})")
_NATION: Final = frozenset({"000000", "100000"})
_BLOCKS: Final = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
_PROVINCES: Final = frozenset(f"{code}" for first, last in _BLOCKS for code in range(first, last + 1))
_WITHOUT_CITIES: Final = frozenset({"11", "12", "31", "50"})
"""Cities under the nation itself: their districts may rank as cities."""
_COUNTIES: Final = {"1411": frozenset(f"{code:02}" for code in (0, 1, 2, *range(21, 31), 81, 82))}
"""Of cities whose counties are known here: 吕梁. 01 stands for its districts in old tables."""


@lru_cache(maxsize=65_536)
def doubtful(office: str, level: int) -> bool:
    code = _CODE.match(office)
    if code is None or code[0] in _NATION:
        return False
    province, city, county = code.groups()
    if province not in _PROVINCES or county not in _COUNTIES.get(province + city, (county,)):
        return True
    highest = 4 if city == "00" else 3 if county == "00" or province in _WITHOUT_CITIES else 2
    return level > highest
