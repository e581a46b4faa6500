from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.examples import SAMPLE, error

from .command import WRONG


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "good.xml").write_bytes(SAMPLE)
    (tmp_path / "good.xml.gz").write_bytes(gzip.compress(SAMPLE))
    (tmp_path / "wrong.xml").write_bytes(WRONG)
    dump = b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n%s" % (len(error()), error())
    (tmp_path / "dump.http").write_bytes(dump)
    return tmp_path
