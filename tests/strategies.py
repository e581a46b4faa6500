"""Hypothesis strategies for models and for documents, derived from the bindings.

A document here is any spelling of a job that the schema allows: attributes in any order, optional ones
missing, white space and comments between elements, numbers with signs and zeros, either kind of quote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import is_dataclass
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from xsdata.models.datatype import XmlDateTime

from ds3codec import Blob, JobChunk, JobNode, JobStatus, MasterObjectList
from ds3codec.bases.credential import Credential
from ds3codec.wire.kinds import (
    Boolean,
    DateTime,
    Enumeration,
    Kind,
    Secret,
    Text,
    WholeNumber,
    format_value,
    kind_of,
)
from ds3codec.wire.members import Member, attributes, elements

# All characters that XML 1.0 has, among them those that need escaping, twice as often.
CHARACTERS = st.one_of(
    st.sampled_from("&<>\"'\t\n\r ]/=;\x7f\x85\u2028\ufdd0\U0001f4fc"),
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
)
TEXTS = st.text(CHARACTERS, max_size=12)
UUIDS = st.uuids().map(str)


def date_times(milliseconds_in_utc: bool = False) -> st.SearchStrategy[XmlDateTime]:
    """Dates and times: any, or those of the appliance."""
    fractions = st.integers(0, 999).map(lambda number: number * 1_000_000)
    offsets: st.SearchStrategy[int | None] = st.just(0)
    if not milliseconds_in_utc:
        fractions = st.one_of(fractions, st.integers(0, 999_999_999))
        offsets = st.one_of(st.none(), st.just(0), st.integers(-14 * 60, 14 * 60))
    return st.builds(
        lambda moment, fraction, offset: XmlDateTime(*moment.timetuple()[:6], fraction, offset),
        st.datetimes(),
        fractions,
        offsets,
    )


def _whole_numbers(member: Member, appliance: bool) -> st.SearchStrategy[int]:
    bounds = st.sampled_from([0, 1, -1, member.minimum, member.maximum])
    return st.one_of(bounds, st.integers(member.minimum, member.maximum))


def _texts(member: Member, appliance: bool) -> st.SearchStrategy[str]:
    texts = TEXTS.filter(bool) if member.nillable else TEXTS  # as an element, an empty text is null
    return texts if member.pattern is None else st.one_of(UUIDS, texts)


# The values of each kind of simple type, for a member; of dates, only the appliance's if so asked.
VALUES: dict[type[Kind], Callable[[Member, bool], st.SearchStrategy[Any]]] = {
    Boolean: lambda member, appliance: st.booleans(),
    WholeNumber: _whole_numbers,
    DateTime: lambda member, appliance: date_times(milliseconds_in_utc=appliance),
    Enumeration: lambda member, appliance: st.sampled_from(list(member.type)),
    Secret: lambda member, appliance: st.builds(Credential, TEXTS.filter(bool)),
    Text: _texts,
}


def values(member: Member, appliance: bool = False) -> st.SearchStrategy[Any]:
    """Values that the type of a member has; of dates, only the appliance's if so asked."""
    if not is_dataclass(member.type):
        return VALUES[type(kind_of(member))](member, appliance)
    items = models(member.type, appliance)
    return st.lists(items, max_size=2) if member.repeated else items


def models(model: type, appliance: bool = False, **fields: Any) -> st.SearchStrategy[Any]:
    """Instances of a model: required members always, unless they may be null; optional ones at times."""
    members = {
        member.field: values(member, appliance)
        if member.repeated or (member.required and not member.nillable)
        else st.one_of(st.none(), values(member, appliance))
        for member in (*attributes(model), *elements(model))
        if member.field not in fields
    }
    return st.builds(model, **members, **fields)


def chunks(appliance: bool = False) -> st.SearchStrategy[JobChunk]:
    """Chunks, some without blobs."""
    return models(JobChunk, appliance, blobs=st.lists(models(Blob, appliance), max_size=3))


def jobs(appliance: bool = False) -> st.SearchStrategy[MasterObjectList]:
    """Jobs, some without nodes or chunks; with `appliance`, such as its own form can say."""
    return models(
        MasterObjectList,
        appliance,
        nodes=st.lists(models(JobNode, appliance), max_size=2),
        chunks=st.lists(chunks(appliance), max_size=2),
    )


