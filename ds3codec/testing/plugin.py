"""The fixtures for pytest, which finds them once this package is installed: `ds3_appliance`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .appliance import Appliance

__all__ = ["ds3_appliance"]


@pytest.fixture
def ds3_appliance() -> Iterator[Appliance]:
    """An appliance for tests that serves on loopback while the test runs; see `Appliance`."""
    from .appliance import Appliance  # noqa: PLC0415  (pytest loads this for everybody)

    with Appliance() as appliance:
        yield appliance
