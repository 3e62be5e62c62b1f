"""The main job as a user runs it: a simulated city through broker, worker and ClickHouse, then everything that can be asked of it.

The tests tell one story in their order: demo, questions, a stop and a start, more events, a bad record, and at the end a
replay of all of it without Kafka.
"""

from __future__ import annotations

import hashlib
import json
import time
import urllib.request
from collections import defaultdict
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from events.lines import Line
from events.lines import read as read_line
from events.reading import TOLERANCE
from events.reasons import Reason
from infra.keys import open_door
from tests.events.golden import examples
from tests.kafka_tools import PATIENCE, put

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.deployment import Deployment

WORLD = ("--world", "demo")
PETITIONS = 400
NOUNS = ("matters", "submissions", "findings", "clocks", "offices")
VISIT = json.loads(examples("door")["petition.registered.v1"])

pytestmark = [pytest.mark.system, pytest.mark.kafka, pytest.mark.clickhouse]


@pytest.fixture(scope="module")
def demo(deployment: Deployment) -> dict[str, Any]:
    """What ``sanfang demo`` said, on a machine where nothing had run before."""
    return dict(deployment.answer("demo", "--petitions", str(PETITIONS)))


def test_demo_ends_with_figures_that_agree_with_the_truth(demo: dict[str, Any]) -> None:
    """Everything arrived; no visit is called cross-level that is not; what is wrong elsewhere comes of links that the matcher missed."""
    with open(demo["truth"], "rb") as file:  # noqa: PTH123 - a name that the demo printed
        truth = orjson.loads(file.read())
    assert (demo["totals"]["submissions"], demo["totals"]["events"]) == (PETITIONS, truth["counts"]["events"])
    quality = demo["quality"]
    assert (quality["cross_level"]["precision"], quality["copies"]["precision"]) == (1.0, 1.0)
    assert quality["cross_level"]["recall"] > 0.8
    assert quality["repeats"]["precision"] > 0.9
    assert quality["repeats"]["recall"] > 0.75
    errors = quality["repeats"]["wrong"] + quality["repeats"]["left_out"]
    for rule, score in quality["clocks"].items():
        assert score["right"] > 50, rule
        assert score["wrong"] + score["left_out"] <= 2 * errors, rule  # a clock too many, or another one for it
        assert score["f1"] > 0.97, rule


def test_demo_explains_a_repeat_and_a_cross_level_visit(demo: dict[str, Any]) -> None:
    """Each with its article, its rule set, its evidence in the log, and for the repeat the score field by field."""
    repeat, visit = demo["examples"]["repeat_found"], demo["examples"]["cross_level_found"]
    assert (repeat["finding"]["rule"], visit["finding"]["rule"]) == ("R-REP", "R-20")
    for example in (repeat, visit):
        assert example["finding"]["article"].startswith("信访工作条例 art.")
        assert example["evidence"]
        assert all(event["type"] != "not held" for event in example["evidence"])
    assert sum(field["weight"] for field in repeat["score"]["fields"]) == repeat["score"]["total"] >= repeat["score"]["same_from"]


def test_everything_runs_and_nothing_waits(deployment: Deployment, demo: dict[str, Any]) -> None:
    """Each program is well, no partition lags, and the doctor finds nothing that fails."""
    told = deployment.answer("status", *WORLD)
    assert {one["name"] for one in told["programs"]} >= {"broker", "warehouse", "demo.worker", "demo.projector", "demo.api"}
    assert {(one["state"], one["restarts"], one["last_error"]) for one in told["programs"]} == {("running", 0, "")}
    [world] = [one for one in told["worlds"] if one["world"] == "demo"]
    assert sum(one["end"] for one in world["partitions"]) == demo["throughput"]["records"]
    assert {(one["worker_lag"], one["projector_lag"]) for one in world["partitions"]} == {(0, 0)}
    assert "fail" not in {one["level"] for one in deployment.answer("doctor", *WORLD)}


