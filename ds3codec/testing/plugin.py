"""The fixture `ds3_appliance`; pytest finds it once this package is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .appliance import Appliance

__all__ = ["ds3_appliance"]


@pytest.fixture
def ds3_appliance() -> Iterator[Appliance]:
    """Serve an appliance for tests on loopback while the test runs; see `Appliance`."""
    from .appliance import Appliance  # noqa: PLC0415  (pytest loads this module in every project)

    with Appliance() as appliance:
        yield appliance
