"""Labelled messages: CSV files in the forms of the public data (messages; matters within users or groups; judged pairs)."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from events.errors import UsageError, Where


class Within(StrEnum):
    """What a labels file says: matters among one user's messages, matters within groups, or pairs judged one by one."""

    USER = "user"
    GROUP = "group"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    user: str
    time: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two messages, whether they are one matter, and the unit (a user, a group, a pair) that was labelled together."""

    unit: str
    a: str
    b: str
    same: bool


def messages(path: Path) -> dict[str, Message]:
    """By id; plain or gzipped CSV with the columns id, user, time, subject and text."""
    found = {}
    for row in _rows(path, {"id", "user", "time", "subject", "text"}):
        found[row["id"]] = Message(row["id"], row["user"], row["time"], row["subject"] or "", row["text"] or "")
    return found


def pairs(path: Path, within: Within, known: dict[str, Message]) -> list[Pair]:
    """Every labelled pair; those that touch a message marked unsure are left out."""
    if within is Within.PAIRS:
        found = [Pair(f"pair {number}", row["a"], row["b"], row["verdict"] == "same")
                 for number, row in enumerate(_rows(path, {"a", "b", "verdict"}))]
    else:
        found = list(_combined(path, within, known))
    for pair in found:
        for one in (pair.a, pair.b):
            if one not in known:
                raise UsageError("match.unknown-message", f"标注的信件不在信件文件中 / the labels name a message that is not there: {one}",
                                 where=Where(file=str(path)), todo="give the messages that these labels were made on")
    return found


def _combined(path: Path, within: Within, known: dict[str, Message]) -> Iterator[Pair]:
    columns = {"id", "matter", "flag"} | ({"group"} if within is Within.GROUP else set())
    units: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in _rows(path, columns):
        if row["flag"] == "ok":
            message = known.get(row["id"])
            unit = row["group"] if within is Within.GROUP else message.user if message else row["id"]
            units[unit].append((row["id"], row["matter"]))
    for unit, members in units.items():
        for (a, one), (b, other) in combinations(members, 2):
            yield Pair(unit, a, b, one == other)


def _rows(path: Path, columns: set[str]) -> Iterator[dict[str, str]]:
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if missing := columns - set(reader.fieldnames or ()):
                raise UsageError("match.not-a-table", f"缺列 / columns are missing: {', '.join(sorted(missing))}",
                                 where=Where(file=str(path)), todo="see docs/matching.md for the forms of the files")
            yield from reader
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError("match.unreadable", f"文件无法读取 / the file cannot be read: {error}", where=Where(file=str(path)),
                         todo="give a CSV file in UTF-8, plain or gzipped") from error
