"""Sealed words are opened for a reason and a matter, after the log has taken it; an erased key opens nothing any more."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from events.actions import ANY
from events.canonical import dumps
from events.door import Admitted, name_of
from events.reading import read
from infra import keys, ports
from infra.clickhouse import local
from infra.vault import Vault
from projections.migrations import migrate
from projections.projector.feeds import ACTIONS, MATTERS
from projections.warehouse import connect
from tests.events.door.examples import OFFICE, registered
from tests.infra.typed import Typed, typist
from tests.kafka_tools import everything
from tests.projections.records import Made, matter, put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.clickhouse]

SUBMISSION = "XF2024030100001"
KEY = name_of("141102", SUBMISSION)
WORDS = registered()["data"]["text"]
BY = ("--office", OFFICE["id"], "--post", "141100-xf/intake")
LOOK = ("unseal", SUBMISSION, "--matter", "M-1", *BY, "--reason", "handling", "--reference", "141100-2024-0031")
ERASE = ("erase", SUBMISSION, *BY, "--reason", "petitioner_asked", "--yes")


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Running]:
    with local.running(tmp_path_factory.mktemp("face")) as started:
        yield started


def reply(text: str) -> dict[str, Any]:
    return {"specversion": "1.0", "type": "petition.replied.v1", "time": "2024-04-02T10:00:00", "subject": SUBMISSION,
            "partitionkey": "141102", "data": {"office": OFFICE, "text": text}}


@pytest.fixture
def typed(world_settings: Settings, face: local.Running, monkeypatch: pytest.MonkeyPatch,
          capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types `sanfang …` in a world with one submission, its words sealed by the world's door; exit code, output, errors."""
    door = keys.open_door(world_settings)
    admitted = door.admit_many([registered(), reply("已责令支付。")])
    with connect(face.url, database=world_settings.database) as warehouse:
        migrate(warehouse)
        # one was delivered twice
        put(warehouse, ACTIONS, [Made(number, admitted[at].value) for number, at in enumerate((0, 1, 0))])  # type: ignore[union-attr]
        put(warehouse, MATTERS, [Made(0, matter("M-1", submissions=[{"id": SUBMISSION}]), key=b"M-1")])
    for name, value in (("HOME", world_settings.home), ("KAFKA", world_settings.kafka), ("WORLD", world_settings.world),
                        ("CLICKHOUSE", face.url)):
        monkeypatch.setenv(f"SANFANG_{name}", str(value))
    return typist(monkeypatch, capsys)


def log(settings: Settings) -> list[Any]:
    return [(record.key, read(record.value)) for record in everything(settings, settings.topics.actions)]


def mirrored(settings: Settings, face: local.Running) -> None:
    """The projector's work: what was written into the log is in the mirror too."""
    with connect(face.url, database=settings.database) as warehouse:
        put(warehouse, ACTIONS, [Made(record.offset, record.value, partition=100 + record.partition)
                                 for record in everything(settings, settings.topics.actions)])


def test_a_look_is_in_the_log_and_then_shown(typed: Typed, world_settings: Settings) -> None:
    """Words of registration and reply, each once; the event names post, office, matter and reason, under the county's key."""
    code, said, _ = typed(*LOOK, "--json")
    assert code == 0
    answer = json.loads(said)
    assert [one["text"] for one in answer["texts"]] == [WORDS, "已责令支付。"]
    (key, event), = log(world_settings)
    assert (key, event.id, event.type, event.subject) == (b"141102", answer["event_id"], "text.unsealed.v1", SUBMISSION)
    assert event.data.model_dump(mode="json", exclude_none=True) == {
        "office": {"id": OFFICE["id"], "level": OFFICE["level"], "kind": OFFICE["kind"]}, "post": "141100-xf/intake", "matter": "M-1",
        "reason": "handling", "reference": "141100-2024-0031"}
    assert WORDS in typed(*LOOK)[1]
    assert len({event.id for _, event in log(world_settings)}) == 2


def test_without_the_log_nothing_is_shown(typed: Typed, monkeypatch: pytest.MonkeyPatch,
                                          world_settings: Settings) -> None:
    """With a broker that is not there, neither a word is shown nor a key destroyed."""
    port, = ports.free(1)
    monkeypatch.setenv("SANFANG_KAFKA", f"127.0.0.1:{port}")
    for words in (LOOK, (*LOOK, "--json"), ERASE):
        code, said, error = typed(*words)
        assert (code, said) == (4, "")
        assert "ground.kafka-unreachable" in error
    assert Vault.open(world_settings).find(KEY)


def test_a_log_that_does_not_take_it_shows_nothing(typed: Typed, monkeypatch: pytest.MonkeyPatch,
                                                   world_settings: Settings) -> None:
    """A fault staged: the broker is there and refuses the record (too large for it). Nothing is shown and nothing destroyed."""
    monkeypatch.setattr("infra.vault.custody._PATIENCE", {"max_request_size": 10})
    for words in (LOOK, ERASE):
        code, said, error = typed(*words)
        assert (code, said) == (5, "")
        assert "emitter.not_written" in error
    assert log(world_settings) == []
    assert Vault.open(world_settings).find(KEY)


