"""Tables of blobs, in the formats that others' tools read. Needs the extra `tables`: pyarrow and numpy.

- `schema`: which columns there are, and the job in the metadata.
- `batches`: a response as record batches (`record_batches`) and as a table (`read_table`).
- `stream`: record batches for the engines of others; `whole`: the table of a small response.
- `parquet`, `arrow`, `csv`, `jsonl`: a format of files each, written and read; `files`: what they share.
- `spreadsheets`: CSV of other tools; `cells`: the values of their cells, in JSON Lines, too.
- `selecting`: some of the rows and columns of record batches.
- `back`: a table as a job again, and as a response.
- `arrays`: runs of objects read as arrays.
- `arrow_types`: the classes of pyarrow in public signatures.
- `building`: arrays from those of numpy, and from lists.
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
