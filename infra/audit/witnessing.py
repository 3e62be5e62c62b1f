"""A witness 见证: somebody with a key and a memory of their own, who signs beside the log what continues what they saw before.

1. `visit`, on the witness's machine: the log's newest heads are asked for, each is proved to continue the last one seen, cosigned
   (C2SP tlog-cosignature) and remembered. What does not continue it is never signed: two histories need two sets of witnesses.
2. `take`, on the log's: a cosigned checkpoint that is ours, with the witness's line in it; every proof cut from that head carries it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import orjson

from events.errors import LogError, UsageError, Where
from infra.audit import checkpoints, notes
from infra.audit.verify_evidence import RefusedError, check, opened
from infra.whole_files import put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infra.settings import Settings

Ask = Callable[[str], bytes]
"""A path of the log's API to what it answers."""
_TODO: Final = "keep both checkpoints, they prove it; tell the other witnesses and who runs the log"


def over_http(url: str) -> Ask:
    """Asks the log's API, which begins at ``url``."""
    from urllib.error import HTTPError, URLError  # noqa: PLC0415 - slow to import, see infra.cli.app
    from urllib.request import urlopen  # noqa: PLC0415

    if not url.startswith(("http://", "https://")):
        raise UsageError("evidence.url", f"not an address: {url!r}", todo="give the log's API, as https://host:port")

    def ask(path: str) -> bytes:
        try:
            with urlopen(f"{url.rstrip('/')}{path}", timeout=30) as answer:  # noqa: S310 - http or https, see above
                return bytes(answer.read())
        except HTTPError as error:
            said = error.read(300).decode(errors="replace")
            raise LogError("evidence.no-answer", f"日志未应答 / the log answered {error.code} to {path}: {said}",
                           todo="ask who runs it") from error
        except (URLError, OSError) as error:
            raise LogError("evidence.no-answer", f"日志不可达 / {url} cannot be reached: {error}", todo="is it the log's API?") from error

    return ask


def visit(ask: Ask, log_key: str, witness: notes.Signer, seen: Path, now: int) -> Iterator[str]:
    """The newest head of every partition, cosigned. Raises LogError at the first that does not continue what was seen."""
    seen.mkdir(parents=True, exist_ok=True)
    for head in orjson.loads(ask("/checkpoints"))["checkpoints"]:
        partition = int(head["partition"])
        file = seen / f"{partition}.txt"
        before = file.read_text(encoding="utf-8") if file.exists() else None
        try:
            size = _continues(ask, partition, before, head["checkpoint"], log_key)
        except RefusedError as refusal:
            where = Where(topic="actions", partition=partition, file=str(file))
            raise LogError(refusal.code, str(refusal), where=where, todo=_TODO) from refusal
        if before is not None and size == opened(before, log_key)[1]:
            yield before
            continue
        note = witness.cosign(head["checkpoint"], now)
        put(file, note.encode(), durable=True)
        yield note


def take(settings: Settings, note: str, witness_key: str) -> int:
    """The witness's line into our checkpoint of that size, which the topic is told again; answers its partition."""
    signer = notes.of(settings)
    try:
        origin, size, _ = opened(note, signer.vkey)
        opened(note, witness_key)
    except RefusedError as refusal:
        raise LogError(refusal.code, str(refusal), todo="give the witness's whole note, and the key that they told you") from refusal
    partition = int(origin.rpartition("/")[2])
    if origin != checkpoints.origin(settings, signer, partition):
        raise LogError("evidence.other-log", f"检查点属于另一日志 / the checkpoint is of {origin}", todo="give it to its own world")
    text, _, lines = note.partition("\n\n")
    line = next(line for line in lines.splitlines(keepends=True) if _holds(f"{text}\n\n{line}", witness_key))
    with checkpoints.alone(checkpoints.folder(settings)):
        ours = checkpoints.at(settings, partition, size)
        if ours.partition("\n\n")[0] != text:
            raise LogError("evidence.split-view", "同一日志两种历史 / that is not the head of this size that is kept here",
                           where=Where(topic="actions", partition=partition), todo=_TODO)
        if line not in ours:
            checkpoints.add_line(settings, partition, size, line)
    return partition


def _holds(note: str, key: str) -> bool:
    try:
        opened(note, key)
    except RefusedError:
        return False
    return True


def _continues(ask: Ask, partition: int, before: str | None, note: str, log_key: str) -> int:
    """The size of the new head; raises RefusedError where it does not continue the one before."""
    origin, size, _ = opened(note, log_key)
    if origin.rpartition("/")[2] != str(partition):
        raise RefusedError("evidence.other-log", f"partition {partition} shows the checkpoint of {origin}")
    if before is None:
        return size
    origin_before, size_before, _ = opened(before, log_key)
    if origin != origin_before:
        raise RefusedError("evidence.other-log", f"the log was {origin_before}, now it is {origin}")
    if size < size_before:
        raise RefusedError("evidence.shorter", f"{origin}: {size_before} records had been signed, now {size}")
    proof: dict[str, Any] = {"format": "sanfang-consistency/v1", "path": []}
    if size > size_before:
        proof = orjson.loads(ask(f"/consistency/{partition}/{size_before}/{size}"))
    check({**proof, "old": before, "new": note}, log_key, [])
    return size
