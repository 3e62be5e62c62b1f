"""People and firms, invented: names, document numbers with a right check digit, phones, accounts."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

from infra.city.chance import pick, whether
from infra.city.plan import Person
from infra.city.texts import part

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FIRM_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PHONES: Final = ("130", "131", "132", "133", "134", "135", "136", "137", "138", "139", "150", "151", "152", "155", "158",
                  "159", "166", "173", "176", "177", "180", "181", "182", "186", "187", "188", "189", "199")


class Population:
    """Makes people, each with a key of its own in the truth."""

    def __init__(self, year: int) -> None:
        self._year = year
        self._made = 0

    def person(self, rng: Random, county: str, surname: str | None = None) -> Person:
        age = int(rng.triangular(24, 82, 52))
        born = date.fromordinal(date(self._year - age, 1, 1).toordinal() + int(rng.random() * 365))
        name = (surname or part("surname", rng)) + given(rng, age)
        self._made += 1
        return Person(f"P{self._made:06}", name, document_number(rng, county, born), phone(rng),
                      f"{part('mail', rng)}{int(rng.random() * 900000) + 1000}", age=age)

    def firm(self, rng: Random, county: str, name: str) -> Person:
        self._made += 1
        return Person(f"P{self._made:06}", name, firm_number(rng, county), phone(rng),
                      f"firm{int(rng.random() * 900000) + 1000}", kind="firm")


def given(rng: Random, age: int) -> str:
    characters = "given_old" if age > 42 else "given_new"
    return part(characters, rng) + (part(characters, rng) if whether(rng, 0.72) else "")


def document_number(rng: Random, county: str, born: date) -> str:
    """Eighteen digits: place, birthday, sequence, check (GB 11643)."""
    body = f"{county}{born:%Y%m%d}{int(rng.random() * 999) + 1:03}"
    rest = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11
    return body + "10X98765432"[rest]


def firm_number(rng: Random, county: str) -> str:
    """统一社会信用代码: type, place, nine characters, check (GB 32100)."""
    body = "91" + county + "MA" + "".join(pick(rng, _FIRM_CHARACTERS) for _ in range(7))
    rest = sum(_FIRM_CHARACTERS.index(sign) * pow(3, index, 31) for index, sign in enumerate(body)) % 31
    return body + _FIRM_CHARACTERS[(31 - rest) % 31]


def phone(rng: Random) -> str:
    return pick(rng, _PHONES) + f"{int(rng.random() * 10**8):08}"


def masked(rng: Random) -> str:
    """A person as petitions name them: surname and 某."""
    return part("surname", rng) + pick(rng, ("某", "某某", "某", "主任", "经理", "老板"))
