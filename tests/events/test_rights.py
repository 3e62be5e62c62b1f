"""What must be true of people's rights, as far as the language decides it: the unit of account is the matter and the office
that handles it, never the person. These are tests, not intentions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from events.actions.base import Pseudonym
from events.alerts import ALERT
from events.schemas import alert_schemas, finding_schemas, log_schemas, matter_schemas
from tests.events.golden import ACTIONS, ALERTS, FINDINGS, MATTERS

LOG = log_schemas()
JUDGEMENTS = {**finding_schemas(), **matter_schemas(), **alert_schemas()}

FORBIDDEN = frozenset("""
    person persons people petitioner petitioners name names surname number numbers document phone mobile telephone email address
    home residence location position gps geo coordinates latitude longitude track travel trip hotel train ticket face photo
    picture fingerprint birth birthday age sex gender ethnicity religion health family relative relatives employer
    score scores rank ranking rating risk danger threat stability level_of_concern tag label profile history behaviour mood
    watch watchlist blacklist list lists key_person control sentiment frequency count visits
""".split())  # noqa: SIM905 - seventy quotes would hide the words

PSEUDONYM = Pseudonym.__metadata__[0].metadata[0].pattern  # type: ignore[attr-defined]

LOOKS_LIKE_IT_BUT_IS_NOT = {
    "Petitioner.name": "a keyed hash, nothing else fits",
    "Petitioner.phone": "a keyed hash, nothing else fits",
    "Petitioner.document": "a keyed hash, nothing else fits",
    "RegisteredData.petitioners": "who petitions, as keyed hashes; the only list of persons there is, that of one submission",
    "ServedData.document": "which sort of paper was served: notice, reply, opinion",
    "RatedData.rating": "the petitioner rates the office, not the other way round",
    "BacklogData.list_name": "the name of a list of matters handed down for clearing",
    "RepeatFoundData.score": "how well two submissions agree, field by field",
    "RelatedFoundData.score": "how well two submissions agree, field by field",
    "ScoreField.name": "which field of two submissions was compared",
}


def _members(schemas: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Block and member, with the member's own schema."""
    for name, schema in schemas.items():
        for block, part in [(name, schema), *schema.get("$defs", {}).items()]:
            for member, said in part.get("properties", {}).items():
                yield f"{block}.{member}", said


def _suspicious(member: str) -> bool:
    last = member.rpartition(".")[2]
    return last in FORBIDDEN or any(word in FORBIDDEN for word in last.split("_"))


@pytest.mark.parametrize("member", sorted({member for member, _ in _members({**LOG, **JUDGEMENTS})}))
def test_no_field_is_about_a_person(member: str) -> None:
    """No field of the log, of a finding or of a matter sounds like a person's name, number, place, score, rank or risk; what
    sounds so and is something else stands in a list here, with the reason.
    """
    assert not _suspicious(member) or member in LOOKS_LIKE_IT_BUT_IS_NOT


def test_exceptions_are_all_needed() -> None:
    """An exception for a field that is no more is taken off the list."""
    assert set(LOOKS_LIKE_IT_BUT_IS_NOT) <= {member for member, _ in _members({**LOG, **JUDGEMENTS}) if _suspicious(member)}


@pytest.mark.parametrize("field", ["name", "phone", "document", "account"])
def test_a_petitioner_is_nothing_but_keyed_hashes(field: str) -> None:
    """The four fields by which a petitioner is recognised accept a pseudonym and nothing that a person would write."""
    parts = LOG["petition.registered.v1"]["$defs"]["Petitioner"]["properties"]
    assert set(parts) == {"document", "phone", "account", "name", "kind", "role"}
    assert parts[field]["pattern"] == PSEUDONYM
    for clear in ("王守义", "13935800001", "141102196803150035", "wx_wangshouyi68", "a_b", "d_141102196803150035"):
        assert not re.search(PSEUDONYM, clear)


def _holders(schema: dict[str, Any], path: str, part: Any) -> Iterator[str]:
    """The paths of a schema at which a pseudonym is expected."""
    if isinstance(part, list):
        for inner in part:
            yield from _holders(schema, path, inner)
    if not isinstance(part, dict):
        return
    if "$ref" in part:
        yield from _holders(schema, path, schema["$defs"][part["$ref"].rpartition("/")[2]])
    if part.get("pattern") == PSEUDONYM:
        yield path
    for name, inner in part.get("properties", {}).items():
        yield from _holders(schema, f"{path}.{name}", inner)
    for word in ("items", "anyOf", "additionalProperties"):
        yield from _holders(schema, path, part.get(word))


@pytest.mark.parametrize("name", LOG)
def test_pseudonyms_stand_in_registrations_only(name: str) -> None:
    """No other action says who: an office's handling is told without naming the petitioner, even by a pseudonym."""
    found = {path.removeprefix(".").rpartition(".")[0] for path in _holders(LOG[name], "", LOG[name])}
    assert found == ({"data.petitioners", "data.continues"} if name == "petition.registered.v1" else set())


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_no_pseudonym_is_expected_in_a_judgement(name: str) -> None:
    """Findings and matters have no place for one."""
    assert list(_holders(JUDGEMENTS[name], "", JUDGEMENTS[name])) == []


@pytest.mark.parametrize("example", [*FINDINGS.values(), *MATTERS.values(), *ALERTS.values()])
def test_no_pseudonym_is_in_an_example_of_a_judgement(example: bytes) -> None:
    """Nor does one hide in an identifier of the examples."""
    assert not re.search(rb'"[datn]_[A-Za-z0-9_-]{22}"', example)


def test_matters_and_findings_are_about_submissions_and_offices() -> None:
    """A finding says which submission and which office; a matter says who is answerable, and that is an office."""
    for kind, schema in finding_schemas().items():
        data = schema["$defs"][schema["properties"]["data"]["$ref"].rpartition("/")[2]]
        assert {"submission", "office", "evidence", "article"} <= set(data["properties"]), kind
    assert matter_schemas()["matter.v1"]["properties"]["answerable"]["$ref"].endswith("/Office")


def test_an_alert_of_fewer_than_five_matters_cannot_be_said() -> None:
    """An alert that rests on four matters would point at people: the model and the published schema refuse it."""
    opened = json.loads(ALERTS["alert.opened.v1"])
    opened["data"]["matters"] = 4
    with pytest.raises(ValueError, match="matters"):
        ALERT.validate_json(json.dumps(opened))
    assert not Draft202012Validator(alert_schemas()["alert.opened.v1"]).is_valid(opened)


def test_clear_text_has_no_field_in_the_log() -> None:
    """What people wrote is sealed: no action of the log has a field for words, and the golden log has no Chinese in it."""
    assert {member for member, _ in _members(LOG) if member.rpartition(".")[2] in {"title", "text", "words", "note", "remark"}} == set()
    for type_, value in ACTIONS.items():
        assert value.isascii(), type_
        assert "王守义" not in json.dumps(json.loads(value), ensure_ascii=False)
