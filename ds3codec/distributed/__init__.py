"""Many responses, and huge ones, on all cores or on the machines of a cluster. Needs the extra `dask`.

- `blobs`: the blobs of many responses as a frame of Dask's.
- `reports`: what validation finds in many responses, as frames.
- `parts`: where a large response is cut, and when it must not be.
"""

from ..extras import extra

with extra("dask"):
    from .blobs import Collected, read_blobs
    from .reports import Validated, validate_many

__all__ = ["Collected", "Validated", "read_blobs", "validate_many"]
