"""The door: what it makes of a door form, and what it refuses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from events.actions import BY_TYPE, OURS, Concluded, Corrected, Registered
from events.door import Admitted, door_models, unseal, unseal_text
from events.door.seal import seal
from events.errors import RejectedInput
from events.reading import CHINA, read
from events.reasons import Reason
from events.sketches import unpack
from tests.events.door.examples import DATA_KEYS, DOOR, OFFICE, registered

SEALED = "ABE56S-2_Q0zDkIQesnJUvVzWvh9HwDjcDslBFKNGyQrfuT8gWishDo"


def refusal(document: Any, now: datetime | None = None) -> RejectedInput:
    with pytest.raises(RejectedInput) as caught:
        DOOR.admit(document, now=now)
    return caught.value


def test_a_registration_becomes_an_action_of_the_log() -> None:
    """What the door writes, the language reads: same event, key is the county, petitioners are pseudonyms."""
    admitted = DOOR.admit(registered())
    event = read(admitted.value, admitted.key)
    assert event == admitted.event
    assert isinstance(event, Registered)
    assert admitted.key == b"141102"
    assert event.data.petitioners[0].document is not None
    assert event.data.petitioners[0].account is None
    assert event.data.sketch is not None
    assert len(unpack(event.data.sketch.grams)) <= 64


def test_the_same_door_form_gives_the_same_bytes() -> None:
    """Deterministic throughout, sealed words included: what is sent twice is recognised."""
    assert DOOR.admit(registered()).value == DOOR.admit(registered()).value


def test_another_text_gives_another_id() -> None:
    """Two actions of one submission at one moment are told apart by what they say."""
    assert DOOR.admit(registered()).event.id != DOOR.admit(registered(text="另一件事")).event.id


def test_an_id_given_upstream_is_kept() -> None:
    """The upstream system's own id and source stand."""
    event = DOOR.admit(registered() | {"id": "letters-desk-1", "source": "urn:letters"}).event
    assert (event.id, event.source) == ("letters-desk-1", "urn:letters")


@pytest.mark.parametrize(("given", "kept"), [
    ("2024-03-01T09:30:00", "2024-03-01T09:30:00+08:00"),
    ("2024-03-01T01:30:00Z", "2024-03-01T09:30:00+08:00"),
    ("2024-02-29T17:30:00-08:00", "2024-03-01T09:30:00+08:00"),
    ("2024-03-01", "2024-03-01T00:00:00+08:00"),
    (datetime(2024, 3, 1, 9, 30), "2024-03-01T09:30:00+08:00"),  # noqa: DTZ001  naive is the point
])
def test_times_are_written_as_shanghai(given: Any, kept: str) -> None:
    """Any offset is taken, none means Asia/Shanghai; the same moment gives the same bytes."""
    admitted = DOOR.admit(registered() | {"time": given})
    assert f'"time":"{kept}"'.encode() in admitted.value


def test_sealed_words_open_with_the_key_of_their_submission_only() -> None:
    """Title and text come back whole; another submission's key, or another event's id, opens nothing."""
    event = DOOR.admit(registered()).event
    assert isinstance(event, Registered)
    assert unseal(event, DATA_KEYS.key_for(event.subject)) == ("拖欠农民工工资", registered()["data"]["text"])
    with pytest.raises(Exception, match=r"vault\.does_not_open"):
        unseal(event, DATA_KEYS.key_for("XF2024030100002"))
    with pytest.raises(Exception, match=r"vault\.does_not_open"):
        unseal(event.model_copy(update={"id": "moved"}), DATA_KEYS.key_for(event.subject))


def test_sealing_never_changes() -> None:
    """What was sealed by an earlier release opens, and sealing it again gives the same bytes."""
    sealed = seal("题", "文", event_id="e", subject="s", data_key=b"k" * 32)
    assert sealed == SEALED
    assert unseal_text(sealed, event_id="e", subject="s", data_key=b"k" * 32) == ("题", "文")


