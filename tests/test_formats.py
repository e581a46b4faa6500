"""The tables of formats: what is written opens by its ending and reads back; one entry is all it takes."""

from __future__ import annotations

import io
import json
import lzma
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ds3codec import EncodeError, JobReader, JobWriter, UsageError, decode, encode, formats
from ds3codec.captures import responses
from ds3codec.redaction import redact
from ds3codec.testing import write_document
from ds3codec.testing.strategies import documents
from tests.captures.examples import with_length
from tests.compressed import PACK, unpacked
from tests.examples import SAMPLE
from tests.pages import ROOT

tables = pytest.importorskip("ds3codec.tables")
pytest.importorskip("click")

from tests.cli.command import run  # noqa: E402  (needs click)

ENDINGS = [ending for one in formats.COMPRESSIONS for ending in one.endings]
TABLES = [form.name for form in formats.TABLE_FORMATS]
LZMA = formats.Compression(
    "lzma",
    lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE),
    lambda: lzma.LZMACompressor(lzma.FORMAT_ALONE),
    magics=(b"\x5d\x00\x00",),
    endings=(".lzma",),
    codings=("x-lzma",),
)


def copy(source: Path, sink: Path) -> None:
    with JobReader(source) as reader, JobWriter(sink, reader.header) as writer:
        for chunk, blobs in reader:
            writer.write(chunk, blobs)


# What writes a file, by its ending, from a response: the commands, and the functions that they are made of.
COMMANDS: dict[str, tuple[object, ...]] = {
    "convert .xml": ("convert", "{0}", "-o", "{1}"),
    "convert some rows .xml": ("convert", "{0}", "-o", "{1}", "--where", "length > 0"),
    "convert .csv": ("convert", "{0}", "-o", "{1}"),
    "convert .ndjson": ("convert", "{0}", "-o", "{1}"),
    "convert .jsonl": ("convert", "{0}", "-o", "{1}"),
    "redact .xml": ("redact", "{0}", "-o", "{1}", "--key", "key"),
    "redact .http": ("redact", "{0}", "-o", "{1}", "--key", "key"),
    "generate .xml": ("generate", "--objects", 3, "-o", "{1}"),
}
BENCH = ("bench", "{0}", "--rounds", 1, "--way", "iterparse, bare loop", "--json", "{1}")
FUNCTIONS: dict[str, Callable[[Path, Path], object]] = {
    "JobWriter .xml": copy,
    "redact .xml": lambda source, sink: redact(source, sink, key="key"),
    "write_document .xml": lambda source, sink: write_document(sink, 3),
    "write_csv .csv": tables.write_csv,
    "write_jsonl .jsonl": tables.write_jsonl,
    "encode_table .xml": lambda source, sink: tables.encode_table(tables.read_table(source), sink),
}


def do(command: tuple[object, ...], *paths: Path) -> str:
    """Run a command that must fail with one line, if it fails; the line."""
    arguments = [str(argument).format(*paths) for argument in command]
    result = run(*arguments)
    if result.returncode == 0:
        return ""
    *usage, message = result.stderr.decode().splitlines()
    assert (result.returncode, len(usage) in (0, 2)) == (2, True), result.stderr
    assert message.startswith("ds3codec: ")
    return message


def source_of(folder: Path) -> Path:
    path = folder / "response.xml"
    path.write_bytes(SAMPLE)
    return path


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_writes_the_compression_that_the_ending_says(
    name: str, ending: str, tmp_path: Path
) -> None:
    source, kind = source_of(tmp_path), name.rsplit(maxsplit=1)[-1].partition(",")[0]
    plain, packed = tmp_path / f"plain{kind}", tmp_path / f"packed{kind}{ending.upper()}"
    assert do(COMMANDS[name], source, plain) == do(COMMANDS[name], source, packed) == ""
    assert unpacked(packed.read_bytes()) == plain.read_bytes()
    if kind == ".xml":
        assert decode(packed) == decode(plain)


