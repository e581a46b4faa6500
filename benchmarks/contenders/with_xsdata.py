"""xsdata's own parser, with each of its handlers, and its serializer."""

from __future__ import annotations

from typing import BinaryIO

from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler, XmlEventHandler
from xsdata.formats.dataclass.serializers import XmlSerializer

from benchmarks.contenders.sources import Source, readable
from ds3codec import MasterObjectList

# They keep what they have found out of the models from one document to the next.
_LXML, _EXPAT = XmlParser(handler=LxmlEventHandler), XmlParser(handler=XmlEventHandler)
_SERIALIZER = XmlSerializer()


def lxml_handler(source: Source) -> MasterObjectList:
    return _LXML.parse(readable(source), MasterObjectList)


def expat_handler(source: Source) -> MasterObjectList:
    return _EXPAT.parse(readable(source), MasterObjectList)


def serializer(job: MasterObjectList, sink: BinaryIO) -> None:
    sink.write(_SERIALIZER.render(job).encode())
