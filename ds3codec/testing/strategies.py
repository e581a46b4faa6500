"""Hypothesis strategies for jobs, chunks, blobs, nodes, placements and documents, derived from the bindings.

    from hypothesis import given
    from ds3codec.testing.strategies import documents, jobs

    @given(documents(jobs(api_version="5.4")))
    def test_my_client_reads_what_an_appliance_writes(document: bytes) -> None: ...

A document is any spelling of a job that the schema allows: attributes in any order, optional ones missing,
white space and comments between elements, numbers with signs and zeros, either kind of quote. Failing
examples shrink towards few and short members, plain texts and small numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass
from datetime import datetime
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import count as counting
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID
from xml.sax.saxutils import escape

from xsdata.models.datatype import XmlDateTime

from ..decoding.scanner import begins_as_markup
from ..errors import UsageError, shown
from ..extras import extra
from ..model_bases.credential import Credential
from ..model_bases.model import Model
from ..models import Blob, JobChunk, JobNode, JobStatus, MasterObjectList, PhysicalPlacement
from ..validation.versions import resolved, value_in_version
from ..wire.kinds import (
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
from ..wire.members import Member, attributes, element_forms, elements
from .versions import limited

with extra("testing"):
    from hypothesis import strategies as st

__all__ = [
    "blobs",
    "chunks",
    "consistent_jobs",
    "cuts",
    "date_times",
    "documents",
    "jobs",
    "models",
    "nodes",
    "placements",
]

# All characters of XML 1.0; those that need escaping are drawn more often.
CHARACTERS = st.one_of(
    st.sampled_from("&<>\"'\t\n\r ]/=;\x7f\x85\u2028\ufdd0\U0001f4fc"),
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
)
TEXTS = st.text(CHARACTERS, max_size=12)
UUIDS = st.one_of(st.uuids().map(str), st.uuids().map(lambda made: str(made).upper()))

# Texts to put between the elements of a document.
BETWEEN = ("", "", "\n", "  \t", "<!-- <Object/> & -->", "<?skip it?>")

# The spellings of False and of True.
BOOLEANS = (("false", "0"), ("true", "1"))

_NAMES = st.lists(TEXTS, min_size=1, max_size=3, unique=True)


class _ValueOptions(NamedTuple):
    """The requirements on values.

    Attributes:
        appliance: True for only those values that the appliance writes: dates in UTC, with milliseconds.
        api_version: The version of the API that has them; None for all versions.
        texts: The strategy for texts.
    """

    appliance: bool
    api_version: str | None
    texts: st.SearchStrategy[str]


def date_times(*, milliseconds_in_utc: bool = False) -> st.SearchStrategy[XmlDateTime]:
    """Draw dates and times: any, or only those that the appliance writes."""
    fractions = st.integers(0, 999).map(lambda number: number * 1_000_000)
    offsets: st.SearchStrategy[int | None] = st.just(0)
    if not milliseconds_in_utc:
        fractions = st.one_of(fractions, st.integers(0, 999_999_999))
        offsets = st.one_of(st.none(), st.just(0), st.integers(-14 * 60, 14 * 60))
    return st.builds(_date_time, st.datetimes(), fractions, offsets)


def _date_time(moment: datetime, fraction: int, offset: int | None) -> XmlDateTime:
    day, time = (moment.year, moment.month, moment.day), (moment.hour, moment.minute, moment.second)
    return XmlDateTime(*day, *time, fraction, offset)


def _whole_numbers(member: Member, wanted: _ValueOptions) -> st.SearchStrategy[int]:
    bounds = st.sampled_from([0, 1, -1, member.minimum, member.maximum])
    return st.one_of(bounds, st.integers(member.minimum, member.maximum))


def _texts(member: Member, wanted: _ValueOptions) -> st.SearchStrategy[str]:
    # As an element, an empty text is null.
    texts = wanted.texts.filter(bool) if member.nillable else wanted.texts
    return texts if member.pattern is None else UUIDS


def _enumerated(member: Member, wanted: _ValueOptions) -> st.SearchStrategy[Any]:
    every: list[Any] = list(member.type)
    version = wanted.api_version
    there = [item for item in every if version is None or value_in_version(member.type, item.value, version)]
    return st.sampled_from(there) if there else st.none()


# The values of each kind of simple type, for a member.
_VALUES: dict[type[Kind], Callable[[Member, _ValueOptions], st.SearchStrategy[Any]]] = {
    Boolean: lambda member, wanted: st.booleans(),
    WholeNumber: _whole_numbers,
    DateTime: lambda member, wanted: date_times(milliseconds_in_utc=wanted.appliance),
    Enumeration: _enumerated,
    Secret: lambda member, wanted: st.builds(Credential, wanted.texts.filter(bool)),
    Text: _texts,
}


def _values(member: Member, wanted: _ValueOptions) -> st.SearchStrategy[Any]:
    model: type = member.type
    if not is_dataclass(model):
        return _VALUES[type(kind_of(member))](member, wanted)
    items = _models(model, wanted)
    return st.lists(items, max_size=2) if member.repeated else items


# Equal strategies are made only once: making one costs as much as several draws from it.
_lists = lru_cache(maxsize=256)(st.lists)


@lru_cache(maxsize=256)
def _models(model: type, wanted: _ValueOptions, **fields: Any) -> st.SearchStrategy[Any]:
    members = {
        member.field: _values(member, wanted)
        if member.repeated or (member.required and not member.nillable)
        else st.one_of(st.none(), _values(member, wanted))
        for member in (*attributes(model), *elements(model))
        if member.field not in fields
    }
    return st.builds(model, **members, **fields)


def models(
    model: type,
    *,
    appliance: bool = False,
    api_version: str | None = None,
    texts: st.SearchStrategy[str] = TEXTS,
    **fields: Any,
) -> st.SearchStrategy[Any]:
    """Draw instances of a model. Required members are always present, unless they may be null.

    Args:
        model: A class of `ds3codec`, such as `Tape`.
        appliance: Draw only values that the appliance writes: dates in UTC, with milliseconds.
        api_version: The version of the API whose members and values are drawn, such as "5.4"; None for all
            versions.
        texts: The strategy for texts; by default short ones of all characters that XML has.
        fields: Strategies for fields of the model, instead of those for their types.

    Raises:
        UsageError: `model` is not a model, or does not have a field.
        VersionError: The version does not exist.
    """
    given: Any = model
    if not (isinstance(given, type) and issubclass(given, Model)):
        raise UsageError(f"expected one of the models, not {shown(given)}")
    version = None if api_version is None else resolved(api_version)
    unknown = fields.keys() - {member.field for member in (*attributes(model), *elements(model))}
    if unknown:
        raise UsageError(f"{model.__name__} has no field {shown(min(unknown))}")
    return _limited(model, _ValueOptions(appliance, version, texts), **fields)


@lru_cache(maxsize=256)
def _limited(model: type, wanted: _ValueOptions, **fields: Any) -> st.SearchStrategy[Any]:
    found, version = _models(model, wanted, **fields), wanted.api_version
    return found if version is None else found.map(lambda made: limited(made, version))


def blobs(**options: Any) -> st.SearchStrategy[Blob]:
    """Draw blobs, some with a placement. Options are those of `models`."""
    return models(Blob, **options)


def nodes(**options: Any) -> st.SearchStrategy[JobNode]:
    """Draw nodes. Options are those of `models`."""
    return models(JobNode, **options)


def placements(**options: Any) -> st.SearchStrategy[PhysicalPlacement]:
    """Draw placements: tapes, pools and targets. Options are those of `models`."""
    return models(PhysicalPlacement, **options)


def chunks(*, max_blobs: int = 3, **options: Any) -> st.SearchStrategy[JobChunk]:
    """Draw chunks, some without blobs. Other options are those of `models`."""
    content = _lists(blobs(**options), max_size=max_blobs)
    return models(JobChunk, blobs=content, **options)


def jobs(
    *,
    max_nodes: int = 2,
    max_chunks: int = 2,
    max_blobs: int = 3,
    **options: Any,
) -> st.SearchStrategy[MasterObjectList]:
    """Draw jobs, some without nodes or chunks. Other options are those of `models`.

    Their members need not agree with each other; `consistent_jobs` draws jobs whose members do.
    """
    return models(
        MasterObjectList,
        nodes=_lists(nodes(**options), max_size=max_nodes),
        chunks=_lists(chunks(max_blobs=max_blobs, **options), max_size=max_chunks),
        **options,
    )


def documents(
    job: st.SearchStrategy[MasterObjectList] | None = None,
    *,
    booleans: Sequence[Sequence[str]] = BOOLEANS,
    quotes: str = "\"'",
    between: Sequence[str] = BETWEEN,
) -> st.SearchStrategy[bytes]:
    """Draw documents: a job in any spelling.

    Args:
        job: The job; by default any of `jobs`.
        booleans: The spellings of False and of True; appliances write only "false" and "true".
        quotes: The quotes around values: `"'"` for documents with single quotes.
        between: The texts between elements, one of them at each place: `["\\n  "]` for pretty-printed
            documents, `[""]` for those on one line.
    """
    return _documents(jobs() if job is None else job, booleans, quotes, between)


@st.composite
def _documents(
    draw: st.DrawFn,
    job: st.SearchStrategy[MasterObjectList],
    booleans: Sequence[Sequence[str]],
    quotes: str,
    between: Sequence[str],
) -> bytes:
    written = draw(job)
    spaces = st.sampled_from(between)
    in_empty = spaces if "" in between else st.just("")  # pretty-printers put nothing there
    in_leaf = st.sampled_from(
        ["", *(text for text in between if begins_as_markup(text.encode()))]
    )  # only white space and comments, because it may have no text

    def element(name: str, item: Any, *children: str) -> str:
        kind: type = type(item)
        as_elements = [
            twin for field, twin in element_forms(kind).items() if getattr(item, field) is not None
        ]
        members = [
            member
            for member in attributes(kind)
            if getattr(item, member.field) is not None and member.field not in as_elements
        ]
        tag = "".join(
            draw(st.sampled_from([" ", "\n", "  "])) + f"{member.name}={quoted(member, item)}"
            for member in draw(st.permutations(members))
        )
        before = draw(spaces if children else in_empty if elements(kind) else in_leaf)
        inside = before + "".join(child + draw(spaces) for child in children)
        empty = not inside and draw(st.booleans())
        return f"<{name}{tag}/>" if empty else f"<{name}{tag}>{inside}</{name}>"

    def quoted(member: Member, item: Any) -> str:
        value = getattr(item, member.field)
        text = (
            draw(st.sampled_from(booleans[value])) if isinstance(value, bool) else format_value(member, value)
        )
        if isinstance(kind_of(member), WholeNumber):
            text = draw(st.sampled_from(["", "+", "00", " "] if value >= 0 else [""])) + text
        quote = draw(st.sampled_from(quotes))
        escapes = {"\t": "&#9;", "\n": "&#xA;", "\r": "&#13;", '"': "&quot;", "'": "&apos;"}
        return quote + escape(text, escapes) + quote

    def members_in(item: Any) -> list[str]:
        """Write the members that are elements, in any order; inside a placement, null is an empty element."""
        kind: type = type(item)
        present = [
            member
            for member in elements(kind)
            if getattr(item, member.field) is not None or (member.nillable and member.required)
            if not (named := getattr(item, "present", None)) or (member.wrapper or member.name) in named
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
        return f"<{member.wrapper}>{draw(spaces if items else in_empty)}{''.join(items)}</{member.wrapper}>"

    def leaf(member: Member, value: Any) -> str:
        if value is None:
            return draw(st.sampled_from([f"<{member.name}/>", f"<{member.name}></{member.name}>"]))
        text = escape(format_value(member, value), {"\r": "&#13;"})
        return f"<{member.name}>{text}</{member.name}>"

    nodes = [element("Node", node) for node in written.nodes]
    has_nodes = bool(nodes) or draw(st.booleans())
    parts = [f"<Nodes>{draw(spaces if nodes else in_empty)}{''.join(nodes)}</Nodes>"] if has_nodes else []
    parts += [
        element("Objects", chunk, *[element("Object", blob, *members_in(blob)) for blob in chunk.blobs])
        for chunk in written.chunks
    ]
    start = draw(st.sampled_from(["", "\ufeff", '<?xml version="1.0" encoding="UTF-8"?>\n']))
    return (start + element("MasterObjectList", written, *parts) + draw(spaces)).encode()


def cuts(data: bytes) -> st.SearchStrategy[list[bytes]]:
    """Draw ways to cut `data` into pieces of any size, including empty ones and single bytes."""

    def cut(places: list[int]) -> list[bytes]:
        return [data[start:end] for start, end in pairwise([0, *sorted(places), len(data)])]

    return st.lists(st.integers(0, len(data)), max_size=12).map(cut)


def consistent_jobs(*, api_version: str | None = None) -> st.SearchStrategy[MasterObjectList]:
    """Draw jobs as an appliance writes them, whose members agree with each other.

    Args:
        api_version: The version of the API; None for the members of all versions together.

    Raises:
        VersionError: The version does not exist.
    """
    return _consistent_jobs(None if api_version is None else resolved(api_version))


@st.composite
def _consistent_jobs(draw: st.DrawFn, version: str | None) -> MasterObjectList:
    job: MasterObjectList = draw(_consistent_headers(version))
    ids = _ids(draw(st.integers(0, (1 << 64) - 1)))
    job.job_id, job.user_id = next(ids), next(ids)
    job.nodes = [JobNode(end_point=draw(TEXTS), id=next(ids)) for _ in range(draw(st.integers(1, 2)))]
    rest = draw(_consistent_blobs(job.bucket_name, ids, version))
    while rest:
        count = draw(st.integers(1, len(rest)))
        node: JobNode | None = draw(st.sampled_from([None, *job.nodes]))
        chunk = JobChunk(
            chunk_id=next(ids), chunk_number=len(job.chunks), node_id=None if node is None else node.id
        )
        chunk.blobs, rest = draw(st.permutations(rest[:count])), rest[count:]
        job.chunks.append(chunk)
    listed = [blob for chunk in job.chunks for blob in chunk.blobs]
    job.original_size_in_bytes = sum(blob.length for blob in listed)
    job.cached_size_in_bytes = sum(blob.length for blob in listed if blob.in_cache)
    job.completed_size_in_bytes = draw(st.integers(0, job.cached_size_in_bytes))
    job.entirely_in_cache = all(blob.in_cache for blob in listed)
    return job if version is None else limited(job, version)


@cache
def _consistent_headers(version: str | None) -> st.SearchStrategy[MasterObjectList]:
    """Draw jobs without nodes, chunks, ids and sizes."""
    start = st.integers(0, 999).map(lambda number: XmlDateTime(2026, 3, 14, 9, 26, 53, number * 1_000_000, 0))
    sizes = ("original_size_in_bytes", "cached_size_in_bytes", "completed_size_in_bytes")
    later: dict[str, Any] = {"nodes": st.builds(list), "chunks": st.builds(list)}
    later |= dict.fromkeys(("entirely_in_cache", "job_id", "user_id", *sizes), st.none())
    wanted = _ValueOptions(True, version, TEXTS)
    return _models(MasterObjectList, wanted, start_date=start, status=st.just(JobStatus.IN_PROGRESS), **later)


def _ids(seed: int) -> Iterator[str]:
    """Yield ids without end from one number: drawing each would take half of the time of a job."""
    for number in counting():
        yield str(UUID(bytes=blake2b(b"%d %d" % (seed, number), digest_size=16).digest()))


@st.composite
def _consistent_blobs(draw: st.DrawFn, bucket: str, ids: Iterator[str], version: str | None) -> list[Blob]:
    """Draw all blobs of a few objects, in order."""
    one_of: list[dict[str, Any]] = [{"version": 1}, {"version_id": str(UUID(int=1))}]
    number = draw(st.sampled_from(one_of)) if version is None else one_of[0] | one_of[1]
    return [
        Blob(
            bucket=bucket,
            id=next(ids),
            in_cache=draw(st.booleans()),
            latest=True,
            length=length,
            name=name,
            offset=part * length,
            **number,
        )
        for name in draw(_NAMES)
        for length in [draw(st.integers(1, 1 << 40))]
        for part in range(draw(st.integers(1, 3)))
    ]