def test_the_results_of_bench_are_compressed_as_the_ending_says(tmp_path: Path) -> None:
    source = source_of(tmp_path)
    assert do(BENCH, source, tmp_path / "runs.json.gz") == ""
    assert len(json.loads(unpacked((tmp_path / "runs.json.gz").read_bytes()))["runs"]) == 2
    assert "cannot write" in do(BENCH, source, tmp_path / "runs.json.br")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_writes_the_compression_that_the_ending_says(
    name: str, ending: str, tmp_path: Path
) -> None:
    source, kind = source_of(tmp_path), name.rsplit(maxsplit=1)[-1]
    for path in (tmp_path / f"plain{kind}", tmp_path / f"packed{kind}{ending}"):
        FUNCTIONS[name](source, path)
    assert unpacked((tmp_path / f"packed{kind}{ending}").read_bytes()) == (
        (tmp_path / f"plain{kind}").read_bytes()
    )


@pytest.mark.parametrize("ending", formats.FOREIGN_ENDINGS)
@pytest.mark.parametrize("name", COMMANDS)
def test_an_ending_of_another_compression_is_refused(name: str, ending: str, tmp_path: Path) -> None:
    source = source_of(tmp_path)
    message = do(COMMANDS[name], source, tmp_path / f"out.xml{ending}")
    assert "cannot write" in message or "cannot tell the format from the ending" in message
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("form", TABLES)
@pytest.mark.parametrize("ending", [*ENDINGS, ".zip"])
def test_a_table_that_is_compressed_in_itself_is_compressed_once(
    form: str, ending: str, tmp_path: Path
) -> None:
    path = tmp_path / f"blobs.{form}{ending}"
    if form in ("csv", "jsonl") and ending in ENDINGS:
        getattr(tables, f"write_{form}")(SAMPLE, path)
        assert path.exists()
    else:
        with pytest.raises((UsageError, EncodeError), match=r"compresses its own data|cannot write"):
            getattr(tables, f"write_{form}")(SAMPLE, path)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_library_that_is_missing_is_one_line_with_its_extra(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("compression", "backports", "backports.zstd"):
        monkeypatch.setitem(sys.modules, module, None)
    source, kind = source_of(tmp_path), name.rsplit(maxsplit=1)[-1].partition(",")[0]
    message = do(COMMANDS[name], source, tmp_path / f"out{kind}.zst")
    assert message.endswith("needs the package backports.zstd: pip install 'ds3codec[cli]'")
    assert list(tmp_path.iterdir()) == [source]


def test_a_python_without_a_library_of_its_own_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bz2", None)
    with pytest.raises(EncodeError, match="bzip2, which this Python was built without"):
        write_document(tmp_path / "out.xml.bz2", 1)
    assert list(tmp_path.iterdir()) == []


@given(document=documents(), ending=st.sampled_from(ENDINGS))
@settings(max_examples=10)
def test_every_document_comes_back_from_every_compression(
    document: bytes, ending: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("written") / f"out.xml{ending}"
    original = decode(document)
    with JobWriter(path, replace(original, chunks=[])) as writer:
        for chunk in original.chunks:
            writer.write(chunk)
    assert decode(path) == original
    assert unpacked(path.read_bytes()) == encode(original)


@pytest.mark.parametrize("ending", [ending for form in formats.TABLE_FORMATS for ending in form.endings])
def test_every_ending_of_a_table_is_written_and_read(ending: str, tmp_path: Path) -> None:
    source = source_of(tmp_path)
    table, back = tmp_path / f"blobs{ending}", tmp_path / "back.xml"
    assert do(("convert", "{0}", "-o", "{1}"), source, table) == ""
    assert do(("convert", "{0}", "--job", "{1}", "-o", "{2}"), table, source, back) == ""
    rows = tables.read_table(source).to_pylist()
    assert tables.read_table(back).to_pylist() == rows
    for form in TABLES:
        again = tmp_path / f"again-{form}"
        assert do(("convert", "{0}", "--to", form, "-o", "{1}"), table, again) == ""


def test_what_tells_one_format_from_another_is_there_once() -> None:
    for told in ("name", "magics", "endings", "codings"):
        values = [getattr(one, told) for one in formats.COMPRESSIONS]
        listed = values if told == "name" else [value for some in values for value in some]
        assert len(set(listed)) == len(listed), told
    endings = [ending for form in formats.TABLE_FORMATS for ending in form.endings]
    assert len({*endings, *ENDINGS, *formats.FOREIGN_ENDINGS}) == len(
        [*endings, *ENDINGS, *formats.FOREIGN_ENDINGS]
    )
    for one in formats.COMPRESSIONS:
        assert bool(one.magics) >= bool(one.endings), "a file is known by its first bytes"


def test_an_extra_that_a_format_names_brings_its_package() -> None:
    tomllib = pytest.importorskip("tomllib" if sys.version_info >= (3, 11) else "tomli")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for one in formats.COMPRESSIONS:
        assert bool(one.extra) == bool(one.package)
        assert not one.extra or any(line.startswith(one.package) for line in extras[one.extra])


@pytest.mark.parametrize("name", PACK)
def test_each_compression_is_known_by_its_first_bytes(name: str) -> None:
    found = formats.recognised(PACK[name](SAMPLE))
    assert found is not None
    assert found.name == name
    assert len(PACK[name](b"")) >= formats.longest_magic()


# Another format is one entry.


def test_another_compression_is_one_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "COMPRESSIONS", (*formats.COMPRESSIONS, LZMA))
    source = source_of(tmp_path)
    for name, command in COMMANDS.items():
        path = tmp_path / f"{name}.lzma"
        assert do(command, source, path) == ""
        assert lzma.decompress(path.read_bytes(), lzma.FORMAT_ALONE)
    tables.write_csv(SAMPLE, tmp_path / "blobs.csv", compression="lzma")
    assert (tmp_path / "blobs.csv").read_bytes().startswith(LZMA.magics[0])
    packed = lzma.compress(SAMPLE, lzma.FORMAT_ALONE)
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "a.xml.lzma").write_bytes(packed)
    (tmp_path / "found" / "b.http").write_bytes(with_length(packed, b"Content-Encoding: x-lzma"))
    assert decode(packed) == decode(SAMPLE)
    assert run("validate", tmp_path / "found", "--exit-zero").returncode == 0
    for path in (tmp_path / "found").iterdir():
        assert b"".join(next(responses(path)).body) == SAMPLE


def test_another_format_of_tables_is_one_entry_and_one_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ds3codec.tables import csv, files  # noqa: PLC0415

    def write(batches: Any, sink: Any) -> None:
        plain = io.BytesIO()
        csv.write(batches, plain)
        with files.written(sink) as file:
            file.write(b"#table\n" + plain.getvalue())

    def read(source: Any) -> files.FileBatches:
        return csv.read(io.BytesIO(b"".join(files.plain_pieces(source)).removeprefix(b"#table\n")))

    module = ModuleType("ds3codec.tables.table")
    vars(module).update(read=read, write=write)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    entry = formats.TableFormat("table", (".table",))
    monkeypatch.setattr(formats, "TABLE_FORMATS", (*formats.TABLE_FORMATS, entry))
    source = source_of(tmp_path)
    for ending in ("", ".gz"):
        table, back = tmp_path / f"blobs.table{ending}", tmp_path / f"back{ending}.csv"
        assert do(("convert", "{0}", "-o", "{1}"), source, table) == ""
        assert do(("convert", "{0}", "-o", "{1}"), table, back) == ""
        assert back.read_bytes().count(b"\n") == 6
    assert (tmp_path / "blobs.table").read_bytes().startswith(b"#table\n")
