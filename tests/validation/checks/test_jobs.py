"""What a job says of itself."""

from __future__ import annotations

import pytest

from ds3codec import decode, validate
from tests.examples import job


@pytest.mark.parametrize(
    ("start", "is_future"),
    [
        ("2026-03-14T24:00:00Z", False),
        ("2025-12-31T24:00:00.000Z", False),
        ("9999-12-31T24:00:00Z", True),
        ("12026-01-01T00:00:00Z", True),
        ("-0001-01-01T24:00:00Z", False),
        ("2015-12-31T24:00:00-14:00", False),
        ("2999-12-31T24:00:00+14:00", True),
    ],
)
def test_a_start_may_be_at_the_end_of_a_day_and_in_any_year(start: str, is_future: bool) -> None:
    report = validate(job(StartDate=start))
    assert decode(job(StartDate=start)).start_date is not None
    assert ("start-in-the-future" in report.counts) == is_future
    assert report.ok
