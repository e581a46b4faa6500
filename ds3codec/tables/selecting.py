"""Some of the rows and columns of record batches: comparisons such as `length >= 1000`, and names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import TableError, UsageError, shown
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


class Comparison(NamedTuple):
    """What is asked of a column.

    Attributes:
        field: The column.
        operator: How it is compared: `=`, `==`, `!=`, `<`, `<=`, `>` or `>=`.
        value: With what, as a text; "null" is null, with which only `=` and `!=` go.
    """

    field: str
    operator: str
    value: str


def compared(text: str) -> Comparison:
    """The comparison that a text is; UsageError where it is none."""
    match = _COMPARISON.fullmatch(text)
    if match is None:
        raise UsageError(f"{shown(text)} is no comparison, such as 'length >= 1000' or 'in_cache = false'")
    return Comparison(*match.groups())


class Selected:
    """The rows of batches that all comparisons hold for, and of these the columns with some names.

    Attributes:
        schema: The schema of what is left.

    Raises:
        UsageError: A column does not exist, or cannot be compared so.
        TableError: A column is there twice.
    """

    def __init__(
        self, batches: Batches, comparisons: Sequence[Comparison] = (), columns: Sequence[str] = ()
    ) -> None:
        twice = [name for name, count in Counter(batches.schema.names).items() if count > 1]
        if twice:
            raise TableError(f"the column {twice[0]} is there twice", column=twice[0])
        self._batches = batches
        self._tests = [_test(batches.schema, comparison) for comparison in comparisons]
        self._columns = [_known(batches.schema, name) for name in columns] or batches.schema.names
        fields = [batches.schema.field(name) for name in self._columns]
        self.schema: pa.Schema = pa.schema(fields, batches.schema.metadata)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            rows = batch
            for test in self._tests:
                rows = rows.filter(test(rows))
            if rows.num_rows:
                yield rows.select(self._columns)

    def metadata(self) -> dict[bytes, bytes]:
        """The metadata of the batches."""
        return self._batches.metadata()


def _known(schema: pa.Schema, name: str) -> str:
    if name not in schema.names:
        raise UsageError(f"there is no column {shown(name)}; there are {', '.join(schema.names)}")
    return name


def _test(schema: pa.Schema, comparison: Comparison) -> Callable[[pa.RecordBatch], pa.Array]:
    """The function that tells of which rows of a batch a comparison holds."""
    field, operator, text = comparison
    kind = schema.field(_known(schema, field)).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if text == "null":
        if operator not in ("=", "==", "!="):
            raise UsageError(f"null is neither less nor greater: {field} {operator} null")
        return (lambda batch: batch.column(field).is_valid()) if operator == "!=" else _is_null(field)
    value = _value(kind, comparison)
    return lambda batch: _OPERATORS[operator](batch.column(field).cast(kind), value)


def _is_null(field: str) -> Callable[[pa.RecordBatch], pa.Array]:
    return lambda batch: batch.column(field).is_null()


def _value(kind: pa.DataType, comparison: Comparison) -> pa.Scalar:
    field, operator, text = comparison
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pa.scalar(text, kind)
    if pa.types.is_boolean(kind) and text in ("true", "false") and operator in ("=", "==", "!="):
        return pa.scalar(text == "true")
    if pa.types.is_integer(kind) and re.fullmatch("[+-]?[0-9]{1,18}", text):
        return pa.scalar(int(text), kind)
    raise UsageError(f"{field} is of type {kind}: it cannot be compared so: {field} {operator} {text}")
