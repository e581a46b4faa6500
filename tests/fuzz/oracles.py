"""The targets: each draws an input, and raises AssertionError where two readers disagree."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterable
from contextlib import suppress
from random import Random
from typing import Any
from unittest.mock import patch

from lxml import etree

from ds3codec import (
    DecodeError,
    Ds3CodecError,
    JobReader,
    LimitExceededError,
    RedactionError,
    Report,
    decode,
    encode,
    limits,
    validate,
)
from ds3codec.captures import responses
from ds3codec.redaction import redact
from ds3codec.testing import reference
from tests.captures import made
from tests.captures.examples import GET_JOB
from tests.examples import in_full
from tests.fuzz import mutations
from tests.redaction import planting
from tests.redaction.findings import found_but_for_the_recording, places
from tests.validation.oracle import SLOW_RULES, slowly


def check_decode(random: Random) -> None:
    """The reference and libxml2 accept and give what `decode` accepts and gives."""
    data = mutations.document(random)
    ours = _decoded(data)
    if isinstance(ours, LimitExceededError):
        return
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return  # which iterparse does not read
    try:
        theirs: Any = reference.decode(data)
    except reference.WrongDocumentError as error:
        theirs = error
    assert isinstance(ours, Exception) == isinstance(theirs, Exception), (ours, theirs)
    assert isinstance(ours, Exception) or (ours == theirs and in_full(ours) == in_full(theirs))
    try:
        etree.fromstring(data)
    except etree.XMLSyntaxError as error:
        assert isinstance(ours, Exception), error


def check_pieces(random: Random) -> None:
    """The same comes out, whichever way the document is cut; the smallest pieces have no runs."""
    data = mutations.document(random)
    plain = _outcome(data[start : start + 2000] for start in range(0, len(data), 2000))
    with patch.object(limits, "SHORTEST_RUN", mutations.shortest_run(random)):
        assert _outcome([data]) == plain
        assert _outcome(mutations.pieces(random, data)) == plain


def check_validate(random: Random) -> None:
    """`validate` finds what the slow way finds, and what it finds nothing wrong with can be decoded."""
    data = mutations.document(random)
    with patch.object(limits, "SHORTEST_RUN", mutations.shortest_run(random)):
        report = validate(data, select=SLOW_RULES)
    slow = slowly(data)
    assert report.counts == slow.counts
    assert _placed(report) == _placed(slow)
    assert not report.ok or not isinstance(_decoded(data), Exception)


def _placed(report: Report) -> list[Any]:
    """The places of the findings of each rule, in their order."""
    return sorted(
        ((one.rule, one.path, one.line, one.column) for one in report.findings), key=lambda found: found[0]
    )


def check_captures(random: Random) -> None:
    """Of the capture of any recorder that is damaged come only errors of the package, however it is cut."""
    exchange = made.Exchange("GET", f"http://nas{GET_JOB}", mutations.document(random))
    recorded = bytearray(made.FORMATS[random.choice(sorted(made.FORMATS))]([exchange, exchange]))
    for _ in range(random.randint(0, 4)):
        at = random.randrange(len(recorded) + 1)
        if random.random() < 0.5:
            at = min(at, random.randrange(600))  # where heads are
        end = at + random.choice((0, 1, 1, 4, random.randrange(100)))
        recorded[at:end] = random.randbytes(random.choice((0, 1, 1, 4)))
    with suppress(Ds3CodecError):
        for response in responses(mutations.pieces(random, bytes(recorded))):
            validate(response)
    with suppress(Ds3CodecError):
        redact([bytes(recorded)], io.BytesIO(), key="key")


def check_encode(random: Random) -> None:
    """What was decoded is written so that it is decoded to the same."""
    job = _decoded(mutations.document(random))
    if not isinstance(job, Exception):
        assert decode(encode(job)) == job


def check_redact(random: Random) -> None:
    """A redacted document has what is wrong with the document, at the same places; or it is refused."""
    data = mutations.document(random)
    sink = io.BytesIO()
    try:
        redact(mutations.pieces(random, data), sink, key="key")
    except RedactionError:
        assert not validate(data, select=["form"]).ok or b"encoding" in data
        return
    before, after = validate(data), validate(sink.getvalue())
    assert before.counts == after.counts
    assert places(before) == places(after)


def check_planting(random: Random) -> None:
    """A planted word is nowhere in the redacted copy, which has the same findings; or it is refused."""
    capture = planting.drawn(random)
    after = planting.copied(capture)
    if after is not None:
        assert not planting.is_left(planting.WORD, after)
        assert found_but_for_the_recording(after) == found_but_for_the_recording(capture)


TARGETS: dict[str, Callable[[Random], None]] = {
    "decode": check_decode,
    "pieces": check_pieces,
    "validate": check_validate,
    "captures": check_captures,
    "encode": check_encode,
    "redact": check_redact,
    "planting": check_planting,
}
# What a target draws its input with, where that is no document.
INPUTS: dict[str, Callable[[Random], bytes]] = {"planting": planting.drawn}


def _decoded(data: bytes) -> Any:
    try:
        return decode(data)
    except Ds3CodecError as error:
        return error


def _outcome(source: Iterable[bytes]) -> dict[str, Any]:
    """All that comes of a document, and of the error that ends it."""
    found: dict[str, Any] = {"blobs": []}
    try:
        with JobReader(source) as reader:
            found["header"] = None if reader.is_lone_chunk else reader.header
            for batch in reader:
                found["blobs"] += batch.blobs
            found["unknown"] = reader.unknown
    except DecodeError as error:
        found["error"] = type(error), error.message, error.path, error.line, error.column, error.blobs_read
    return found
