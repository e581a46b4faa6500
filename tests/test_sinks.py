"""What is written is there as a whole, or an error says that it is not, and nothing is there."""

from __future__ import annotations

import io
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from ds3codec import EncodeError, JobReader, JobWriter, UsageError, decode, encode, iter_blobs
from tests.examples import SAMPLE, blob, chunk, job

LARGE = decode(job(chunk(*[blob(Name=f"object {number:06}") for number in range(3000)])))
BYTES = encode(LARGE)


def write(sink: Any, **options: Any) -> None:
    """Write a document of some 200 KB."""
    [part] = LARGE.chunks
    with JobReader(BYTES) as reader, JobWriter(sink, reader.header, **options) as writer:
        for at in range(0, len(part.blobs), 500):
            writer.write(part, part.blobs[at : at + 500])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class Hesitant(io.RawIOBase):
    """A raw file that takes a few bytes at a time, as it may."""

    def __init__(self) -> None:
        self.taken = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.taken += bytes(data)[:1000]
        return min(len(data), 1000)


def test_a_sink_that_takes_less_than_it_is_given_is_given_the_rest() -> None:
    sink = Hesitant()
    write(sink)
    assert bytes(sink.taken) == BYTES


def test_a_raw_pipe_is_given_everything() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as output, io.FileIO(writing, "w") as sink:
        received: list[bytes] = []
        thread = threading.Thread(target=lambda: received.append(output.read()))
        thread.start()
        write(sink)
        sink.close()
        thread.join()
    assert received == [BYTES]


def test_a_pipe_that_does_not_block_and_is_full_is_an_error() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with io.FileIO(reading), io.FileIO(writing, "w") as sink, pytest.raises(BlockingIOError):
        write(sink)


@pytest.mark.parametrize("answer", [0, -1, 10**9])
def test_a_sink_that_takes_nothing_or_too_much_is_an_error(answer: int) -> None:
    class Odd:
        def write(self, data: bytes) -> int:
            return answer

    with pytest.raises(OSError, match="the sink took"):
        write(Odd())


def test_a_sink_that_answers_nothing_has_taken_everything() -> None:
    class Quiet:
        taken = b""

        def write(self, data: bytes) -> None:
            self.taken += data

    sink = Quiet()
    write(sink)
    assert sink.taken == BYTES


def test_after_a_failure_nothing_more_is_written_and_the_block_does_not_end_well(tmp_path: Path) -> None:
    path = tmp_path / "job.xml"
    [part] = LARGE.chunks

    class Failing:
        calls = 0

        def write(self, data: bytes) -> None:
            self.calls += 1
            raise OSError("no more")

    sink = Failing()
    with pytest.raises(UsageError, match="broken: OSError interrupted it"), JobWriter(sink, None) as writer:
        for _ in range(2):
            with pytest.raises((OSError, UsageError)):
                writer.write(part)
    assert sink.calls == 1
    assert not path.exists()


