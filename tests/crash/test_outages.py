"""The ground goes away under a working worker and comes back: each time what was said is what an undisturbed run says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from infra.city.carry import Record
from tests.bench import petitions
from tests.crash import outages
from tests.crash.dying import SESSION_SECONDS, TRANSACTION_SECONDS
from tests.crash.outages import Ground
from tests.crash.undisturbed import differences

pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning")]  # kafka-python leaves a socket to the collector when a broker is slow

OUTAGES: list[tuple[str, Callable[[Ground, Sequence[Record]], None]]] = [
    ("the worker's disk is full", outages.state),
    ("the broker answers nothing for a while", lambda on, told: outages.frozen(on, told, 4)),
    ("no broker for longer than session and transaction may last",
     lambda on, told: outages.away(on, told, max(SESSION_SECONDS, TRANSACTION_SECONDS) + 1)),
    ("the broker's disk is full", outages.disk),
    ("the clock jumps days ahead and back", outages.clock),
]


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One ground for all: each outage meets what the others left."""
    with outages.ground(tmp_path_factory.mktemp("outages")) as made:
        yield made


@pytest.mark.parametrize("number", range(len(OUTAGES)), ids=[name for name, _ in OUTAGES])
def test_after_an_outage_all_is_as_undisturbed(on: Ground, number: int) -> None:
    """A full disk under the stores or under the broker, a broker that is frozen or gone, a clock that jumps: nothing is lost, nothing
    is said twice.
    """
    told = petitions.log(200)
    OUTAGES[number][1](on, told[number::len(OUTAGES)])
    assert differences(on.settings) == []
