"""One deployment for all tests of the whole: a broker, a ClickHouse, and a sandbox for each story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.system.deployment import Deployment

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Nothing runs in it yet; whatever a test started is stopped at the end."""
    made = Deployment.on_free_ports(tmp_path_factory.mktemp("system"))
    yield made
    made.sanfang("down")
