"""Sample documents of the tests, and the XSD to hold them against."""

from __future__ import annotations

import sys
from dataclasses import fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from ds3codec import Tape
from ds3codec.model_bases.credential import Credential
from ds3codec.wire.kinds import Boolean, DateTime, Text, WholeNumber, kind_of
from ds3codec.wire.members import attributes, elements

DATA = Path(__file__).parent / "data"
SAMPLE = (DATA / "close-aggregating-job.xml").read_bytes()

UUID = "78dba377-a02a-4c15-b2a1-412514342f17"
JOB = {
    "Aggregating": "false",
    "BucketName": "bucket",
    "CachedSizeInBytes": "0",
    "ChunkClientProcessingOrderGuarantee": "NONE",
    "CompletedSizeInBytes": "0",
    "JobId": UUID,
    "Naked": "false",
    "Name": "job",
    "OriginalSizeInBytes": "0",
    "Priority": "NORMAL",
    "RequestType": "GET",
    "StartDate": "2026-03-14T09:26:53.589Z",
    "Status": "IN_PROGRESS",
    "UserId": UUID,
    "UserName": "user",
}
NODE = {"EndPoint": "10.0.0.1", "Id": UUID}
CHUNK = {"ChunkId": UUID, "ChunkNumber": "0"}
BLOB = {"Latest": "true", "Length": "0", "Name": "object", "Offset": "0"}
ERROR = {
    "Code": "NotFound",
    "HttpErrorCode": "404",
    "Message": "There is no such job.",
    "Resource": f"/_rest_/job/{UUID}",
    "ResourceId": "7",
}

# For scripts: the most memory that this process itself has had. What getrusage counts before it began, the
# system's own page does not.
PEAK_MEMORY = """
def peak_megabytes():
    import pathlib, re, resource
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
"""


def element(name: str, members: dict[str, str], *children: str) -> str:
    """An element in the appliance's form."""
    escapes = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
    tag = "".join(f" {key}={quoteattr(text, escapes)}" for key, text in members.items())
    return f"<{name}{tag}>{''.join(children)}</{name}>" if children else f"<{name}{tag}/>"


def blob(**members: str) -> str:
    return element("Object", BLOB | members)


def chunk(*blobs: str, **members: str) -> str:
    return element("Objects", CHUNK | members, *blobs)


def node(**members: str) -> str:
    return element("Node", NODE | members)


def job(*children: str, **members: str) -> bytes:
    """A job with these child elements."""
    return element("MasterObjectList", JOB | members, *children).encode()


def error(**members: str) -> bytes:
    """The server's error."""
    return element(
        "Error", {}, *(f"<{key}>{text}</{key}>" for key, text in (ERROR | members).items())
    ).encode()


def tape() -> str:
    """A tape with all that it may have; every third of it null where it may be."""
    texts = {Boolean: "true", WholeNumber: "7", DateTime: JOB["StartDate"], Text: "text"}
    members = [
        (
            member.name,
            ""
            if member.nillable and number % 3 == 0
            else texts.get(type(kind_of(member))) or next(iter(member.type)).value,
        )
        for number, member in enumerate(elements(Tape))
    ]
    inside = "".join(f"<{name}>{text}</{name}>" if text else f"<{name}/>" for name, text in members)
    return f"<Tape>{inside}</Tape>"


PLACEMENT = f"<PhysicalPlacement><AzureTargets/><Tapes>{tape()}{tape()}</Tapes></PhysicalPlacement>"


def schema_file() -> Path:
    """The XSD of the package."""
    return Path(str(files("ds3codec.schemas"))) / "MasterObjectList.xsd"


_LIBXML2 = etree.XMLSchema(file=str(schema_file()))


def valid(document: bytes) -> bool:
    """What libxml2's validator says of a document."""
    return _LIBXML2.validate(etree.fromstring(document))


def zstd() -> Any:
    """The library for zstd, without which a test is skipped."""
    import pytest  # noqa: PLC0415  (fuzzing does without)

    return pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


def names(model: type) -> list[str]:
    """The attribute names of a model."""
    return [member.name for member in attributes(model)]


def in_full(value: object) -> str:
    """All of a model that is compared, as text: equal dates may differ in their offset."""
    if isinstance(value, list):
        return f"[{', '.join(map(in_full, value))}]"
    if not is_dataclass(value):
        return value.reveal() if isinstance(value, Credential) else repr(value)
    compared = (field.name for field in fields(value) if field.compare)
    shown = (f"{name}={in_full(getattr(value, name))}" for name in compared)
    return f"{type(value).__name__}({', '.join(shown)})"
