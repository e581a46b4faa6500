"""The names that libxml2 keeps for a thread."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from ds3codec import DecodeError, LimitExceededError, decode, iter_blobs
from tests.examples import SAMPLE, blob, chunk, job


def hostile(number: int) -> bytes:
    """A document with many long names, others for each number."""
    names = [f"{'n' * 900}{number}-{place}" for place in range(200)]
    kinds = [
        lambda: "".join(f"<{name}/>" for name in names),
        lambda: "<a " + "".join(f"{name}='' " for name in names) + "/>",
        lambda: "".join(f"<a xmlns:p='urn:{name}'/>" for name in names),
        lambda: "".join(f"<?{name} ?>" for name in names),
        lambda: f"<{'n' * 40_000}{number}/>" * 3,
        lambda: "<a " + "".join(f"{'n' * 10_000}{name}='' " for name in names[:10]) + "/>",
    ]
    return job(kinds[number % len(kinds)](), chunk(blob()))


@pytest.mark.full
def test_a_thread_that_has_seen_a_thousand_hostile_documents_reads_a_good_one() -> None:
    def read_all() -> int:
        kinds = set()
        for number in range(1000):
            with pytest.raises(DecodeError) as caught:
                deque(iter_blobs(hostile(number)), maxlen=0)
            kinds.add(type(caught.value))
        assert kinds == {LimitExceededError}
        assert decode(SAMPLE) == decode(SAMPLE)
        assert etree.fromstring(b"<good a='1'/>").get("a") == "1"
        return len(list(iter_blobs(SAMPLE)))

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(read_all).result() == 5