@pytest.mark.parametrize("words", [{"title": None, "text": None}, {"title": "", "text": " \n "}])
def test_no_words_no_seal_no_sketch(words: dict[str, Any]) -> None:
    """Blank words ask for no data key and leave no trace."""
    event = DOOR.admit(registered(**words)).event
    assert isinstance(event, Registered)
    assert (event.data.sealed, event.data.sketch) == (None, None)
    assert unseal(event, b"") == (None, None)


def test_one_letter_to_many_has_one_mark() -> None:
    """The same text under another title, with other spaces and widths, carries the same mark; another text another."""
    def mark(**data: Any) -> str:
        event = DOOR.admit(registered(**data)).event
        assert isinstance(event, Registered)
        assert event.data.sketch is not None
        return event.data.sketch.mark

    assert mark() == mark(title="讨薪", text=registered()["data"]["text"].replace(",", ",  "))
    assert mark() != mark(text="请修路")


def test_a_correction_is_closed_inside_too() -> None:
    """The corrected data block is a door form as well: its people become pseudonyms, its words are sealed and sketched."""
    original = DOOR.admit(registered()).event
    correction = {"type": "petition.corrected.v1", "time": "2024-03-02", "subject": original.subject, "partitionkey": "141102",
                  "data": {"office": OFFICE, "corrects": original.id, "text": "姓名登记有误", "data": registered()["data"]}}
    event = DOOR.admit(correction).event
    assert isinstance(event, Corrected)
    inside = event.data.data
    assert inside is not None
    assert isinstance(original, Registered)
    assert inside["petitioners"][0]["name"] == original.data.petitioners[0].name
    assert inside["sketch"] == original.data.sketch.model_dump() if original.data.sketch else False
    opened = unseal_text(inside["sealed"], event_id=event.id, subject=event.subject, data_key=DATA_KEYS.key_for(event.subject))
    assert opened == ("拖欠农民工工资", registered()["data"]["text"])
    read(DOOR.admit(correction).value, b"141102")


@pytest.mark.parametrize("unfit", [
    {"name": "刘秀英"}, {"office": OFFICE, "petitioners": [{"name": "刘秀英"}]}, {"office": OFFICE, "note": "刘秀英"},
])
def test_a_correction_with_data_of_no_action_is_refused(unfit: dict[str, Any]) -> None:
    """What fits no data block could carry anything in clear; it does not pass."""
    refused = refusal({"type": "petition.corrected.v1", "time": "2024-03-02", "subject": "s", "partitionkey": "141102",
                       "data": {"office": OFFICE, "corrects": "x", "data": unfit}})
    assert refused.code == Reason.WRONG_FIELD
    assert "刘秀英" not in str(refused)


def test_a_field_with_another_name_in_json_passes() -> None:
    """``as`` is no Python name, and still the field's name at the door."""
    event = DOOR.admit({"type": "petition.concluded.v1", "time": "2024-03-02", "subject": "s", "partitionkey": "141102",
                        "data": {"office": OFFICE, "as": "resolved", "text": "已全部支付"}}).event
    assert isinstance(event, Concluded)
    assert event.data.as_ == "resolved"
    assert event.data.sealed is not None


NOW = datetime(2024, 3, 10, tzinfo=CHINA)


