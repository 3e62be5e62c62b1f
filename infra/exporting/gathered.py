"""What is to be exported, in order, in a file of its own: the formats want cases together and objects apart, a log has neither."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from events.matters import MatterState
from infra.exporting.visible import Visible

_TABLES: Final = """
CREATE TABLE events (n INTEGER PRIMARY KEY, source TEXT, id TEXT, type TEXT, time TEXT, county TEXT, kind TEXT, subject TEXT,
                     UNIQUE (source, id));
CREATE TABLE objects (kind TEXT, id TEXT, level INTEGER, sort TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE named (n INTEGER, kind TEXT, id TEXT, qualifier TEXT, PRIMARY KEY (n, kind, id, qualifier)) WITHOUT ROWID;
CREATE TABLE matters (feed INTEGER, id TEXT, PRIMARY KEY (feed, id)) WITHOUT ROWID;
CREATE TABLE members (matter TEXT, feed INTEGER, submission TEXT, PRIMARY KEY (matter, feed, submission)) WITHOUT ROWID;
CREATE TABLE moves (submission TEXT, one TEXT, other TEXT, PRIMARY KEY (submission, one, other)) WITHOUT ROWID;
CREATE INDEX by_submission ON members (submission);
CREATE INDEX by_subject ON events (kind, subject, time);
CREATE INDEX by_name ON named (kind, id);
"""
"""A submission is COUNTY|NUMBER in here."""


class Event(NamedTuple):
    number: int
    """Unique in the export; ``source`` and ``id`` are what the log knows it by."""
    source: str
    id: str
    type: str
    time: str
    county: str
    subject: str


class Object(NamedTuple):
    kind: str
    id: str
    level: int | None
    sort: str | None


class Gathered:
    """An event handed over twice is one event, as everywhere. A number that several counties gave is several submissions, unless moves
    tie them together; only such a number is told with its county.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA synchronous=OFF")  # a draft that nobody needs after a power cut
        self._db.executescript(_TABLES)
        self._settled = True
        self._several: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._db.close()

    def take(self, one: Visible) -> bool:
        """False: it was there already."""
        self._settled = False
        subject = _internal(one.county, one.subject) if one.kind == "submission" else one.subject
        done = self._db.execute("INSERT OR IGNORE INTO events VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                                (one.source, one.id, one.type, one.time, one.county, one.kind, subject))
        if not done.rowcount:
            return False
        named: list[tuple[str, str, int | None, str | None, str]] = [(one.kind, subject, None, None, "subject")]
        named += [("office", office.id, office.level, office.kind.value, role) for role, office in one.offices]
        self._db.executemany("INSERT OR IGNORE INTO objects VALUES (?, ?, ?, ?)", [row[:4] for row in named])
        self._db.executemany("INSERT OR IGNORE INTO named VALUES (?, ?, ?, ?)",
                             [(done.lastrowid, kind, id_, role) for kind, id_, _, _, role in named])
        if one.moved:
            self._db.execute("INSERT OR IGNORE INTO moves VALUES (?, ?, ?)", (one.subject, *one.moved))
        return True

    def take_matter(self, feed: int, matter: MatterState) -> None:
        """The latest state in a partition prevails. A matter may be in two when its place was corrected, in either order."""
        self.forget_matter(feed, matter.id)
        self._settled = False
        members = [_internal(matter.county, one.id) for one in matter.submissions]
        self._db.execute("INSERT INTO matters VALUES (?, ?)", (feed, matter.id))
        self._db.executemany("INSERT OR IGNORE INTO objects VALUES ('submission', ?, NULL, NULL)", [(id_,) for id_ in members])
        self._db.executemany("INSERT INTO members VALUES (?, ?, ?)", [(matter.id, feed, id_) for id_ in members])

    def forget_matter(self, feed: int, id_: str) -> None:
        """Merged into another, or moved to another partition."""
        self._db.execute("DELETE FROM members WHERE matter = ? AND feed = ?", (id_, feed))
        self._db.execute("DELETE FROM matters WHERE id = ? AND feed = ?", (id_, feed))

    def types(self) -> list[str]:
        return [str(one) for (one,) in self._db.execute("SELECT DISTINCT type FROM events ORDER BY 1")]

    def events(self) -> Iterator[Event]:
        """By time, then as they came."""
        yield from self._events("SELECT n, source, id, type, time, county, subject FROM events ORDER BY time, n")

    def cases(self) -> Iterator[Event]:
        """Submissions one after the other, each in its order."""
        yield from self._events("SELECT n, source, id, type, time, county, subject FROM events WHERE kind = 'submission' "
                                "ORDER BY subject, time, n")

    def outside_cases(self) -> int:
        """Events of recommendations and meetings, which are in no case."""
        return int(self._db.execute("SELECT count(*) FROM events WHERE kind <> 'submission'").fetchone()[0])

    def objects(self) -> Iterator[Object]:
        self._settle()
        for kind, id_, level, sort in self._db.execute(
                "SELECT kind, id, level, sort FROM objects UNION SELECT 'matter', id, NULL, NULL FROM matters ORDER BY kind, id"):
            yield Object(kind, self._shown(kind, id_), level, sort)

    def named_by(self, event: Event) -> list[tuple[str, str, str]]:
        """Kind, id and qualifier of the objects of an event; an event of a submission is one of its matter too."""
        found = self._db.execute("SELECT kind, id, qualifier FROM named WHERE n = ?1 UNION SELECT 'matter', matter, 'within' FROM named "
                                 "JOIN members ON submission = named.id WHERE n = ?1 AND qualifier = 'subject' AND kind = 'submission' "
                                 "ORDER BY 1, 2, 3", (event.number,))
        return [(kind, self._shown(kind, id_), qualifier) for kind, id_, qualifier in found]

    def members(self, matter: str) -> list[str]:
        self._settle()
        found = self._db.execute("SELECT DISTINCT submission FROM members WHERE matter = ? ORDER BY 1", (matter,))
        return sorted({self._shown("submission", one) for one, in found})

    def _events(self, query: str) -> Iterator[Event]:
        self._settle()
        for row in self._db.execute(query):
            event = Event._make(row)
            yield event._replace(subject=self._shown("submission", event.subject) if "|" in event.subject else event.subject)

    def _shown(self, kind: str, id_: str) -> str:
        number = id_.rpartition("|")[2]
        return id_ if kind != "submission" or number in self._several else number

    def _settle(self) -> None:
        """Moved submissions are one under the first of their counties; numbers that stay several are remembered."""
        if self._settled:
            return
        self._settled = True
        moves: dict[str, list[set[str]]] = {}
        for number, one, other in self._db.execute("SELECT submission, one, other FROM moves"):
            moves.setdefault(number, []).append({one, other})
        shared = self._db.execute("SELECT substr(id, 8) AS number, group_concat(substr(id, 1, 6)) FROM objects WHERE kind = 'submission' "
                                  "GROUP BY number HAVING count(*) > 1").fetchall()
        self._several = set()
        for number, said in shared:
            counties = sorted(said.split(","))
            while counties:
                together = _together(counties[0], moves.get(number, []))
                for county in counties[1:]:
                    if county in together:
                        self._rename(_internal(county, number), _internal(counties[0], number))
                counties = [county for county in counties if county not in together]
                if counties:
                    self._several.add(number)

    def _rename(self, old: str, new: str) -> None:
        self._db.execute("UPDATE events SET subject = ? WHERE kind = 'submission' AND subject = ?", (new, old))
        self._db.execute("UPDATE OR REPLACE named SET id = ? WHERE kind = 'submission' AND id = ?", (new, old))
        self._db.execute("UPDATE OR REPLACE members SET submission = ? WHERE submission = ?", (new, old))
        self._db.execute("DELETE FROM objects WHERE kind = 'submission' AND id = ?", (old,))


def _internal(county: str, number: str) -> str:
    return f"{county}|{number}"


def _together(county: str, moves: list[set[str]]) -> set[str]:
    """The county, and those that moves tie to it."""
    found = {county}
    while more := {end for ends in moves if ends & found for end in ends} - found:
        found |= more
    return found
