"""The queries as a person types them, over the face of the embedded engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infra.clickhouse import local
from projections.migrations import migrate
from projections.projector.feeds import ACTIONS, FINDINGS, MATTERS
from projections.warehouse import connect
from tests.infra.typed import typist
from tests.projections.records import Made, finding, matter, put, registered

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.clickhouse

SCORE = {"model": "m-1", "fields": [{"name": "text", "level": "0.7", "weight": 700}], "total": 700, "same_from": 400, "ask_from": 300}

MEETING = json.dumps({
    "specversion": "1.0", "id": "e-m", "source": "urn:t", "type": "meeting.held.v1", "time": "2024-03-01T08:00:00+08:00", "subject": "M-7",
    "partitionkey": "141102", "data": {"office": {"id": "o-1", "level": 1, "kind": "township"}, "attended": 5}}).encode()


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Running]:
    """A face with one small world."""
    with local.running(tmp_path_factory.mktemp("face")) as started:
        with connect(started.url, database="sanfang_cli") as warehouse:
            migrate(warehouse)
            put(warehouse, ACTIONS, [*(Made(number, registered(number)) for number in range(2)), Made(2, MEETING)])
            put(warehouse, MATTERS, [Made(0, matter("m-1", submissions=[{}], clocks=[{"state": "missed"}]), key=b"m-1")])
            put(warehouse, FINDINGS, [Made(0, finding("f-1", score=SCORE))])
        yield started


@pytest.fixture
def typed(face: local.Running, monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]) -> object:
    """Types a command; its exit code, output and errors."""
    monkeypatch.setenv("SANFANG_CLICKHOUSE_PORT", str(face.port))
    monkeypatch.setenv("SANFANG_WORLD", "cli")
    monkeypatch.setenv("SANFANG_HOME", str(tmp_path))
    return typist(monkeypatch, capsys)


@pytest.mark.parametrize("words", [
    ("matters", "list"), ("matters", "show", "m-1"), ("submissions", "list"), ("submissions", "show", "s-1"), ("findings", "list"),
    ("findings", "show", "f-1"), ("clocks", "list"), ("clocks", "show", "s-1"), ("offices", "list"), ("offices", "show", "o-1"), ("flow",),
    ("oversight",), ("timeliness",), ("sql", "SELECT kind, count() AS n FROM findings GROUP BY kind")])
def test_each_query_answers_people_and_programs(typed: object, words: tuple[str, ...]) -> None:
    """Each is answered as a table that says its as_of, and as JSON with the same."""
    assert callable(typed)
    code, said, _ = typed(*words)
    assert (code, "as of 数据截至" in said) == (0, True)
    code, said, _ = typed(*words, "--json")
    answer = json.loads(said)
    assert code == 0
    assert answer["rows"] if "rows" in answer else answer["document"]
    assert all(head["log_time"].endswith("+00:00") for heads in answer["as_of"].values() for head in heads.values())


def test_finding_is_explained_to_people(typed: object) -> None:
    """Article, rule, evidence and the score line by line stand in what a person reads; the county has its name."""
    assert callable(typed)
    _, said, _ = typed("findings", "show", "f-1")
    for word in ("R-REP", "2022.1", "e-1", "text", "700", "same_from 400", "141102 离石区"):
        assert word in said


@pytest.mark.parametrize(("words", "code", "told"), [
    (("findings", "show", "nobody"), 2, "queries.absent"), (("matters", "list", "--kind", "opened"), 2, "queries.kind"),
    (("matters", "list", "--since", "yesterday"), 2, "queries.day"), (("sql", "SELECT file('/etc/passwd')"), 2, "sql.refused"),
    (("sql", "SELECT raw FROM actions"), 2, "sql.refused"), (("sql", "DROP TABLE findings"), 2, "sql.refused"),
    (("sql", "SELECT nope FROM findings"), 6, "warehouse.unknown-column"), (("sql", "SELECT 1 FROM"), 6, "warehouse.syntax"),
    (("--world", "nowhere", "matters", "list"), 6, "warehouse.no-database"),
])
def test_what_goes_wrong_is_told_with_its_code(typed: object, words: tuple[str, ...], code: int, told: str) -> None:
    """Errors leave by the exit code of their kind and name their stable code."""
    assert callable(typed)
    ended, _, said = typed(*words)
    assert ended == code
    assert told in said