@pytest.mark.parametrize("noun", [*NOUNS, "flow", "timeliness"])
@pytest.mark.usefixtures("demo")
def test_every_answer_says_what_it_rests_on(deployment: Deployment, noun: str) -> None:
    """Lists and what they list are answered, with the offset and log time of each partition."""
    listed = deployment.answer(*((noun, "list") if noun in NOUNS else (noun,)), "--limit", "3", *WORLD)
    assert listed["rows"]
    assert all(heads for heads in listed["as_of"].values())
    if noun in NOUNS:
        id_ = listed["rows"][0]["submission_id" if noun == "clocks" else "office" if noun == "offices" else f"{noun[:-1]}_id"]
        shown = deployment.answer(noun, "show", id_, *WORLD)
        assert shown["document"]
        assert all(head["log_time"] for heads in shown["as_of"].values() for head in heads.values())


def test_sql_reads_and_does_nothing_else(deployment: Deployment, demo: dict[str, Any]) -> None:
    """A question of one's own is answered; writing, files and the network are refused with a reason."""
    answer = deployment.answer("sql", "SELECT count() AS n FROM current_matters", *WORLD)
    assert (answer["rows"], bool(answer["as_of"])) == ([{"n": demo["totals"]["matters"]}], True)
    for forbidden in ("INSERT INTO matters SELECT * FROM matters", "DROP TABLE actions", "SELECT * FROM file('/etc/passwd')",
                      "SELECT * FROM url('http://127.0.0.1/')", "SELECT raw FROM actions"):
        refused = deployment.typed("sql", forbidden, *WORLD)
        assert refused.returncode not in {0, 1}, forbidden
        assert refused.stderr.startswith("["), refused.stderr
    assert deployment.answer("sql", "SELECT count() AS n FROM current_matters", *WORLD)["rows"] == answer["rows"]


@pytest.mark.usefixtures("demo")
def test_after_down_and_up_nothing_is_lost(deployment: Deployment) -> None:
    """Every answer after the start is the one from before the stop, down to the offsets it rests on."""
    def everything() -> list[Any]:
        return [deployment.answer(noun, "list", "--limit", "9999", *WORLD) for noun in ("matters", "findings", "clocks")]

    before = everything()
    deployment.sanfang("down")
    gone = deployment.typed("matters", "list", *WORLD)
    assert (gone.returncode, gone.stderr.startswith("[ground.clickhouse-unreachable]")) == (4, True)
    deployment.sanfang("up", *WORLD)
    assert everything() == before


