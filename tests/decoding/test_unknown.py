"""Names and values that the schema does not have, counted for the reader."""

from __future__ import annotations

from collections import deque

from ds3codec import JobReader
from tests.examples import blob, chunk, job


def test_an_unknown_value_is_counted_by_its_beginning() -> None:
    document = job(chunk(blob()), Status="new" * 400_000)
    with JobReader(document) as reader:
        deque(reader, maxlen=0)
        [name] = reader.unknown
        assert name.startswith("Status=newnewnew")
        assert len(name) < 100
        assert len(reader.header.status) == 1_200_000