@pytest.mark.parametrize(("change", "told"), [
    ({"--matter": "M-2"}, "reads.matter"), ({"--office": "nobody"}, "reads.office"), ({"--post": "张三"}, "reads.words"),
    ({"--reference": "晋信〔2024〕3号"}, "reads.words"), ({"--reason": "curiosity"}, ""),
])
def test_a_look_without_its_grounds_is_refused(typed: Typed, change: dict[str, str], told: str,
                                               world_settings: Settings) -> None:
    """Another matter's number, an unknown office, a person in place of a post, a reason of one's own: no look, and no event."""
    words = list(LOOK)
    for name, value in change.items():
        words[words.index(name) + 1] = value
    code, said, error = typed(*words)
    assert (code, said) == (2, "")
    assert told in error
    assert log(world_settings) == []


def test_erased_words_are_opened_by_nobody(typed: Typed, world_settings: Settings,
                                           face: local.Running) -> None:
    """The erasure is in the log, the key is not in the vault, a look says why and writes nothing, the door takes no words more."""
    assert typed(*LOOK)[0] == 0
    code, said, _ = typed(*ERASE, "--json")
    assert code == 0
    events = [event for _, event in log(world_settings)]
    erased = next(event for event in events if event.type == "submission.erased.v1")
    assert [one["event_id"] for one in json.loads(said)] == [erased.id]
    assert ANY.validate_json(erased.model_dump_json()).data.reason == "petitioner_asked"
    code, said, error = typed(*LOOK)
    assert (code, said) == (7, "")
    assert "vault.erased" in error
    assert len(log(world_settings)) == len(events)
    refused, = keys.open_door(world_settings).admit_many([reply("另行答复。")])
    assert getattr(refused, "code", "") == "door.erased"
    mirrored(world_settings, face)
    rows = json.loads(typed("reads", "list", "--json")[1])["rows"]
    assert [(row["kind"], row["submission_id"], row["matter_id"], row["post"], row["reason"]) for row in rows] == [
        ("erased", SUBMISSION, "", "141100-xf/intake", "petitioner_asked"), ("unsealed", SUBMISSION, "M-1", "141100-xf/intake", "handling")]
    assert "141100-xf/intake" in typed("reads", "list", "--kind", "unsealed")[1]


def test_an_erasure_is_asked_about_first(typed: Typed, monkeypatch: pytest.MonkeyPatch,
                                         world_settings: Settings) -> None:
    """Without --yes somebody must say so; no answer is no erasure. A number that the log does not know is told."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert typed(*ERASE[:-1])[0] == 1
    assert typed("erase", "XF0", *ERASE[2:])[0] == 2
    assert log(world_settings) == []
    assert Vault.open(world_settings).find(KEY)


def test_a_number_that_two_counties_gave(typed: Typed, world_settings: Settings, face: local.Running) -> None:
    """Another county's submission of the same number is another: to erase, one must say whose, and the other's words stay."""
    theirs = name_of("141124", SUBMISSION)
    value = _of_county(world_settings, "141124")
    _mirror(face, world_settings, value)
    assert Vault.open(world_settings).find(theirs) != Vault.open(world_settings).find(KEY)
    code, said, error = typed(*ERASE)
    assert (code, said) == (2, "")
    assert "reads.several" in error
    assert "141102, 141124" in error
    assert typed(*ERASE, "--county", "141199")[0] == 2
    assert log(world_settings) == []
    assert typed(*ERASE, "--county", "141124")[0] == 0
    assert [key for key, _ in log(world_settings)] == [b"141124"]
    assert (Vault.open(world_settings).find(theirs), typed(*LOOK)[0]) == (None, 0)


def test_a_moved_submission_is_erased_in_both_counties(typed: Typed, world_settings: Settings, face: local.Running) -> None:
    """Carried into another county and answered there: a look opens its words with both counties' keys, one erasure destroys both."""
    ours, = (one.value for one in keys.open_door(world_settings).admit_many([registered()]))  # type: ignore[union-attr]
    move = {"specversion": "1.0", "id": "move-1", "source": "urn:sanfang:fold", "type": "jurisdiction.received.v1",
            "time": "2024-03-05T10:00:00.000+08:00", "subject": SUBMISSION, "partitionkey": "141124", "datacontenttype": "application/json",
            "data": {"from_county": "141102", "actions": [json.loads(ours)]}}
    _mirror(face, world_settings, dumps(move), _of_county(world_settings, "141124", reply("临县答复。")))
    with connect(face.url, database=world_settings.database) as warehouse:
        put(warehouse, MATTERS, [Made(1, matter("M-2", submissions=[{"id": SUBMISSION}], county="141124"), key=b"M-2")])
    look = [word if word != "M-1" else "M-2" for word in LOOK]
    assert [one["text"] for one in json.loads(typed(*look, "--json")[1])["texts"]] == [WORDS, "临县答复。"]
    assert typed(*ERASE)[0] == 0
    assert {key for key, event in log(world_settings) if event.type == "submission.erased.v1"} == {b"141102", b"141124"}
    vault = Vault.open(world_settings)
    assert [vault.find(name_of(county, SUBMISSION)) for county in ("141102", "141124")] == [None, None]
    assert "vault.erased" in typed(*look)[2]


def _of_county(settings: Settings, county: str, form: dict[str, Any] | None = None) -> bytes:
    admitted, = keys.open_door(settings).admit_many([{**(form or registered()), "partitionkey": county}])
    assert isinstance(admitted, Admitted)
    return admitted.value


def _mirror(face: local.Running, settings: Settings, *values: bytes) -> None:
    with connect(face.url, database=settings.database) as warehouse:
        put(warehouse, ACTIONS, [Made(number, value, partition=50) for number, value in enumerate(values)])
