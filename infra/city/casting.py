"""Casting: which problem, in which place, who petitions, and what the registration says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any, Final

from infra.city.chance import pick, stream, whether
from infra.city.days import after
from infra.city.entry import identify
from infra.city.geography import County
from infra.city.people import Population, masked
from infra.city.plan import Person, Submission
from infra.city.texts import Problem
from infra.city.texts.compose import Scene

SMALLEST_GROUP: Final = 5
LARGEST_GROUP: Final = 60
MOST_REPRESENTATIVES: Final = 5


def scene_of(rng: Random, county: County, problem: Problem, day: date) -> Scene:
    """Some places and firms are in many petitions, most in few."""
    town = _skewed(rng, county.towns)
    amount = int(rng.lognormvariate(10.6, 1.3))
    return Scene(
        county.name, town, pick(rng, county.villages[town]), _skewed(rng, county.estates), _skewed(rng, county.roads),
        _skewed(rng, county.firms[problem.firm]), pick(rng, county.schools), pick(rng, county.hospitals), masked(rng),
        max(800, amount // 100 * 100), 10 * (12 + int(rng.random() * 280)), 6 + int(rng.random() ** 2 * 300),
        2 + int(rng.random() * 26), after(day, -60 - int(rng.expovariate(1 / 500))),
        (1 + int(rng.random() * 24), 1 + int(rng.random() * 4)), 2 + int(rng.random() * 140),
        int(rng.random() * 6), int(rng.random() * 6))


def next_door(rng: Random, scene: Scene) -> Scene:
    """The same problem in the house next door: same place and body, another block and amount."""
    block, unit = scene.block
    return replace(scene, money=max(800, int(scene.money * rng.uniform(0.6, 1.5)) // 100 * 100),
                   block=(1 + (block + int(rng.random() * 5)) % 24, unit))


def elsewhere(rng: Random, county: County, problem: Problem, scene: Scene, day: date) -> Scene:
    """The same person's next problem: the same again in another place."""
    other = scene_of(rng, county, problem, day)
    return other if other.village != scene.village else replace(other, village=pick(rng, county.villages[other.town]))


def _skewed(rng: Random, among: Sequence[str]) -> str:
    return among[int(len(among) * rng.random() ** 1.8)]


class Agents:
    """A few people who write and speak for many: an agent 代理人 is never the one compared."""

    def __init__(self, seed: int, population: Population, counties: list[County]) -> None:
        self._of: dict[str, list[Person]] = {}
        for county in counties:
            rng = stream(seed, "agents", county.code)
            self._of[county.code] = [population.person(rng, county.code) for _ in range(3)]

    def one(self, rng: Random, county: str) -> Person:
        return pick(rng, self._of.get(county) or next(iter(self._of.values())))


def petitioners(rng: Random, submission: Submission, agent: Person | None = None, dead: Person | None = None) -> dict[str, Any]:
    """The petitioners as registered, with the three counts kept apart."""
    matter, channel = submission.matter, submission.channel
    persons = submission.persons
    data: dict[str, Any] = {}
    if not persons:
        return {"reachable": False}
    if matter.size >= SMALLEST_GROUP:
        return _group(rng, submission)
    data["petitioners"] = [identify(rng, matter, person, channel) for person in persons]
    if agent is not None:
        data["petitioners"].append({"name": agent.name, "document_number": agent.document, "phone": agent.phone, "role": "agent"})
    if dead is not None:
        data["continues"] = {"name": dead.name, "document_number": dead.document}
    if channel == "visit":
        data["present"] = 1 + (agent is not None) + int(rng.random() * 2)
    if persons[0].kind == "firm" and whether(rng, 0.4):
        data["reception_day"] = True
    return data


def _group(rng: Random, submission: Submission) -> dict[str, Any]:
    matter, channel = submission.matter, submission.channel
    listed = [identify(rng, matter, person, channel) for person in submission.persons]
    if channel == "visit":
        data = {"petitioners": [one | {"role": "representative"} for one in listed],
                "present": max(SMALLEST_GROUP, matter.size - int(rng.random() * 4)), "representatives": len(listed)}
    else:
        data = {"petitioners": [one | {"role": "signer"} for one in listed], "signers": len(listed)}
    if whether(rng, 0.5):
        data["affected"] = matter.size * (1 + int(rng.random() * 4))
    return data


def members(rng: Random, group: list[Person], channel: str) -> list[Person]:
    """Who of the group stands on this paper: up to five representatives at a visit, most of them on a letter. The same
    first two are always among them, so that no two papers share a single member only (E5).
    """
    if channel == "visit":
        return group[:2 + int(rng.random() * (MOST_REPRESENTATIVES - 1))]
    if channel in {"web", "phone"}:
        return group[:max(2, min(len(group), 3 + int(rng.random() * 20)))]
    return group[:2] + [person for person in group[2:] if whether(rng, 0.9)]
