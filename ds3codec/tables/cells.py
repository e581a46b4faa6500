"""Parses the cells of other tools, such as `10.0`, `TRUE`, `NA`.

An unambiguous cell is read; an ambiguous one is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import TableError
from ..models import Blob, JobChunk
from ..wire.kinds import Boolean, Text, WholeNumber, kind_of
from ..wire.members import Member, attributes
from .building import listed
from .schema import END_POINT, arrow_type, end_point_member

__all__ = ["COLUMNS", "NULLS", "Style", "array_of_cells", "nulls_in"]

NULLS = ("", "NA", "N/A", "#N/A", "<NA>", "NaN", "nan", "null", "NULL", "None")
"""Other tools' words for null."""

COLUMNS = {
    END_POINT: end_point_member()._replace(required=False),
    **{member.field: member for member in (*attributes(JobChunk), *attributes(Blob))},
}
"""The members in a table, by column name."""

_BOOLEANS = {"true": True, "t": True, "1": True, "1.0": True}
_BOOLEANS |= {"false": False, "f": False, "0": False, "0.0": False}
_PLAIN = r"^-?[0-9]{1,18}$"
_WHOLE = re.compile(r"([+-]?[0-9]{1,19})(?:([.,])(0+))?")
_EXPONENT = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")
_EXACT = 2**53  # beyond this, a floating-point number may have been rounded
_LARGEST = 2**63


class Style(NamedTuple):
    """A tool's way of writing cells.

    Attributes:
        quotes_texts: True if texts differ from other values, as by quotes; then a text is never null.
        quotes_all: True if all values are in quotes; then null looks like an empty text.
        has_commas: True if a comma may be the decimal separator, and a point separate thousands.
        nulls: The words for null, for otherwise ambiguous cells.
    """

    quotes_texts: bool = True
    quotes_all: bool = False
    has_commas: bool = False
    nulls: frozenset[str] = frozenset()


def array_of_cells(
    cells: pa.Array | list[Any], member: Member, style: Style, fail: Callable[[int, str], TableError]
) -> pa.Array:
    """Make the column of a member from cells.

    Args:
        cells: The cells: texts, or values from JSON.
        member: The member.
        style: The style of the cells.
        fail: Makes the error for a cell, from its index and the reason.

    Raises:
        TableError: A cell is not of the member's type, or is ambiguous.
    """
    plain = (
        _plain_texts(cells, member, style) if isinstance(cells, pa.Array) else _plain_values(cells, member)
    )
    if plain is not None:
        return plain
    read = _reader(member, style)
    values: list[Any] = []
    for number, cell in enumerate(cells.to_pylist() if isinstance(cells, pa.Array) else cells):
        try:
            values.append(None if cell is None else read(cell))
        except ValueError as error:
            raise fail(number, str(error)) from None
    return listed(values, arrow_type(member))


def nulls_in(row: dict[str, str]) -> set[str]:
    """Find the words that certainly mean null, in a row of unquoted cells."""
    return {
        cell
        for name, cell in row.items()
        if cell in NULLS
        and name in COLUMNS
        and not (isinstance(kind_of(COLUMNS[name]), Text) and COLUMNS[name].pattern is None)
    }


def _plain_values(cells: list[Any], member: Member) -> pa.Array | None:
    """Convert JSON values that are all of the right type; None if any is not."""
    if not {kind_of(member).type, type(None)}.issuperset(map(type, cells)):
        return None
    try:
        return listed(cells, arrow_type(member))
    except (OverflowError, UnicodeEncodeError):
        return None


def _plain_texts(cells: pa.Array, member: Member, style: Style) -> pa.Array | None:
    """Read cells that are all in our own style; None if any is not."""
    kind = kind_of(member)
    if style.quotes_all and not (isinstance(kind, Text) and member.required):
        cells = pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)
    if isinstance(kind, WholeNumber):
        are_plain = pc.match_substring_regex(cells, _PLAIN)
    elif isinstance(kind, Boolean):
        are_plain = pc.is_in(cells, pa.array(["true", "false", None]))
    elif style.quotes_texts or member.required:
        return cells
    else:
        are_plain = pc.invert(pc.is_in(cells, pa.array(NULLS)))
    if pc.all(are_plain).as_py() is False:
        return None
    return pc.equal(cells, "true") if isinstance(kind, Boolean) else cells.cast(arrow_type(member))


def _reader(member: Member, style: Style) -> Callable[[Any], Any]:
    """Return a function that reads one cell; it raises ValueError with the reason."""
    kind = kind_of(member)
    if isinstance(kind, WholeNumber):
        return lambda cell: _whole_number(cell, style.has_commas)
    return _boolean if isinstance(kind, Boolean) else lambda cell: _text(cell, member, style)


def _whole_number(cell: Any, has_commas: bool) -> int | None:
    if isinstance(cell, float):
        if math.isnan(cell):
            return None
        cell = repr(cell)
    if isinstance(cell, bool) or not isinstance(cell, (int, str)):
        raise ValueError("is not a whole number")
    text = str(cell).strip()
    if text in NULLS:
        return None
    found = _WHOLE.fullmatch(text)
    if found is None or (found[2] == "," and not has_commas):
        is_rounded = _EXPONENT.fullmatch(text) is not None
        raise ValueError("was rounded by another tool" if is_rounded else "is not a whole number")
    number = int(found[1])
    if found[2] and len(found[3]) == 3 and has_commas:
        raise ValueError("may have a fraction or thousands")
    if found[2] and abs(number) > _EXACT:
        raise ValueError("may have been rounded by another tool")
    if not -_LARGEST <= number < _LARGEST:
        raise ValueError("is too large")
    return number


def _boolean(cell: Any) -> bool | None:
    if isinstance(cell, float) and math.isnan(cell):
        return None
    text = str(cell).strip()
    if text in NULLS:
        return None
    if isinstance(cell, (dict, list)) or text.lower() not in _BOOLEANS:
        raise ValueError("is not a boolean, such as true or false")
    return _BOOLEANS[text.lower()]


def _text(cell: Any, member: Member, style: Style) -> str | None:
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if not isinstance(cell, str):
        raise ValueError("is not a text")
    try:
        cell.encode()
    except UnicodeEncodeError:
        raise ValueError("is not a text, because it has half a character") from None
    if style.quotes_texts or member.required or cell not in NULLS:
        return cell
    if cell and cell not in style.nulls and member.pattern is None:
        raise ValueError("may be a text or nothing")
    return None
