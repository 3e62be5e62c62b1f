"""Composing a text: the facts of a matter in the words of one day, with paraphrase and slips of the pen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from infra.city.chance import pick, whether
from infra.city.texts import Problem, genre, phrase

SHORTEST: Final = 60
LONGEST: Final = 400


@dataclass(slots=True)
class Scene:
    """The facts of one matter: what fills the slots."""

    county: str
    town: str
    village: str
    estate: str
    road: str
    firm: str
    school: str
    hospital: str
    who: str
    money: int
    small: int
    n: int
    years: int
    when: date
    block: tuple[int, int]
    mu: int
    facts: int
    demand: int


@dataclass(slots=True)
class Voice:
    """Who speaks, and on what occasion."""

    name: str
    age: int
    channel: str
    again_at: str = ""
    again_month: int = 0
    dead: str = ""
    for_whom: str = ""
    group: int = 0
    own: tuple[int, str] | None = None


def compose(rng: Random, problem: Problem, scene: Scene, voice: Voice) -> tuple[str, str]:
    """Title and text, 60 to 400 characters."""
    slots = _slots(rng, scene, voice)
    beginning = _beginning(rng, voice, slots)
    parts = [pick(rng, problem.fact[scene.facts % len(problem.fact)]).format_map(slots)]
    wordy = rng.random()
    details = [pick(rng, one).format_map(slots) for one in problem.detail if whether(rng, 0.35 + 0.6 * wordy)]
    rng.shuffle(details)
    parts += details
    if voice.own and whether(rng, 0.8):
        parts.append(phrase("own", rng).rstrip("。").format(own_money=_money(rng, voice.own[0]), own_door=voice.own[1]))
    body = _joined(rng, parts)
    if voice.again_at and whether(rng, 0.55):
        body = phrase("again", rng).format(month=voice.again_month, place=voice.again_at) + body
    aside = ""
    for kind in ("history", "feeling"):
        for _ in range(int(wordy * 3.4 * rng.random())):
            said = phrase(kind, rng)
            aside += "" if said in aside else said
    demand = problem.demand[scene.demand % len(problem.demand)].format_map(slots) + "。"
    closing = phrase("closing", rng) if voice.channel in {"letter", "web", "fax"} else ""
    text = beginning + body + aside + demand + closing
    if len(text) > LONGEST:
        text = (beginning + body)[:LONGEST - len(demand) - 1] + "。" + demand
    text = _slips(rng, _paraphrased(rng, text))
    while len(text) < SHORTEST:
        text += phrase("history", rng)
    return pick(rng, problem.title).format_map(slots), text[:LONGEST]


def _beginning(rng: Random, voice: Voice, slots: dict[str, str]) -> str:
    if voice.dead:
        return phrase("heir", rng).format(dead=voice.dead, kin=phrase("kin", rng))
    if voice.for_whom:
        return phrase("agent", rng).format(name=voice.for_whom)
    if voice.group:
        return phrase("joint", rng).format(n=voice.group)
    if voice.channel in {"phone", "visit"}:
        return phrase(voice.channel, rng)
    return phrase("opening", rng) + phrase("intro", rng).format_map(slots)


def _joined(rng: Random, parts: list[str]) -> str:
    text = parts[0]
    for part in parts[1:]:
        text += pick(rng, ("，", "。", "。", "；")) + part
    return text + "。"


def _slots(rng: Random, scene: Scene, voice: Voice) -> dict[str, str]:
    block, unit = scene.block
    return {
        "county": scene.county, "town": scene.town, "village": scene.village, "estate": scene.estate, "road": scene.road,
        "firm": scene.firm, "school": scene.school, "hospital": scene.hospital, "who": scene.who,
        "money": _money(rng, scene.money), "small": str(scene.small), "n": _count(rng, scene.n), "years": str(scene.years),
        "when": _when(rng, scene.when), "mu": str(scene.mu), "name": voice.name or "群众", "age": str(voice.age),
        "block": pick(rng, (f"{block}号楼{unit}单元", f"{block}栋{unit}单元", f"{block}号楼", f"{block}-{unit}")),
    }


def _money(rng: Random, amount: int) -> str:
    if amount >= 10_000 and whether(rng, 0.6):
        return f"{amount / 10_000:g}万" + pick(rng, ("元", "元", "块", ""))
    return f"{amount}" + pick(rng, ("元", "元", "块钱"))


_DIGITS: Final = "零一二三四五六七八九"


def _count(rng: Random, number: int) -> str:
    if number < 100 and whether(rng, 0.25):
        tens, ones = divmod(number, 10)
        return (("" if tens == 1 else _DIGITS[tens]) + "十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")
    return str(number)


def _when(rng: Random, when: date) -> str:
    return pick(rng, (f"{when.year}年{when.month}月", f"{when.year}年{when.month}月份", f"{when.year % 100}年{when.month}月",
                      f"{when.year}年", f"{when.year}年{when.month}月{when.day}日"))


def _paraphrased(rng: Random, text: str) -> str:
    for words in genre()["synonym"]:
        for word in words:
            if word in text:
                if whether(rng, 0.5):
                    text = text.replace(word, pick(rng, words), 1)
                break
    return text


def _slips(rng: Random, text: str) -> str:
    """Sound-alikes, dropped and doubled characters, careless punctuation: none in most texts, many in a few."""
    many = int(rng.expovariate(0.9)) if whether(rng, 0.6) else 0
    pairs = genre()["slip"]
    for _ in range(many):
        kind = rng.random()
        where = int(rng.random() * len(text))
        if kind < 0.6:
            right, wrong = pick(rng, pairs)
            text = text.replace(right, wrong, 1)
        elif kind < 0.85:
            text = text[:where] + text[where + 1:]
        else:
            text = text[:where] + text[where:where + 1] + text[where:]
    if whether(rng, 0.08):
        text = text.replace("，", pick(rng, (" ", "", ",")))
    return text
