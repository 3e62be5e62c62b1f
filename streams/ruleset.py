"""The rule set 规则集: the numbers that the law gives, and those that are practice or ours, under one version.

Rule ids are stable, and findings cite them with their article. The days are those of the 信访工作条例 (2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version. Days are calendar days unless the name says workdays."""

    id: str
    route_days: int = 15            # art. 22
    tell_days: int = 15             # art. 23.2, 23.3
    object_workdays: int = 5        # art. 23.3
    reroute_workdays: int = 5       # ruling 14, practice
    handle_days: int = 60           # art. 34
    extension_days: int = 30        # art. 34, in all
    review_days: int = 30           # art. 35, 36
    near_days: int = 5              # practice
    copies_days: int = 7            # ours (R-MULTI)
    same_from: int = 400            # ours: automatic zone of the matcher, in thousandths of a cosine
    ask_from: int = 300             # ours: from here a clerk is asked


ARTICLES: Final[dict[str, str]] = {
    "R-22": "信访工作条例 art. 22",
    "R-23d": "信访工作条例 art. 23.2",
    "R-23t": "信访工作条例 art. 23.3",
    "R-34": "信访工作条例 art. 34",
    "R-20": "信访工作条例 art. 20.1",
    "R-INIT": "信访工作条例 art. 19 (ours: scoped)",
    "R-REP": "信访工作条例 art. 19 (practice: 同人同事)",
    "R-MULTI": "ours: 一信多投",
}

RULES_2022: Final = RuleSet("2022.1")
