"""Does an office's id name a place that is there, and not below the level it claims (GB/T 2260)?

Ours: no register of offices is published, and every event tells the facts about its offices itself, so an act by or to an office
that nobody knows is taken in as told: the law binds whoever acts, and a petitioner's time limits never hang on a clerk's typing. But
an id that begins with six digits says by its code where the office is. If there is and was no such place, or the office claims a level
above that of the place, the matter shows it (`streams.notes`). Ids of another form are no codes, and are not doubted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from events.regions import CITY_LEVEL_PROVINCES, name_of

_CODE: Final = re.compile(r"\d{6}")
_NATION: Final = frozenset({"000000", "100000"})


@lru_cache(maxsize=65_536)
def doubtful(office: str, level: int) -> bool:
    found = _CODE.match(office)
    if found is None or found[0] in _NATION:
        return False
    code = found[0]
    if name_of(code) is None:
        return True
    if code.endswith("0000"):
        return level > 4
    in_a_city = code.endswith("00") or code[:2] in CITY_LEVEL_PROVINCES  # a district of Beijing may rank as a city
    return level > (3 if in_a_city else 2)
