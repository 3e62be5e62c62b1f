"""Who is told what and when: the pure part, with a clock of the test's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from events.alerts import AlertDelivered, Stream, Urgency, Watched, type_of_alert
from events.alerts.life import FailureReason, UpdateReason
from infra.alerting.channels import Outcome
from infra.alerting.desk import Desk
from infra.alerting.notifier import MOST, became, next_attempt
from infra.alerting.plan import Due, due
from infra.settings import AlertChannel, Settings
from tests.alert_story import OPENED, acknowledged, opened, resolved, silenced, updated

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
UPWARD = Stream(region="141121", watched=Watched.UPWARD)


def channel(name: str = "desk", **more: Any) -> AlertChannel:
    return AlertChannel(name=name, kind="webhook", url=SecretStr("http://127.0.0.1:9"), **more)


@dataclass
class Play:
    """A desk, its channels and a time that the test moves."""

    channels: tuple[AlertChannel, ...] = (channel(),)
    now: datetime = OPENED
    desk: Desk = field(default_factory=Desk)

    def happens(self, *events: type_of_alert) -> None:
        for event in events:
            self.desk.take(event, self.now)

    def due(self, after: timedelta = timedelta(0)) -> list[Due]:
        self.now += after
        return due(self.desk, Settings(alert_channels=self.channels), self.now)

    def told(self, after: timedelta = timedelta(0), outcome: Outcome | None = None) -> list[tuple[str, list[str]]]:
        """Sends what is due; answers channel and the types of what was told."""
        found = self.due(after)
        for one in found:
            self.happens(*became(one, outcome or Outcome(), self.now))
        return [(one.channel.name, [item.event.type.split(".")[1] for item in one.items]) for one in found]


def test_an_alert_is_told_once() -> None:
    """Raised, told, and not told again; nor when the worker writes the same event a second time."""
    play = Play()
    play.happens(first := opened())
    assert play.told(2 * SECOND) == [("desk", ["opened"])]
    play.happens(first)
    assert play.told(MINUTE) == []


def test_a_desk_that_starts_anew_tells_nothing_twice() -> None:
    """All state is in the log: read again from its beginning, what was delivered is known."""
    before = Play()
    before.happens(opened())
    log = [opened(), *became(before.due(2 * SECOND)[0], Outcome(), before.now)]
    after = Play(now=OPENED + MINUTE)
    after.happens(*log)
    assert after.told() == []
    assert isinstance(log[1], AlertDelivered)


def test_a_desk_that_died_before_it_could_write_sends_the_same_notification() -> None:
    """Sent, and dead before the log had it: what is sent again has the same id, so that a receiver can know it."""
    sent, again = Play(), Play(now=OPENED + MINUTE)
    for play in (sent, again):
        play.happens(opened(), opened(stream=UPWARD))
    assert [one.id for one in sent.due(2 * SECOND)] == [one.id for one in again.due(2 * SECOND)]


def test_what_comes_together_for_one_city_leaves_together() -> None:
    """Two counties of one city are one notification; it waits for company, but not longer than said."""
    play = Play()
    play.happens(opened())
    assert play.due(timedelta(milliseconds=500)) == []
    play.happens(opened(stream=UPWARD))
    assert play.told(timedelta(milliseconds=500)) == [("desk", ["opened", "opened"])]


@pytest.mark.parametrize("reason", [UpdateReason.MORE_URGENT, UpdateReason.CONTINUES])
def test_that_an_alert_goes_on_wakes_nobody_and_that_it_is_worse_does(reason: UpdateReason) -> None:
    """Of updates only what is more urgent or corrected is told; a page asks for an answer of its own, whatever the update's reason."""
    play = Play()
    play.happens(first := opened())
    play.told(2 * SECOND)
    play.happens(updated(first, OPENED + HOUR))
    assert play.told(HOUR) == []
    play.happens(acknowledged(first, play.now), updated(first, OPENED + 2 * HOUR, reason, Urgency.PAGE))
    assert play.told(2 * SECOND) == [("desk", ["updated"])]
    assert not play.desk.alerts[first.subject].acknowledged


def test_a_backfill_of_history_wakes_nobody() -> None:
    """An alert that is older than a day when it is first seen is not told."""
    play = Play(now=OPENED + 25 * HOUR)
    play.happens(opened())
    assert play.due(2 * SECOND) == []


def test_unanswered_it_is_passed_on_and_answered_it_is_not() -> None:
    """After fifteen minutes without a post the next step is told; an acknowledgement stops that."""
    channels = (channel(), channel("chief", step=1), channel("director", step=2))
    play = Play(channels)
    play.happens(first := opened())
    assert play.told(2 * SECOND) == [("desk", ["opened"])]
    assert play.told(14 * MINUTE) == []
    assert play.told(MINUTE) == [("chief", ["opened"])]
    play.happens(acknowledged(first, play.now))
    assert play.told(HOUR) == []


