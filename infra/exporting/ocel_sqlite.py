"""OCEL 2.0 in SQLite (specification 2.0, the relational form): a table a type, and the tables that tie them together."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from infra.exporting.gathered import Gathered
from infra.exporting.ocel_json import ALWAYS, KINDS, named

_TIES: Final = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id),
                           ocel_qualifier TEXT, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id),
                            ocel_qualifier TEXT, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
"""


def write(gathered: Gathered, out: BinaryIO) -> None:
    """SQLite wants a file of its own; it is copied when it is whole."""
    with tempfile.TemporaryDirectory(prefix="sanfang-export-") as folder:
        path = Path(folder) / "ocel.sqlite"
        db = sqlite3.connect(path)
        try:
            db.executescript(_TIES)
            _objects(gathered, db)
            _events(gathered, db)
            db.commit()
        finally:
            db.close()
        with path.open("rb") as file:
            shutil.copyfileobj(file, out)


def _objects(gathered: Gathered, db: sqlite3.Connection) -> None:
    for kind in KINDS:
        db.execute("INSERT INTO object_map_type VALUES (?, ?)", (kind, kind))
        own = ", level INTEGER, kind TEXT" if kind == "office" else ""
        db.execute(f"CREATE TABLE object_{kind} (ocel_id TEXT REFERENCES object (ocel_id), ocel_time TIMESTAMP, "
                   f"ocel_changed_field TEXT{own})")
    for one in gathered.objects():
        id_ = named(one.kind, one.id)
        said = (one.level, one.sort) if one.kind == "office" else ()
        marks = ", ?" * len(said)
        db.execute("INSERT INTO object VALUES (?, ?)", (id_, one.kind))
        db.execute(f"INSERT INTO object_{one.kind} VALUES (?, ?, NULL{marks})", (id_, ALWAYS, *said))  # noqa: S608  our own kinds
        if one.kind == "matter":
            db.executemany("INSERT INTO object_object VALUES (?, ?, 'comprises')",
                           [(id_, named("submission", member)) for member in gathered.members(one.id)])


def _events(gathered: Gathered, db: sqlite3.Connection) -> None:
    tables = {type_: type_.replace(".", "_") for type_ in gathered.types()}  # types of the language: letters, dots, underscores
    for type_, table in tables.items():
        db.execute("INSERT INTO event_map_type VALUES (?, ?)", (type_, table))
        db.execute(f"CREATE TABLE event_{table} (ocel_id TEXT PRIMARY KEY REFERENCES event (ocel_id), ocel_time TIMESTAMP, "
                   "county TEXT, source TEXT, event_id TEXT)")
    for one in gathered.events():
        id_ = str(one.number)
        db.execute("INSERT INTO event VALUES (?, ?)", (id_, one.type))
        db.execute(f"INSERT INTO event_{tables[one.type]} VALUES (?, ?, ?, ?, ?)",  # noqa: S608  see above
                   (id_, one.time, one.county, one.source, one.id))
        db.executemany("INSERT INTO event_object VALUES (?, ?, ?)",
                       [(id_, named(kind, of), role) for kind, of, role in gathered.named_by(one)])
