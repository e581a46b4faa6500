"""CSV and JSON Lines as spreadsheets and other tools write them, read as the table that they were made of."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import MasterObjectList, TableError, decode, encode
from ds3codec.tables import encode_table, read_table, write_csv, write_jsonl
from ds3codec.tables.files import open_table
from ds3codec.testing.strategies import jobs
from tests.examples import DATA, SAMPLE, UUID, blob, chunk, job
from tests.tables.test_batches import rows_of

OTHER = "04eb5c5d-b5cc-4b24-9c94-844336ec9e99"
DOCUMENT = job(
    chunk(blob(Name="a/1.mov", Length="10", InCache="true"), blob(Name="b", Version="7", VersionId=OTHER)),
    chunk(blob(Name="NA", Id=OTHER, Bucket="b1"), ChunkNumber="1", NodeId=UUID),
)
ROWS = rows_of(decode(DOCUMENT))
NAMES = list(ROWS[0])


def opened(data: bytes, form: str = "csv") -> list[dict[str, Any]]:
    table = open_table(io.BytesIO(data), form)
    read: list[dict[str, Any]] = pa.Table.from_batches(list(table), table.schema).to_pylist()
    return read


def known(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in NAMES} for row in rows]


def sheet(
    null: str = "", true: str = "true", false: str = "false", number: str = "{}", **options: Any
) -> str:
    """The rows as a tool writes them."""
    text = io.StringIO()
    writer = csv.writer(text, **options)
    writer.writerow(NAMES)
    for row in ROWS:
        writer.writerow(
            null
            if value is None
            else {True: true, False: false}[value]
            if isinstance(value, bool)
            else number.format(value)
            if isinstance(value, int)
            else value
            for value in row.values()
        )
    return text.getvalue()


UNQUOTED: dict[str, Any] = {"quoting": csv.QUOTE_MINIMAL}
FORMS: dict[str, bytes] = {
    "pandas": sheet(true="True", false="False", number="{}.0", lineterminator="\n").encode(),
    "PowerShell": sheet(quoting=csv.QUOTE_ALL).encode(),
    "PowerShell 5": ("#TYPE System.Object\r\n" + sheet(quoting=csv.QUOTE_ALL)).encode("utf-16"),
    "Excel, Unicode text": sheet(true="TRUE", false="FALSE", delimiter="\t").encode("utf-16"),
    "Excel, CSV UTF-8": sheet(true="TRUE", false="FALSE", delimiter=";").encode("utf-8-sig"),
    "Excel's own first line": ("sep=;\r\n" + sheet(delimiter=";")).encode(),
    "UTF-16 of the other order": b"\xfe\xff" + sheet().encode("utf-16-be"),
    "PostgreSQL": sheet(true="t", false="f", lineterminator="\n").encode(),
    "SQLite": sheet(true="1", false="0", delimiter="|").encode(),
    "fractions with commas": sheet(number="{},00", delimiter=";").encode(),
    "blank lines at the end": sheet().encode() + b"\r\n\r\n",
    "carriage returns": sheet(lineterminator="\r").encode(),
    "pandas, with a word for null": sheet(null="NA", lineterminator="\n").encode(),
    "R": sheet(null="NA", true="TRUE", false="FALSE", quoting=csv.QUOTE_NONNUMERIC)
    .replace('"NA",', "NA,")
    .replace('"TRUE"', "TRUE")
    .replace('"FALSE"', "FALSE")
    .replace(',NA,"0",', ',"NA","0",')
    .replace(',"NA"\r\n', ",NA\r\n")
    .encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_other_tools_write_is_read(form: str) -> None:
    assert known(opened(FORMS[form])) == ROWS


@pytest.mark.parametrize("path", sorted((DATA / "tables").glob("*.csv")), ids=lambda path: path.stem)
def test_files_of_other_tools_are_responses_again(path: Path) -> None:
    table = open_table(path, "csv")
    sink = io.BytesIO()
    encode_table(pa.Table.from_batches(list(table), table.schema), sink, job=decode(job()))
    [chunk] = decode(sink.getvalue()).chunks
    assert [(blob.name, blob.length, blob.in_cache, blob.version) for blob in chunk.blobs] == [
        ("a/1.mov", 10, True, None),
        ("a/2.mov", 20, False, None),
    ]


@pytest.mark.parametrize("prefix", ["", "Unnamed: 0"])
def test_an_index_column_is_passed_over(prefix: str) -> None:
    lines = sheet(lineterminator="\n").splitlines()
    indexed = [f"{prefix},{lines[0]}", *(f"{number},{line}" for number, line in enumerate(lines[1:]))]
    assert known(opened("\n".join(indexed).encode())) == ROWS


def cells(**changed: str) -> bytes:
    """A sheet of two rows; the second has other cells."""
    plain = {name: "" if value is None else str(value) for name, value in ROWS[0].items()}
    text = io.StringIO()
    writer = csv.DictWriter(text, NAMES, delimiter=";")
    writer.writeheader()
    writer.writerows([plain, plain | changed])
    return text.getvalue().encode()


COLUMN = dict(zip(NAMES, "ABCDEFGHIJKLM"))
WRONG: dict[str, tuple[str, str, str]] = {
    "words": ("length", "many", "is not a whole number"),
    "fractions": ("length", "1.5", "is not a whole number"),
    "rounded": ("length", "1.07E+11", "was rounded"),
    "beyond the exact": ("length", "9007199254740993.0", "may have been rounded"),
    "too large": ("offset", "9223372036854775808", "is too large"),
    "thousands or a fraction": ("length", "1.000", "may have a fraction or thousands"),
    "thousands": ("length", "1.000.000", "is not a whole number"),
    "digits of others": ("length", "\u0663", "is not a whole number"),
    "hexadecimal": ("length", "0x10", "is not a whole number"),
    "yes": ("latest", "WAHR", "is not a boolean"),
    "a number": ("in_cache", "2", "is not a boolean"),
    "a bucket or nothing": ("bucket", "NA", "may be a text or nothing"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_may_mean_two_things_is_refused_with_its_cell(wrong: str) -> None:
    name, cell, reason = WRONG[wrong]
    with pytest.raises(TableError, match=reason) as caught:
        opened(cells(**{name: cell}))
    assert str(caught.value).startswith(f"cell {COLUMN[name]}3 ({name}): {cell!r} ")
    assert (caught.value.column, caught.value.row) == (name, 1)


def test_lines_before_the_names_count_where_a_spreadsheet_shows_them() -> None:
    for first, row in ((b"#TYPE a\r\n", 4), (b"sep=;\r\n", 3)):
        with pytest.raises(TableError, match=f"cell I{row} "):
            opened(first + cells(length="x"))


def test_columns_are_named_as_in_a_spreadsheet() -> None:
    names = [f"c{number}" for number in range(30)]
    for name, column in (("c0", "A"), ("c25", "Z"), ("c26", "AA"), ("c29", "AD")):
        line = ",".join("length" if each == name else each for each in names)
        with pytest.raises(TableError, match=f"cell {column}2 "):
            opened(f"{line}\n{','.join(['x'] * 30)}\n".encode())


@pytest.mark.parametrize("text", ["NA", "null", "", "1.0", "true", 'a,"b";\t|', " a ", "#TYPE x", "sep=;"])
def test_our_own_csv_tells_texts_from_nulls(text: str) -> None:
    document = job(chunk(blob(Name=text, Bucket=text, Id=text), blob()))
    sink = io.BytesIO()
    write_csv(document, sink)
    assert known(opened(sink.getvalue())) == rows_of(decode(document))


@given(jobs(), st.sampled_from([write_csv, write_jsonl]))
def test_what_we_write_is_read_as_it_was(original: MasterObjectList, write: Callable[..., None]) -> None:
    document = encode(original)
    sink = io.BytesIO()
    write(document, sink)
    form = "csv" if write is write_csv else "jsonl"
    assert known(opened(sink.getvalue(), form)) == rows_of(decode(document))


def test_a_text_in_another_encoding_is_named() -> None:
    with pytest.raises(TableError, match=r"not in UTF-8: .* save it as UTF-8"):
        opened("name\nä\n".encode("cp1252"))
    with pytest.raises(TableError, match="not in UTF-16"):
        opened(sheet().encode("utf-16")[:-1])


JSON = [
    (10.0, 10),
    ("10", 10),
    ("10.0", 10),
    (" 10 ", 10),
    ("NA", None),
    (float("nan"), None),
    (None, None),
    (-(2**63), -(2**63)),
]


@pytest.mark.parametrize(("cell", "expected"), JSON)
def test_json_lines_take_the_same_forms(cell: object, expected: int | None) -> None:
    line = json.dumps({"version": cell, "in_cache": "TRUE", "latest": 1, "name": "NA"}) + "\r\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        [row] = opened(line.encode(encoding), "jsonl")
        assert (row["version"], row["in_cache"], row["latest"], row["name"]) == (expected, True, True, "NA")


@pytest.mark.parametrize(
    ("name", "cell", "reason"),
    [
        ("length", True, "is not a whole number"),
        ("length", 1.5, "is not a whole number"),
        ("length", 1e17, "was rounded"),
        ("length", [1], "is not a whole number"),
        ("length", 2**63, "is too large"),
        ("latest", {}, "is not a boolean"),
        ("latest", "yes", "is not a boolean"),
        ("name", 7, "is not a text"),
        ("name", "\ud800", "has half a character"),
    ],
)
def test_wrong_values_in_json_lines_have_their_line(name: str, cell: object, reason: str) -> None:
    lines = "{}\n\n" + json.dumps({name: cell}) + "\n"
    with pytest.raises(TableError, match=reason) as caught:
        opened(lines.encode(), "jsonl")
    assert str(caught.value).startswith(f"line 3: {name} is ")
    assert caught.value.row == 2


def test_a_sample_comes_back_from_every_form() -> None:
    rows = read_table(SAMPLE).to_pylist()
    sink = io.BytesIO()
    write_csv(SAMPLE, sink)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        text = sink.getvalue().decode().replace("\n", "\r\n")
        assert opened(text.encode(encoding)) == rows
