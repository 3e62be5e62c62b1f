"""Opening sealed words, and destroying their key: each is written to the log first, and acknowledged by it, or not done.

    look   the key is there? · the look is written, acks=all · the words are opened
    erase  the erasure is written, acks=all · the key is destroyed, a tombstone in its place

A look that was written and then shown nothing (a power cut between the two) is one look too many in the log, never one too
few. An erasure that was written and not carried out is carried out by erasing again, and by any restore.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from events.actions.base import Action
from events.actions.custody import SOURCE, Erased, ErasedData, Unsealed, UnsealedData, act_id
from events.canonical import canonical
from events.door import name_of
from events.emitter import Delivered, TrustedEmitter
from events.errors import UsageError, VaultError
from events.reading import CHINA
from infra.kafka import clients
from infra.vault import sealed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.settings import Settings
    from infra.vault.data_keys import Vault
    from infra.vault.sealed import Sealed
    from projections.warehouse import Warehouse

_PATIENCE: Final[dict[str, Any]] = {"client_id": "sanfang-vault", "request_timeout_ms": 10_000, "delivery_timeout_ms": 30_000}
"""Milliseconds: somebody waits for the answer."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was shown, and the event that says so, with its place in the log."""

    event: Unsealed
    place: Delivered
    texts: list[dict[str, str | None]]


def look(settings: Settings, vault: Vault, mirror: Warehouse, submission: str, data: UnsealedData) -> Look:
    """Every sealed word of a submission. Raises before anything is opened where the log does not take the look."""
    county = sealed.county_of(mirror, submission, data.matter)
    found = sealed.sealed_of(mirror, submission, county)
    if not found:
        raise UsageError("reads.wordless", f"该信访件没有封存文本 / no sealed words came with submission {submission!r}",
                         todo="nothing was written into the log")
    keys = [(one, _key(vault, one)) for one in found]
    event = _act(Unsealed, submission, county, data)
    place, = _written(settings, [event])
    return Look(event, place, [one.opened(key) for one, key in keys])


def erase(settings: Settings, vault: Vault, mirror: Warehouse, submission: str, data: ErasedData, *,
          county: str | None = None) -> list[tuple[Erased, Delivered]]:
    """Destroy the keys of a submission's words; in every county's log in which the submission stands it is said."""
    counties = sealed.counties_of(mirror, submission, county)
    events = [_act(Erased, submission, one, data) for one in counties]
    places = _written(settings, events)
    vault.erase(name_of(one, submission) for one in counties)
    return list(zip(events, places, strict=True))


def _act(model: Any, submission: str, county: str, data: UnsealedData | ErasedData) -> Any:
    now = datetime.now(UTC).astimezone(CHINA)
    id_ = act_id(model.model_fields["type"].default, submission, f"{county} {now.isoformat()}", data)
    return model(id=id_, source=SOURCE, time=now, subject=submission, partitionkey=county, data=data)


def _written(settings: Settings, events: Sequence[Action]) -> list[Delivered]:
    """Where the events are in the log; raises `LogError` where one is not known to be."""
    clients.admin(settings).close()  # a broker that is not there is told in seconds
    with TrustedEmitter(None, settings.topics.actions, clients.kafka_python(settings, **_PATIENCE)) as emitter:
        deliveries = [emitter.write(event.id, event.partitionkey.encode(), canonical(event)) for event in events]
        emitter.flush()
    return [delivery.result() for delivery in deliveries]


def _key(vault: Vault, words: Sealed) -> bytes:
    name = name_of(words.county, words.subject)
    if (key := vault.find(name)) is not None:
        return key
    if vault.is_erased(name):
        raise VaultError("vault.erased", f"文本已删除 / the words of {words.subject!r} were erased: no key opens them any more",
                         todo="sanfang reads list --kind erased tells by which post, and why")
    raise VaultError("vault.no_data_key", f"密钥库中没有该件的密钥 / the vault has no key for {words.subject!r} of {words.county}",
                     todo="words that another machine's door sealed are opened where its vault is")