@st.composite
def documents(
    draw: st.DrawFn, booleans: tuple[tuple[str, ...], ...] = (("false", "0"), ("true", "1"))
) -> bytes:
    """A document in any spelling; `booleans` are the spellings of False and of True."""
    job = draw(jobs())
    between = st.sampled_from(["", "", "\n", "  \t", "<!-- <Object/> & -->", "<?skip it?>"])

    def element(name: str, item: Any, *children: str) -> str:
        members = [member for member in attributes(type(item)) if getattr(item, member.field) is not None]
        tag = "".join(
            draw(st.sampled_from([" ", "\n", "  "])) + f"{member.name}={quoted(member, item)}"
            for member in draw(st.permutations(members))
        )
        inside = draw(between) + "".join(child + draw(between) for child in children)
        empty = not inside and draw(st.booleans())
        return f"<{name}{tag}/>" if empty else f"<{name}{tag}>{inside}</{name}>"

    def quoted(member: Member, item: Any) -> str:
        value = getattr(item, member.field)
        text = (
            draw(st.sampled_from(booleans[value])) if isinstance(value, bool) else format_value(member, value)
        )
        if isinstance(kind_of(member), WholeNumber):
            text = draw(st.sampled_from(["", "+", "00", " "] if value >= 0 else [""])) + text
        quote = draw(st.sampled_from("\"'"))
        escapes = {"\t": "&#9;", "\n": "&#xA;", "\r": "&#13;", '"': "&quot;", "'": "&apos;"}
        return quote + escape(text, escapes) + quote

    def members_in(item: Any) -> list[str]:
        """The members that are elements, in any order; inside a placement, null is an empty one."""
        present = [
            member
            for member in elements(type(item))
            if getattr(item, member.field) is not None or (member.nillable and member.required)
        ]
        return [child(member, getattr(item, member.field)) for member in draw(st.permutations(present))]

    def child(member: Member, value: Any) -> str:
        if not isinstance(value, list):
            return (
                element(member.name, value, *members_in(value))
                if is_dataclass(value)
                else leaf(member, value)
            )
        items = [element(member.name, item, *members_in(item)) for item in value]
        return f"<{member.wrapper}>{draw(between)}{''.join(items)}</{member.wrapper}>"

    def leaf(member: Member, value: Any) -> str:
        if value is None:
            return draw(st.sampled_from([f"<{member.name}/>", f"<{member.name}></{member.name}>"]))
        text = escape(format_value(member, value), {"\r": "&#13;"})
        return f"<{member.name}>{text}</{member.name}>"

    nodes = [element("Node", node) for node in job.nodes]
    parts = [f"<Nodes>{draw(between)}{''.join(nodes)}</Nodes>"] if nodes or draw(st.booleans()) else []
    parts += [
        element("Objects", chunk, *[element("Object", blob, *members_in(blob)) for blob in chunk.blobs])
        for chunk in job.chunks
    ]
    start = draw(st.sampled_from(["", "\ufeff", '<?xml version="1.0" encoding="UTF-8"?>\n']))
    return (start + element("MasterObjectList", job, *parts) + draw(between)).encode()


@st.composite
def cuts(draw: st.DrawFn, data: bytes) -> list[bytes]:
    """`data` in pieces of any size, empty ones and single bytes among them."""
    places = sorted(draw(st.lists(st.integers(0, len(data)), max_size=12)))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)])]


@st.composite
def consistent_jobs(draw: st.DrawFn) -> MasterObjectList:
    """Jobs as an appliance writes them: everything in them agrees with everything else."""
    job: MasterObjectList = draw(
        models(MasterObjectList, appliance=True, nodes=st.just([]), chunks=st.just([]))
    )
    job.start_date = XmlDateTime(2026, 3, 14, 9, 26, 53, draw(st.integers(0, 999)) * 1_000_000, 0)
    job.status = JobStatus.IN_PROGRESS
    job.job_id, job.user_id = draw(UUIDS), draw(UUIDS)
    ids = iter(draw(st.lists(UUIDS, min_size=20, max_size=20, unique=True)))
    job.nodes = [JobNode(end_point=draw(TEXTS), id=next(ids)) for _ in range(draw(st.integers(1, 2)))]
    blobs = draw(consistent_blobs(job.bucket_name))
    while blobs:
        count = draw(st.integers(1, len(blobs)))
        node = draw(st.sampled_from([None, *job.nodes]))
        chunk = JobChunk(chunk_id=next(ids), chunk_number=len(job.chunks), node_id=node and node.id)
        chunk.blobs, blobs = draw(st.permutations(blobs[:count])), blobs[count:]
        job.chunks.append(chunk)
    listed = [blob for chunk in job.chunks for blob in chunk.blobs]
    job.original_size_in_bytes = sum(blob.length for blob in listed)
    job.cached_size_in_bytes = sum(blob.length for blob in listed if blob.in_cache)
    job.completed_size_in_bytes = draw(st.integers(0, job.cached_size_in_bytes))
    job.entirely_in_cache = all(blob.in_cache for blob in listed)
    return job


@st.composite
def consistent_blobs(draw: st.DrawFn, bucket: str) -> list[Blob]:
    """All the blobs of a few objects, in their order."""
    version: dict[str, Any] = draw(st.sampled_from([{"version": 1}, {"version_id": str(UUID(int=1))}]))
    return [
        Blob(
            bucket=bucket,
            in_cache=draw(st.booleans()),
            latest=True,
            length=length,
            name=name,
            offset=part * length,
            **version,
        )
        for name in draw(st.lists(TEXTS, min_size=1, max_size=3, unique=True))
        for length in [draw(st.integers(1, 1 << 40))]
        for part in range(draw(st.integers(1, 3)))
    ]
