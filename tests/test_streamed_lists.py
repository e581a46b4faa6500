"""What stands for a list whose items are streamed: any use of it is an error, not an empty list."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from ds3codec import JobReader, JobWriter, UsageError, encode
from tests.examples import SAMPLE

USES: dict[str, Callable[[Any], object]] = {
    "for": list,
    "len": len,
    "if": bool,
    "first": lambda items: items[0],
    "slice": lambda items: items[:1],
    "in": lambda items: None in items,
    "reversed": lambda items: list(reversed(items)),
    "plus": lambda items: items + items,
    "append": lambda items: items.append(None),
    "extend": lambda items: items.extend([]),
    "sort": lambda items: items.sort(),
}


@pytest.mark.parametrize("use", USES)
def test_any_use_says_where_the_items_are(use: str) -> None:
    with JobReader(SAMPLE) as reader:
        for item, name in ((reader.header.chunks, "chunks"), (next(reader).chunk.blobs, "blobs")):
            with pytest.raises(UsageError, match=f"the {name} are not here: they were streamed"):
                USES[use](item)


def test_adding_to_it_does_not_begin_a_list() -> None:
    with JobReader(SAMPLE) as reader:
        for chunk, blobs in reader:
            with pytest.raises(UsageError):
                chunk.blobs += blobs


def test_what_was_streamed_is_copied_compared_and_shown() -> None:
    with JobReader(SAMPLE) as reader:
        for model in (reader.header, next(reader).chunk):
            for other in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
                assert other == model
            assert "=<streamed>" in repr(model)
            assert "<streamed>" in map(repr, dataclasses.asdict(model).values())


def test_what_was_streamed_is_not_written_as_if_it_were_empty() -> None:
    with JobReader(SAMPLE) as reader:
        chunk, blobs = next(reader)
        for model in (reader.header, chunk):
            with pytest.raises(UsageError):
                encode(model)
        chunk.blobs = list(blobs)
        assert encode(chunk).count(b"<Object ") == len(blobs)


def test_a_header_goes_to_a_writer_as_it_is(tmp_path: Any) -> None:
    copied = tmp_path / "copy.xml"
    with JobReader(SAMPLE) as reader, JobWriter(copied, reader.header) as writer:
        for chunk, blobs in reader:
            writer.write(chunk, blobs)
    assert copied.read_bytes() == SAMPLE.rstrip()
