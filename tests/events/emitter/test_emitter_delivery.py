"""The promise of both emitters: bounded, and nothing lost without a word."""

from __future__ import annotations

import threading

import pytest

from events.emitter.delivery import Delivered, Ledger, NotDelivered
from events.errors import LogError, SanfangError
from tests.kafka_tools import PATIENCE

PLACE = Delivered("x", "t", 0, 1)
AWAY = LogError("emitter.not_written", "the log is away")


def ledger(events: int = 10, size: int = 1_000) -> Ledger:
    return Ledger(most_events=events, most_bytes=size)


@pytest.mark.parametrize(("events", "size"), [(2, 1_000), (10, 100)])
def test_sender_waits_while_too_much_is_under_way(events: int, size: int) -> None:
    """The third event, by count or by weight, gets in only when one of the first two is settled."""
    books = ledger(events, size)
    first, _ = books.enter("1", 50, None), books.enter("2", 50, None)
    entered = threading.Event()
    sender = threading.Thread(target=lambda: (books.enter("3", 50, None), entered.set()))
    sender.start()
    assert not entered.wait(0.1)
    books.settle(first, PLACE)
    assert entered.wait(PATIENCE)
    sender.join()
    assert books.under_way == 2


def test_one_event_gets_in_however_large() -> None:
    """An event heavier than the bound is not waited for for ever."""
    assert ledger(size=10).enter("1", 1_000_000, None)


def test_failure_is_raised_by_the_next_call_with_its_id_and_once() -> None:
    """What failed is told by the next send (which then takes nothing), and not again after that."""
    books = ledger()
    first, second = books.enter("lost-1", 1, None), books.enter("lost-2", 1, None)
    books.settle(first, AWAY)
    books.settle(second, AWAY)
    with pytest.raises(NotDelivered) as told:
        books.enter("next", 1, None)
    assert [name for name, _ in told.value.failures] == ["lost-1", "lost-2"]
    assert "lost-1" in str(told.value)
    assert books.under_way == 0
    assert books.enter("next", 1, None).name == "next"


def test_failure_is_raised_when_all_is_settled() -> None:
    """Flush waits for what is under way, then raises."""
    books = ledger()
    one = books.enter("lost", 1, None)
    threading.Timer(0.05, books.settle, (one, AWAY)).start()
    with pytest.raises(NotDelivered, match="lost"):
        books.drain(10)
    books.drain(0)


def test_drain_says_when_it_has_waited_long_enough() -> None:
    """A timeout is an error that says how much is left, not a quiet return."""
    books = ledger()
    books.enter("1", 1, None)
    with pytest.raises(TimeoutError, match="1 events"):
        books.drain(0)


def test_who_asked_to_be_told_is_told_and_nobody_else() -> None:
    """With on_delivery, success and failure go there; the next call raises nothing."""
    books = ledger()
    heard: list[Delivered | SanfangError] = []
    books.settle(books.enter("1", 1, heard.append), PLACE)
    books.settle(books.enter("2", 1, heard.append), AWAY)
    books.drain(0)
    assert heard == [PLACE, AWAY]


def test_defect_in_on_delivery_is_raised_not_swallowed() -> None:
    """An error in the sender's own function surfaces at its next call."""
    books = ledger()

    def broken(_: object) -> None:
        raise ValueError("typo")

    books.settle(books.enter("1", 1, broken), PLACE)
    with pytest.raises(NotDelivered, match="on_delivery raised ValueError: typo"):
        books.drain(0)


def test_result_waits_and_tells() -> None:
    """A delivery can be waited for by itself: the place, the reason why not, or that it is not known yet."""
    books = ledger()
    good, bad, open_ = books.enter("1", 1, None), books.enter("2", 1, None), books.enter("3", 1, None)
    threading.Timer(0.05, books.settle, (good, PLACE)).start()
    assert good.result(10) is PLACE
    books.settle(bad, AWAY)
    with pytest.raises(LogError):
        bad.result()
    with pytest.raises(TimeoutError):
        open_.result(0)
    assert (good.done, open_.done) == (True, False)
