"""xsdata's own parser, with each of its handlers, and its serializer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler, XmlEventHandler
from xsdata.formats.dataclass.serializers import JsonSerializer, XmlSerializer

import ds3codec
from ds3codec import MasterObjectList

from .sources import Source, readable

# Reused, since they cache the metadata of the models between documents.
_LXML, _EXPAT = XmlParser(handler=LxmlEventHandler), XmlParser(handler=XmlEventHandler)
_SERIALIZER, _JSON_SERIALIZER = XmlSerializer(), JsonSerializer()


def lxml_handler(source: Source) -> MasterObjectList:
    return _LXML.parse(readable(source), MasterObjectList)


def expat_handler(source: Source) -> MasterObjectList:
    return _EXPAT.parse(readable(source), MasterObjectList)


def serializer(job: MasterObjectList, sink: BinaryIO) -> None:
    sink.write(_SERIALIZER.render(job).encode())


def json_serializer(source: Source) -> Iterator[int]:
    """Decode the job with ds3codec, and write it as JSON."""
    job = ds3codec.decode(source, missing="none")
    with Path(os.devnull).open("w") as sink:
        _JSON_SERIALIZER.write(sink, job)
    yield sum(len(chunk.blobs) for chunk in job.chunks)
