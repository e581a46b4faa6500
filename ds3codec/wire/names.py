"""The names of the elements, and which of them hold credentials."""

from __future__ import annotations

import re

from ..models import Blob, JobChunk, JobNode, MasterObjectList, ServerError
from .members import Member, credentials, elements, wire_name

__all__ = [
    "BLOB_TAG",
    "CHUNK_TAG",
    "ERROR",
    "JOB_TAG",
    "NODES_TAG",
    "NODE_TAG",
    "WRITE_OPTIMIZATION",
    "XSI",
    "discreet",
    "is_credential",
]

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"

_NODE = next(member for member in elements(MasterObjectList) if member.type is JobNode)
JOB_TAG, CHUNK_TAG = wire_name(MasterObjectList), wire_name(JobChunk)
NODES_TAG, NODE_TAG = str(_NODE.wrapper), _NODE.name
BLOB_TAG = next(member.name for member in elements(JobChunk) if member.type is Blob)

# What the root of responses from before API 3.0 had; the schema does not.
WRITE_OPTIMIZATION = "WriteOptimization"

# The server's error as a member: it stands alone, as the root.
ERROR = Member(
    name=wire_name(ServerError),
    field="error",
    type=ServerError,
    required=True,
    minimum=None,
    maximum=None,
    pattern=None,
    repeated=False,
    wrapper=None,
    nillable=False,
    credential=False,
)

_NAME = re.compile(rb"(?:[^\s=/]*:)?([A-Za-z0-9]+)")


def discreet(tag: str) -> str:
    """An element's name as it may be shown: the name space of a credential may be what it should hold."""
    name_space, _, name = tag.rpartition("}")
    return f"{{*}}{name}" if name_space and name in credentials(MasterObjectList) else tag


def is_credential(name: bytes) -> bool:
    """Whether an element whose name begins so is a credential, in whatever name space."""
    named = _NAME.match(name)
    return named is not None and named[1].decode() in credentials(MasterObjectList)
