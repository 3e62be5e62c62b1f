"""After the reply: service, rating, closing, review 复查 and re-review 复核 (art. 35, 36)."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from infra.city.chance import pick, weighted, whether
from infra.city.days import after, rolled
from infra.city.entry import working_time
from infra.city.plan import Act, Office

if TYPE_CHECKING:
    from infra.city.lives import Life


def after_reply(life: Life, office: Office, reply: Act, outcome: str) -> None:
    """Service, rating, closing, review and re-review (art. 35, 36)."""
    rng = life.rng
    if whether(rng, 0.1):
        return
    how = weighted(rng, (("signed", 0.94), ("refused", 0.04), ("public_notice", 0.02)))
    served = life.say(office, "served", life.at(reply.at, int(rng.random() * 9)), document="reply", how=how)
    moods = {"supported": (0.7, 0.2, 0.1), "explained": (0.3, 0.4, 0.3), "refused": (0.1, 0.3, 0.6)}[outcome]
    rating = weighted(rng, tuple(zip(("satisfied", "mostly_satisfied", "dissatisfied"), moods, strict=True)))
    if life.sub.channel != "phone":
        if whether(rng, 0.4):
            life.say(office, "rated", rated(rng, served), of="office", rating=rating)
        if whether(rng, 0.22):
            of_bureau = weighted(rng, (("satisfied", 0.7), ("mostly_satisfied", 0.2), (rating, 0.1)))
            life.say(office, "rated", rated(rng, served), of="bureau", rating=of_bureau)
    if whether(rng, 0.5):
        life.say(office, "concluded", life.at(served.at, 1 + int(rng.random() * 20)),
                 **{"as": "resolved" if rating == "satisfied" and whether(rng, 0.6) else "closed"})
    if outcome != "supported" and not office.bureau and life.matter.purpose == "claim" and whether(rng, 0.09):
        review(life, office, served)


def rated(rng: Random, served: Act) -> datetime:
    return served.at + timedelta(days=int(rng.random() * 26), minutes=30 + int(rng.random() * 200))


def review(life: Life, office: Office, served: Act) -> None:
    rng, matter = life.rng, life.matter
    body = life.offices.above(office)
    channel = pick(rng, ("visit", "letter", "web"))
    in_time = whether(rng, 0.93)
    asked = life.say(body, "review_requested", life.at(served.at, 3 + int(rng.random() * 25) if in_time else 35 + int(rng.random() * 30)),
                     channel=channel)
    matter.review_from = asked.day
    if not in_time or whether(rng, 0.05):
        return
    decided = life.say(body, "review_decided", life.at(asked.at, 10 + int(rng.random() * 19)),
                       outcome=pick(rng, ("upheld", "upheld", "changed")))
    opinion = life.say(body, "served", life.at(decided.at, 2), document="review_opinion", how="signed")
    if not whether(rng, 0.4) or body.superior is None:
        return
    higher = life.offices.above(body)
    again = life.say(higher, "rereview_requested", life.at(opinion.at, 4 + int(rng.random() * 22)), channel=channel)
    days = 12 + int(rng.random() * 16)
    if whether(rng, 0.3):
        began = rolled(after(again.day, 5))
        life.say(higher, "hearing_held", working_time(rng, after(began, 1), None), began_on=began, ended_on=after(began, 1))
    final = life.say(higher, "rereview_decided", life.at(again.at, days), outcome="upheld")
    received = life.say(higher, "served", life.at(final.at, 3), document="rereview_opinion", how="signed")
    matter.reviewed_for_good = received.day
    life.say(higher, "concluded", life.at(received.at, 2), **{"as": "terminated"})
