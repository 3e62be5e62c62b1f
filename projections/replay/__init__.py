"""Replay 回放: the same fold over a file of events, without Kafka. What it writes equals what the live path wrote for that log.

`lines` reads the two forms of a log file (plain CloudEvents, or records as `sanfang export` writes them) · `told` either form of an
action in a plain file · `run` folds them, each partition with a state of its own.

Large logs: `sources` the mirror or an export · `slices` counties, matters, a stretch of time · `partition` one partition into files,
resumable · `whole` many side by side (`parallel`), with one digest · `what_if` two judgements compared · `report` as a page and a book.
"""

from projections.replay.run import Replay, replay

__all__ = ["Replay", "replay"]
