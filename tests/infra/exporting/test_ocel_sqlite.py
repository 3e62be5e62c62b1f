"""OCEL 2.0 in SQLite says what the JSON form says."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from events.matters import MatterState
from infra.exporting import ocel_sqlite
from infra.exporting.gathered import Gathered
from infra.exporting.visible import visible
from tests.events.golden import ACTIONS, MATTERS
from tests.infra.exporting.test_traces import as_json

TIES = {
    ("event", "ocel_type", "event_map_type", "ocel_type"), ("object", "ocel_type", "object_map_type", "ocel_type"),
    ("event_object", "ocel_event_id", "event", "ocel_id"), ("event_object", "ocel_object_id", "object", "ocel_id"),
    ("object_object", "ocel_source_id", "object", "ocel_id"), ("object_object", "ocel_target_id", "object", "ocel_id"),
}
"""The foreign keys that the relational form asks for, beside those of the tables of the types."""


def _keys(db: sqlite3.Connection) -> set[tuple[str, str, str, str]]:
    return set(db.execute(
        'SELECT name, "from", "table", "to" FROM sqlite_master JOIN pragma_foreign_key_list(name) WHERE type = \'table\''))


def test_the_tables_say_what_the_json_says(tmp_path: Path) -> None:
    """The same events, objects and ties; each type has its table, with a row for each of its events or objects;
    every foreign key of the specification is there and holds.
    """
    path = tmp_path / "log.sqlite"
    with Gathered(tmp_path / "gathered") as made, path.open("wb") as out:
        for value in ACTIONS.values():
            if (one := visible(value)) is not None:
                made.take(one)
        made.take_matter(0, MatterState.model_validate_json(MATTERS["matter.v1"]))
        ocel_sqlite.write(made, out)
        log = as_json(made)
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    own = {(f"{kind}_{table}", "ocel_id", kind, "ocel_id") for kind in ("event", "object")
           for table, in db.execute(f"SELECT ocel_type_map FROM {kind}_map_type")}  # noqa: S608  names of the tables
    assert _keys(db) == TIES | own
    for kind, ties in (("event", "event_object"), ("object", "object_object")):
        told = log[f"{kind}s"]
        assert dict(db.execute(f"SELECT ocel_id, ocel_type FROM {kind}")) == {one["id"]: one["type"] for one in told}  # noqa: S608  names of the tables
        assert set(db.execute(f"SELECT * FROM {ties}")) == {  # noqa: S608  names of the tables
            (one["id"], tie["objectId"], tie["qualifier"]) for one in told for tie in one["relationships"]}
        for type_, table in db.execute(f"SELECT ocel_type, ocel_type_map FROM {kind}_map_type").fetchall():  # noqa: S608  names of the tables
            rows = {row[0] for row in db.execute(f"SELECT ocel_id FROM {kind}_{table}")}  # noqa: S608  names of the tables
            assert rows == {one["id"] for one in told if one["type"] == type_}
    db.close()
