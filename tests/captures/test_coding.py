"""Content codings of a body: all that is before damage, and nothing of a header."""

from __future__ import annotations

import gzip
import zlib

import pytest

from ds3codec import CompressionError
from ds3codec.captures import responses
from tests.captures.examples import LARGE, SMALL, body, with_length
from tests.examples import SAMPLE


def test_a_damaged_content_coding_spoils_no_other_response() -> None:
    packed = gzip.compress(SAMPLE)
    spoiled = with_length(packed[:40] + bytes(40) + packed[80:], b"Content-Encoding: gzip")
    unknown = with_length(b"\x0b\x02", b"Content-Encoding: br")
    got = []
    for response in responses([spoiled + unknown + with_length(SMALL)]):
        try:
            got.append(body(response))
        except CompressionError as trouble:
            got.append(type(trouble))  # type: ignore[arg-type]
    assert got == [CompressionError, CompressionError, SMALL]


def test_all_that_is_before_damage_of_deflate_comes_before_the_error() -> None:
    packed = zlib.compress(LARGE)[:-1] + b"?"
    response = next(responses([with_length(packed, b"Content-Encoding: deflate")]))
    got: list[bytes] = []
    with pytest.raises(CompressionError):
        got.extend(iter(response.body))
    assert b"".join(got) == LARGE


def test_no_header_line_is_quoted() -> None:
    response = next(responses([with_length(b"??", b"Content-Encoding: br", b" Authorization: hunter2")]))
    with pytest.raises(CompressionError) as caught:
        body(response)
    assert "hunter2" not in str(caught.value)
