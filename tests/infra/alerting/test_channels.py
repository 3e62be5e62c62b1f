"""Each channel against a real HTTP receiver: what arrives there, and what is made of its answer. Failing answers are staged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from events.alerts import Urgency
from events.alerts.life import FailureReason, UpdateReason
from events.canonical import canonical
from events.errors import UsageError
from infra import ports
from infra.alerting import words
from infra.alerting.channels import Message, Outcome, open_channel
from infra.alerting.desk import Desk
from infra.alerting.plan import Item
from infra.settings import AlertChannel
from tests.alert_story import OPENED, opened, resolved, updated

if TYPE_CHECKING:
    from events.alerts import type_of_alert
    from infra.alerting.desk import Telling
    from tests.infra.alerting.receiver import Receiver


def channel(kind: str, url: str) -> AlertChannel:
    return AlertChannel.model_validate({"name": "desk", "kind": kind, "url": SecretStr(url)})


def message(telling: Telling, *before: type_of_alert) -> Message:
    desk = Desk()
    for event in (*before, telling):
        desk.take(event, OPENED)
    items = (Item(telling, desk.alerts[telling.subject], OPENED),)
    return Message("n-1", words.title(items, 0), words.body(items, "https://x"), items, base="https://x")


def test_alertmanager_is_told_by_its_own_description(receiver: Receiver) -> None:
    """One alert with the labels that make it one there; it stands until it is told to be over."""
    alertmanager = open_channel(channel("alertmanager", receiver.url))
    assert alertmanager.send(message(opened())) == Outcome(answer=200)
    assert alertmanager.send(message(resolved(opened(), OPENED), opened())) == Outcome(answer=200)
    begun, over = (document[0] for document in receiver.documents())
    assert receiver.got[0][0] == "/api/v2/alerts"
    assert begun["labels"] == over["labels"]
    assert (begun["labels"]["severity"], begun["labels"]["alert"]) == ("notice", opened().subject)
    assert begun["endsAt"] > begun["startsAt"] == over["endsAt"] == OPENED.isoformat()
    assert begun["generatorURL"] == f"https://x/alerts/{opened().subject}"


def test_alertmanager_forgets_the_lesser_alert_when_it_has_become_a_page(receiver: Receiver) -> None:
    """Another severity is another alert there: the page begins and the notice ends, in one request."""
    worse = updated(opened(), OPENED, UpdateReason.MORE_URGENT, Urgency.PAGE)
    open_channel(channel("alertmanager", receiver.url)).send(message(worse, opened()))
    page, notice = receiver.documents()[0]
    assert (page["labels"]["severity"], notice["labels"]["severity"], notice["endsAt"]) == ("page", "notice", OPENED.isoformat())


def test_a_webhook_gets_the_events_and_can_know_a_repetition(receiver: Receiver) -> None:
    """The log's own events, the text for people, and the notification's id in ``Idempotency-Key``."""
    open_channel(channel("webhook", receiver.url)).send(message(opened()))
    _, headers, document = receiver.got[0]
    assert headers["idempotency-key"] == document["notification"] == "n-1"
    assert document["events"] == [json.loads(canonical(opened()))]


def test_apprise_is_handed_the_text(receiver: Receiver) -> None:
    """Its plain JSON form stands for all its forms: title and body arrive."""
    assert open_channel(channel("apprise", receiver.url.replace("http://", "json://"))).send(message(opened())).taken
    assert receiver.documents()[0]["title"] == message(opened()).title


def test_text_begins_with_what_is_overdue_at_the_office() -> None:
    """The office's arrears stand before the counts, and the text is short."""
    lines = message(opened()).body.splitlines()
    assert "机关 office 141102-zrzy: 逾期 overdue 6" in lines[1]
    assert "实际 came 16, 预期 expected 2.4" in lines[2]
    assert len(lines) <= 12


@pytest.mark.parametrize(("status", "reason"), [
    (503, FailureReason.FAILED), (429, FailureReason.FAILED), (400, FailureReason.REFUSED), (302, FailureReason.REFUSED)])
def test_answers_are_told_apart(receiver: Receiver, status: int, reason: FailureReason) -> None:
    """Staged: an error of the receiver's may pass, a refusal will not; a redirection is not followed."""
    receiver.staged = [status]
    assert open_channel(channel("webhook", receiver.url)).send(message(opened())) == Outcome(reason, status)


def test_nobody_at_the_address_is_an_outcome() -> None:
    """A closed port raises nothing, by HTTP and by apprise."""
    port, = ports.free()
    assert open_channel(channel("webhook", f"http://127.0.0.1:{port}")).send(message(opened())) == Outcome(FailureReason.UNREACHABLE)
    assert open_channel(channel("apprise", f"json://127.0.0.1:{port}")).send(message(opened())) == Outcome(FailureReason.FAILED)


@pytest.mark.parametrize(("kind", "url"), [("webhook", "ftp://x"), ("alertmanager", "no address"), ("apprise", "nonsense")])
def test_an_address_that_cannot_be_one_is_told_at_the_start(kind: str, url: str) -> None:
    """And without repeating it: it may hold a secret."""
    with pytest.raises(UsageError) as told:
        open_channel(channel(kind, url))
    assert told.value.code == "alerts.channel-url"
    assert url not in str(told.value)
