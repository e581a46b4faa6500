"""Reads CSV of spreadsheets and other tools.

The first lines reveal the dialect of a file: its encoding, delimiter and quoting. Then pyarrow splits it into
cells, all of them texts, and `cells` parses those of the known columns.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa

from ..errors import TableError, shown
from .cells import COLUMNS, Style, array_of_cells, nulls_in
from .schema import arrow_schema, plain_schema

__all__ = ["Sheet", "in_utf_8"]

_HEAD = 64 * 1024  # bytes, more than any sensible first row
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DELIMITERS = ",;\t|"
_TOLD = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_TYPE = re.compile(r"#TYPE [^\n]*\n")
_ROW = r'(?:"(?:[^"]|"")*"|[^"\r\n{0}]*)(?:{0}(?:"(?:[^"]|"")*"|[^"\r\n{0}]*))*'
_QUOTED = re.compile('"(?:[^"]|"")*"')
_ALL_QUOTED = r'"(?:[^"]|"")*"(?:{0}"(?:[^"]|"")*")*'


def in_utf_8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Convert a text in UTF-8, or in UTF-16 with a byte order mark, to UTF-8 without a mark.

    Raises:
        TableError: The text is in another encoding.
    """
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= len(codecs.BOM_UTF8):
            break
    mark, encoding = next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", "utf-8"))
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in chain([head.removeprefix(mark)], pieces):
            yield decoder.decode(piece).encode()
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        advice = "save it as UTF-8, or as Unicode text"
        raise TableError(f"the text is not in {encoding.upper()}: {_reason(error)}; {advice}") from None


def _reason(error: UnicodeError) -> str:
    return str(getattr(error, "reason", error))


class _Dialect(NamedTuple):
    """The dialect of a CSV file.

    Attributes:
        names: The names of its columns.
        delimiter: The character between cells.
        style: The style of its cells.
        lines: The number of lines before the names, as a spreadsheet shows them.
        skipped: The number of bytes before the names.
    """

    names: list[str]
    delimiter: str
    style: Style
    lines: int
    skipped: int


def _dialect(head: bytes) -> _Dialect:
    text = head.decode(errors="ignore")
    start, lines, delimiters = 0, 0, _DELIMITERS
    while (told := _TOLD.match(text, start)) or (typed := _TYPE.match(text, start)):
        if told:
            delimiters = told[1]  # spreadsheets hide this line
        lines += not told
        start = (told or typed).end()  # type: ignore[union-attr]
    line = re.split("[\r\n]", text[start:].lstrip("\r\n"), maxsplit=1)[0]
    known = set(arrow_schema().names)
    rows = {delimiter: next(csv.reader([line], delimiter=delimiter), []) for delimiter in delimiters}
    delimiter = max(rows, key=lambda each: len(known.intersection(rows[each])))
    quotes_texts = '"' in line
    row = re.compile(_ROW.format(re.escape(delimiter)))
    header = row.match(text, start)
    first = text[header.end() :].lstrip("\r\n") if header else ""
    all_quoted = re.compile(_ALL_QUOTED.format(re.escape(delimiter)))
    cells = row.match(first)
    quotes_all = quotes_texts and cells is not None and all_quoted.fullmatch(cells[0]) is not None
    rows_without_quotes = _QUOTED.sub('""', first).splitlines()
    named = (dict(zip(rows[delimiter], each.split(delimiter))) for each in rows_without_quotes)
    nulls = frozenset[str]().union(*map(nulls_in, named))
    style = Style(quotes_texts, quotes_all, delimiter != ",", nulls)
    return _Dialect(rows[delimiter], delimiter, style, lines, len(text[:start].encode()))


class Sheet:
    """An iterator of record batches over a CSV file of blobs in UTF-8.

    Attributes:
        schema: The schema of the named columns. The types of unknown columns are inferred.

    Raises:
        TableError: A column is duplicated; from the iterator, a cell is not valid for its column.
    """

    def __init__(self, text: Iterator[bytes], as_file: Callable[[Iterator[bytes]], Any]) -> None:
        from pyarrow import csv as arrow_csv  # noqa: PLC0415

        head = b""
        for piece in text:
            head += piece
            if len(head) >= _HEAD:
                break
        dialect = _dialect(head)
        known = plain_schema(arrow_schema())
        twice = [name for name, count in Counter(dialect.names).items() if name and count > 1]
        if twice:
            raise TableError(f"the column {twice[0]} is there twice", column=twice[0])
        self._style = dialect.style
        self._names = dialect.names
        self._first = 2 + dialect.lines  # the first blob's row number in a spreadsheet
        self._count = 0
        self._reader = arrow_csv.open_csv(
            pa.PythonFile(as_file(chain([head[dialect.skipped :]], text)), "r"),
            parse_options=arrow_csv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(known.names, pa.string()),
                include_columns=[name for name in dialect.names if name],
                null_values=["", *(dialect.style.nulls if dialect.style.quotes_texts else ())],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        self.schema: pa.Schema = pa.schema(
            known.field(field.name) if field.name in known.names else field for field in self._reader.schema
        )

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._reader:
            columns = [self._read(field.name, column) for field, column in zip(batch.schema, batch.columns)]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)
            self._count += batch.num_rows

    def _read(self, name: str, column: pa.Array) -> pa.Array:
        member = COLUMNS.get(name)
        if member is None:
            return column

        def fail(number: int, reason: str) -> TableError:
            row = self._count + number
            cell = f"{_letters(self._names.index(name))}{self._first + row}"
            message = f"cell {cell} ({name}): {shown(column[number].as_py())} {reason}"
            return TableError(message, column=name, row=row)

        return array_of_cells(column, member, self._style, fail)


def _letters(number: int) -> str:
    """Name a column like a spreadsheet: A, B, ..., Z, AA."""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)
