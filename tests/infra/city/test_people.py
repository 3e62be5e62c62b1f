"""Invented people: nobody's, but as a real one's would look."""

from __future__ import annotations

from datetime import date

from infra.city.chance import stream
from infra.city.people import Population, document_number, firm_number

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_document_numbers_have_the_right_check_digit() -> None:
    """ISO 7064 mod 11-2, as GB 11643 has it: the weighted sum with the check digit is one modulo eleven."""
    rng = stream("test", 1)
    for _ in range(300):
        number = document_number(rng, "141102", date(1970, 5, 17))
        assert len(number) == 18
        check = 10 if number[-1] == "X" else int(number[-1])
        assert (sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number[:17], strict=True)) + check) % 11 == 1


def test_firms_numbers_have_the_right_check_character() -> None:
    """GB 32100: the weighted sum with the check character is nought modulo thirty-one."""
    rng = stream("test", 2)
    for _ in range(300):
        number = firm_number(rng, "141102")
        assert len(number) == 18
        assert sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(number[:17])) % 31 == (-SIGNS.index(number[-1])) % 31


def test_everyone_has_a_key_of_their_own() -> None:
    """Names may be shared, keys are not; namesakes are what makes a name a weak tie."""
    population, rng = Population(2024), stream("test", 3)
    people = [population.person(rng, "141102") for _ in range(3_000)]
    assert len({person.key for person in people}) == 3_000
    assert len({person.document for person in people}) > 2_990
    assert len({person.name for person in people}) < 2_900
