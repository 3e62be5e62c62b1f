"""`sanfang emit`: door forms from a file, one Json document a line, through the HTTP door or, with the keys here, directly."""

from __future__ import annotations

import itertools
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from events.errors import RejectedInput, SanfangError, UsageError, Where
from infra.cli.app import Json, settings_of
from infra.cli.progress import told

if TYPE_CHECKING:
    from events.emitter import Delivered
    from infra.settings import Settings

_AT_ONCE = 500
_SHOWN = 20
_PATIENCE = 30.0
"""Seconds to wait for a door that is away or busy."""


def register(app: typer.Typer) -> None:
    app.command("emit")(emit)


def emit(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(help="door forms, one Json document a line; - is standard input 报送文件")],
    trusted: Annotated[bool, typer.Option("--trusted", help="with the keys of this machine, into Kafka itself 直接写入")] = False,
    url: Annotated[str | None, typer.Option(help="where the API is; none: this machine's 接口地址")] = None,
    as_json: Json = False,
) -> None:
    """Hand events over; the same file twice adds nothing that counts 报送事件."""
    import orjson  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    if trusted and url:
        raise UsageError("emit.mode", "--trusted writes into Kafka, --url names an API", todo="give one of the two")
    settings = settings_of(ctx)
    tally = Tally()
    console = Console(stderr=True)
    with told("emit, bytes 报送字节", Path(file).stat().st_size if file != "-" and Path(file).is_file() else None) as tell:
        found = _documents(file, tally, tell)
        if trusted:
            _directly(settings, found, tally)
        else:
            _over_http(url or _api(settings), found, tally)
    if as_json:
        typer.echo(orjson.dumps(tally.as_dict()))
    else:
        for line, error in tally.troubles[:_SHOWN]:
            console.print(f"{file}:{line}: {error}", highlight=False, markup=False, soft_wrap=True)
        if len(tally.troubles) > _SHOWN:
            console.print(f"… and {len(tally.troubles) - _SHOWN:,} more 其余见 --json")
        console.print(f"{tally.delivered:,} in the log 已入库 · {tally.refused:,} refused 被退回 · {tally.failed:,} not delivered 未送达",
                      highlight=False)
    if tally.failed:
        raise typer.Exit(5)
    if tally.refused:
        raise typer.Exit(RejectedInput.exit_code)


class Tally:
    """What became of the lines; each trouble with its line. Told from two threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.delivered = 0
        self.refused = 0
        self.failed = 0
        self.troubles: list[tuple[int, SanfangError]] = []

    def told(self, line: int, outcome: Delivered | SanfangError) -> None:
        with self._lock:
            if not isinstance(outcome, SanfangError):
                self.delivered += 1
                return
            if isinstance(outcome, RejectedInput):
                self.refused += 1
            else:
                self.failed += 1
            self.troubles.append((line, outcome))

    def as_dict(self) -> dict[str, Any]:
        return {"delivered": self.delivered, "refused": self.refused, "failed": self.failed,
                "reasons": dict(Counter(error.code for _, error in self.troubles)),
                "troubles": [{"line": line, **error.as_dict()} for line, error in sorted(self.troubles, key=lambda one: one[0])]}


def _documents(file: str, tally: Tally, advance: Any) -> Iterator[tuple[int, Any]]:
    """Line number and document; a line that is no Json is tallied and passed over."""
    from events.binary import parsed  # noqa: PLC0415

    try:
        stream = sys.stdin.buffer if file == "-" else Path(file).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise UsageError("emit.file", f"the file cannot be opened: {error.strerror}", where=Where(file=file),
                         todo="give a file of events, one Json document a line, or -") from error
    with stream:
        for number, line in enumerate(stream, start=1):
            advance(len(line))
            if not line.strip():
                continue
            try:
                document = parsed(line)
            except RejectedInput as error:
                tally.told(number, error)
            else:
                yield number, document


def _api(settings: Settings) -> str:
    from infra import worlds  # noqa: PLC0415

    with_ports = worlds.with_ports(settings)
    return f"http://{with_ports.api_host}:{with_ports.api_port}"


def _over_http(url: str, documents: Iterator[tuple[int, Any]], tally: Tally) -> None:
    from events import Emitter  # noqa: PLC0415

    with Emitter(url, give_up_after=_PATIENCE) as emitter:
        for number, document in documents:
            emitter.send(document, on_delivery=partial(tally.told, number))
            if tally.failed:
                break  # the door is away: what was not handed over yet is not tried


def _directly(settings: Settings, documents: Iterator[tuple[int, Any]], tally: Tally) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415

    from events import Emitter  # noqa: PLC0415
    from infra.kafka import clients  # noqa: PLC0415
    from infra.keys import open_door  # noqa: PLC0415

    door = open_door(settings)
    with Emitter.trusted(door, settings.topics.actions, clients.kafka_python(settings, client_id="sanfang-emit")) as emitter:
        while batch := list(itertools.islice(documents, _AT_ONCE)):
            verdicts = door.admit_many([document for _, document in batch], now=datetime.now(UTC))
            for (number, _), verdict in zip(batch, verdicts, strict=True):
                if isinstance(verdict, RejectedInput):
                    tally.told(number, verdict)
                else:
                    emitter.send_admitted(verdict, on_delivery=partial(tally.told, number))
