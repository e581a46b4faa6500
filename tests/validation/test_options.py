"""Options of `validate` that make no sense."""

from __future__ import annotations

from typing import Any

import pytest

from ds3codec import UsageError, validate
from tests.examples import SAMPLE


@pytest.mark.parametrize("number", [-1, "x", None, 1.5])
def test_findings_are_limited_to_a_whole_number(number: Any) -> None:
    with pytest.raises(UsageError, match="max_findings"):
        validate(SAMPLE, max_findings=number)
