"""Receivers for the tests of delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.alerting.receiver import Receiver, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started
