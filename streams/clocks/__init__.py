"""The clocks 期限: one page a rule. Each page says when its clock starts, who answers for it, how long it runs, what ends it.

`r22` route (the bureau's fifteen days) · `r23` tell (the office's fifteen days, direct or by transfer) · `r34` handle (the
sixty days from written acceptance, with extension). A clock is a function of the facts of its submission; whether it has
passed is a function of the ticks that came after the fact that started it.
"""

from __future__ import annotations

from streams.clocks.limit import Limit
from streams.clocks.presence import Presence
from streams.clocks.r22 import route
from streams.clocks.r23 import tell
from streams.clocks.r34 import handle
from streams.grouping import Matter
from streams.ruleset import RuleSet

__all__ = ["Limit", "clocks"]


def clocks(matter: Matter, rules: RuleSet) -> list[Limit]:
    """Every clock of the matter's submissions, in the order of receipt."""
    presence = Presence(matter)
    limits: list[Limit] = []
    for place in matter.places:
        sub = place.sub
        limits += route(sub, presence, rules)
        limits += tell(sub, presence, rules)
        if sub.facts:
            limits += handle(sub, presence, rules)
    return limits
