"""What nobody has registered yet (ruling 44): actions are held visibly, reported when they have waited too long, and no longer
waiting once the submission is registered or a correction has brought them where they belong.
"""

from __future__ import annotations

from events.canonical import content_id
from streams import documents, taking
from streams.calendar import day_text
from streams.records import Fact, Held
from streams.ruleset import RuleSet


def waiting(submission: str, held: Held) -> list[Fact]:
    """What has no place yet: not what was corrected to another number, nor the correction that says so."""
    gone = {moved.fact.id for moved in taking.elsewhere(submission, held.facts) if moved.to}
    return [known for known in held.facts if known.id not in gone and not (known.kind == "corrected" and known.word in gone)]


def report(facts: list[Fact], held: Held, county: str, submission: str, time: str, cause: str, rules: RuleSet) -> bytes:
    """The finding that they have waited too long."""
    held.reported = content_id(rules.id, "held", f"{county}|{submission}", str(held.since))
    data = {"rule": "R-44", "article": rules.articles["R-44"], "rule_set": rules.id, "status": "standing",
            "submission": submission, "evidence": [known.id for known in facts], "since": day_text(held.since),
            "office": documents.office(min(facts, key=Fact.order).office)}
    return documents.envelope("waiting_found", held.reported, county, f"M-{submission}", time, cause, data)


def withdraw(held: Held, county: str, submission: str, time: str, cause: str, rules: RuleSet) -> bytes:
    """They wait no longer: what was reported is withdrawn."""
    reported, held.reported = held.reported, ""
    return documents.retraction(f"held|{submission}", reported, content_id("retracted", reported, cause), county, f"M-{submission}",
                                time, cause, rules, late_entry=False)
