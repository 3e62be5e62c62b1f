"""Pseudonyms 化名: what is left of a petitioner's name, document number, phone and account.

First the value is put into one form (``VERSION`` says which rules), then keyed: HMAC-SHA-256 under the deployment's key,
a domain for each kind, cut to 128 bits. Changing a rule means a new version and so other pseudonyms: never change one.
What says nobody (匿名, 无, a phone without digits) gives no pseudonym at all; otherwise all anonymous people were one.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from typing import Final
from unicodedata import normalize

from events.vocabulary import PetitionerKind

VERSION: Final = 1

_WHITE: Final = re.compile(r"[\s\u200b\u2060\ufeff]+")
_DOTS: Final = re.compile(r"[\u00b7\u2022\u2027\u2219\u22c5\u30fb\u0387\u2024\ufe52]|(?<=[\u3400-\u9fff])\.(?=[\u3400-\u9fff])")
_NOT_ALNUM: Final = re.compile(r"[\W_]+")
_ANOTHER_PHONE: Final = re.compile(r"[、,;/|]|或|转|ext", re.IGNORECASE)
_NOT_DIGIT: Final = re.compile(r"[^0-9]+")
_NOBODY: Final = frozenset({"匿名", "无", "无名", "无名氏", "佚名", "不详", "未知", "未留", "未填", "未提供", "保密", "暂无", "空", "none",
                            "null", "na", "anonymous", "unknown"})
_OLD_DOCUMENT: Final = re.compile(r"[1-8]\d{5}(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}", re.ASCII)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SHORTEST_PHONE: Final = 5


def pseudonym(key: bytes, kind: str, value: str) -> str:
    """The keyed form of an already normalised value; ``kind`` is d, t, a or n."""
    digest = hmac.digest(key, f"sanfang.pseudonym.{VERSION}\0{kind}\0{value}".encode(), "sha256")
    return f"{kind}_{urlsafe_b64encode(digest[:16]).rstrip(b'=').decode()}"


def name(value: str) -> str | None:
    """A name 姓名 without spaces, every sort of middle dot as ``·``."""
    value = _DOTS.sub("·", _WHITE.sub("", normalize("NFKC", value))).casefold()
    return None if _says_nobody(value) else value


def document_number(value: str, kind: PetitionerKind = PetitionerKind.PERSON) -> str | None:
    """A document number 证件号码: letters in upper case, no spaces or dashes; a person's 15 digits become the 18 of today.

    A firm's old registration number 注册号 has fifteen digits too and stays as it is.
    """
    value = _NOT_ALNUM.sub("", normalize("NFKC", value)).upper()
    if _says_nobody(value) or len(set(value)) == 1:
        return None
    if kind in {PetitionerKind.PERSON, PetitionerKind.SOLE_TRADER} and _OLD_DOCUMENT.fullmatch(value):
        seventeen = value[:6] + "19" + value[6:]
        rest = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, seventeen, strict=True)) % 11
        return seventeen + "10X98765432"[rest]
    return value


def phone(value: str) -> str | None:
    """A phone number 联系电话: the digits of the first number given, without +86; extensions are dropped."""
    for part in _ANOTHER_PHONE.split(normalize("NFKC", value)):
        digits = _NOT_DIGIT.sub("", part)
        if digits.startswith("0086"):
            digits = digits[4:]
        elif digits.startswith("86") and (len(digits) == 13 or part.lstrip().startswith("+")):
            digits = digits[2:]
        if len(digits) >= _SHORTEST_PHONE and len(set(digits)) > 1:
            return digits
    return None


def account(value: str) -> str | None:
    """An account 账号 at a web portal or message board: as it is, without spaces around."""
    value = normalize("NFKC", value).strip()
    return None if _says_nobody(value.casefold()) else value


def _says_nobody(value: str) -> bool:
    bare = _NOT_ALNUM.sub("", value).casefold()
    return not bare or bare in _NOBODY
