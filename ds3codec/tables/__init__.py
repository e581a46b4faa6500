"""Tables of blobs, in the formats that others' tools read. Needs the extra `tables`: pyarrow and numpy.

- `schema`: which columns there are, and the job in the metadata.
- `batches`: a response as record batches (`record_batches`) and as a table (`read_table`).
- `stream`: record batches for the engines of others.
- `files`: a response as a file: Parquet, Feather, CSV, JSON Lines.
- `opening`: such a file as record batches; `selecting`: some of their rows and columns.
- `back`: a table as a job again, and as a response.
- `arrays`: runs of objects read as arrays; `feed` says which, `rows` gathers them with what else is read.
- `building`: arrays from those of numpy, and from lists.
"""

from ..extras import extra

with extra("tables"):
    from .back import encode_table, from_table
    from .batches import TableReader, read_table, record_batches
    from .files import write_csv, write_feather, write_jsonl, write_parquet
    from .schema import arrow_schema, job_from_metadata

__all__ = [
    "TableReader",
    "arrow_schema",
    "encode_table",
    "from_table",
    "job_from_metadata",
    "read_table",
    "record_batches",
    "write_csv",
    "write_feather",
    "write_jsonl",
    "write_parquet",
]
