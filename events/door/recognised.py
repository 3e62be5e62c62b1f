"""What a door recognises in a normalised text 识别: the names and numbers that tell matters apart, and what is asked.

Districts (A3区, 离石区) by the gazetteer or by code; numbers (of a bus line, a block, a contract); *rare words*: each two letters
in a row that are not among the common ones of petitions (`common_1.json`), so most of them are pieces of names of estates,
roads and firms, or of what is out of the ordinary; how often an entitlement is named (a fund, a household register, a
subsidy): whoever asks about his or her own is rarely the same matter as another who asks the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

import orjson

from events.regions import NAMES
from events.sketches import DISTRICTS_LARGEST, NUMBERS_LARGEST

COMMON: Final = 1
_CODED: Final = re.compile(r"[a-z]\d{1,2}[区县市]")
_NUMBER: Final = re.compile(r"[0-9]{2,}")
_EVERYWHERE: Final = frozenset({"10", "12", "24", "12345", *map(str, range(1990, 2060))})
_DISTRICT_END: Final = re.compile(r"[区县市旗]")
_ENTITLEMENT: Final = re.compile(
    "政策|补贴|公积金|社保|户口|落户|入学|学位|津贴|医保|报销|养老|退休|资格|考试|驾驶证|贷款|申请|办理|证件|编制|工资")
_QUESTION: Final = re.compile("咨询|请问|能否|是否|如何|怎么|问|吗")
MOST_ENTITLEMENTS: Final = 4
MOST_QUESTIONS: Final = 2


def districts(text: str) -> list[str]:
    """The first districts and counties that a normalised text names: by the gazetteer, or by a code as in A3区."""
    found: dict[str, None] = dict.fromkeys(match.group() for match in _CODED.finditer(text))
    for end in _DISTRICT_END.finditer(text):
        for size in (4, 3, 2):
            if (name := text[max(0, end.end() - size):end.end()]) in _counties():
                found[name] = None
                break
    return list(found)[:DISTRICTS_LARGEST]


def numbers(text: str) -> list[str]:
    """The first numbers of two digits or more that a normalised text names; years, hours and the hotline are everywhere."""
    found = dict.fromkeys(match.group() for match in _NUMBER.finditer(_CODED.sub(" ", text)))
    return [number for number in found if number not in _EVERYWHERE][:NUMBERS_LARGEST]


def rare_words(text: str) -> list[str]:
    """Each two letters in a row that are not common, once, in the order of the text; Latin letters and digits apart."""
    common = _common()
    pairs = dict.fromkeys(map(str.__add__, text, text[1:]))
    return [pair for pair in pairs if pair not in common and pair[0] > "\x7f" and pair[1] > "\x7f"]


def asked(title: str, text: str) -> tuple[int, int]:
    """How often entitlements are named, and how often the title asks; both with a bound."""
    entitlements = len(_ENTITLEMENT.findall(f"{title} {text}"))
    return min(MOST_ENTITLEMENTS, entitlements), min(MOST_QUESTIONS, len(_QUESTION.findall(title)))


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(orjson.loads(files("events.door").joinpath(f"common_{COMMON}.json").read_bytes())["words"].split())


@lru_cache(maxsize=1)
def _counties() -> frozenset[str]:
    return frozenset(name for code, name in NAMES.items() if not code.endswith("00") and len(name) > 1) - {"市辖区", "城区", "郊区", "矿区"}