@pytest.mark.parametrize(("change", "reason"), [
    ({"type": "clock.ticked.v1"}, Reason.CLOCK_AT_THE_DOOR),
    ({"type": "petition.registered.v99"}, Reason.UNKNOWN_VERSION),
    ({"type": "petition.imagined.v1"}, Reason.UNKNOWN_TYPE),
    ({"type": 7}, Reason.NOT_AN_EVENT),
    ({"specversion": "0.3"}, Reason.WRONG_FIELD),
    ({"time": 1709256600}, Reason.WRONG_FIELD),
    ({"time": "20240301"}, Reason.WRONG_FIELD),
    ({"time": "9999-12-31T23:00:00-10:00"}, Reason.WRONG_FIELD),
    ({"time": "1949-09-30T10:00:00"}, Reason.TOO_OLD),
    ({"time": "2024-03-12T10:00:00"}, Reason.FUTURE_DATE),
    ({"partitionkey": "999999"}, Reason.UNKNOWN_COUNTY),
    ({"partitionkey": "140000"}, Reason.UNKNOWN_COUNTY),
    ({"data": registered(text="字" * 20_001)["data"]}, Reason.TEXT_TOO_LONG),
    ({"data": registered(sealed="AAAA")["data"]}, Reason.ALREADY_SEALED),
    ({"data": registered(sketch={"grams": "AAAAAAE", "mark": "AAAAAAAAAAA"})["data"]}, Reason.ALREADY_SEALED),
    ({"data": registered(petitioners=[{"phone": "t_" + "A" * 22}])["data"]}, Reason.ALREADY_SEALED),
    ({"data": registered(petitioners=[{"name": "张" * 257}])["data"]}, Reason.WRONG_FIELD),
    ({"data": registered(text="半\ud800个")["data"]}, Reason.WRONG_FIELD),
    ({"data": registered(petitioners=[{"name": f"张{n}", "phone": f"139{n:08}", "document_number": f"A{n:08}",
                                       "account": f"u{n}"} for n in range(2_000)])["data"]}, Reason.OVERSIZED),
])
def test_refusals(change: dict[str, Any], reason: Reason) -> None:
    """Each bad input has its own reason, and a next step."""
    refused = refusal(registered() | change, NOW)
    assert refused.code == reason
    assert refused.todo


@pytest.mark.parametrize("document", [None, [], "text", 3])
def test_what_is_no_document_is_no_event(document: Any) -> None:
    """Anything may be handed over; the answer is a reason, not an accident."""
    assert refusal(document).code == Reason.NOT_AN_EVENT


def test_the_longest_text_fits() -> None:
    """Twenty thousand characters, four bytes each, still make an event that the log takes."""
    admitted = DOOR.admit(registered(text="𠮷" * 20_000, title="𠮷" * 1_000))
    read(admitted.value, admitted.key)


def test_a_batch_answers_in_order() -> None:
    """Of many documents each has its own answer, in its place, the same as alone."""
    answers = DOOR.admit_many([registered(), registered(channel="pigeon"), registered(text="请修路")])
    assert [type(answer) for answer in answers] == [Admitted, RejectedInput, Admitted]
    assert answers[0] == DOOR.admit(registered())


def test_what_is_sealed_passes_for_the_trusted_alone() -> None:
    """The log form is taken as it is by `admit_sealed`, and by nothing else; the clock not even there."""
    admitted = DOOR.admit(registered())
    log_form = admitted.event.model_dump(mode="json", exclude_none=True)
    assert refusal(log_form).code == Reason.ALREADY_SEALED
    assert DOOR.admit_sealed(log_form) == admitted
    with pytest.raises(RejectedInput, match=r"door\.clock"):
        DOOR.admit_sealed({"type": "clock.ticked.v1"})
    with pytest.raises(RejectedInput, match=r"language\.wrong_field"):
        DOOR.admit_sealed(registered())


def test_every_action_of_others_has_a_door_form() -> None:
    """Whatever upstream may say can be handed over, by a schema that others can be given; what Sanfang writes itself can not."""
    assert set(door_models()) == {type_ for type_, model in BY_TYPE.items() if model not in OURS}
    assert {"clock.ticked.v1", "jurisdiction.received.v1"}.isdisjoint(door_models())
    for model in door_models().values():
        properties = model.model_json_schema()["properties"]
        assert "sealed" not in str(properties)
        assert {"id", "time", "subject", "data"} <= set(properties)
