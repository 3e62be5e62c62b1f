"""The clocks 期限: one page a rule. Each page says when its clock starts, who answers for it, how long it runs, what ends it.

`r22` route · `r22f` report back · `r23` tell · `r23o` object · `r34` handle · `review` ask for review and decide it · `r40`
answer advice. A clock is a function of the facts of its submission (and of where its matter already is, `presence`); whether
it has passed is a function of the ticks that came after the fact that started it.
"""

from __future__ import annotations

from streams.clocks.limit import Limit
from streams.clocks.presence import Presence
from streams.clocks.r22 import route
from streams.clocks.r22f import report_back
from streams.clocks.r23 import tell
from streams.clocks.r23o import object_to
from streams.clocks.r34 import handle
from streams.clocks.review import KINDS as REVIEW_KINDS
from streams.clocks.review import review
from streams.grouping import Matter
from streams.ruleset import RuleSet
from streams.vocabulary import BUREAU, TRANSFERS

__all__ = ["Limit", "clocks"]


def clocks(matter: Matter, rules: RuleSet) -> list[Limit]:
    """Every clock of the matter's submissions, in the order of receipt. A rule is asked only where it could apply."""
    presence = Presence(matter)
    limits: list[Limit] = []
    for place in matter.places:
        sub, kinds = place.sub, place.kinds
        transferred = not kinds.isdisjoint(TRANSFERS)
        if transferred or sub.reg.office.kind == BUREAU:
            limits += route(sub, presence, rules)
        if transferred or sub.reg.office.kind != BUREAU:
            limits += tell(sub, presence, rules)
        if transferred:
            limits += object_to(sub, presence, rules)
        if "assigned" in kinds:
            limits += report_back(sub, rules)
        if "accepted" in kinds or "informed" in kinds:
            limits += handle(sub, presence, rules)
        if not kinds.isdisjoint(REVIEW_KINDS):
            limits += review(sub, rules)
    return limits
