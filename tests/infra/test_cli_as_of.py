"""As-of as a person types it, over the face of the embedded engine: the history is built on the way."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet

from infra.clickhouse import local
from infra.history import connecting, past
from infra.settings import Settings
from projections.migrations import migrate
from projections.projector.feeds import ACTIONS
from projections.warehouse import connect
from tests.infra.typed import Typed, commands, options, typist
from tests.projections.history.conftest import records
from tests.projections.indicators.worlds import city
from tests.projections.records import put

pytestmark = pytest.mark.clickhouse
STRICT = Path(__file__).parents[2] / "docs" / "rules" / "own-level-only.toml"
THEN = ("--as-of", "2023-09-01")


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Running]:
    """A face with the log of a small city, and no history."""
    with local.running(tmp_path_factory.mktemp("face")) as started:
        with connect(started.url, database="sanfang_past") as warehouse:
            migrate(warehouse)
            for made in records(city(9, 60)).values():
                put(warehouse, ACTIONS, made)
        yield started


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """With an assessment scheme that is on."""
    made = tmp_path_factory.mktemp("home")
    (made / "schemes").mkdir()
    (made / "schemes" / "ours.toml").write_text(
        'id = "ours"\ntitle = "ours"\non = true\nrule_set = "2022.1"\n[[parts]]\nindicator = "I2"\nformula = "rate"\nweight = 10\n')
    return str(made)


@pytest.fixture
def typed(face: local.Running, home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a command; its exit code, output and errors."""
    monkeypatch.setenv("SANFANG_CLICKHOUSE_PORT", str(face.port))
    monkeypatch.setenv("SANFANG_WORLD", "past")
    monkeypatch.setenv("SANFANG_HOME", home)
    return typist(monkeypatch, capsys)


NO_PAST = {
    **dict.fromkeys(("up", "down", "status", "doctor", "logs", "run", "demo", "backup", "restore", "verify", "projection rebuild",
                     "history build", "history show"), "of the running system, not of what it knew"),
    **dict.fromkeys(("import", "emit", "unseal", "erase", "calendar publish", "rejected redrive", "alerts ack", "alerts silence",
                     "alerts test", "audit checkpoint"), "does something now"),
    **dict.fromkeys(("simulate", "match eval", "match train", "match explain", "spikes eval"), "reads files alone"),
    **dict.fromkeys(("rules list", "rules show", "rules diff", "indicators list", "indicators show"), "definitions, which bear dates"),
    **dict.fromkeys(("audit key", "audit prove", "audit consistency", "audit verify", "audit verifier", "audit witness", "audit cosigned"),
                    "named by checkpoints"),
    "replay": "its --slice until= takes all four forms",
    "rejected show": "one record of the log, which never changes",
}
"""Commands that no moment is named to, and why. Whoever adds a command gives it ``--as-of``, or a reason here."""
ELSEWHERE = {"rejected list": "needs Kafka: tests/infra/test_cli_wire.py", "spikes calibrate": "with --live, and that needs Kafka"}


PAST = {name for name, command in commands() if "--as-of" in options(command)}
MORE = {
    "sql": ["SELECT kind, count() AS n FROM findings GROUP BY kind"], "indicators compute": ["I2", "--month", "2023-06"],
    "indicators scheme": ["ours", "--month", "2023-06"],
    "alerts show": ["nobody's"],
}
"""What a command is asked besides."""


def test_every_command_takes_an_as_of_or_says_why_not() -> None:
    """No query is added without a past."""
    assert {name for name, _ in commands()} - PAST == NO_PAST.keys()


@pytest.fixture(scope="module")
def known(face: local.Running, home: str) -> dict[str, list[str]]:
    """The same moment in all four forms, and an id of each thing that was known then."""
    settings = Settings(home=Path(home), world="past", clickhouse_port=face.port)
    with connecting(settings)() as now:
        then = past(settings, now, THEN[1])
        event = then.rows("SELECT argMax(event_id, offset) FROM actions WHERE partition = 0 AND type != 'clock.ticked.v1'")[0][0]
        ids = {f"{noun} show": [str(then.rows(f"SELECT min({column}) FROM {table}")[0][0])]  # noqa: S608  names of ours
               for noun, column, table in (("matters", "matter_id", "matters"), ("submissions", "submission_id", "petitions"),
                                           ("findings", "finding_id", "findings"), ("clocks", "submission_id", "clocks"),
                                           ("offices", "office_id", "offices"))}
    return ids | {"": [THEN[1], "business:2023-09-01", f"event:{event}", ",".join(f"{n}:{at}" for n, at in then.cut.offsets.items())]}


