"""Claims: what the judgement says of a case file, each with an identity, so that two judgements can be compared.

The identity is what the claim says, without its evidence: a claim whose identity still stands is not said again, one that
no longer follows is withdrawn in the open. The finding's id is made from the rule set, the identity and the round (how
often it was withdrawn before).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from events.canonical import content_id
from streams.records import OfficeFact

Now = dict[str, "Claim | None"]
"""What holds now, by identity; None where it was said before and still holds, so nobody needs to say how."""


class Claim(msgspec.Struct, frozen=True, gc=False):
    """``details`` are, or make, the fields of the finding's data that belong to its kind; they are asked for only when it is
    said anew. ``evidence`` are event ids.
    """

    kind: str
    rule: str
    matter: str
    submission: str
    identity: str
    evidence: tuple[str, ...]
    details: Callable[[], dict[str, Any]] | dict[str, Any]
    office: OfficeFact | None = None
    proposed: bool = False

    def said(self) -> dict[str, Any]:
        return self.details() if callable(self.details) else self.details

    def finding_id(self, rule_set: str, county: str, round_: int) -> str:
        """A function of what is said, where and under which rules; ``round_``: how often it was withdrawn before."""
        return content_id(rule_set, county, self.identity, str(round_))
