"""Hypothesis strategies for documents with a known fault, each with the validation rule that must find it.

    @given(mutations())
    def test_my_checker_finds_it(mutation: Mutation) -> None: ...

They draw a consistent job and change it: its models for a fault in the content, its text for a fault in the
XML. The document may break other rules, too.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import NamedTuple

from ..errors import UsageError, shown
from ..extras import extra
from ..models import Blob, ChunkProcessingOrder, JobChunk, MasterObjectList, ServerError
from ..writers import encode
from .strategies import UUIDS, consistent_jobs

with extra("testing"):
    from hypothesis import strategies as st

__all__ = ["MUTATIONS", "Mutation", "mutations"]


class Mutation(NamedTuple):
    """A document with a fault.

    Attributes:
        document: The document.
        rule: The name of the broken rule.
    """

    document: bytes
    rule: str


def mutations(
    rule: str | None = None, *, job: st.SearchStrategy[MasterObjectList] | None = None
) -> st.SearchStrategy[Mutation]:
    """Draw documents with a fault.

    Args:
        rule: The rule to break, one of `MUTATIONS`; None for any of them.
        job: Consistent jobs with a node and at least one blob; by default `consistent_jobs`.

    Raises:
        UsageError: `MUTATIONS` does not have the rule.
    """
    if rule is not None and not (isinstance(rule, str) and rule in MUTATIONS):
        raise UsageError(f"{shown(rule)} is not one of {', '.join(sorted(MUTATIONS))}")
    rules = st.sampled_from(sorted(MUTATIONS)) if rule is None else st.just(rule)
    return st.builds(
        _mutated, rules, consistent_jobs() if job is None else job, st.randoms(use_true_random=False), UUIDS
    )


def _mutated(rule: str, job: MasterObjectList, random: Random, identifier: str) -> Mutation:
    return Mutation(MUTATIONS[rule](job, random, identifier), rule)


# Turns a job into a document with a fault; the last argument is an id that is not in the job.
_Mutate = Callable[[MasterObjectList, Random, str], bytes]


def _in_job(change: Callable[[MasterObjectList, JobChunk, Blob, str], object]) -> _Mutate:
    """Make a mutation that changes the job, its last chunk, or a blob in it."""

    def mutate(job: MasterObjectList, random: Random, identifier: str) -> bytes:
        chunk = job.chunks[-1]
        change(job, chunk, random.choice(chunk.blobs), identifier)
        return encode(job)

    return mutate


def _in_text(pattern: bytes, instead: bytes) -> _Mutate:
    """Make a mutation that replaces one match of a pattern."""

    def mutate(job: MasterObjectList, random: Random, identifier: str) -> bytes:
        document = encode(job)
        match = random.choice(list(re.finditer(pattern, document)))
        return document[: match.start()] + match.expand(instead) + document[match.end() :]

    return mutate


def _cut(job: MasterObjectList, random: Random, identifier: str) -> bytes:
    document = encode(job)
    return document[: random.randrange(1, len(document))]


def _badly_packed(job: MasterObjectList, random: Random, identifier: str) -> bytes:
    packed = gzip.compress(encode(job), mtime=0)
    return packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]


def _refused(job: MasterObjectList, random: Random, identifier: str) -> bytes:
    error = ServerError(
        code="NotFound", http_error_code=404, message="There is no such job.", resource="/job", resource_id=0
    )
    return encode(error)


def _repeat_number(job: MasterObjectList, chunk: JobChunk, blob: Blob, identifier: str) -> None:
    job.chunks.append(replace(chunk, chunk_id=identifier, blobs=[]))


def _repeat_chunk(job: MasterObjectList, chunk: JobChunk, blob: Blob, identifier: str) -> None:
    job.chunks.append(replace(chunk, chunk_number=len(job.chunks), blobs=[]))


def _swap_chunks(job: MasterObjectList, chunk: JobChunk, blob: Blob, identifier: str) -> None:
    job.chunk_client_processing_order_guarantee = ChunkProcessingOrder.IN_ORDER
    job.chunks.insert(0, replace(chunk, chunk_number=len(job.chunks), chunk_id=identifier, blobs=[]))


def _overlap(job: MasterObjectList, chunk: JobChunk, blob: Blob, identifier: str) -> None:
    blob.length += 1
    chunk.blobs.append(replace(blob, id=identifier, offset=blob.end - 1))


def _leave_gap(job: MasterObjectList, chunk: JobChunk, blob: Blob, identifier: str) -> None:
    end = max(one.end for each in job.chunks for one in each.blobs if one.key == blob.key)
    chunk.blobs.append(replace(blob, id=identifier, offset=end + 1))


def _set(field: str, value: Callable[[MasterObjectList], int]) -> _Mutate:
    return _in_job(lambda job, chunk, blob, identifier: setattr(job, field, value(job)))


# The mutation that breaks each rule.
MUTATIONS: dict[str, _Mutate] = {
    "blob-repeated": _in_job(lambda job, chunk, blob, identifier: chunk.blobs.append(blob)),
    "blobs-overlap": _in_job(_overlap),
    "blobs-with-a-gap": _in_job(_leave_gap),
    "cached-more-than-original": _set("cached_size_in_bytes", lambda job: job.original_size_in_bytes + 1),
    "chunk-id-repeated": _in_job(_repeat_chunk),
    "chunk-number-repeated": _in_job(_repeat_number),
    "chunk-out-of-order": _in_job(_swap_chunks),
    "chunk-without-objects": _in_job(lambda job, chunk, blob, identifier: chunk.blobs.clear()),
    "completed-more-than-cached": _set("completed_size_in_bytes", lambda job: job.cached_size_in_bytes + 1),
    "completed-more-than-original": _set(
        "completed_size_in_bytes", lambda job: job.original_size_in_bytes + 1
    ),
    "damaged-compression": _badly_packed,
    "forbidden-construct": _in_text(rb"\A", b"<!DOCTYPE MasterObjectList>"),
    "invalid-value": _in_text(rb'Length="\d+"', b'Length="4 KiB"'),
    "missing-attribute": _in_text(rb'(<Object [^>]*?) Name="[^"]*"', rb"\1"),
    "negative-number": _in_job(lambda job, chunk, blob, identifier: setattr(blob, "offset", -1)),
    "node-repeated": _in_job(lambda job, chunk, blob, identifier: job.nodes.append(job.nodes[0])),
    "node-unknown": _in_job(lambda job, chunk, blob, identifier: setattr(chunk, "node_id", identifier)),
    "not-well-formed": _in_text(rb'=("[^"]*")', b"=0"),
    "server-error": _refused,
    "trailing-bytes": _in_text(rb"\Z", b"<MasterObjectList/>"),
    "truncated": _cut,
    "unexpected-element": _in_text(rb"(?=<Object )", b"<Folder/>"),
    "unexpected-text": _in_text(rb"(?=<Object )", b"three objects"),
    "unknown-attribute": _in_text(rb"(?<=<Object )", b'Colour="red" '),
    "wrong-document": _in_text(
        rb"(?s)<MasterObjectList(.*)</MasterObjectList>", rb"<ListBucketResult\1</ListBucketResult>"
    ),
}