def test_a_closed_sink_is_an_error(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    buffer.close()
    with (tmp_path / "job.xml").open("wb") as file:
        pass
    for sink in (buffer, file):
        with pytest.raises(UsageError, match=r"takes nothing: .*closed file"):
            write(sink)


def test_a_sink_for_text_is_an_error_also_where_its_type_does_not_tell() -> None:
    with tempfile.NamedTemporaryFile("w") as sink, pytest.raises(EncodeError, match="binary file object"):
        write(sink)


@pytest.mark.parametrize("path", ["null\0character", "surrogate\ud800"])
def test_a_path_that_no_file_can_have_is_an_error(path: str) -> None:
    with pytest.raises(EncodeError, match="cannot write to '"):
        write(path)


def test_a_path_may_be_an_object_that_gives_bytes(tmp_path: Path) -> None:
    class Encoded(os.PathLike):  # type: ignore[type-arg]
        def __fspath__(self) -> bytes:
            return os.fsencode(tmp_path / "job.xml")

    write(Encoded())
    assert (tmp_path / "job.xml").read_bytes() == BYTES


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_written_into(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    received: list[bytes] = []
    thread = threading.Thread(target=lambda: received.append(path.read_bytes()))
    thread.start()
    write(path)
    thread.join()
    assert received == [BYTES]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs the device")
def test_the_standard_output_is_written_into_by_its_name(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from tests.test_sinks import write; write('/dev/stdout')"]
    assert subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout == BYTES
    path = tmp_path / "job.xml"
    with path.open("w+b") as file:
        path.unlink()
        subprocess.run(command, check=True, stdout=file)
        file.seek(0)
        assert file.read() == BYTES
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device")
def test_a_full_device_is_an_error() -> None:
    with pytest.raises(OSError, match="No space left"):
        write("/dev/full")


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys\n"
        "from tests.test_sinks import write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    write(sys.argv[1])\n"
        "except OSError as error:\n"
        "    print(error.errno)\n"
    )
    old = tmp_path / "old.xml"
    old.write_bytes(b"old")
    for path in (tmp_path / "new.xml", old):
        output = subprocess.run(
            [sys.executable, "-c", script, str(path)], check=True, capture_output=True, text=True
        ).stdout
        assert output == "27\n"  # EFBIG
    assert [path.name for path in tmp_path.iterdir()] == ["old.xml"]
    assert old.read_bytes() == b"old"


@pytest.mark.parametrize("old", [b"old", None])
def test_a_writer_that_is_killed_while_it_writes_leaves_what_was_there(
    tmp_path: Path, old: bytes | None
) -> None:
    script = (
        "import itertools, sys\n"
        "from tests.test_sinks import LARGE, JobWriter\n"
        "[chunk] = LARGE.chunks\n"
        "with JobWriter(sys.argv[1], None) as writer:\n"
        "    writer.write(chunk)\n"
        "    print('written', flush=True)\n"
        "    writer.write(chunk, itertools.islice(itertools.cycle(chunk.blobs), 10_000_000))\n"
    )
    path = tmp_path / "job.xml"
    if old is not None:
        path.write_bytes(old)
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert (path.read_bytes() if path.exists() else None) == old


@pytest.mark.parametrize("permissions", [0o600, 0o640, 0o644, 0o400])
def test_a_file_that_is_replaced_passes_on_its_mode(tmp_path: Path, permissions: int) -> None:
    path = tmp_path / "job.xml"
    path.write_bytes(b"old")
    path.chmod(permissions)
    write(path)
    assert mode(path) == permissions
    assert path.read_bytes() == BYTES


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_that_is_replaced_passes_on_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "job.xml"
    path.write_bytes(b"old")
    os.chown(path, 4711, 4712)
    write(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (4711, 4712)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may act for another user")
@pytest.mark.parametrize(
    ("group", "permissions", "kept"),
    [(4713, 0o640, (4713, 0o640)), (4713, 0o4750, (4713, 0o750)), (0, 0o664, (4712, 0o604))],
)
def test_a_group_that_cannot_be_kept_gives_its_rights_to_no_other(
    group: int, permissions: int, kept: tuple[int, int]
) -> None:
    groups = os.getgroups()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "job.xml"
        path.write_bytes(b"old")
        os.chown(path, 0, group)
        path.chmod(permissions)
        Path(folder).chmod(0o777)
        os.setgroups([4713])
        os.setegid(4712)
        os.seteuid(4711)
        try:
            write(path)
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups(groups)
        assert (path.stat().st_uid, path.stat().st_gid, mode(path)) == (4711, *kept)
        assert path.read_bytes() == BYTES


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_mode_that_new_files_have(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write(tmp_path / "job.xml")
    finally:
        os.umask(before)
    assert mode(tmp_path / "job.xml") == 0o666 & ~umask
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_unfinished_can_be_read_by_nobody_else(tmp_path: Path) -> None:
    with JobWriter(tmp_path / "job.xml", None) as writer:
        [unfinished] = tmp_path.iterdir()
        assert mode(unfinished) == 0o600
        writer.write(LARGE.chunks[0])
    assert [path.name for path in tmp_path.iterdir()] == ["job.xml"]


class Interruption(Exception):  # noqa: N818  (it is not an error of anything)
    """What ends a block."""


def test_the_error_of_the_block_stays_when_the_unfinished_file_was_deleted(tmp_path: Path) -> None:
    with pytest.raises(Interruption), JobWriter(tmp_path / "job.xml", None):
        [unfinished] = tmp_path.iterdir()
        unfinished.unlink()
        raise Interruption
    with pytest.raises(FileNotFoundError), JobWriter(tmp_path / "job.xml", None) as writer:
        writer.write(LARGE.chunks[0])
        [unfinished] = tmp_path.iterdir()
        unfinished.unlink()
    assert list(tmp_path.iterdir()) == []


def test_a_replacement_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "job.xml"
    with pytest.raises(IsADirectoryError), JobWriter(path, None) as writer:
        writer.write(LARGE.chunks[0])
        path.mkdir()
    assert [item.name for item in tmp_path.iterdir()] == ["job.xml"]


@pytest.mark.parametrize("name", ["n" * 255, "ü" * 127, "\U0001f4fc" * 63])
def test_a_final_name_may_be_as_long_as_names_are(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    assert (tmp_path / name).read_bytes() == BYTES


@pytest.mark.parametrize("sync", [True, False])
def test_data_are_on_the_disk_before_they_have_their_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sync: bool
) -> None:
    calls: list[str] = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *given, name=name, real=real: (calls.append(name), real(*given))[1]
        )
    write(tmp_path / "job.xml", sync=sync)
    assert calls == (["fsync", "replace", "fsync"] if sync else ["replace"])


def test_a_writer_is_entered_once(tmp_path: Path) -> None:
    path = tmp_path / "job.xml"
    writer = JobWriter(path, None)
    with writer:
        writer.write(LARGE.chunks[0])
        with pytest.raises(UsageError), writer:
            raise AssertionError
    with pytest.raises(UsageError), writer:
        raise AssertionError
    with pytest.raises(UsageError):
        writer.write(LARGE.chunks[0])
    assert len(list(iter_blobs(path))) == 3000


@pytest.mark.parametrize("header", [LARGE.chunks[0], "header", 7, SAMPLE])
def test_a_header_is_a_job(tmp_path: Path, header: Any) -> None:
    with pytest.raises(EncodeError, match=type(header).__name__):
        JobWriter(tmp_path / "job.xml", header)
    assert list(tmp_path.iterdir()) == []
