"""The reference decoder, held against xsdata's parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from xsdata.formats.dataclass.parsers import XmlParser

from ds3codec import MasterObjectList
from ds3codec.testing import reference
from ds3codec.testing.strategies import documents
from tests.examples import SAMPLE, blob, chunk, element, job


@given(documents())
def test_any_document_is_what_xsdata_s_parser_makes_of_it(document: bytes) -> None:
    assert reference.decode(document) == XmlParser().from_bytes(document, MasterObjectList)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<Other/>",
        SAMPLE[:-20],
        b"<!DOCTYPE a>" + SAMPLE,
        job(chunk(blob(Length="x"))),
        job(chunk(element("Object", {"Name": "n"}))),
    ],
)
def test_what_is_wrong_is_refused(document: bytes) -> None:
    with pytest.raises(reference.WrongDocumentError):
        reference.decode(document)


def test_options_are_those_of_decode() -> None:
    assert reference.decode(job(chunk(element("Object", {"Name": "n"}))), missing="none")
    with pytest.raises(reference.WrongDocumentError, match="Colour"):
        reference.decode(job(Colour="red"), strict=True)
