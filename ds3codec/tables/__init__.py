"""Tables of blobs, in formats that other tools read. Needs the extra `tables`: pyarrow and numpy.

- `schema`: the columns, and the job in the metadata.
- `batches`: reads a response as record batches (`record_batches`) or as a table (`read_table`).
- `stream`: passes record batches to other engines; `whole`: makes the table of a small response.
- `parquet`, `arrow`, `csv`, `jsonl`: each write and read one file format; `files`: their common parts.
- `spreadsheets`: reads CSV of other tools; `cells`: parses the cells of these, and of JSON Lines.
- `selecting`: selects rows and columns of record batches.
- `back`: converts a table back to a job, or to a response.
- `arrays`: reads runs of objects as arrays.
- `arrow_types`: the classes of pyarrow in public signatures.
- `building`: builds arrays from numpy arrays and from lists.
"""

from ..extras import extra

with extra("tables"):
    from .arrow import write_arrow, write_feather
    from .back import encode_table, from_table
    from .batches import TableReader, read_table, record_batches
    from .csv import write_csv
    from .jsonl import write_jsonl
    from .parquet import write_parquet
    from .schema import arrow_schema, job_from_metadata

__all__ = [
    "TableReader",
    "arrow_schema",
    "encode_table",
    "from_table",
    "job_from_metadata",
    "read_table",
    "record_batches",
    "write_arrow",
    "write_csv",
    "write_feather",
    "write_jsonl",
    "write_parquet",
]
