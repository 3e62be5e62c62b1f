"""Does an office have the matter already (E7)? And where does the law leave that open, so that the city keeps away?"""

from __future__ import annotations

from datetime import date
from typing import Literal

from infra.city.days import after
from infra.city.plan import Matter, Office

Status = Literal["fresh", "open", "closed", "unclear"]


def status(matter: Matter, office: Office, day: date) -> Status:
    """``fresh``: it never had the matter; ``open``: it has it, and the matter is open (no new clock); ``closed``: both
    its own submissions and the matter are done with. Everything else is ``unclear``.
    """
    its = [one for one in matter.submissions if office.id in one.since or office.id in one.gave_back]
    if not its:
        return "fresh"
    if any(office.id in one.gave_back or one.since[office.id] > day for one in its):
        return "unclear"
    open_here = any(one.open_on(day) for one in its)
    open_at_all = any(one.main and one.open_on(day) for one in matter.submissions)
    if open_here and open_at_all:
        return "open"
    if not open_here and not open_at_all:
        return "closed"
    return "unclear"


def busy_days(matter: Matter) -> set[date]:
    """Days on which something happens that may change the competent level, the days of a transfer's way included: what
    was so on such a day is a matter of hours, and rulings.md counts in days.
    """
    days: set[date] = set()
    for submission in matter.submissions:
        for act in submission.acts:
            day = act.day
            while day <= act.arrived:
                days.add(day)
                day = after(day, 1)
    return days
