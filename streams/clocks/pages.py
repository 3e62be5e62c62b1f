"""The rule pages in their order, what each reads, and asking only those that a new fact could change.

`clocks` asks every page about every submission of a matter. `again` gives the same after one more fact about one of them,
by asking the pages that read facts of its kind; that both give the same is a law of the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from streams.clocks.limit import Limit
from streams.clocks.presence import READS as PRESENCE_READS
from streams.clocks.presence import Presence
from streams.clocks.r22 import ENDS as R22_ENDS
from streams.clocks.r22 import route
from streams.clocks.r22f import report_back
from streams.clocks.r23 import tell
from streams.clocks.r23o import object_to
from streams.clocks.r34 import handle
from streams.clocks.review import ASKS, passed_on, review
from streams.clocks.review import KINDS as REVIEW_KINDS
from streams.grouping import Matter, Place
from streams.records import Fact, Sub
from streams.ruleset import RuleSet
from streams.vocabulary import BUREAU, MAY_ACCEPT, TRANSFERS


class Page(msgspec.Struct, frozen=True, gc=False):
    """A rule's page: how it is asked, the kinds of facts that it reads, and when it could have anything to say."""

    ask: Callable[[Sub, Presence, RuleSet], list[Limit]]
    reads: frozenset[str]
    applies: Callable[[Place], bool]
    ends: frozenset[str]
    """Of those kinds the ones that can only end a limit, and say nothing where each has ended."""
    reads_requests: bool = False


PAGES: Final[tuple[Page, ...]] = (
    Page(route, R22_ENDS | MAY_ACCEPT | ASKS | {"returned", "declined"},
         lambda place: place.reg.office.kind == BUREAU or not place.kinds.isdisjoint(TRANSFERS),
         MAY_ACCEPT | {"declined", "referred", "reported_for_decision", "attached"}),
    Page(tell, TRANSFERS | ASKS | MAY_ACCEPT | {"returned", "declined", "replied"},
         lambda place: place.reg.office.kind != BUREAU or not place.kinds.isdisjoint(TRANSFERS),
         MAY_ACCEPT | {"declined", "replied"}),
    Page(object_to, TRANSFERS | ASKS | {"returned", "objected", "objection_rejected"},
         lambda place: not place.kinds.isdisjoint(TRANSFERS), frozenset({"objected"})),
    Page(lambda sub, _, rules: report_back(sub, rules), TRANSFERS | {"returned", "report_filed"},
         lambda place: "assigned" in place.kinds, frozenset({"report_filed"})),
    Page(handle, TRANSFERS | MAY_ACCEPT | {"returned", "replied", "extended", "review_decided", "rereview_decided"},
         lambda place: not place.kinds.isdisjoint(MAY_ACCEPT), frozenset({"replied", "extended"})),
    Page(lambda sub, _, rules: review(sub, rules),
         REVIEW_KINDS | TRANSFERS | {"replied", "review_decided", "rereview_decided", "hearing_held"},
         lambda place: not place.kinds.isdisjoint(REVIEW_KINDS), frozenset(), reads_requests=True),
)

_READERS: Final[dict[str, tuple[int, ...]]] = {
    kind: tuple(index for index, page in enumerate(PAGES) if kind in page.reads)
    for kind in frozenset().union(*(page.reads for page in PAGES))
}

Asked = list[list[list[Limit]]]
"""Limits by submission (in the order of receipt) and page."""


def clocks(matter: Matter, rules: RuleSet) -> Asked:
    """Every clock of the matter's submissions."""
    presence = Presence(matter)
    return [_of_place(place, presence, rules) for place in matter.places]


def again(asked: Asked, matter: Matter, place: Place, new: Fact, rules: RuleSet) -> tuple[list[Limit], list[Limit]]:
    """The same after ``new`` came in about ``place``, whose ``kinds`` has it: only what it could change is asked again.

    Where the matter already was (`presence`) can change for its other submissions, so those are asked anew. Gives the limits
    that are no more, and those that are there instead.
    """
    gone: list[Limit] = []
    come: list[Limit] = []
    readers = _READERS.get(new.kind, ())
    many = len(matter.places) > 1
    if not readers and not many:
        return gone, come
    presence = Presence(matter)
    moved = many and new.kind in PRESENCE_READS
    for number, other in enumerate(matter.places):
        if other is place:
            mine, routed = asked[number], None
            for index in readers:
                page, before = PAGES[index], mine[index]
                if not page.applies(place) or (new.kind in page.ends and all(limit.ended for limit in before)):
                    continue
                if page.reads_requests:
                    mine[index] = page.ask(place.sub, presence, rules)
                else:
                    routed = routed or _as_routed(place)
                    mine[index] = page.ask(routed, presence, rules)
                gone += before
                come += mine[index]
        elif moved:
            gone += [limit for limits in asked[number] for limit in limits]
            asked[number] = _of_place(other, presence, rules)
            come += [limit for limits in asked[number] for limit in limits]
    return gone, come


def flat(asked: Asked) -> list[Limit]:
    """In the order of receipt, and of the pages."""
    return [limit for place in asked for page in place for limit in page]


def _of_place(place: Place, presence: Presence, rules: RuleSet) -> list[list[Limit]]:
    routed = _as_routed(place)
    return [page.ask(place.sub if page.reads_requests else routed, presence, rules) if page.applies(place) else [] for page in PAGES]


def _as_routed(place: Place) -> Sub:
    """For arts. 22 and 23: without the transfers that only pass a request for review on (ruling 23)."""
    sub = place.sub
    if place.kinds.isdisjoint(ASKS) or not (passing := passed_on(sub.facts)):
        return sub
    return msgspec.structs.replace(sub, facts=[fact for fact in sub.facts if fact.id not in passing])
