"""What becomes of one problem: its first submission, copies, repeats, an heir; what else the same person brings; neighbours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from random import Random
from typing import Final

from infra.city.casting import (
    LARGEST_GROUP,
    SMALLEST_GROUP,
    Agents,
    elsewhere,
    members,
    next_door,
    petitioners,
    scene_of,
)
from infra.city.chance import pick, stream, weighted, whether
from infra.city.days import after, rest
from infra.city.entry import first_door, received_and_registered, register
from infra.city.geography import County, whole_city
from infra.city.lives import Life
from infra.city.offices import Offices
from infra.city.people import Population
from infra.city.plan import Act, Matter, Office, Person, Standing, Submission
from infra.city.returns import aside, come_back
from infra.city.rhythm import Cell, channel_on, open_day
from infra.city.texts import Problem, problems
from infra.city.texts.compose import Scene, Voice, compose

COPY_DAYS: Final = 7
_COPIED: Final = frozenset({"letter", "fax", "web"})


class Planner:
    """Plans matters one after the other; each draws from a random stream of its own."""

    def __init__(self, seed: int, city: str, counties: list[County], offices: Offices, population: Population, last: date) -> None:
        self.seed, self.offices, self.population, self.last = seed, offices, population, last
        self.counties = {county.code: county for county in counties}
        self.agents = Agents(seed, population, counties)
        self.room = 0
        """How many more submissions there may be."""
        self._whole = whole_city(city)
        self._numbers = 0
        self._matters = 0
        self._waves: dict[int, tuple[Problem, Scene]] = {}

    def plan(self, index: int, cell: Cell) -> list[Matter]:
        """The matter of a cell, and those that come with it: the same person's others, the neighbours'."""
        rng = stream(self.seed, "matter", index)
        county = self.counties[cell.county]
        problem = pick(rng, problems()[cell.category])
        scene = scene_of(rng, county, problem, cell.day)
        if cell.wave and whether(rng, 0.5):
            problem, shared = self._waves.setdefault(cell.wave, (problem, scene))
            scene = next_door(rng, shared)
        persons = self._cast(rng, county, problem, scene)
        main = self._matter(rng, county, problem, scene, persons, cell.day)
        found = [main]
        if persons and len(persons) < SMALLEST_GROUP and problem.purpose == "claim":
            if whether(rng, 0.05):
                self._another(rng, county, main, persons, cell.day, found)
            if whether(rng, 0.05) and persons[0].kind == "person":
                for _ in range(1 + int(rng.random() * 3)):
                    self._neighbour(rng, county, main, persons[0], cell.day, found)
        return [matter for matter in found if matter.submissions]

    # -- who and where

    def _cast(self, rng: Random, county: County, problem: Problem, scene: Scene) -> list[Person]:
        if whether(rng, 0.3 if problem.purpose == "accusation" else 0.018):
            return []
        if problem.party == "firm" or (problem.purpose == "claim" and whether(rng, 0.01)):
            return [self.population.firm(rng, county.code, scene.firm)]
        if problem.purpose == "claim" and not problem.litigation and whether(rng, 0.035):
            size = min(LARGEST_GROUP, SMALLEST_GROUP + int(rng.expovariate(1 / 12)))
            return [self.population.person(rng, county.code) for _ in range(size)]
        return [self.population.person(rng, county.code)]

    def _handler(self, rng: Random, county: County, problem: Problem, scene: Scene) -> Office:
        if problem.office in {"court", "discipline"}:
            return self.offices.of(problem.office, 3 if whether(rng, 0.2) else 2, county.code)
        level = pick(rng, problem.levels)
        if level == 3 and whether(rng, 0.4):
            level = 2
        return self.offices.towns[county.code][scene.town] if level == 1 else self.offices.of(problem.office, level, county.code)

    def _matter(self, rng: Random, county: County, problem: Problem, scene: Scene, persons: list[Person], day: date) -> Matter:
        handler = self._handler(rng, county, problem, scene)
        place = county.code
        if handler.level == 3 and handler.decides and self._whole and whether(rng, 0.15):
            place = self._whole
        self._matters += 1
        matter = Matter(f"T{self._matters:06}", place, problem.category, problem.purpose, problem, scene, handler,
                        problem.litigation, not persons, len(persons))
        self._first(rng, county, matter, persons, day)
        if matter.submissions and persons and problem.purpose == "claim":
            first = matter.submissions[0]
            known = first.acts[0].data.get("reachable", True)
            if first.channel in _COPIED and known and not problem.litigation and whether(rng, 0.06):
                self._copies(rng, matter)
            come_back(rng, self, matter, persons)
        return matter

    # -- submissions

    def submit(self, matter: Matter, office: Office, channel: str, received: date, standing: Standing, persons: list[Person]) -> Submission:
        """A submission with its number; it takes up room."""
        self._numbers += 1
        self.room -= 1
        number = f"XF{office.place}-{received:%Y%m%d}-{self._numbers:06}"
        submission = Submission(number, matter, office, channel, received, standing, persons)
        matter.submissions.append(submission)
        return submission

    def write(self, rng: Random, submission: Submission, at: datetime, *, agent: Person | None = None, dead: Person | None = None,
              again_at: str = "", again_month: int = 0, unreachable: bool = False) -> Act:
        """Its registration, with people and words."""
        matter = submission.matter
        first = submission.persons[0] if submission.persons else None
        voice = Voice(first.name if first else "", first.age if first else 50, submission.channel, again_at, again_month,
                      dead.name if dead else "", first.name if first and agent else "",
                      matter.size if matter.size >= SMALLEST_GROUP else 0,
                      (matter.scene.money // 3 + 117, f"{matter.scene.block[0]}0{matter.scene.block[1]}"))
        title, text = compose(rng, matter.problem, matter.scene, voice)
        data = petitioners(rng, submission, agent, dead) | {"title": title, "text": text}
        if unreachable:
            data["reachable"] = False
        if matter.purpose == "accusation":
            data["concerns"] = self.offices.towns[matter.county][matter.scene.town].id if matter.county in self.counties else "unknown"
        return register(rng, submission, at, data)

    def _first(self, rng: Random, county: County, matter: Matter, persons: list[Person], day: date) -> None:
        if self.room <= 0:
            return
        channel = channel_on(rng, day)
        if matter.anonymous and channel in {"visit", "phone"}:
            channel = "letter"
        if matter.size >= SMALLEST_GROUP and channel == "phone":
            channel = "letter"
        day = open_day(day, channel)
        if day > self.last:
            return
        office = first_door(rng, self.offices, matter, channel)
        named = members(rng, persons, channel) if matter.size >= SMALLEST_GROUP else persons
        submission = self.submit(matter, office, channel, day, "first" if persons else "not_assessable", named)
        if channel == "visit" and office.bureau and office.level == 3 and whether(rng, 0.03):
            submission.place = self.offices.bureau(2, matter.county)  # a leader receives in the county 下访
        claim = matter.purpose == "claim" and not matter.litigation
        if claim and office.bureau and office.level <= 3 and whether(rng, 0.012):
            matter.accepted_by = office
        by_agent = bool(persons) and matter.size == 1 and claim and channel != "web" and whether(rng, 0.02)
        agent = self.agents.one(rng, county.code) if by_agent else None
        unreachable = claim and channel == "letter" and office is matter.handler and matter.size == 1 and whether(rng, 0.04)
        act = self.write(rng, submission, received_and_registered(rng, office, channel, day), agent=agent, unreachable=unreachable)
        life = Life(rng, self.offices, submission)
        life.begin(act)
        if persons and whether(rng, 0.04):
            life.say(office, "inquired", life.at(act.at, 12 + int(rng.random() * 40)), channel="phone")

    def _copies(self, rng: Random, matter: Matter) -> None:
        """The same letter to other offices within seven days of the first (R-MULTI); each office owes its own answer."""
        first = matter.submissions[0]
        words = {key: said for key, said in first.acts[0].data.items()
                 if key not in {"received_on", "channel", "category", "purpose"}}
        touched = set(first.since) | first.gave_back
        offered = [self.offices.bureau(level, matter.county) for level in (2, 3, 4, 5)]
        offered += [*self.offices.others(matter.handler)[:3], self.offices.of("land", 4, matter.county)]
        free = [office for office in dict.fromkeys(offered) if office.id not in touched]
        days = sorted({1 + int(rng.random() * COPY_DAYS) for _ in range(weighted(rng, ((1, 0.6), (2, 0.25), (4, 0.15))))})
        for gap in days:
            if not free or self.room <= 0 or after(first.received, gap) > self.last:
                return
            office = free.pop(int(rng.random() * len(free)))
            day = after(first.received, gap)
            if first.channel != "web" and rest(day):
                continue
            copy = self.submit(matter, office, first.channel, day, "copy", first.persons)
            copy.main = False
            at = max(received_and_registered(rng, office, first.channel, day), first.acts[0].at)
            aside(rng, self.offices, copy, register(rng, copy, at, words), first)

    # -- others

    def _another(self, rng: Random, county: County, main: Matter, persons: list[Person], day: date, found: list[Matter]) -> None:
        """The same person, something else: a new demand about the same place, or the same problem in another (E2)."""
        later = after(day, 5 + int(rng.random() * 140))
        if later > self.last:
            return
        if whether(rng, 0.5):
            others = [one for one in problems()[main.category]
                      if one.key != main.problem.key and one.purpose == "claim" and not one.litigation]
            if not others:
                return
            problem = pick(rng, others)
            scene = replace(scene_of(rng, county, problem, later), town=main.scene.town, village=main.scene.village,
                            estate=main.scene.estate, road=main.scene.road, who=main.scene.who)
        else:
            problem = main.problem
            scene = elsewhere(rng, county, problem, main.scene, later)
        other = self._matter(rng, county, problem, scene, persons, later)
        if other.submissions:
            other.related.append(main.id)
            main.related.append(other.id)
            found.append(other)

    def _neighbour(self, rng: Random, county: County, main: Matter, person: Person, day: date, found: list[Matter]) -> None:
        """The same problem next door: never a repeat."""
        later = after(day, int(rng.expovariate(1 / 20)))
        if later > self.last:
            return
        neighbour = self.population.person(rng, county.code, person.name[0] if whether(rng, 0.3) else None)
        other = self._matter(rng, county, main.problem, next_door(rng, main.scene), [neighbour], later)
        if other.submissions:
            other.neighbours.append(main.id)
            main.neighbours.append(other.id)
            found.append(other)