@pytest.mark.parametrize("name", sorted(PAST - ELSEWHERE.keys()))
def test_every_query_takes_all_four_forms(typed: Typed, known: dict[str, list[str]], name: str, tmp_path: Path) -> None:
    """By log time, business time, an event or offsets: each answers of then, and says of which offsets, and when that was."""
    file = tmp_path / "table.csv"
    more = ["--table", "findings", "--out", str(file)] if name == "export" else [*known.get(name, MORE.get(name, [])), "--json"]
    for moment in known[""]:
        code, said, error = typed(*name.split(), *more, "--as-of", moment)
        if name == "alerts show":
            assert "queries.absent" in error  # the moment was understood: nobody alerted this world
            continue
        assert code == 0, error
        answer = json.loads(file.with_name("table.csv.about.json").read_bytes() if name == "export" else said)
        if name == "calendar list":
            assert answer
            continue
        rests = answer.get("as_of") or (answer["indicators"][0] if "indicators" in answer else answer["rests_on"][0])["as_of"]
        assert set(rests) == {"actions"}
        assert set(rests["actions"]) == {"0", "1"}
        for head in rests["actions"].values():
            assert head["log_time"] <= "2023-09-01T16:00:00+00:00"
            assert head["clock"] <= "2023-09-01T16:00:00+00:00"


def test_two_moments_are_compared(typed: Typed) -> None:
    """What changed of a matter, and the events with both their times; for people too."""
    rows = json.loads(typed("matters", "list", *THEN, "--json")[1])["rows"]
    told: list[dict[str, object]] = []
    changed: tuple[str, ...] = ()
    for row in rows:
        words = ("matters", "show", row["matter_id"], "--as-of", "business:2023-06-01", "--versus", "2023-09-01")
        code, said, _ = typed(*words, "--json")
        assert code == 0
        document = json.loads(said)["document"]
        assert document["events"] or not document["changed"]
        told += document["events"]
        changed = words if document["events"] else changed
    assert all(event["happened"] and event["known"] and event["changed"] for event in told)
    code, said, _ = typed(*changed)
    assert code == 0
    assert "happened" in said
    assert "known" in said


def test_the_history_tells_how_far_it_reaches(typed: Typed) -> None:
    """Built to the end of the mirror, partition by partition."""
    assert typed("history", "build")[0] == 0
    rows = json.loads(typed("history", "show", "--json")[1])
    assert rows
    assert all(row["history"] == row["mirror"] for row in rows)


@pytest.mark.parametrize(("words", "told"), [
    (("matters", "list", "--as-of", "1999-01-01"), "asof.before"), (("findings", "list", "--as-of", "2099-01-01"), "asof.after"),
    (("clocks", "list", "--as-of", "0:1"), "asof.partitions"), (("flow", "--as-of", "last week"), "asof.form"),
    (("sql", "SELECT count() FROM matters AS a, heads", "--as-of", "2023-09-01"), ""),
    (("sql", "SELECT raw FROM actions", "--as-of", "2023-09-01"), "sql.refused"),
    (("matters", "show", "M", "--versus", "2023-09-01"), "asof.versus"),
    (("matters", "show", "M", "--as-of", "2023-09-01"), "queries.absent"),
])
def test_what_cannot_be_answered_is_told_with_its_code(typed: Typed, words: tuple[str, ...], told: str) -> None:
    """A moment that is not in the log, a table without a past: an error, never an answer of today."""
    ended, said, error = typed(*words)
    assert ended != 0
    assert not said
    assert told in error


