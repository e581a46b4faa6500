"""An interrupt surfaces as itself, wherever Python looks for signals, and leaves nothing behind."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import ds3codec
from ds3codec import JobReader, JobWriter, UsageError, decode
from tests.examples import blob, chunk, job

# In threads of their own: Python may not forget an exception that is handled when tracing raises another.
# A file that is opened just then is closed with the last reference to it, of which Python warns.
pytestmark = [
    pytest.mark.full,
    pytest.mark.own_thread,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

FOLDER = str(Path(ds3codec.__file__).parent)
# More than is read at once, and a run.
DOCUMENT = job(chunk(*[blob(Name=f"object {number} {'x' * 100}") for number in range(400)]), chunk(blob()))
STEP = 16 * 1024


def stepped(work: Callable[[], Any], place: int | None = None) -> tuple[int, BaseException | None]:
    """Call a function, and interrupt it at a step of the package: how many it took, and what it raised."""
    steps = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal steps
        if not frame.f_code.co_filename.startswith(FOLDER):
            return None
        steps += 1
        if steps == place:
            sys.settrace(None)
            raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        work()
    except BaseException as error:
        return steps, error
    finally:
        sys.settrace(None)
    return steps, None


def interrupted(work: Callable[[], Any], place: int) -> BaseException | None:
    """Interrupt a function at so many steps; what it raises, if it gets there."""
    return stepped(work, place)[1]


def places(work: Callable[[], Any], every: int) -> list[int]:
    """Some of the steps that a function takes: all of the first and last ones, and a few in between."""
    count, error = stepped(work)
    assert error is None
    return [*range(1, 120), *range(120, count, every), *range(max(120, count - 120), count)]


def assert_interrupted(error: BaseException | None, place: int) -> None:
    """Check that nothing but the interrupt came out. Python ignores one in what is being deleted."""
    assert error is None or isinstance(error, KeyboardInterrupt), (place, error)


def open_files(path: Path) -> int:
    """Count the open files of this process that have a path; none where that cannot be told."""
    listed = Path("/proc/self/fd")
    found = [link for link in listed.iterdir() if link.is_symlink()] if listed.exists() else []
    return sum(str(path) in str(link.readlink()) for link in found if link.exists())


def test_within_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    path.write_bytes(DOCUMENT)
    readers: list[JobReader] = []

    def read() -> None:
        readers.clear()
        with JobReader(path) as reader:
            readers.append(reader)
            for _ in reader:
                pass

    read()
    for place in places(read, 509):
        error = interrupted(read, place)
        assert_interrupted(error, place)
        for reader in readers:
            with pytest.raises((UsageError, StopIteration)):  # the latter if all is read
                next(reader)
            reader.close()
        readers.clear()
        reader = error = None  # type: ignore[assignment]
        gc.collect()
        assert open_files(path) == 0, place


def test_a_reader_that_is_interrupted_in_a_call_does_not_go_on() -> None:
    def pull(reader: JobReader) -> int:
        return sum(len(batch.blobs) for batch in reader)

    def prepared() -> JobReader:
        return JobReader(DOCUMENT[at : at + STEP] for at in range(0, len(DOCUMENT), STEP))

    whole = pull(prepared())
    for place in places(lambda: pull(prepared()), 97):
        reader = prepared()
        error = interrupted(lambda reader=reader: pull(reader), place)  # type: ignore[misc]
        assert_interrupted(error, place)
        try:
            rest = pull(reader)
        except UsageError as met:
            assert "interrupted" in str(met)
        else:  # it came between two calls
            assert 0 <= rest <= whole
        reader.close()


def test_within_decode() -> None:
    decode(DOCUMENT)
    for document in (DOCUMENT, job(chunk(blob()))):
        for place in places(lambda document=document: decode(document), 97):  # type: ignore[misc]
            error = interrupted(lambda document=document: decode(document), place)  # type: ignore[misc]
            assert_interrupted(error, place)


def test_a_writer_leaves_no_part_of_a_file(tmp_path: Path) -> None:
    written = decode(DOCUMENT)
    path = tmp_path / "written.xml"

    def write() -> None:
        with JobWriter(path, written and ds3codec.JobReader(DOCUMENT).header, sync=False) as writer:
            for item in written.chunks:
                writer.write(item)

    write()
    for place in places(write, 97):
        path.unlink(missing_ok=True)
        error = interrupted(write, place)
        assert_interrupted(error, place)
        del error
        gc.collect()
        assert {found.name for found in tmp_path.iterdir()} <= {"written.xml"}, place
        assert not path.exists() or decode(path) == written
