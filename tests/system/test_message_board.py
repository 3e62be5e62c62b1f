"""Real input: ten years of a city's message board through the whole system, against a plain computation over the file.

The computation knows nothing of ours. A reply is due on the fifteenth day after receipt (信访工作条例 art. 23), or on the
first working day after it; it is missed when it came later, or not by the last tick. One thing only is taken from the
system: which messages are one matter. For a message sent to the office while it still has the matter open starts no limit of
its own (E7, art. 19): the office is late once, not once a reminder. Each such message is found in the file again.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest
from chinese_calendar import is_workday

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.system.deployment import Deployment

FILE = Path(__file__).parents[2].parent / "shared" / "data" / "messages-with-replies.csv.gz"
WORLD = "board"
EVERYTHING = ("--world", WORLD, "--limit", "9999")

pytestmark = [pytest.mark.system, pytest.mark.kafka, pytest.mark.clickhouse,
              pytest.mark.skipif(not FILE.exists(), reason=f"the real messages are not here: ../shared/data/{FILE.name}")]


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the file, and what the law makes of its dates."""

    number: str
    user: str
    sent: datetime
    replied: date | None

    @property
    def received(self) -> date:
        return self.sent.date()

    @property
    def due(self) -> date:
        day = self.received + timedelta(days=15)
        while not is_workday(day):
            day += timedelta(days=1)
        return day

    def missed(self, today: date) -> bool:
        return (self.replied or today) > self.due

    def open_on(self, day: date) -> bool:
        return self.replied is None or self.replied > day


@pytest.fixture(scope="module")
def messages() -> dict[str, Message]:
    """The file by submission number."""
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {f"MB-{row['id']}": Message(f"MB-{row['id']}", row["user"], datetime.fromisoformat(row["time"]),
                                       datetime.fromisoformat(row["replied"]).date() if row["replied"] else None) for row in rows}


@pytest.fixture(scope="module")
def imported(deployment: Deployment) -> dict[str, Any]:
    """What the import said; everything is judged and can be asked for."""
    deployment.sanfang("up", "--world", WORLD)
    summary = deployment.answer("import", str(FILE), "--mapping", "message-board", "--world", WORLD)
    deployment.settle(WORLD)
    return dict(summary)


@pytest.fixture(scope="module")
def matters(deployment: Deployment, imported: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - after the import
    """Submission to matter, as the system has it."""
    return {row["submission_id"]: row["matter_id"] for row in deployment.answer("submissions", "list", *EVERYTHING)["rows"]}


@pytest.fixture(scope="module")
def in_process(messages: dict[str, Message], matters: dict[str, str]) -> set[str]:
    """The messages about a matter that an earlier one had put to the office, which had not answered that one yet.

    Some were sent twice within a second: the smaller number, as a text, counts as the earlier.
    """
    by_matter: dict[str, list[Message]] = defaultdict(list)
    for message in sorted(messages.values(), key=lambda one: (one.sent, one.number)):
        by_matter[matters[message.number]].append(message)
    return {later.number for one in by_matter.values() for place, later in enumerate(one)
            if any(earlier.open_on(later.received) for earlier in one[:place])}


def test_every_message_and_every_reply_arrives(deployment: Deployment, imported: dict[str, Any]) -> None:
    """2,816 registrations and 2,815 replies are in the log and in the tables; the import refused none, nor did the law."""
    arrived = {"petition.registered.v1": 2816, "petition.replied.v1": 2815}
    assert (imported["rows"], imported["sent"], imported["rejected"]) == (2816, arrived, {})
    held = deployment.answer("sql", "SELECT type, uniqExact(event_id) AS n FROM actions WHERE type != 'clock.ticked.v1' GROUP BY type",
                             "--world", WORLD)
    assert {row["type"]: row["n"] for row in held["rows"]} == arrived
    assert deployment.answer("rejected", "list", "--world", WORLD) == {"counts": {}, "rejected": []}


def test_same_import_again_adds_nothing(deployment: Deployment, imported: dict[str, Any]) -> None:
    """The second run finds every event delivered, and the log is not a record longer, not by a tick either."""
    def log() -> list[Any]:
        return [world["partitions"] for world in deployment.answer("status", "--world", WORLD)["worlds"]]

    before = log()
    again = deployment.answer("import", str(FILE), "--mapping", "message-board", "--world", WORLD)
    assert (again["sent"], again["already_in"], again["ticked"]) == ({}, sum(imported["sent"].values()), None)
    assert log() == before


def test_only_messages_of_one_user_are_one_matter(messages: dict[str, Message], matters: dict[str, str]) -> None:
    """What is taken from the system for the figures below is sound at least so far; and there are repeats among real messages."""
    users = defaultdict(set)
    for number, matter in matters.items():
        users[matter].add(messages[number].user)
    assert matters.keys() == messages.keys()
    assert all(len(one) == 1 for one in users.values())
    assert len(users) < len(messages)


def test_each_time_limit_is_what_the_file_says(
        deployment: Deployment, imported: dict[str, Any], messages: dict[str, Message], in_process: set[str]) -> None:
    """Due day and outcome of every limit of R-23d; a message has one, unless the office had its matter open."""
    today = datetime.fromisoformat(imported["ticked"]).date()
    limits = {row["submission_id"]: row for row in deployment.answer("clocks", "list", "--rule", "R-23d", *EVERYTHING)["rows"]}
    assert in_process
    assert {number: (row["due_rolled"], row["state"]) for number, row in limits.items()} == {
        one.number: (one.due.isoformat(), "missed" if one.missed(today) else "met")
        for one in messages.values() if one.number not in in_process}
    told = {row["submission_id"] for row in deployment.answer("findings", "list", "--kind", "deadline_missed", *EVERYTHING)["rows"]}
    assert told == {number for number, row in limits.items() if row["state"] == "missed"}


def test_figures_of_each_year_are_those_of_the_file(
        deployment: Deployment, imported: dict[str, Any], messages: dict[str, Message], in_process: set[str]) -> None:
    """Registered, replied, median days to the reply, how many of R-23d's fifteen days were missed, year by year."""
    today = datetime.fromisoformat(imported["ticked"]).date()
    by_year: dict[int, list[Message]] = defaultdict(list)
    for message in messages.values():
        by_year[message.received.year].append(message)
    answer = deployment.answer("timeliness", "--world", WORLD)
    assert answer["rows"] == [_figures(year, by_year[year], in_process, today) for year in sorted(by_year)]
    assert answer["as_of"]["matters"]


def _figures(year: int, messages: list[Message], in_process: Iterable[str], today: date) -> dict[str, Any]:
    days = [(one.replied - one.received).days for one in messages if one.replied]
    limited = [one for one in messages if one.number not in in_process]
    return {"year": year, "registered": len(messages), "replied": len(days), "median_days": median(days),
            "r23d_ended": len(limited), "r23d_missed": sum(one.missed(today) for one in limited), "r23d_running": 0,
            "r23d_none": len(messages) - len(limited)}
