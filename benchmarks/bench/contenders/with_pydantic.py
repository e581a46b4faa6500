"""pydantic-xml: models of its own, made from ours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic_xml import BaseXmlModel, attr, create_model, element, wrapped
from xsdata.models.datatype import XmlDateTime

from ds3codec import Blob, JobChunk, JobNode, MasterObjectList
from ds3codec.wire.members import Member, attributes, elements

from .fields import BLOB_TAG, CHUNK_TAG, JOB_TAG
from .sources import Source, whole

_NODES = next(member for member in elements(MasterObjectList) if member.type is JobNode)


def _attribute(member: Member) -> Any:
    kind = datetime if member.type is XmlDateTime else member.type
    if member.required:
        return kind, attr(name=member.name)
    return kind | None, attr(name=member.name, default=None)


def _model(model: type, tag: str, **children: Any) -> Any:
    fields = {member.field: _attribute(member) for member in attributes(model)}
    return create_model(model.__name__, __base__=BaseXmlModel, __tag__=tag, **fields, **children)


def _list_of(model: Any) -> Any:
    return list[model]


_Blob = _model(Blob, BLOB_TAG)
_Chunk = _model(JobChunk, CHUNK_TAG, blobs=(_list_of(_Blob), element(tag=BLOB_TAG, default=[])))
_Node = _model(JobNode, _NODES.name)
_Job = _model(
    MasterObjectList,
    JOB_TAG,
    nodes=(_list_of(_Node), wrapped(str(_NODES.wrapper), element(tag=_NODES.name, default=[]))),
    chunks=(_list_of(_Chunk), element(tag=CHUNK_TAG, default=[])),
)


def models(source: Source) -> Any:
    return _Job.from_xml(whole(source))