def test_an_undelivered_alert_is_passed_on_too() -> None:
    """A channel that fails does not stop the clock: the next step is told after the same time."""
    play = Play((channel(), channel("chief", step=1)))
    play.happens(opened())
    assert play.told(2 * SECOND, Outcome(FailureReason.REFUSED, 410)) == [("desk", ["opened"])]
    assert play.told(15 * MINUTE) == [("chief", ["opened"])]


def test_a_silent_stream_is_told_when_the_silence_ends() -> None:
    """While it is silent nobody is told; if the alert is still there afterwards, it is told then."""
    play = Play()
    play.happens(first := opened(), silenced(first, OPENED, OPENED + 48 * HOUR))
    assert play.told(HOUR) == []
    assert play.told(47 * HOUR + SECOND) == [("desk", ["opened"])]


def test_what_is_over_is_told_where_it_was_begun() -> None:
    """The end is told to those who were told of the beginning, and to nobody else."""
    play = Play((channel(), channel("chief", step=1)))
    play.happens(first := opened())
    play.told(2 * SECOND)
    play.happens(resolved(first, play.now))
    assert play.told(HOUR) == [("desk", ["resolved"])]


def test_what_was_over_before_it_was_told_is_not_told() -> None:
    """Raised and resolved within the time of grouping: nobody is told of either."""
    play = Play()
    play.happens(first := opened(), resolved(first, OPENED))
    assert play.told(MINUTE) == []


@pytest.mark.parametrize(("at", "urgency", "told"), [
    (time(23), Urgency.NOTICE, False), (time(6, 59), Urgency.NOTICE, False), (time(7), Urgency.NOTICE, True),
    (time(23), Urgency.PAGE, True)])
def test_notices_wait_for_the_end_of_quiet_hours_and_pages_do_not(at: time, urgency: Urgency, told: bool) -> None:
    """From ten in the evening to seven in the morning, Shanghai time, over midnight."""
    begin = datetime.combine(OPENED.date(), at, OPENED.tzinfo)
    play = Play((channel(quiet_from=time(22), quiet_until=time(7)),), begin)
    play.happens(opened(begin, urgency=urgency))
    assert bool(play.due(2 * SECOND)) is told


def test_channels_choose_by_region_and_urgency() -> None:
    """A county's own channel hears of that county; one for pages hears of pages."""
    play = Play((channel("fenyang", regions=("141182",)), channel("pager", urgencies=(Urgency.PAGE,)), channel("all")))
    play.happens(opened())
    assert [name for name, _ in play.told(2 * SECOND)] == ["all"]


def test_a_failed_notification_is_tried_again_as_it_was() -> None:
    """The same id, the next attempt, at its time and not before; then never again."""
    play = Play()
    play.happens(opened())
    first = play.due(2 * SECOND)[0]
    play.happens(*became(first, Outcome(FailureReason.FAILED, 503), play.now))
    assert play.due(SECOND) == []
    again = play.due(SECOND)[0]
    assert (again.id, again.attempt) == (first.id, 2)
    play.happens(*became(again, Outcome(), play.now))
    assert play.due(HOUR) == []


def test_attempts_come_further_apart_and_end() -> None:
    """2, 4, 8 … seconds, at most five minutes; as long as the receiver asks; none after the last, or when it was refused."""
    failed = Outcome(FailureReason.FAILED, 503)
    waits = [at - OPENED for attempt in range(1, MOST) if (at := next_attempt(attempt, failed, OPENED)) is not None]
    assert waits[:3] == [2 * SECOND, 4 * SECOND, 8 * SECOND]
    assert waits == sorted(waits)
    assert (len(waits), waits[-1]) == (MOST - 1, 5 * MINUTE)
    assert next_attempt(1, Outcome(FailureReason.FAILED, 429, MINUTE), OPENED) == OPENED + MINUTE
    assert next_attempt(MOST, failed, OPENED) is None
    assert next_attempt(1, Outcome(FailureReason.REFUSED, 401), OPENED) is None


def test_events_about_no_alert_are_counted() -> None:
    """An answer to an alert that was never raised is not taken, and not hidden."""
    play = Play()
    play.happens(acknowledged(opened(), OPENED))
    assert play.desk.orphans == 1


def test_settings_with_two_channels_of_one_name_are_refused() -> None:
    """Events name a channel; the name must say which."""
    with pytest.raises(ValidationError, match="same name"):
        Settings(alert_channels=(channel(), channel()))
    with pytest.raises(ValidationError, match="go together"):
        channel(quiet_from=time(22))
