"""The streaming decoder and the reference against xsdata's own parser: the same models from every document.

xsdata's parser is slow and independent: it shares nothing with the other two but the models. The other
differential tests use the reference.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler

from ds3codec import JobChunk, JobReader, MasterObjectList, decode
from ds3codec.testing import reference
from ds3codec.testing.strategies import documents
from tests.examples import in_full

CONFIG = ParserConfig(fail_on_converter_warnings=True, fail_on_unknown_attributes=True)
PARSER = XmlParser(context=XmlContext(), config=CONFIG, handler=LxmlEventHandler)


@given(documents())
def test_decode_and_the_reference_equal_xsdata(document: bytes) -> None:
    theirs = PARSER.from_bytes(document, MasterObjectList)
    for ours in (decode(document), reference.decode(document)):
        assert ours == theirs
        assert in_full(ours) == in_full(theirs)


@pytest.mark.parametrize("count", [0, 1, 511, 512, 513, 2000])
def test_a_chunk_of_many_blobs_equals_xsdata(count: int) -> None:
    blobs = "".join(
        f'<Object Latest="true" Length="{number}" Name="{number}" Offset="0"/>' for number in range(count)
    )
    chunk = f'<Objects ChunkId="a" ChunkNumber="0">{blobs}</Objects>'
    theirs = PARSER.from_string(chunk, JobChunk)
    with JobReader(chunk.encode()) as reader:
        ours = list(reader)
    assert [blob for batch in ours for blob in batch.blobs] == theirs.blobs
    assert all(len(batch.blobs) <= 512 for batch in ours)
    assert all(batch.blobs for batch in ours) or (count == 0 and len(ours) == 1)
