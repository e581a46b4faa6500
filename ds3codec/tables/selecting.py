"""Selects rows of record batches by comparisons such as `length >= 1000`, and columns by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import TableError, UsageError, cut, shown
from .files import Batches

__all__ = ["Comparison", "Selected", "compared"]

_COMPARISON = re.compile(r"\s*(\w+)\s*(?!<>|=>|=<|===)(<=|>=|!=|==|=|<|>)\s*(.*?)\s*", re.DOTALL)
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": pc.equal,
    "==": pc.equal,
    "!=": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}


_QUOTED = re.compile(r"'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\"", re.DOTALL)
_ANOTHER = re.compile(r"\s(?:and|or|&&|\|\|)\s+\w+\s*(?:<=|>=|!=|=|<|>)", re.IGNORECASE)
_SEVERAL = "give each comparison an option of its own: --where 'length > 5' --where 'in_cache = true'"

_EQUAL = ("=", "==", "!=")


class Comparison(NamedTuple):
    """A condition on a column.

    Attributes:
        field: The column.
        operator: The operator: `=`, `==`, `!=`, `<`, `<=`, `>` or `>=`.
        value: The value to compare with, as a text.
        is_null: True if the value is null, which allows only `=` and `!=`.
    """

    field: str
    operator: str
    value: str
    is_null: bool = False


def compared(text: str) -> Comparison:
    """Parse a comparison: a column, an operator, and a value, in quotes or not.

    Raises:
        UsageError: The text is not a comparison, or more than one.
    """
    match = _COMPARISON.fullmatch(text)
    if match is None:
        raise UsageError(
            f"{shown(text)} is not a comparison such as 'length >= 1000' or 'in_cache = false': a column, one"
            f" of {', '.join(_OPERATORS)}, and a value"
        )
    field, operator, value = match.groups()
    if value[:1] in ("'", '"') and value[:1]:
        quoted = _QUOTED.fullmatch(value)
        if quoted is None:
            raise UsageError(
                f"{shown(value)} is not a value: its quote does not end, or more follows; {_SEVERAL}"
            )
        quote = value[0]
        return Comparison(field, operator, value[1:-1].replace(quote + quote, quote))
    if _ANOTHER.search(value) is not None:
        raise UsageError(f"{shown(text)} is more than a comparison: {_SEVERAL}, or put a text in quotes")
    if value.lower() == "null":
        return Comparison(field, operator, "null", is_null=True)
    return Comparison(field, operator, value)


class Selected:
    """Batches reduced to the rows that fulfil all comparisons, and to some columns.

    Raises:
        UsageError: A column does not exist or is named twice, or its type does not allow the comparison.
        TableError: The batches have a duplicate column.

    Attributes:
        schema: The schema of the result.
        found: The number of rows read so far.
        left: The number of selected rows among them.
    """

    def __init__(
        self, batches: Batches, comparisons: Sequence[Comparison] = (), columns: Sequence[str] = ()
    ) -> None:
        twice = [name for name, count in Counter(batches.schema.names).items() if count > 1]
        if twice:
            raise TableError(f"the column {twice[0]} is there twice", column=twice[0])
        self._batches = batches
        self.found: int = 0
        self.left: int = 0
        self._tests = [_test(batches.schema, comparison) for comparison in comparisons]
        asked_twice = [name for name, count in Counter(columns).items() if count > 1]
        if asked_twice:
            raise UsageError(f"the column {asked_twice[0]} is asked for twice")
        self._columns = [_known(batches.schema, name) for name in columns] or batches.schema.names
        fields = [batches.schema.field(name) for name in self._columns]
        self.schema: pa.Schema = pa.schema(fields, batches.schema.metadata)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            rows = batch
            for test in self._tests:
                rows = rows.filter(test(rows))
            self.found += batch.num_rows
            self.left += rows.num_rows
            if rows.num_rows:
                yield rows.select(self._columns)

    def metadata(self) -> dict[bytes, bytes]:
        """Return the metadata of the batches."""
        return self._batches.metadata()


def _known(schema: pa.Schema, name: str) -> str:
    if name not in schema.names:
        raise UsageError(f"there is no column {shown(name)}; there are {', '.join(schema.names)}")
    return name


def _test(schema: pa.Schema, comparison: Comparison) -> Callable[[pa.RecordBatch], pa.Array]:
    """Make a function that returns the mask of the rows that fulfil a comparison."""
    field, operator, _, is_null = comparison
    kind = schema.field(_known(schema, field)).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if is_null:
        if operator not in _EQUAL:
            raise UsageError(f"null is neither less nor greater: {field} {operator} null")
        return (lambda batch: batch.column(field).is_valid()) if operator == "!=" else _is_null(field)
    value = _value(kind, comparison)
    return lambda batch: _OPERATORS[operator](batch.column(field).cast(kind), value)


def _is_null(field: str) -> Callable[[pa.RecordBatch], pa.Array]:
    return lambda batch: batch.column(field).is_null()


def _value(kind: pa.DataType, comparison: Comparison) -> pa.Scalar:
    field, operator, text, _ = comparison
    possible = "null (=, !=)"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pa.scalar(text, kind)
    if pa.types.is_boolean(kind):
        if text.lower() in ("true", "false") and operator in _EQUAL:
            return pa.scalar(text.lower() == "true")
        possible = f"true or false (=, !=), or with {possible}"
    if pa.types.is_integer(kind):
        most = 2 ** (kind.bit_width - 1) - 1
        if re.fullmatch("[+-]?[0-9]{1,19}", text) and -most - 1 <= int(text) <= most:
            return pa.scalar(int(text), kind)
        possible = f"a whole number from {-most - 1} to {most} ({', '.join(_OPERATORS)}), or with {possible}"
    wrong = f"{field} is of type {kind}: it cannot be compared so: {field} {operator} {cut(text)}"
    raise UsageError(f"{wrong}; it goes with {possible}")
