"""The offices of a city, from the township to the nation, each with the facts the rules ask for and with habits.

Per county: bureau (2), government, departments (2; the tax office is vertical 垂直管理), discipline organ, court,
townships (1). The city has the same at level 3, the province its bureau and a few departments (4), the nation its bureau.
"""

from __future__ import annotations

from random import Random
from typing import Final

from infra.city.chance import stream, weighted
from infra.city.geography import County
from infra.city.plan import Habit, Office

FAST: Final = Habit("fast", 0.002, 0.01, (1.2, 6.0), 0.01, 0.02)
ORDINARY: Final = Habit("ordinary", 0.006, 0.03, (2.0, 3.5), 0.03, 0.05)
SLOW: Final = Habit("slow", 0.02, 0.16, (4.0, 2.2), 0.04, 0.08)
FORGETFUL: Final = Habit("forgetful", 0.09, 0.08, (2.0, 3.0), 0.02, 0.10)
OBJECTING: Final = Habit("objecting", 0.01, 0.06, (2.0, 2.5), 0.30, 0.05)
LATE_ENTRY: Final = Habit("late_entry", 0.01, 0.04, (2.0, 3.5), 0.03, 0.45)

_OF_OFFICES: Final = ((FAST, 0.24), (ORDINARY, 0.40), (SLOW, 0.12), (FORGETFUL, 0.07), (OBJECTING, 0.07), (LATE_ENTRY, 0.10))
_OF_BUREAUS: Final = ((FAST, 0.45), (ORDINARY, 0.40), (SLOW, 0.07), (LATE_ENTRY, 0.08))

DEPARTMENTS: Final = {
    "housing": "住房和城乡建设局", "land": "自然资源局", "labour": "人力资源和社会保障局", "civil": "民政局",
    "education": "教育局", "health": "卫生健康局", "transport": "交通运输局", "environment": "生态环境局",
    "agriculture": "农业农村局", "market": "市场监督管理局", "industry": "工业和信息化局", "justice": "司法局",
    "services": "行政审批服务管理局", "tax": "税务局",
}
_KINDS: Final = {"petition": "petition_bureau", "tax": "vertical", "discipline": "discipline", "court": "court"}
_OF_PROVINCE: Final = ("housing", "land", "labour", "health", "tax")


class Offices:
    """All of them, and the ways from one to another."""

    def __init__(self, city: str, counties: list[County], seed: int) -> None:
        self.by_id: dict[str, Office] = {}
        self.city = city[:4] + "00"
        self.province = city[:2] + "0000"
        rng = stream(seed, "offices")
        nation = self._add(rng, "nation", 5, "100000", "国家", ("petition",), None)
        self.nation = nation["petition"]
        self._at_province = self._add(rng, f"province-{self.province}", 4, self.province, "省",
                                      ("petition", "government", *_OF_PROVINCE), None)
        whole = ("petition", "government", *DEPARTMENTS, "discipline", "court")
        self._at_city = self._add(rng, f"city-{self.city}", 3, self.city, "市", whole, self._at_province)
        self._at_county: dict[str, dict[str, Office]] = {}
        self.towns: dict[str, dict[str, Office]] = {}
        for county in counties:
            own = self._add(rng, f"county-{county.code}", 2, county.code, county.name, whole, self._at_city)
            self._at_county[county.code] = own
            self.towns[county.code] = {
                town: self._keep(Office(f"town-{county.code}-{index:02}", 1, "township", "township", county.code, town,
                                        weighted(rng, _OF_OFFICES), own["government"].id))
                for index, town in enumerate(county.towns, 1)
            }

    def _keep(self, office: Office) -> Office:
        self.by_id[office.id] = office
        return office

    def _add(self, rng: Random, prefix: str, level: int, place: str, name: str, branches: tuple[str, ...],
             above: dict[str, Office] | None) -> dict[str, Office]:
        made: dict[str, Office] = {}
        for branch in branches:
            kind = _KINDS.get(branch, "government")
            # A department's superior is its own government; a vertical office's is the same office one tier up.
            own = made.get("government") if kind == "government" and branch != "government" else None
            higher = above.get(branch) if above else None
            superior = own or higher
            full = name + {"petition": "信访局", "government": "人民政府", "discipline": "纪委监委", "court": "法院"}.get(
                branch, DEPARTMENTS.get(branch, ""))
            made[branch] = self._keep(Office(f"{prefix}.{branch}", level, kind, branch, place, full,
                                             weighted(rng, _OF_BUREAUS if branch == "petition" else _OF_OFFICES),
                                             superior.id if superior else None, "tax" if branch == "tax" else None))
        return made

    def of(self, branch: str, level: int, county: str) -> Office:
        """An office of a branch at a level; a county's where that level is the county's."""
        if level == 2 and county in self._at_county:
            return self._at_county[county][branch]
        if level == 4 and branch in self._at_province:
            return self._at_province[branch]
        return self._at_city[branch]

    def bureau(self, level: int, county: str) -> Office:
        return self.nation if level == 5 else self.of("petition", level, county)

    def above(self, office: Office) -> Office:
        """上一级: who reviews what the office replied."""
        return self.by_id[office.superior] if office.superior else self._at_province["government"]

    def others(self, office: Office) -> list[Office]:
        """Departments of the same place to which something meant for this one may go astray."""
        own = self._at_county.get(office.place, self._at_city) if office.level <= 2 else self._at_city
        return [other for branch, other in own.items() if branch in DEPARTMENTS and other is not office and branch != "tax"]
