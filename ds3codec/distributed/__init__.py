"""Reads many responses, and huge ones, on all cores or on a cluster. Needs the extra `dask`.

- `blobs`: the blobs of many responses as a Dask frame.
- `reports`: the validation of many responses, as frames.
- `parts`: cuts a large response into parts, where that is safe.
"""

from ..extras import extra

with extra("dask"):
    from .blobs import Collected, read_blobs
    from .reports import Validated, validate_many

__all__ = ["Collected", "Validated", "read_blobs", "validate_many"]
