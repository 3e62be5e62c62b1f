"""The protocol as a small model, every state of it visited: log, two workers of which any may be a zombie, coordinator, projector.

Independent of our code: what is proved here is the order of the steps themselves (docs/delivery.md). A worker is killed in any
state, a killed or stopped one comes back in any state, and both may believe at once that the partition is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

LOG = 3
"""Events in the log. A finding is the number of the event; a state is the number of events that it includes."""


@dataclass(frozen=True, slots=True)
class Worker:
    at: str = "down"
    """down, up, fenced_others, behind, ready, judged, sent, published."""
    epoch: int = 0
    state: int = 0
    """In memory."""
    stored: int = 0
    """On disk."""
    target: int = 0
    """The committed offset as it was read."""


@dataclass(frozen=True, slots=True)
class World:
    workers: tuple[Worker, Worker] = (Worker(), Worker())
    epoch: int = 0
    open: tuple[int, int] | None = None
    """The open transaction: the epoch that has it, and the event."""
    committed: int = 0
    findings: tuple[int, ...] = ()
    sent_rows: int = 0
    """Of the projector: read up to here, not in the table yet."""
    rows: tuple[int, ...] = ()
    kills: int = 0


FENCE_FIRST = ("fence", "ask")
Rule = Callable[[World], Iterator[World]]
MOST_KILLS = 3


def worker_moves(world: World, number: int, order: tuple[str, str], *, state_first: bool) -> Iterator[World]:
    me = world.workers[number]

    def become(**changes: object) -> tuple[Worker, Worker]:
        changed = replace(me, **changes)  # type: ignore[arg-type]
        return (changed, world.workers[1]) if number == 0 else (world.workers[0], changed)

    if me.at != "down" and world.kills < MOST_KILLS:
        yield replace(world, workers=become(at="down", state=0, epoch=0, target=0), kills=world.kills + 1)
    match me.at:
        case "down":
            yield replace(world, workers=become(at="up", state=me.stored))
        case "up" | "half":
            step = order[0] if me.at == "up" else order[1]
            after = "half" if me.at == "up" else "behind"
            if step == "fence":
                yield replace(world, epoch=world.epoch + 1, open=None, workers=become(at=after, epoch=world.epoch + 1))
            else:
                yield replace(world, workers=become(at=after, target=world.committed))
        case "behind":
            if me.state < me.target:
                yield replace(world, workers=become(state=me.state + 1, stored=me.state + 1))
            else:
                yield replace(world, workers=become(at="ready"))
        case "ready":
            if me.state < LOG:
                stored = me.state + 1 if state_first else me.stored
                yield replace(world, workers=become(at="judged", state=me.state + 1, stored=stored))
        case "judged" | "sent":
            if me.epoch != world.epoch:
                yield replace(world, workers=become(at="down", state=0, epoch=0, target=0))  # told that it was fenced
            elif me.at == "judged":
                yield replace(world, open=(me.epoch, me.state), workers=become(at="sent"))
            else:
                assert world.open is not None
                yield replace(world, open=None, committed=me.state, findings=(*world.findings, me.state),
                              workers=become(at="published"))
        case "published":
            yield replace(world, workers=become(at="ready", stored=me.state))


def projector_moves(world: World) -> Iterator[World]:
    """It reads committed findings from what the table holds, and a kill between reading and inserting reads them again."""
    if world.sent_rows < len(world.findings):
        yield replace(world, sent_rows=world.sent_rows + 1)
    if len(world.rows) < world.sent_rows:
        yield replace(world, rows=world.findings[:world.sent_rows])
        yield replace(world, sent_rows=len(world.rows))


def explore(order: tuple[str, str] = FENCE_FIRST, *, state_first: bool = False, projecting: bool = False) -> set[World]:
    """Every world that can come about, each checked."""
    seen, waiting = {World()}, [World()]
    while waiting:
        world = waiting.pop()
        check(world)
        moves = [*worker_moves(world, 0, order, state_first=state_first), *worker_moves(world, 1, order, state_first=state_first)]
        if projecting:
            moves += projector_moves(world)
        for after in moves:
            # Only whose epoch it is matters, not how often there was a fence: so there are finitely many worlds.
            tidy = normal(after)
            if tidy not in seen:
                seen.add(tidy)
                waiting.append(tidy)
    return seen


def normal(world: World) -> World:
    workers = tuple(replace(one, epoch=1 if one.epoch == world.epoch and one.epoch else 0) for one in world.workers)
    return replace(world, workers=workers, epoch=1 if world.epoch else 0,  # type: ignore[arg-type]
                   open=(1, world.open[1]) if world.open else None)


def check(world: World) -> None:
    """The promises, in every world."""
    assert world.findings == tuple(range(1, world.committed + 1)), "each finding once, in order, as far as the offset says"
    assert world.rows == world.findings[:len(world.rows)], "the table holds what was said, in order"
    for one in world.workers:
        assert one.stored <= world.committed, "no state is ahead of what was published"


def test_every_world_keeps_the_promises() -> None:
    """Each finding once and in order, state never ahead of what was published, rows as findings: in all worlds there are; and
    from some world everything is reached.
    """
    worlds = explore(projecting=True)
    assert len(worlds) > 5_000
    assert any(world.committed == LOG and world.rows == (1, 2, 3) for world in worlds)
    assert any(world.workers[0].at == world.workers[1].at == "sent" for world in worlds), "a zombie and its heir at once"


def test_from_every_world_one_worker_alone_finishes() -> None:
    """No world is a dead end: kill whoever lives, start one worker, and everything is said."""
    for world in explore():
        alone = replace(world, workers=(Worker(stored=world.workers[0].stored), world.workers[1]), kills=MOST_KILLS)
        for _ in range(40):
            after = next(worker_moves(alone, 0, FENCE_FIRST, state_first=False), None)
            if after is None:
                break
            alone = after
        assert alone.committed == LOG
        check(alone)


@pytest.mark.parametrize(("order", "state_first"), [(("ask", "fence"), False), (FENCE_FIRST, True)],
                         ids=["the offset is asked before the fence", "the state is written before it is said"])
def test_the_model_can_fail(order: tuple[str, str], state_first: bool) -> None:
    """With the steps in another order there is a world that breaks a promise."""
    with pytest.raises(AssertionError):
        explore(order, state_first=state_first)
