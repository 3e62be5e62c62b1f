"""Liveness is getting on, not being up."""

from __future__ import annotations

from streams.shell.watch import Stall


def test_standing_still_while_behind_is_noticed() -> None:
    """Behind and at the same offset for the whole time: stalled."""
    stall = Stall(60)
    assert not stall.look(0, 5, 0.0, behind=True)
    assert not stall.look(0, 5, 59.0, behind=True)
    assert stall.look(0, 5, 60.0, behind=True)


def test_who_gets_on_or_has_nothing_to_do_is_alive() -> None:
    """Any progress, and any moment without a lag, begins the time anew; a partition that went away and came back too."""
    stall = Stall(60)
    stall.look(0, 5, 0.0, behind=True)
    assert not stall.look(0, 6, 59.0, behind=True)
    assert not stall.look(0, 6, 118.0, behind=False)
    assert not stall.look(0, 6, 170.0, behind=True)
    stall.forget_all_but({})
    assert not stall.look(0, 6, 500.0, behind=True)
