"""The binary form becomes the structured one."""

from __future__ import annotations

import pytest

from events.binary import parsed, structured
from events.errors import RejectedInput
from events.reasons import Reason

HEADERS = [("ce-specversion", "1.0"), ("CE-Type", "petition.rated.v1"), ("Content-Type", "application/json"), ("Host", "x")]


def test_attributes_and_data_come_together() -> None:
    """Header names in any case, percent-encoding undone, other headers left out, the body as data."""
    document = structured([*HEADERS, ("ce-source", "urn%3A%E7%A6%BB%E7%9F%B3")], b'{"office":{}}')
    assert document == {"specversion": "1.0", "type": "petition.rated.v1", "source": "urn:离石", "datacontenttype": "application/json",
                        "data": {"office": {}}}


def test_event_without_a_body_has_no_data() -> None:
    """No body, no data: the door says that it is missing."""
    assert "data" not in structured(HEADERS, b"")


@pytest.mark.parametrize(("headers", "body", "reason"), [
    ([], b"{}", Reason.NOT_AN_EVENT), ([("ce-specversion", "0.3")], b"{}", Reason.NOT_AN_EVENT),
    ([*HEADERS, ("ce-data", "{}")], b"{}", Reason.NOT_AN_EVENT), (HEADERS, b"{", Reason.TRUNCATED_JSON),
    (HEADERS, b"\xc0\xeb", Reason.INVALID_UTF8),
])
def test_what_is_no_binary_event_is_refused(headers: list[tuple[str, str]], body: bytes, reason: Reason) -> None:
    """Another version, data in a header, a body that is no JSON or no UTF-8: each with its reason."""
    with pytest.raises(RejectedInput) as told:
        structured(headers, body)
    assert told.value.code == reason


def test_parsing_is_json_and_nothing_more() -> None:
    """NaN and the like are no JSON."""
    assert parsed(b"[1]") == [1]
    with pytest.raises(RejectedInput):
        parsed(b"[NaN]")
