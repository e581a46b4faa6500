"""xml2arrow: Rust and quick-xml to Arrow, by a table of the blobs that the generated models describe.

Only the first row of a chunk has its number, since xml2arrow has no other place for an element around the
rows.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from xml2arrow import XmlToArrowParser

from ds3codec import Blob
from ds3codec.wire.members import attributes

from .fields import BLOB_TAG, CHUNK_TAG, JOB_TAG
from .sources import Source, readable

_TYPES = {bool: "Boolean", int: "Int64", str: "Utf8"}


def batches(source: Source) -> Iterator[Any]:
    for _, batch in _parser().parse_batches(_given(source)):
        yield batch


def table(source: Source) -> list[Any]:
    return list(_parser().parse(_given(source)).values())


def _given(source: Source) -> Any:
    return source if isinstance(source, bytes) else readable(source)


@cache
def _parser() -> XmlToArrowParser:
    """Make a parser; it needs its YAML configuration in a file, and JSON is YAML."""
    chunks = f"/{JOB_TAG}/{CHUNK_TAG}"
    number = {"name": "chunk_number", "xml_path": f"{chunks}/@ChunkNumber", "data_type": "Int32"}
    columns = [
        {
            "name": member.field,
            "xml_path": f"{chunks}/{BLOB_TAG}/@{member.name}",
            "data_type": _TYPES[member.type],
        }
        for member in attributes(Blob)
    ]
    fields = [column | {"nullable": True} for column in [number, *columns]]
    tables: list[dict[str, Any]] = [  # the table without fields only counts the chunks
        {"name": "chunks", "xml_path": f"/{JOB_TAG}", "levels": ["chunk"], "fields": []},
        {"name": "blobs", "xml_path": chunks, "levels": ["chunk", "blob"], "fields": fields},
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.yaml"
        path.write_text(json.dumps({"tables": tables}))
        return XmlToArrowParser(str(path))