@pytest.mark.parametrize("moment", [(), THEN])
def test_a_table_is_the_same_as_parquet_and_as_csv(typed: Typed, tmp_path: Path, moment: tuple[str, ...]) -> None:
    """Both hold the rows that `sanfang sql` tells; beside each stands what it is, of when, and its digest."""
    typed("matters", "list", *THEN)  # builds the history
    for name, id_, count in (("standing_findings", "finding_id", "SELECT count() AS n FROM standing_findings"),
                             ("actions", "event_id", "SELECT count() AS n FROM actions")):
        files = [tmp_path / f"{name}.{form}" for form in ("parquet", "csv")]
        for file in files:
            code, said, error = typed("export", "--table", name, "--out", str(file), *moment)
            assert code == 0, error
            assert not said
            about = json.loads(file.with_name(f"{file.name}.about.json").read_bytes())
            assert about["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
            assert bool(about["left_out"]) == (name == "actions")
            assert ("left out" in error) == (name == "actions")
        with files[1].open(newline="", encoding="utf-8") as opened:
            head, *rows = list(csv.reader(opened))
        table = parquet.read_table(files[0])
        assert head == table.column_names == about["columns"]
        assert {"raw", "headers"}.isdisjoint(head)
        assert table.num_rows == len(rows)
        counted = json.loads(typed("sql", count, *moment, "--json")[1])["rows"][0]["n"]
        assert len(rows) == counted
        assert table[id_].to_pylist() == [row[head.index(id_)] for row in rows]
        assert counted or not moment
    assert typed("export", "--table", "actions", "--out", str(tmp_path / "again.csv"), *moment)[0] == 0
    assert (tmp_path / "again.csv").read_bytes() == files[1].read_bytes()


def test_an_answer_is_exported(typed: Typed, tmp_path: Path) -> None:
    """Any question that may be asked; more rows than the screen is given are no mistake here."""
    file = tmp_path / "many.csv"
    assert typed("export", "--query", "SELECT number AS n FROM numbers(20000)", "--out", str(file), *THEN)[0] == 0
    assert file.read_text().split() == ["n", *map(str, range(20_000))]


@pytest.mark.parametrize(("words", "told"), [
    (("--table", "people"), "export.table"), (("--table", "heads", *THEN), "export.latest-only"),
    (("--table", "matters", "--query", "SELECT 1"), "export.either"), (("--query", "SELECT raw FROM actions"), "sql.refused"),
    (("--table", "matters", "--format", "xes"), "export.format"), (("--format", "csv"), "export.format"), (THEN, "export.as_of"),
    (("--table", "matters", "--as-of", "1999-01-01"), "asof.before")])
def test_an_export_that_cannot_be_is_refused(typed: Typed, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    """With its code, and no file."""
    code, _, error = typed("export", *words, "--out", str(tmp_path / "file.csv"))
    assert code != 0
    assert told in error
    assert not list(tmp_path.iterdir())


def test_the_mirror_is_replayed(typed: Typed, tmp_path: Path) -> None:
    """From the mirror, whole and up to a moment: the matters of the replay are those of the as-of."""
    code, said, _ = typed("replay", "--processes", "1", "--slice", "until=2023-09-01", "--json", "--json-out", str(tmp_path))
    assert code == 0
    rows = json.loads(typed("matters", "list", *THEN, "--limit", "1000", "--json")[1])["rows"]
    assert json.loads(said)["matters"] == len(rows)
    states = [json.loads(line) for line in (tmp_path / "matters.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(state["id"] for state in states) == sorted(row["matter_id"] for row in rows)
    standing = json.loads(typed("findings", "list", *THEN, "--limit", "1000", "--json")[1])["rows"]
    told = [json.loads(line) for line in (tmp_path / "findings.jsonl").read_text(encoding="utf-8").splitlines()]
    gone = {each["data"].get("retracts") for each in told}
    assert {row["finding_id"] for row in standing} == {each["id"] for each in told if "retracts" not in each["data"]} - gone


def test_a_matter_is_replayed_from_its_county_alone(typed: Typed, tmp_path: Path) -> None:
    """The mirror names the county: fewer records are folded, and of the matter the same is found, in the same order, to the byte."""
    _, said, _ = typed("replay", "--processes", "1", "--json", "--json-out", str(tmp_path / "whole"))
    told = (tmp_path / "whole" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    matter = next(one["subject"] for one in map(json.loads, told) if one["type"] == "finding.repeat_found.v1")
    _, alone, _ = typed("replay", "--processes", "1", "--slice", f"matter={matter}", "--json", "--json-out", str(tmp_path / "one"))
    assert (tmp_path / "one" / "findings.jsonl").read_text(encoding="utf-8").splitlines() == [
        line for line in told if json.loads(line)["subject"] == matter]
    assert json.loads(alone)["events"] < json.loads(said)["events"]


def test_a_comparison_is_told_and_written(typed: Typed, tmp_path: Path) -> None:
    """Other rules over the mirror: counts by county, rule and office, examples, a page and a book."""
    words = ("replay", "--rules", str(STRICT), "--compare", "--processes", "1", "--report", str(tmp_path / "strict"))
    code, said, _ = typed(*words, "--json")
    found = json.loads(said)
    assert code == 0
    assert found["totals"]["appears"] > 0
    assert found["by_office"]
    assert (tmp_path / "strict.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "strict.xlsx").exists()
    assert typed(*words)[0] == 0


@pytest.mark.parametrize(("words", "told"), [
    (("--rules", "1995.1"), "rules.unknown"), (("--rules", "@1995-01-01"), "rules.none"), (("--rules", "@soon"), "rules.day"),
    (("--compare",), "replay.compare"), (("--compare", "--model", "nobody"), "replay.no-model"), (("--model", "x"), "replay.no-model"),
    (("--from", "no-such-file"), "replay.file"), (("--slice", "until=event:nobody"), "asof.no-event"),
    (("--slice", "until=2099-01-01"), "asof.after"), (("--slice", "matter=M-nobody"), "replay.no-matter"),
])
def test_a_replay_that_cannot_be_is_refused(typed: Typed, words: tuple[str, ...], told: str) -> None:
    """A rule set that does not exist then, no such model, no such file, a moment out of the log: an error with its code."""
    code, said, error = typed("replay", "--processes", "1", *words)
    assert code != 0
    assert not said
    assert told in error


def test_a_scheme_is_compared_with_the_one_in_use(typed: Typed, home: str, tmp_path: Path) -> None:
    """One part more: its points appear and totals change, told as JSON and in a page and a book; as of then the figures rest on then."""
    other = tmp_path / "other.toml"
    more = '[[parts]]\nindicator = "I6"\nformula = "fewer_than_before"\nweight = 10\nfor_each_more = 1\n'
    other.write_text((Path(home) / "schemes" / "ours.toml").read_text().replace('"ours"', '"theirs"') + more)
    words = ("replay", "--scheme", str(other), "--compare", "--month", "2023-06", "--report", str(tmp_path / "out"))
    code, said, error = typed(*words, "--slice", "until=2023-09-01", "--json")
    assert code == 0, error
    told = json.loads(said)
    assert (told["one"], told["other"]) == ("ours", "theirs")
    assert {(each["field"], each["manner"]) for each in told["places"]} >= {("I6", "appears"), ("total", "changes")}
    assert set(told["as_of"]) == {"actions"}
    assert all(Path(path).exists() for path in told["report"])
    assert typed(*words, "--against", "ours")[0] == 0


@pytest.mark.parametrize(("words", "told"), [
    (("--scheme", "dachuan-2023", "--compare"), "schemes.off"), (("--scheme", "ours", "--compare"), "replay.against"),
    (("--scheme", "nobody", "--compare"), "schemes.absent"), (("--scheme", "no.toml", "--compare"), "schemes.unreadable"),
    (("--scheme", "ours"), "replay.scheme"), (("--scheme", "ours", "--compare", "--rules", "2014.1"), "replay.scheme"),
    (("--scheme", "ours", "--compare", "--slice", "county=141102"), "replay.slice")])
def test_a_scheme_that_cannot_be_compared_is_refused(typed: Typed, words: tuple[str, ...], told: str) -> None:
    """One that is off, the same one, one that is not there, two questions at once: an error with its code."""
    code, said, error = typed("replay", *words)
    assert code != 0
    assert not said
    assert told in error
