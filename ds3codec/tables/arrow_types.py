"""The classes of pyarrow that are in public signatures, for pyarrow has no types of its own.

To a type checker they are Any, which strict ones accept, too; whoever has stubs of pyarrow annotates the
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
