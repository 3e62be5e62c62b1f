"""The detectors: a page a rule. What each finds, by which article, from what, stands at its head; its body is the rule.

`opened` R-INIT · `repeats` R-REP, R-19, R-36c · `copies` R-MULTI · `visits` R-20 · `deadlines` the clocks · `upward` R-UP,
R-REPUP · `joint` R-JOINT · `backlog` R-BACK · `bounced` R-OBJ · `refused` R-REFUSE · `related` R-REL · `breaches` what the
procedure does not allow. A detector is a function from a case to the claims that hold of it; those that a tick can change
(`deadlines`, and two of `backlog` and `breaches`) are asked at every judgement, and write into what holds now.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from streams.case import Case
from streams.claims import Claim
from streams.detectors.backlog import listed, repeated
from streams.detectors.bounced import bounced
from streams.detectors.breaches import breaches
from streams.detectors.copies import copies
from streams.detectors.joint import joint
from streams.detectors.opened import opened
from streams.detectors.refused import refused
from streams.detectors.related import related
from streams.detectors.repeats import repeats
from streams.detectors.upward import upward
from streams.detectors.visits import visits

Detector = Callable[[Case], list[Claim]]

STEADY: Final[tuple[Detector, ...]] = (
    opened, copies, repeats, visits, upward, joint, listed, repeated, bounced, refused, related, breaches)
"""What follows from the facts alone, in the order in which it is said."""
