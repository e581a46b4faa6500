"""Which blob is which: what validation remembers of every object."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.examples import PEAK_MEMORY, blob, chunk, job


@pytest.mark.parametrize(("objects", "ignore", "megabytes"), [(300_000, "blobs", 60), (300_000, "", 130)])
def test_memory_is_bounded(objects: int, ignore: str, megabytes: int) -> None:
    script = f"""{PEAK_MEMORY}
from ds3codec.validation import validate

def document():
    yield {job()!r}.replace(b"/>", b">") + {chunk(blob())!r}.split("<Object ")[0].encode()
    for number in range({objects // 1000}):
        yield b"".join(
            b'<Object Latest="true" Length="1" Name="clip %d" Offset="0"/>' % (number * 1000 + place)
            for place in range(1000)
        )
    yield b"</Objects></MasterObjectList>"

blobs = ("blob-repeated", "blobs-overlap", "blobs-with-a-gap")
report = validate(document(), ignore={ignore or "()"})
assert report.blobs == {objects} and report.ok, report
print(peak_megabytes())
"""
    command = [sys.executable, "-c", script]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert float(output) < megabytes
