"""Questions of the past over HTTP: what the command line answers to ``--as-of`` and ``--versus``, and its errors."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from infra.cli.app import main
from infra.clickhouse import local
from infra.history import connecting, directory
from infra.http import queries
from infra.settings import Settings
from projections.history.build import heads
from projections.history.store import KeptState
from projections.migrations import migrate
from projections.projector.feeds import ACTIONS
from projections.queries.lists import ALL
from projections.warehouse import connect
from tests.infra.http.asking import asked
from tests.projections.history.conftest import records
from tests.projections.indicators.worlds import city
from tests.projections.records import put

pytestmark = pytest.mark.clickhouse
THEN = "2023-09-01"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A face with the log of a small city, and no history."""
    with local.running(tmp_path_factory.mktemp("face")) as started:
        with connect(started.url, database="sanfang_past") as warehouse:
            migrate(warehouse)
            for made in records(city(9, 60)).values():
                put(warehouse, ACTIONS, made)
        yield Settings(home=tmp_path_factory.mktemp("home"), world="past", clickhouse_port=started.port)


@pytest.mark.parametrize("noun", sorted(ALL))
async def test_a_list_of_then_is_that_of_the_command_line(noun: str, settings: Settings, monkeypatch: pytest.MonkeyPatch,
                                                          capsys: pytest.CaptureFixture[str]) -> None:
    """Every list, with ``as_of``: the same rows, and the same cut of the log."""
    (status, said), = await asked(settings, f"/{noun}?as_of={THEN}")
    assert status == 200
    assert json.loads(typed(settings, monkeypatch, capsys, *COMMANDS.get(noun, (noun, "list")), "--as-of", THEN)) == said
    assert set(said["as_of"]) == {"actions"}


async def test_one_thing_of_then_and_two_moments_compared(settings: Settings, monkeypatch: pytest.MonkeyPatch,
                                                          capsys: pytest.CaptureFixture[str]) -> None:
    """A matter as it was known, and what changed of it and by which events: the command line's answers."""
    (_, listed), = await asked(settings, f"/matters?as_of={THEN}")
    first = listed["rows"][0]["matter_id"]
    (_, whole), (_, compared), (_, now) = await asked(
        settings, f"/matters/{first}?as_of={THEN}", f"/matters/{first}?as_of=business:2023-06-01&versus={THEN}", "/matters")
    assert json.loads(typed(settings, monkeypatch, capsys, "matters", "show", first, "--as-of", THEN)) == whole
    words = ("matters", "show", first, "--as-of", "business:2023-06-01", "--versus", THEN)
    assert json.loads(typed(settings, monkeypatch, capsys, *words)) == compared
    assert {"changed", "events"} <= set(compared["document"])
    assert now["rows"] == []  # what is known now is asked of other tables, which are empty here


@pytest.mark.parametrize(("path", "words"), [
    ("/indicators/I2?month=2023-06", ("indicators", "compute", "I2", "--month", "2023-06")),
    ("/indicators?month=2023-06&office=all", ("indicators", "compute", "--month", "2023-06", "--office", "all")),
    ("/indicators/I6?since=2023-04-01&until=2023-06-30&county=141121",
     ("indicators", "compute", "I6", "--since", "2023-04-01", "--until", "2023-06-30", "--county", "141121")),
    ("/schemes/ours?month=2023-06", ("indicators", "scheme", "ours", "--month", "2023-06"))])
async def test_indicators_of_then_are_those_of_the_command_line(path: str, words: tuple[str, ...], settings: Settings,
                                                                monkeypatch: pytest.MonkeyPatch,
                                                                capsys: pytest.CaptureFixture[str]) -> None:
    """The same figures, as they may be published, and the same cut of the log."""
    (settings.home / "schemes").mkdir(exist_ok=True)
    (settings.home / "schemes" / "ours.toml").write_text(
        'id = "ours"\ntitle = "ours"\non = true\nrule_set = "2022.1"\n[[parts]]\nindicator = "I2"\nformula = "rate"\nweight = 10\n')
    (status, said), = await asked(settings, f"{path}&as_of={THEN}")
    assert status == 200
    assert json.loads(typed(settings, monkeypatch, capsys, *words, "--as-of", THEN)) == said


@pytest.mark.parametrize(("path", "status", "code"), [
    ("/indicators/I99?month=2023-06", 404, "indicators.absent"), ("/schemes/nobody", 404, "schemes.absent"),
    ("/schemes/dachuan-2023?month=2023-06", 400, "schemes.off"), ("/indicators?month=soon", 400, "indicators.month"),
    ("/indicators?internal=1", 400, "queries.filter"), ("/indicators/I2?as_of=1999-01-01", 400, "asof.before"),
    ("/indicators/I2?county=141102&office=all", 400, "indicators.either"),
    ("/matters?as_of=1999-01-01", 400, "asof.before"), ("/findings?as_of=2099-01-01", 400, "asof.after"),
    ("/clocks?as_of=0:1", 400, "asof.partitions"), ("/flow?as_of=last%20week", 400, "asof.form"), ("/flow?as_of=", 400, "asof.form"),
    ("/offices?as_of=event:nobody", 400, "asof.no-event"), ("/matters/M?versus=2023-09-01", 400, "asof.versus"),
    ("/matters/M?as_of=2023-09-01", 404, "queries.absent"), ("/clocks/S?as_of=2023-09-01&versus=2023-09-02", 400, "queries.filter"),
    ("/matters?as_of=2023-09-01&as_of=2023-10-01", 400, "queries.filter"), ("/matters/M?asof=2023-09-01", 400, "queries.filter"),
])
async def test_what_cannot_be_answered_is_told_with_its_code(path: str, status: int, code: str, settings: Settings) -> None:
    """The command line's errors: never an answer of another time than the one asked for."""
    (answered, said), = await asked(settings, path)
    assert (answered, said["code"]) == (status, code)
    assert said["todo"]


async def test_a_request_does_not_build_the_history_without_end(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lacks more records than a request may wait for is refused, names the command, and nothing was built."""
    monkeypatch.setattr(queries, "MOST_LACKING", 10)
    with connecting(settings)() as warehouse:
        before = heads(warehouse)
    (status, said), = await asked(settings, "/matters?as_of=business:2024-02-01")
    assert (status, said["code"], said["todo"]) == (503, "asof.not-built", "sanfang history build")
    with connecting(settings)() as warehouse:
        assert heads(warehouse) == before


async def test_while_another_builds_the_answer_is_to_come_again(settings: Settings) -> None:
    """The history has one owner at a time; that is no fault of the question."""
    kept = KeptState(directory(settings) / "0.sqlite")
    try:
        (status, said), = await asked(settings, "/matters?as_of=business:2024-02-01")
    finally:
        kept.close()
    assert (status, said["code"]) == (503, "replay.busy")


COMMANDS = {name: (name,) for name in ("flow", "oversight", "timeliness")}


def typed(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the command prints for programs."""
    monkeypatch.setenv("SANFANG_CLICKHOUSE_PORT", str(settings.clickhouse_port))
    monkeypatch.setenv("SANFANG_WORLD", settings.world)
    monkeypatch.setenv("SANFANG_HOME", str(settings.home))
    monkeypatch.setattr("sys.argv", ["sanfang", *words, "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    return capsys.readouterr().out
