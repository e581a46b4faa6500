"""The classes of pyarrow in public signatures, as pyarrow has no type annotations.

To a type checker they are Any, which is accepted in strict mode, too. With stubs for pyarrow, annotate the
variable: `table: pa.Table = read_table("response.xml")`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any as RecordBatch
    from typing import Any as Schema
    from typing import Any as Table
else:
    from pyarrow import RecordBatch, Schema, Table

__all__ = ["RecordBatch", "Schema", "Table"]
