"""The names of the elements, and those that hold credentials."""

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

# An attribute of the root before API 3.0; the schema does not have it.
WRITE_OPTIMIZATION = "WriteOptimization"

# The server's error as a member, although it is a root.
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
    """Make an element's name safe to show: the name space of a credential may contain its value."""
    name_space, _, name = tag.rpartition("}")
    return f"{{*}}{name}" if name_space and name in credentials(MasterObjectList) else tag


def is_credential(name: bytes) -> bool:
    """Tell whether an element whose name begins like this is a credential, in any name space."""
    named = _NAME.match(name)
    return named is not None and named[1].decode() in credentials(MasterObjectList)