@pytest.mark.usefixtures("demo")
def test_events_by_both_doors_go_on_from_there(deployment: Deployment, tmp_path: Path) -> None:
    """One event through ``POST /events``, another through ``sanfang emit``: in the log, judged as one matter, and to be asked for."""
    first, second = _visit("SYS-1", "2025-03-03"), _visit("SYS-2", "2025-06-03")
    settings = deployment.settings("demo")
    port = (settings.home / "worlds" / "demo" / "api.port").read_text().strip()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/events", json.dumps(first).encode(),
                                     {"Content-Type": "application/cloudevents+json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answered:  # noqa: S310 - loopback
        assert answered.status in {200, 201, 202}
        receipt = json.load(answered)
    assert "offset" in json.dumps(receipt)
    file = tmp_path / "forms.jsonl"
    file.write_text(json.dumps(second, ensure_ascii=False) + "\n", encoding="utf-8")
    assert deployment.answer("emit", str(file), *WORLD)["delivered"] == 1
    deployment.settle("demo")
    rows = [deployment.answer("submissions", "show", id_, *WORLD)["document"]["submission"] for id_ in ("SYS-1", "SYS-2")]
    assert rows[0]["matter_id"] == rows[1]["matter_id"]
    assert rows[1]["repeat_of"] == "SYS-1"
    exported = deployment.sanfang("export", *WORLD)
    assert all(clear not in exported for clear in ("王守义", "141102196803150035", "13935800001", "恒远家园"))


@pytest.mark.usefixtures("demo")
def test_bad_record_is_kept_with_its_reason_and_redriven_when_it_has_become_good(deployment: Deployment) -> None:
    """What somebody wrote past the doors, broken or ahead of time, is listed; the latter is sent again once its day has come."""
    settings = deployment.settings("demo")
    ahead = datetime.now(UTC) + TOLERANCE + timedelta(seconds=6)
    early = open_door(settings).admit(_visit("SYS-3", ahead.date().isoformat(), at=ahead.isoformat()), now=ahead)
    put(settings, [b'{"specversion":"1.0","type":"petition.acc', early.value], key=early.key)
    deployment.settle("demo")
    told = deployment.answer("rejected", "list", *WORLD)
    assert told["counts"] == {Reason.TRUNCATED_JSON: 1, Reason.FUTURE_DATE: 1}
    [broken] = [one for one in told["rejected"] if one["reason"] == Reason.TRUNCATED_JSON]
    shown = deployment.answer("rejected", "show", broken["position"], "--bytes", *WORLD)
    assert (bytes.fromhex(shown["hex"]), bool(shown["todo"])) == (b'{"specversion":"1.0","type":"petition.acc', True)
    assert "matter_id" not in deployment.answer("submissions", "show", "SYS-3", *WORLD)["document"]["submission"]
    while datetime.now(UTC) <= ahead - TOLERANCE:
        time.sleep(0.2)
    redriven = deployment.answer("rejected", "redrive", *WORLD)
    assert [one["id"] for one in redriven["redriven"]] == [early.event.id]
    assert [one["reason"] for one in redriven["kept"]] == [Reason.TRUNCATED_JSON]
    deployment.settle("demo")
    assert deployment.answer("submissions", "show", "SYS-3", *WORLD)["document"]["submission"]["matter_id"]


@pytest.mark.usefixtures("demo")
def test_replay_without_kafka_equals_what_the_live_path_wrote(deployment: Deployment, tmp_path: Path) -> None:
    """The exported log, folded from a file, gives the findings of the topic, byte for byte and in order, and the last matters."""
    log, out = tmp_path / "log.jsonl", tmp_path / "replayed"
    deployment.sanfang("export", "--topic", "actions", "--out", str(log), *WORLD)
    deployment.sanfang("replay", "--log", str(log), "--json-out", str(out))
    summary = orjson.loads((out / "summary.json").read_bytes())
    findings = _exported(deployment, "findings")
    assert len(findings) > PETITIONS
    assert sorted((out / "findings.jsonl").read_bytes().splitlines()) == sorted(one.value or b"" for one in findings)
    digests: dict[str, Any] = defaultdict(hashlib.sha256)
    for one in findings:
        digests[str(one.partition)].update((one.value or b"") + b"\n")
    assert {partition: digest.hexdigest() for partition, digest in digests.items()} == summary["digests"]
    last = {one.key: one.value for one in _exported(deployment, "matters")}
    assert (out / "matters.jsonl").read_bytes().splitlines() == [value for _, value in sorted(last.items()) if value is not None]
    assert summary["rejected"] == len(_exported(deployment, "rejected")) == 2


def test_demo_again_begins_anew(deployment: Deployment, demo: dict[str, Any]) -> None:
    """A second run leaves nothing of the first: figures of its own, no rejected records, and a log that holds its events only."""
    again = deployment.answer("demo", "--petitions", "100", "--seed", "8")
    assert again["totals"]["submissions"] == 100
    assert again["totals"]["events"] < demo["totals"]["events"]
    assert deployment.answer("rejected", "list", *WORLD)["counts"] == {}
    assert len(_exported(deployment, "actions")) == again["throughput"]["records"]


def _visit(number: str, day: str, *, at: str = "") -> dict[str, Any]:
    """The golden door form as another visit, on another day."""
    form = deepcopy(VISIT)
    form |= {"subject": number, "time": at or f"{day}T09:30:00+08:00"}
    del form["recordedtime"]
    form["data"]["received_on"] = day
    return dict(form)


def _exported(deployment: Deployment, topic: str) -> list[Line]:
    return [read_line(line) for line in deployment.sanfang("export", "--topic", topic, *WORLD).encode().splitlines()]
